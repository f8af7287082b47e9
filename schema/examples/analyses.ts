import type { Dataset, DatasetMetric } from "../catalogue.js";
import type { Judge, Subject } from "./subject.js";
import { type Draft, where } from "./text.js";

/** Questions of optimal design analysis; those that the data allow. */
export const analysisExamples: readonly ((subject: Subject) => Draft | null)[] = [
  tuningCurve,
  subset,
  comparison,
  plan,
  noisyQuadratic,
  importance,
  searchSpace,
  selection,
  seedNoise,
];

/** Runs that a simultaneous band, and a fit of the tail, are worth making for. */
const FEWEST_FOR_BAND = 2;
const FEWEST_FOR_FIT = 30;

/** The tuning curve with its 80 % band, and where tuning stops paying. */
function tuningCurve(subject: Subject): Draft | null {
  const of = analysed(subject);
  if (!of) return null;
  return {
    name: "tuning-curve",
    title: `How good the best ${of.words} gets with more runs`,
    description: `The median of the best ${of.metric.name} of n runs of ${subject.dataset.name}, with an 80 % band that holds for every n at once; and the number of runs from which doubling them gains less than ${gainOf(subject, of)}.`,
    query: `query TuningCurve {
  scores(of: { metric: ${of.metric.enumValue} }, where: ${where(subject)}) {
    runCount
    replacedCount
    tied
    runsUntilGainBelow(gain: ${gainOf(subject, of)})
    tuningCurve(band: { confidence: 0.8, method: LD_HIGHEST_DENSITY }, points: 25) {
      points {
        runs
        value { value state }
        lower { value state }
        upper { value state }
      }
    }
  }
}`,
  };
}

/** What fewer runs would have shown. */
function subset(subject: Subject): Draft | null {
  const of = analysed(subject);
  const size = Math.min(48, Math.floor(subject.dataset.runCount / 2));
  if (!of || size < FEWEST_FOR_BAND) return null;
  return {
    name: "subset",
    title: `What ${size} runs would have shown`,
    description: `The tuning curve of a random ${size} of the ${subject.dataset.runCount} runs of ${subject.dataset.name}; another seed draws others.`,
    query: `query Subset {
  scores(
    of: { metric: ${of.metric.enumValue} }
    where: ${where(subject)}
    subset: { size: ${size}, seed: 1 }
  ) {
    matchedCount
    runCount
    tuningCurve(points: 15) {
      trivial { betterFrom { value state } }
      points {
        runs
        value { value }
        lower { value state }
        upper { value state }
      }
    }
  }
}`,
  };
}

/** Two halves of the search against each other. */
function comparison(subject: Subject): Draft | null {
  const of = analysed(subject);
  const split = splitOf(subject);
  if (!of || !split) return null;
  const { words, name, at } = split;
  const half = (title: string, operator: string): string =>
    `      { name: "${title}", of: { metric: ${of.metric.enumValue} }, where: { dataset: { eq: ${JSON.stringify(subject.dataset.name)} }, hyperparameters: { ${name}: { ${operator}: ${at} } } } }`;
  return {
    name: "comparison",
    title: `Low against high ${words}`,
    description: `The tuning curves of the runs of ${subject.dataset.name} with ${name} below ${at} and of the others, and the numbers of runs over which their bands part.`,
    query: `query Comparison {
  compareTuningCurves(
    selections: [
${half(`low ${words}`, "lt")}
${half(`high ${words}`, "gte")}
    ]
    band: { method: ${subject.dataset.runCount < 200 ? "KS" : "LD_HIGHEST_DENSITY"} }
    points: 12
  ) {
    separations { better from to firstWholeRuns }
    curves {
      name
      scores { runCount }
      tuningCurve { points { runs value { value state } lower { value state } upper { value state } } }
    }
  }
}`,
  };
}

/** How wide a band will be, before any run is made. */
function plan(subject: Subject): Draft | null {
  const of = analysed(subject);
  if (!of) return null;
  return {
    name: "plan",
    title: "How much a band over 48 runs will tell",
    description:
      "Before any run is made: how wide the band of the cdf will be, and from which number of runs on the tuning curve's band is open towards better scores.",
    query: `query Plan {
  planBand(runs: 48, goal: ${of.goal === "maximize" ? "MAXIMIZE" : "MINIMIZE"}, band: { confidence: 0.8 }) {
    widest
    meanWidth
    medianWidth
    betterTrivialFrom { value state }
  }
}`,
  };
}

/** The tail as a noisy quadratic. */
function noisyQuadratic(subject: Subject): Draft | null {
  const of = analysed(subject);
  const { runCount, divergedCount, name } = subject.dataset;
  if (!of || runCount - divergedCount < FEWEST_FOR_FIT) return null;
  return {
    name: "noisy-quadratic",
    title: "The best score that this search can reach",
    description: `A noisy quadratic distribution, fitted to the tail of the best runs of ${name}: the best score to hope for, the effective number of hyperparameters, the noise, and the tuning curve beyond the runs made.`,
    query: `query NoisyQuadratic {
  scores(of: { metric: ${of.metric.enumValue} }, where: ${where(subject)}) {
    noisyQuadratic {
      bestScore
      gamma
      sigma
      threshold
      suggestionFound
      observedCount
      share
      regimeFrom
      goodness { within largestDistance }
      tuningCurve(upTo: ${4 * runCount}, points: 12) { runs value { value } average { value } }
    }
  }
}`,
  };
}

/** Which hyperparameters matter. */
function importance(subject: Subject): Draft | null {
  const of = analysed(subject);
  const searched = subject.dataset.hyperparameters.filter(({ role }) => role === "searched");
  if (!of || searched.length === 0) return null;
  return {
    name: "importance",
    title: "Which hyperparameters matter",
    description: `The share of the variance in the ranks of ${of.metric.name} that bins of each hyperparameter of ${subject.dataset.name} explain, alone and in pairs. Ranks, because a diverged run's score is infinite.`,
    query: `query Importance {
  scores(of: { metric: ${of.metric.enumValue} }, where: ${where(subject)}) {
    importance {
      hyperparameter
      rankCorrelation
      explained { share byChance adjusted }
    }
    pairImportance { hyperparameters explained { share adjusted } }
  }
}`,
  };
}

/** What was searched. */
function searchSpace({ dataset }: Subject): Draft | null {
  if (!dataset.hyperparameters.some(({ role }) => role === "searched")) return null;
  return {
    name: "search-space",
    title: "What was searched",
    description: `The searched hyperparameters of ${dataset.name}: their distribution, documented or inferred, the range that was drawn, and how well the two agree.`,
    query: `query SearchSpace {
  dataset(name: ${JSON.stringify(dataset.name)}) {
    searchSpace {
      hyperparameter { name min max distinctCount }
      documented
      distribution { kind lower upper values }
      goodnessOfFit { test statistic pValue outsideCount }
    }
  }
}`,
  };
}

/** The documented procedure that chooses configurations to retrain. */
function selection(subject: Subject): Draft | null {
  const of = analysed(subject);
  if (!of) return null;
  return {
    name: "selection",
    title: "Which configurations to retrain",
    description: `The runs of ${subject.dataset.name} at eight evenly spaced quantiles of ${of.metric.name}, worst first: how a residual experiment chooses the configurations that it retrains under many seeds.`,
    query: `query Selection {
  scores(of: { metric: ${of.metric.enumValue} }, where: ${where(subject)}) {
    selection(count: 8) {
      quantile
      rank
      score { value state }
      run { line configuration { id block } hyperparameterValues { name number string } }
    }
  }
}`,
  };
}

/** How much seeds matter. */
function seedNoise({ residual }: Subject): Draft | null {
  const metric = residual && goalMetric(residual);
  if (!residual || !metric) return null;
  return {
    name: "seed-noise",
    title: "How much seeds matter",
    description: `Mean and standard deviation of ${metric.field.name} over the seeds of each configuration of ${residual.name}, with intervals that hold for all of them at once; modes, failures, and the tuning run that each was taken from.`,
    query: `query SeedNoise {
  scores(of: { metric: ${metric.field.enumValue} }, where: { dataset: { eq: ${JSON.stringify(residual.name)} } }) {
    seedNoise(confidence: 0.95) {
      pooledSd
      groups {
        configuration { block quantile }
        runCount
        failureCount
        mean
        sd
        sdInterval { lower upper }
        split { threshold low { runCount mean } high { runCount mean } }
        origin { score { value } percentile standardScore }
      }
    }
  }
}`,
  };
}

/** What runs are judged by, where it has a goal and there are runs enough for a band. */
const analysed = ({ score, dataset }: Subject): Judge | null =>
  score?.hasBest === true && dataset.runCount >= FEWEST_FOR_BAND ? score : null;

const goalMetric = ({ metrics }: Dataset): DatasetMetric | undefined => {
  const withGoal = metrics.filter(({ goal, field }) => goal !== null && field.role === "metric");
  return withGoal.find(({ split }) => split === "validation") ?? withGoal[0];
};

/** A gain worth naming, in the metric's unit. */
function gainOf({ dataset }: Subject, { metric }: Judge): number {
  const bounds = dataset.metrics.find(({ field }) => field === metric);
  return bounds?.lowerBound === 0 && bounds.upperBound === 1 ? 0.005 : 0.01;
}

/** A value of the grouping hyperparameter that parts the runs, where it is a number that varies. */
function splitOf({ rate, dataset }: Subject): { words: string; name: string; at: number } | null {
  const info = dataset.hyperparameters.find(
    ({ hyperparameter }) => hyperparameter.enumValue === rate?.enumValue,
  );
  if (
    !rate ||
    !info ||
    info.lower === null ||
    info.upper === null ||
    info.lower === info.upper ||
    dataset.runCount < 8
  )
    return null;
  const middle = rate.kind === "log" ? Math.sqrt(info.lower * info.upper) : (info.lower + info.upper) / 2;
  const at = info.hyperparameter.type === "integer" ? Math.round(middle) : Number(middle.toPrecision(2));
  return at > info.lower && at < info.upper
    ? { words: rate.words, name: info.hyperparameter.name, at }
    : null;
}
