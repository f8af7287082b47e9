import type { Catalogue, DatasetHyperparameter } from "./catalogue.js";
import { limits } from "./limits.js";
import { exampleSubject, type Judge, type Rate, type Subject } from "./example-subject.js";

/** A query for people to start from, written for the data that are served. */
export interface Example {
  /** Stable, for links: `best-runs`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Questions worth asking of the served data, each of which runs on them. */
export function exampleQueries(catalogue: Catalogue): Example[] {
  const subject = exampleSubject(catalogue);
  if (!subject) return [];
  return [bestRuns, byRate, learningCurves, curveBand, transfer, cost].flatMap(
    (write) => write(subject) ?? [],
  );
}

/** Groups by value that are pleasant to read at once. */
const MANY_GROUPS = 50;

/** Points of one curve that are pleasant to read at once. */
const MANY_POINTS = 1000;

/** The ten best runs, with their hyperparameters and the step of their best checkpoint. */
function bestRuns(subject: Subject): Example | null {
  const { dataset, score } = subject;
  return example({
    name: "best-runs",
    title: score ? `Best runs by ${score.words}` : "Longest runs",
    description: score
      ? `The ten best runs of ${dataset.name} by ${called(score)}: their hyperparameters, and the ${axisOf(subject)} at which each was read.${goalHint(score)}`
      : `The ten longest runs of ${dataset.name}, with their hyperparameters.`,
    query: `query BestRuns {
  runs(
    where: ${where(subject)}
    orderBy: ${bestFirst(score)}
    first: 10
  ) {
    totalCount
    nodes {
${indent(6, ["line", hyperparameterFields(subject), score ? `${scoreField(score)} { value state step }` : "lastStep"])}
    }
  }
}`,
  });
}

/** Median and best score, and how many runs diverged, by half-decade of learning rate. */
function byRate(subject: Subject): Example | null {
  const { dataset, score, rate } = subject;
  if (!rate) return null;
  const best = score?.isLoss === false ? "max" : "min";
  const measure = score && `measure(of: { score: ${scoreInput(score)} }) { median best: ${best} nanCount }`;
  return example({
    name: "score-by-hyperparameter",
    title: `${capital(score?.words ?? "runs")} by ${rate.words}`,
    description: `${score ? `Median and best ${called(score)}` : "Number of runs"} in ${dataset.name}, and how many runs diverged, ${byWhat(rate, "half-decade")}.`,
    query: `query ByHyperparameter {
  aggregateRuns(
    where: ${where(subject)}
    groupBy: ${groupBy(rate, 0.5)}
${indent(4, rate.kind === "value" && rate.distinctCount > MANY_GROUPS ? [`first: ${MANY_GROUPS}`] : [])}
  ) {
    keys { label }
    count
    diverged: count(where: { diverged: { eq: true } })
${indent(4, [measure ?? ""])}
  }
}`,
  });
}

/** Learning curves of one run: raw against weight-averaged, validation against test. */
function learningCurves(subject: Subject): Example | null {
  const { dataset, score, drawn } = subject;
  if (drawn.length === 0) return null;
  return example({
    name: "learning-curves",
    title: "Learning curves of one run",
    description: `The ${extreme(score)} run of ${dataset.name}, point by point: ${drawn.map(({ name }) => name).join(", ")}.`,
    query: `query LearningCurves {
  runs(
    where: ${where(subject)}
    orderBy: ${extremeFirst(score)}
    first: 1
  ) {
    nodes {
      line
      curve${everyOf(subject)} {
        axis
${indent(
  8,
  drawn.map(({ name }) => name),
)}
      }
    }
  }
}`,
  });
}

/** The 10–50–90 % band at every step, by decade of learning rate. */
function curveBand(subject: Subject): Example | null {
  const { dataset, score } = subject;
  if (!score) return null;
  const rate =
    subject.rate?.kind === "value" && subject.rate.distinctCount > MANY_GROUPS ? null : subject.rate;
  // There are never more points in the answer than in the file.
  const every = Math.ceil(dataset.pointCount / limits.maxCurveGroupPoints);
  const args = [...(rate ? [`groupBy: ${groupBy(rate, 1)}`] : []), ...(every > 1 ? [`every: ${every}`] : [])];
  return example({
    name: "curve-band",
    title: `Spread of ${score.words} in training`,
    description: `The 10, 50 and 90 % quantiles of ${score.metric.name} over the runs of ${dataset.name}, at every ${axisOf(subject)}${rate ? `, ${byWhat(rate, "decade")}` : ""}.`,
    query: `query CurveBand {
  aggregateCurves(
    where: ${where(subject)}
${indent(4, args)}
  ) {
${indent(4, rate ? ["keys { label }"] : [])}
    points {
      axis
      runCount
      metric(of: ${score.metric.enumValue}) { quantiles(p: [0.1, 0.5, 0.9]) }
    }
  }
}`,
  });
}

/** Does the checkpoint picked on validation also win on test? */
function transfer(subject: Subject): Example | null {
  const { dataset, score, other } = subject;
  if (!score || !other) return null;
  const at = score.hasBest ? `at: { best: ${score.metric.enumValue} }` : "at: { final: true }";
  return example({
    name: "validation-against-test",
    title: `Does ${score.words} predict ${other.words}?`,
    description: `Reads ${other.metric.name} of each run of ${dataset.name} at the ${score.hasBest ? `checkpoint that is best by ${score.metric.name}` : "last checkpoint"}. A rank correlation near ${score.isLoss === other.isLoss ? "1" : "-1"} says that who wins by the one wins by the other.`,
    query: `query ValidationAgainstTest {
  runs(
    where: ${where(subject)}
    orderBy: ${bestFirst(score)}
    first: 10
  ) {
    aggregate {
      rankCorrelation: correlation(
        x: { score: ${scoreInput(score)} }
        y: { score: { metric: ${other.metric.enumValue}, ${at} } }
        method: SPEARMAN
      )
    }
    nodes {
      line
      picked: ${scoreField(score)} { value step }
      there: score(of: ${other.metric.enumValue}, ${at}) { value }
    }
  }
}`,
  });
}

/** Cost: the score against tokens, and against seconds of training and of evaluation. */
function cost(subject: Subject): Example | null {
  const { dataset, score } = subject;
  const { tokens, trainSeconds, evalSeconds, totalSeconds } = dataset.costs;
  const known: readonly [field: string, enumValue: string, isKnown: boolean][] = [
    ["tokens", "TOKENS", tokens],
    ["trainSeconds", "TRAIN_SECONDS", trainSeconds],
    ["evalSeconds", "EVAL_SECONDS", evalSeconds],
    ["totalSeconds", "TOTAL_SECONDS", totalSeconds && !trainSeconds],
  ];
  const some = known.filter(([, , isKnown]) => isKnown);
  const costs = some.length > 0 ? some : [["lastStep", "LAST_STEP", true] as const];
  const clocks = dataset.metrics.filter(({ field }) => field.role === "cost").map(({ field }) => field.name);
  return example({
    name: "cost",
    title: `What ${score ? `${score.words} costs` : "runs cost"}`,
    description: `The three ${extreme(score)} runs of ${dataset.name} against ${costs.map(([field]) => field).join(", ")}: in all, and along the curve. Below them, the same of all runs.`,
    query: `query Cost {
  runs(
    where: ${where(subject)}
    orderBy: ${extremeFirst(score)}
    first: 3
  ) {
    nodes {
      line
${indent(6, [score ? `${scoreField(score)} { value step }` : "", ...costs.map(([field]) => field)])}
      curve${everyOf(subject)} {
${indent(8, ["axis", ...clocks, score?.metric.name ?? ""])}
      }
    }
    aggregate {
${indent(
  6,
  costs.map(([field, enumValue]) => `${field}: measure(of: { cost: ${enumValue} }) { median sum }`),
)}
    }
  }
}`,
  });
}

type Draft = Omit<Example, "variables">;

/** The description stands above the query too, where it is read while the query is edited. */
const example = ({ query, description, ...rest }: Draft): Example => ({
  ...rest,
  description,
  query: `# ${description}\n${query.replaceAll(/\n\s*\n/g, "\n")}\n`,
  variables: {},
});

const where = ({ dataset }: Subject): string => `{ dataset: { eq: ${JSON.stringify(dataset.name)} } }`;

/** Thins curves that are long on average. */
function everyOf({ dataset }: Subject): string {
  const every = Math.ceil(dataset.pointCount / Math.max(1, dataset.runCount) / MANY_POINTS);
  return every > 1 ? `(every: ${every})` : "";
}

const axisOf = ({ dataset }: Subject): string => dataset.axis.unit;

const scoreInput = ({ metric, hasBest }: Judge): string =>
  hasBest ? `{ metric: ${metric.enumValue} }` : `{ metric: ${metric.enumValue}, at: { final: true } }`;

const scoreField = ({ metric, hasBest }: Judge): string =>
  hasBest ? `score(of: ${metric.enumValue})` : `score(of: ${metric.enumValue}, at: { final: true })`;

/** Without a goal: a loss ascending, by its name; without a metric: the longest run first. */
function bestFirst(score: Judge | null): string {
  if (!score) return "{ by: { cost: LAST_STEP }, direction: DESC }";
  const direction = score.hasBest ? "BEST" : score.isLoss ? "ASC" : "DESC";
  return `{ by: { score: ${scoreInput(score)} }, direction: ${direction} }`;
}

/** What a single run is picked by: the best one tells most, and the longest one where no goal is known. */
const extremeFirst = (score: Judge | null): string => bestFirst(score?.hasBest === true ? score : null);

const extreme = (score: Judge | null): string => (score?.hasBest === true ? "best" : "longest");

function groupBy({ enumValue, kind }: Rate, decades: number): string {
  const of = `{ hyperparameter: ${enumValue} }`;
  switch (kind) {
    case "log":
      return `{ bin: { of: ${of}, by: { width: ${decades} }, scale: LOG10 } }`;
    case "linear":
      return `{ bin: { of: ${of}, by: { count: ${decades < 1 ? 8 : 4} } } }`;
    case "value":
      return `{ value: ${of} }`;
  }
}

const byWhat = ({ words, kind }: Rate, decade: string): string =>
  `by ${kind === "log" ? `${decade} of ` : kind === "linear" ? "range of " : ""}${words}`;

/** The hyperparameters that vary, seeds and labels left out; at most eight. */
function hyperparameterFields({ dataset }: Subject): string {
  const varied = dataset.hyperparameters.filter(
    ({ role, distinctCount }) => distinctCount > 1 && role !== "seed" && role !== "label",
  );
  const chosen = (varied.length > 0 ? varied : dataset.hyperparameters).slice(0, 8);
  return chosen.length === 0 ? "" : `hyperparameters { ${chosen.map(nameOf).join(" ")} }`;
}

const nameOf = ({ hyperparameter }: DatasetHyperparameter): string => hyperparameter.name;

const called = ({ metric, hasBest }: Judge): string => (hasBest ? metric.name : `final ${metric.name}`);

const goalHint = ({ metric, hasBest }: Judge): string =>
  hasBest ? "" : ` Nothing names the goal of ${metric.name}, so that its last value stands in for its best.`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const indent = (width: number, lines: readonly string[]): string =>
  lines
    .filter((line) => line !== "")
    .map((line) => " ".repeat(width) + line)
    .join("\n");
