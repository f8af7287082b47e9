import type { Catalogue, DatasetHyperparameter } from "./catalogue.js";
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

/** The ten best runs, with their hyperparameters and the step of their best checkpoint. */
function bestRuns(subject: Subject): Example | null {
  const { dataset, score } = subject;
  const fields = [
    "line",
    hyperparameterFields(subject),
    ...(score ? [`${scoreField(score)} { value state step }`] : ["lastStep"]),
  ];
  return example({
    name: "best-runs",
    title: "Best runs",
    description: score
      ? `The ten runs of ${dataset.name} that are best by ${called(score)}, with their hyperparameters and the ${axisOf(subject)} at which each was read.`
      : `The ten longest runs of ${dataset.name}, with their hyperparameters.`,
    query: `query BestRuns {
  runs(where: ${where(subject)}, orderBy: ${bestFirst(score)}, first: 10) {
    totalCount
    nodes {
${indent(6, fields)}
    }
  }
}`,
  });
}

/** Median and best score, and how many runs diverged, by half-decade of learning rate. */
function byRate(subject: Subject): Example | null {
  const { dataset, score, rate } = subject;
  if (!rate) return null;
  return example({
    name: "score-by-hyperparameter",
    title: `${score ? capital(words(score)) : "Runs"} by ${spaced(rate.name)}`,
    description: score
      ? `Median and best ${called(score)} of ${dataset.name}, and how many runs diverged, ${byWhat(rate, "half-decade")}.`
      : `How many runs of ${dataset.name} there are, and how many diverged, ${byWhat(rate, "half-decade")}.`,
    query: `query ByRate {
  aggregateRuns(where: ${where(subject)}, groupBy: ${groupBy(rate, 0.5)}) {
    keys { label }
    count
    diverged: count(where: { diverged: { eq: true } })
${indent(4, score ? [`measure(of: { score: ${scoreInput(score)} }) { median best: ${score.isLoss ? "min" : "max"} nanCount }`] : [])}
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
    description: `The ${score?.hasBest ? "best" : "longest"} run of ${dataset.name}, point by point: ${drawn.map(({ name }) => name).join(", ")}.`,
    query: `query LearningCurves {
  runs(where: ${where(subject)}, orderBy: ${bestFirst(score?.hasBest ? score : null)}, first: 1) {
    nodes {
      line
      curve {
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
  const { dataset, score, rate } = subject;
  if (!score) return null;
  const groups = rate ? `, groupBy: ${groupBy(rate, 1)}` : "";
  return example({
    name: "curve-band",
    title: `Band of ${words(score)} during training`,
    description: `The 10, 50 and 90 % quantiles of ${score.metric.name} over the runs of ${dataset.name}, at every ${axisOf(subject)}${rate ? `, ${byWhat(rate, "decade")}` : ""}.`,
    query: `query CurveBand {
  aggregateCurves(where: ${where(subject)}${groups}) {
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
    title: `Does the best ${words(score)} carry over?`,
    description: `Each run of ${dataset.name} is read at the checkpoint picked by ${score.metric.name}: the rank correlation with ${other.metric.name} there says whether the winners stay winners.`,
    query: `query ValidationAgainstTest {
  runs(where: ${where(subject)}, orderBy: ${bestFirst(score)}, first: 10) {
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
      carriedOver: score(of: ${other.metric.enumValue}, ${at}) { value }
    }
  }
}`,
  });
}

/** Cost: the score against tokens, and against seconds of training and of evaluation. */
function cost(subject: Subject): Example | null {
  const { dataset, score } = subject;
  const { costs } = dataset;
  const kinds = [
    ...(costs.tokens ? ["tokens"] : []),
    ...(costs.trainSeconds ? ["trainSeconds"] : []),
    ...(costs.evalSeconds ? ["evalSeconds"] : []),
    ...(costs.totalSeconds && !costs.trainSeconds ? ["totalSeconds"] : []),
  ];
  const clocks = dataset.metrics.filter(({ field }) => field.role === "cost").map(({ field }) => field.name);
  const against = kinds.length > 0 ? kinds : ["lastStep"];
  return example({
    name: "cost",
    title: score ? `What ${words(score)} costs` : "What runs cost",
    description: `The three ${score?.hasBest ? "best" : "longest"} runs of ${dataset.name} against ${against.map(spaced).join(", ")}: in total, and along the curve. Below them, what all runs cost.`,
    query: `query Cost {
  runs(where: ${where(subject)}, orderBy: ${bestFirst(score?.hasBest ? score : null)}, first: 3) {
    nodes {
      line
${indent(6, [...(score ? [`${scoreField(score)} { value step }`] : []), ...against])}
      curve {
${indent(8, ["axis", ...clocks, ...(score ? [score.metric.name] : [])])}
      }
    }
    aggregate {
${indent(
  6,
  against.map((one) => `${one}: measure(of: { cost: ${constant(one)} }) { median sum }`),
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
  query: `${wrapComment(description)}\n${query.replaceAll(/\n\s*\n/g, "\n")}\n`,
  variables: {},
});

const where = ({ dataset }: Subject): string => `{ dataset: { eq: ${JSON.stringify(dataset.name)} } }`;

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

const byWhat = ({ name, kind }: Rate, decade: string): string =>
  kind === "log"
    ? `by ${decade} of ${spaced(name)}`
    : kind === "linear"
      ? `by range of ${spaced(name)}`
      : `by ${spaced(name)}`;

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

/** `valRawLoss` → `val raw loss`. */
const spaced = (name: string): string => name.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();

const words = ({ metric }: Judge): string => spaced(metric.name);

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `trainSeconds` → `TRAIN_SECONDS`. */
const constant = (name: string): string => name.replaceAll(/([A-Z])/g, "_$1").toUpperCase();

const indent = (width: number, lines: readonly string[]): string =>
  lines
    .filter((line) => line !== "")
    .map((line) => " ".repeat(width) + line)
    .join("\n");

function wrapComment(text: string): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last.length + word.length > 88) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines.map((line) => `# ${line}`).join("\n");
}
