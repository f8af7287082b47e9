import { limits } from "../limits.js";
import type { Judge, Subject } from "./subject.js";
import {
  axisOf,
  bestFirst,
  byWhat,
  called,
  capital,
  type Draft,
  everyOf,
  extreme,
  extremeFirst,
  foremost,
  goalHint,
  groupBy,
  hyperparameterFields,
  indent,
  scoreField,
  scoreInput,
  where,
} from "./text.js";

/** Questions about runs, their curves, and groups of them. */
export const runExamples: readonly ((subject: Subject) => Draft | null)[] = [
  bestRuns,
  byRate,
  learningCurves,
  curveBand,
  transfer,
  cost,
];

/** Groups by value that are pleasant to read at once. */
const MANY_GROUPS = 50;

/** The ten best runs, with their hyperparameters and the step of their best checkpoint. */
function bestRuns(subject: Subject): Draft | null {
  const { dataset, score } = subject;
  return {
    name: "best-runs",
    title: !score
      ? "Longest runs"
      : score.hasBest
        ? `Best runs by ${score.words}`
        : `Runs of ${foremost(score)} final ${score.words}`,
    description: score
      ? `The ten runs of ${dataset.name} with the ${foremost(score)} ${called(score)}: their hyperparameters, and the ${axisOf(subject)} at which each was read.${goalHint(score)}`
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
  };
}

/** Median and best score, and how many runs diverged, by half-decade of learning rate. */
function byRate(subject: Subject): Draft | null {
  const { dataset, score, rate } = subject;
  if (!rate) return null;
  const extremum = score?.goal === "maximize" ? "max" : "min";
  const measure =
    score &&
    `measure(of: { score: ${scoreInput(score)} }) { median ${foremost(score)}: ${extremum} nanCount }`;
  return {
    name: "score-by-hyperparameter",
    title: `${capital(score?.words ?? "runs")} by ${rate.words}`,
    description: `${score ? `Median and ${foremost(score)} ${called(score)}` : "Number of runs"} in ${dataset.name}, and how many runs diverged, ${byWhat(rate, "half-decade")}.`,
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
  };
}

/** Learning curves of one run: raw against weight-averaged, validation against test. */
function learningCurves(subject: Subject): Draft | null {
  const { dataset, score, drawn } = subject;
  if (drawn.length === 0) return null;
  return {
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
  };
}

/** The 10–50–90 % band at every step, by decade of learning rate. */
function curveBand(subject: Subject): Draft | null {
  const { dataset, score } = subject;
  if (!score) return null;
  const rate =
    subject.rate?.kind === "value" && subject.rate.distinctCount > MANY_GROUPS ? null : subject.rate;
  // There are never more points in the answer than in the file.
  const every = Math.ceil(dataset.pointCount / limits.maxCurveGroupPoints);
  const args = [...(rate ? [`groupBy: ${groupBy(rate, 1)}`] : []), ...(every > 1 ? [`every: ${every}`] : [])];
  return {
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
  };
}

/** Does the checkpoint picked on validation also win on test? */
function transfer(subject: Subject): Draft | null {
  const { dataset, score, other } = subject;
  if (!score || !other) return null;
  const at = score.hasBest ? `at: { best: ${score.metric.enumValue} }` : "at: { final: true }";
  return {
    name: "validation-against-test",
    title: `Does ${score.words} predict ${other.words}?`,
    description: `Reads ${other.metric.name} of each run of ${dataset.name} at the ${score.hasBest ? `checkpoint that is best by ${score.metric.name}` : "last checkpoint"}. ${agreement(score, other)}${goalHint(score)}`,
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
  };
}

/** What the rank correlation tells. */
function agreement(score: Judge, other: Judge): string {
  if (score.hasBest && other.hasBest)
    return `A rank correlation near ${score.goal === other.goal ? "1" : "-1"} says that who wins by the one wins by the other.`;
  return "A rank correlation near 1 says that they put the runs in the same order, one near -1 in the opposite one.";
}

/** Cost: the score against tokens, and against seconds of training and of evaluation. */
function cost(subject: Subject): Draft | null {
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
  return {
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
  };
}
