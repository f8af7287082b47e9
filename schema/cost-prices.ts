import type { Catalogue } from "./catalogue.js";
import {
  type Arguments,
  binCount,
  chosenCount,
  countOf,
  curveSize,
  groupCount,
  isNumber,
  lengthOf,
  pageSize,
  pointCount,
  pointsOf,
  replicatedCount,
  runCount,
} from "./cost-counts.js";
import { limits } from "./limits.js";

/** A field as it is asked for: its own arguments, and those of the nearest field above that has any. */
export interface AskedField {
  readonly type: string;
  readonly field: string;
  readonly args: Arguments;
  readonly above: Arguments;
}

/** Cost of a field: `once + items × (each + what is selected below)`, and of the operation, for having it: `shared`. */
export interface Price {
  readonly once: number;
  readonly items: number;
  readonly each: number;
  /** What is worked out for all places of the field together, however many objects have it. */
  readonly shared: number;
}

const price = (items: number, once = 0, each = 1, shared = 0): Price => ({
  once,
  items: Math.max(0, items),
  each,
  shared,
});

const ITEMS_OF_UNKNOWN_COUNT = 20;
/** A value that a scan reads costs a hundredth of one that is answered, one in a column a tenth. */
const READ = 0.01;
const IN_A_COLUMN = 0.1;
/** A quantile of a fit, or its average, takes as long as so many values. */
const FITTED = 10;
/** Share of the scores, times the number of runs, beyond which they do not weigh in the best one's mean. */
const FAR = 50;
/** From so many quantiles on, a group's values are sorted. */
const SORTED_FROM = 8;
/** So many characters are like a value. */
const CHARACTERS = 20;
/** A condition of a filter, for each run. */
const CONDITION = 0.001;
/** A score at a step is looked for among all points, whose step is compared. */
const AT_STEP = 0.001;

/** What a field costs at most, going by its arguments and the size of the data. */
export function fieldPrice(asked: AskedField, catalogue: Catalogue): Price {
  const found = answerPrice(asked, catalogue);
  return { ...found, once: found.once + conditionPrice(asked.args, catalogue) };
}

/** Without what its filters cost. */
function answerPrice(asked: AskedField, catalogue: Catalogue): Price {
  const { type, field, args, above } = asked;
  const scan = runCount(catalogue) * READ;
  if (type.endsWith("Connection")) {
    if (field === "nodes" || field === "edges") return price(pageSize(above));
    return price(1, field === "totalCount" ? scan / 10 : 0);
  }
  switch (`${type}.${field}`) {
    case "Query.runs":
    case "Dataset.runs":
    case "Dataset.configurations":
      return price(1, scan);
    case "Configuration.runs":
    case "RunGroup.runs":
      return price(1, 10);
    case "Query.nodes":
      return price(lengthOf(args["ids"]) ?? 0);
    case "Query.datasets":
      return price(catalogue.datasets.length);
    case "Query.aggregateRuns":
      return price(Math.min(countOf(args["first"]) ?? Infinity, groupCount(args, catalogue)), scan);
    case "Query.aggregateCurves":
      return price(
        Math.min(groupCount(args, catalogue), limits.maxCurveGroupPoints / pointsOf(args, catalogue)),
        pointCount(catalogue) * READ,
      );
    case "CurveGroup.points":
      return price(pointsOf(above, catalogue));
    case "RunAggregate.measure":
    case "RunAggregate.correlation":
    case "RunAggregate.count":
      return price(1, 5, 1, scan / 10);
    case "NumberSummary.histogram":
      return price(binCount(args["by"]), 10);
    case "NumberSummary.quantiles": {
      const levels = lengthOf(args["p"]) ?? 0;
      return price(levels, 5, 1, Math.min(levels, SORTED_FROM) * (scan / 100));
    }
    case "Run.curve":
      return price(pointsOf(args, catalogue), 1);
    case "CurveSeries.metrics":
      return price(lengthOf(args["of"]) ?? 0, 1, 1 + pointsOf(above, catalogue) * IN_A_COLUMN);
    case "Query.compareTuningCurves":
      return price(1, scan * (lengthOf(args["selections"]) ?? 1));
    case "TuningCurveComparison.curves":
      return price(lengthOf(above["selections"]) ?? 1, 0, bandPrice(runCount(catalogue)));
    case "TuningCurve.points":
      return price(curveSize(above), 10 + scan);
    case "TuningCurvePoint.average":
    case "TuningCurvePoint.vEstimate":
    case "TuningCurvePoint.uEstimate":
      return price(1, averagePrice(above, catalogue));
    case "NoisyQuadraticFit.tuningCurve":
      return price(curveSize(args), 10, FITTED);
    case "FittedTuningCurvePoint.average":
      return price(1, FITTED);
    case "Query.scores":
      return price(1, scan);
    case "Query.planBand":
      return price(1, bandPrice(countOf(args["runs"]) ?? 0));
    case "Scores.tuningCurve":
    case "Scores.distribution":
    case "NoisyQuadraticFit.goodness":
      return price(1, bandPrice(runCount(catalogue)));
    case "TuningCurveComparison.separations": {
      const selections = lengthOf(above["selections"]) ?? 2;
      const pairs = (selections * (selections - 1)) / 2;
      const runs = runCount(catalogue);
      return price(ITEMS_OF_UNKNOWN_COUNT, selections * bandPrice(runs) + pairs * (50 + runs / 10));
    }
    case "Scores.runsUntilGainBelow":
      return price(1, (countOf(args["upTo"]) ?? runCount(catalogue)) / 10);
    case "Scores.seedNoise":
      return price(1, scan * 3);
    case "SearchDimension.goodnessOfFit":
      return price(1, scan);
    case "ScoreDistribution.steps":
      return price(runCount(catalogue));
    case "Scores.noisyQuadratic":
      return price(1, (2000 + runCount(catalogue) * 3) * ((countOf(args["maxGamma"]) ?? 5) / 5));
    case "Scores.importance":
      return price(chosenCount(args, catalogue), scan, 1 + scan);
    case "Scores.pairImportance": {
      const count = chosenCount(args, catalogue);
      return price((count * (count - 1)) / 2, scan, 1 + runCount(catalogue) * READ);
    }
    case "Scores.selection":
      return price(lengthOf(args["quantiles"]) ?? countOf(args["count"]) ?? 8, 10 + scan);
    case "SeedNoise.groups":
      return price(replicatedCount(catalogue));
    case "SeedNoiseGroup.scores":
      return price(runCount(catalogue) / replicatedCount(catalogue));
    case "NoisyQuadraticFit.cdf":
    case "NoisyQuadraticFit.density":
      return price(lengthOf(args["at"]) ?? 0, 1, 2);
    case "Dataset.hyperparameters":
    case "Dataset.searchSpace":
    case "Run.hyperparameterValues":
    case "Configuration.hyperparameterValues":
      return price(catalogue.hyperparameters.length);
    case "Dataset.description":
    case "Dataset.attribution":
    case "Dataset.citation":
    case "Dataset.licence":
      return price(1, textPrice(catalogue.datasets.map((dataset) => dataset[field as "licence"])));
    case "Dataset.warnings":
      return price(1, textPrice(catalogue.datasets.map(({ warnings }) => warnings.join())));
    case "Dataset.metrics":
      return price(catalogue.curveFields.length);
    case "RunGroup.keys":
    case "CurveGroup.keys":
      return price(lengthOf(above["groupBy"]) ?? 1);
    case "Dataset.rejectedLines":
    case "NoisyQuadraticFit.candidates":
    case "NormalPlot.expected":
    case "NormalPlot.scores":
      return price(ITEMS_OF_UNKNOWN_COUNT);
    default:
      return type === "CurveSeries" ? price(1, pointsOf(above, catalogue) * IN_A_COLUMN) : price(1);
  }
}

/**
 * A mean of the best of n runs adds what all scores weigh in it, best first: those beyond some {@link FAR} / n
 * of them weigh nothing. Of the points asked for, as many a point as on average.
 */
function averagePrice(args: Arguments, catalogue: Catalogue): number {
  const numbers = (Array.isArray(args["runs"]) ? args["runs"] : [1]) as readonly number[];
  const shares = numbers.map((n) => Math.min(1, FAR / Math.max(n, 1)));
  const share = shares.reduce((sum, one) => sum + one, 0) / Math.max(1, shares.length);
  return runCount(catalogue) * READ * share;
}

/** Exact bands are computed anew: their cost grows with the square of the runs that they are over. */
const bandPrice = (runs: number): number => Math.min(limits.maxBandRuns, runs) ** 2 / 15_000;

/** What a text costs beside the value that it is, of those that it can be. */
const textPrice = (texts: readonly (string | null)[]): number =>
  Math.max(0, ...texts.map((text) => (text?.length ?? 0) / CHARACTERS));

/** Every condition of a filter is looked at for every run; values of a list cost little. */
function conditionPrice(args: Arguments, catalogue: Catalogue): number {
  const filters = [args["where"], args["having"], ...selectionsOf(args["selections"])];
  const { conditions, values } = filters.reduce<Conditions>(countConditions, { conditions: 0, values: 0 });
  return conditions * runCount(catalogue) * CONDITION + values * READ;
}

const selectionsOf = (selections: unknown): unknown[] =>
  Array.isArray(selections) ? selections.map((one) => (one as { where?: unknown }).where) : [];

interface Conditions {
  readonly conditions: number;
  readonly values: number;
}

/** Counts what a filter compares, down to its operators, and the values in its lists. */
function countConditions(counted: Conditions, filter: unknown): Conditions {
  const { conditions, values } = counted;
  if (typeof filter !== "object" || filter === null)
    return filter === undefined || filter === null ? counted : { conditions: conditions + 1, values };
  if (!Array.isArray(filter)) return Object.values(filter).reduce(countConditions, counted);
  return typeof filter[0] === "object"
    ? filter.reduce(countConditions, counted)
    : { conditions: conditions + 1, values: values + filter.length };
}

/** What it costs to find so many scores at steps, for however many runs or groups they are asked. */
export const stepPrice = (count: number, catalogue: Catalogue): number =>
  count * pointCount(catalogue) * AT_STEP;

/** Counts the scores that are read at a step, wherever in a value they are named. */
export function countSteps(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const below = Object.values(value).reduce<number>((count, one) => count + countSteps(one), 0);
  return below + (isNumber((value as { at?: { step?: unknown } | null }).at?.step) ? 1 : 0);
}
