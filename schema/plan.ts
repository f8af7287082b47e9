import type { CurveField, Hyperparameter } from "./catalogue.js";
import { type Measure, measureKey, type PointMeasure, type ScoreMeasure } from "./measure.js";

/**
 * What resolvers ask of the store, as plain data. A plan names catalogue objects, never columns or
 * SQL; the store answers each from memory, or with one statement (two where bins have to be cut first).
 */

/** Something of a run that a filter compares. */
export type Subject =
  | Measure
  | { readonly kind: "dataset" }
  | { readonly kind: "line" }
  | { readonly kind: "configuration" }
  | { readonly kind: "flag"; readonly flag: Flag };

export type Flag = "nanTrainLoss" | "diverged" | "complete";

export type Scalar = number | string | boolean;

/** Two-valued logic: a comparison with a missing or NaN value is false, and `not` is the complement. */
export type Filter =
  | { readonly kind: "and" | "or"; readonly of: readonly Filter[] }
  | { readonly kind: "not"; readonly of: Filter }
  | {
      readonly kind: "compare";
      readonly subject: Subject;
      readonly operator: "eq" | "ne" | "lt" | "lte" | "gt" | "gte";
      readonly value: Scalar;
    }
  | {
      readonly kind: "member";
      readonly subject: Subject;
      readonly operator: "in" | "notIn";
      readonly values: readonly Scalar[];
    }
  | {
      readonly kind: "test";
      readonly subject: Subject;
      readonly operator: "isNull" | "isNaN" | "isFinite";
      readonly value: boolean;
    };

export type Direction = "asc" | "desc";

export interface RunOrder {
  readonly by: Measure;
  readonly direction: Direction;
}

/** A plain column of a run, beside its measures. */
export type RunField =
  | "iteration"
  | "nanTrainLoss"
  | "diverged"
  | "complete"
  | "lastStep"
  | "pointCount"
  | "trainSeconds"
  | "evalSeconds"
  | "totalSeconds"
  | "tokens"
  | "configuration";

/** One thing that a selection needs of each run. */
export type RunColumn =
  | { readonly kind: "field"; readonly field: RunField }
  | { readonly kind: "value"; readonly measure: Measure }
  /** The axis value, or the id, of the point at which a score was read. */
  | { readonly kind: "scoreStep" | "scorePoint"; readonly score: ScoreMeasure };

/** The place in an order after (or before) which a page begins: the order's values, then the run's id. */
export interface Position {
  readonly values: readonly (number | string | boolean | null)[];
  readonly id: number;
}

export interface Page {
  /** Rows wanted, from the front or from the back. */
  readonly limit: number;
  readonly from: "start" | "end";
  readonly after: Position | null;
  readonly before: Position | null;
}

/** What only costs where it is selected. */
export interface PageExtras {
  readonly totalCount: boolean;
  /** Whether a page exists on the side from which the rows were not read. */
  readonly oppositePage: boolean;
}

/** The sets of runs that one plan pages through, each for itself. */
export type Partition =
  | { readonly by: "dataset" | "configuration"; readonly of: readonly number[] }
  | { readonly by: "group"; readonly groups: AggregatePlan };

export interface RunPlan {
  readonly columns: readonly RunColumn[];
  readonly where: Filter | null;
  readonly order: readonly RunOrder[];
  readonly page: Page;
  readonly extras: PageExtras;
  /** Null: all runs are one set. */
  readonly partition: Partition | null;
}

/** Runs by their ids, in no order; ids that do not exist are not answered. */
export interface RunLookupPlan {
  readonly columns: readonly RunColumn[];
  readonly by:
    | { readonly ids: readonly number[] }
    | { readonly lines: readonly { readonly dataset: number; readonly line: number }[] };
}

/** Columns of all runs that a filter holds for, in their order: what analyses and exports are made of. */
export interface ValuesPlan {
  readonly columns: readonly RunColumn[];
  readonly where: Filter | null;
  /** Default: by id. */
  readonly order?: readonly RunOrder[];
  /** Only so many. Default: all. */
  readonly first?: number | null;
  /** More runs than this are refused. */
  readonly maxRuns: number;
}

/** Part of a curve: axis values within [from, to], and of those every nth point that the run logged. */
export interface CurveWindow {
  readonly from: number | null;
  readonly to: number | null;
  /** 1 keeps every point; n keeps the nth, 2nth, … that the run logged. */
  readonly every: number;
}

export interface CurvePlan {
  readonly fields: readonly CurveField[];
  readonly of:
    | { readonly runs: readonly number[]; readonly window: CurveWindow }
    | { readonly points: readonly number[] };
  /** More points than this are refused. */
  readonly maxPoints: number;
}

/** Points of some runs that are read once, however many they are: what exports are made of. */
export interface PointLookupPlan {
  readonly fields: readonly CurveField[];
  readonly runs: readonly number[];
  readonly window: CurveWindow;
  /** Of these alone, of each run: from its nth logged point (from 1) to its mth, both included. */
  readonly positions: { readonly from: number; readonly to: number } | null;
}

export type Statistic =
  | "count"
  | "nullCount"
  | "nanCount"
  | "infCount"
  | "distinctCount"
  | "min"
  | "max"
  | "mean"
  | "sum"
  | "stddev"
  | "variance"
  | "stddevPopulation"
  | "variancePopulation"
  | "median"
  | "argMin"
  | "argMax";

export type QuantileMethod = "linear" | "lower";

export type CorrelationMethod = "pearson" | "spearman";

/** One number about a set of runs (or of points). */
export type Aggregate =
  | { readonly kind: "count"; readonly where: Filter | null }
  | { readonly kind: "statistic"; readonly of: Measure | PointMeasure; readonly statistic: Statistic }
  | {
      readonly kind: "quantile";
      readonly of: Measure | PointMeasure;
      readonly p: number;
      readonly method: QuantileMethod;
    }
  | {
      readonly kind: "correlation";
      readonly x: Measure;
      readonly y: Measure;
      readonly method: CorrelationMethod;
    };

/** Numbers about a set of runs (or of points): a list, in the order of p. A thousand of them are one thing to ask for. */
export interface Quantiles {
  readonly kind: "quantiles";
  readonly of: Measure | PointMeasure;
  /** Not empty. */
  readonly p: readonly number[];
  readonly method: QuantileMethod;
}

export type Scale = "linear" | "log10";

/** How to cut a range: edges at multiples of a width (in decades where logarithmic), a number of equal bins, the edges themselves, or equal shares of the values. */
export type BinRule =
  | { readonly kind: "width"; readonly width: number }
  | { readonly kind: "count"; readonly count: number }
  | { readonly kind: "edges"; readonly edges: readonly number[] }
  | { readonly kind: "quantiles"; readonly count: number };

export interface BinSpec {
  readonly rule: BinRule;
  readonly scale: Scale;
}

export type GroupBy =
  | { readonly kind: "dataset" }
  | { readonly kind: "configuration" }
  | { readonly kind: "flag"; readonly flag: Flag }
  | { readonly kind: "value"; readonly of: Measure }
  | { readonly kind: "bin"; readonly of: Measure; readonly bins: BinSpec; readonly includeEmpty: boolean };

export interface GroupOrder {
  readonly by: { readonly kind: "key"; readonly index: number } | Aggregate;
  readonly direction: Direction;
}

export interface Having {
  readonly of: Aggregate;
  /** Compared as a filter compares: `subject` is left out. */
  readonly is: readonly HavingTest[];
}

export type HavingTest =
  | { readonly operator: "eq" | "ne" | "lt" | "lte" | "gt" | "gte"; readonly value: number }
  | { readonly operator: "in" | "notIn"; readonly values: readonly number[] }
  | { readonly operator: "isNull" | "isNaN" | "isFinite"; readonly value: boolean };

export interface AggregatePlan {
  readonly where: Filter | null;
  /** Empty: one group, of all runs, even where there is none. */
  readonly groupBy: readonly GroupBy[];
  /** Where set, statistics are of points, and each group splits by axis value. */
  readonly curve: CurveWindow | null;
  readonly aggregates: readonly (Aggregate | Quantiles)[];
  readonly having: readonly Having[];
  readonly order: readonly GroupOrder[];
  readonly first: number | null;
  /** More groups than this are refused (where `first` asks for no fewer). */
  readonly maxGroups: number;
  /** Sets that are aggregated each for itself; null: all runs are one. */
  readonly partition: { readonly by: "dataset" | "configuration"; readonly of: readonly number[] } | null;
}

/** Counts by bin of one measure, within each group of a plan; the bins are those of all groups together. */
export interface HistogramPlan {
  readonly groups: AggregatePlan;
  readonly of: Measure | PointMeasure;
  readonly bins: BinSpec;
}

/** A page of the configurations of each of some datasets that have enough runs of them there. */
export interface ConfigurationPlan {
  readonly datasets: readonly number[];
  readonly minRuns: number;
  readonly page: Page;
  readonly extras: PageExtras;
  /** What the configuration's runs share. */
  readonly hyperparameters: readonly Hyperparameter[];
}

/** Configurations by their ids or keys, in no order; those that do not exist are not answered. */
export interface ConfigurationLookupPlan {
  readonly by: { readonly ids: readonly number[] } | { readonly keys: readonly string[] };
  readonly hyperparameters: readonly Hyperparameter[];
}

/** A name for the column that is the same for equal ones; rows hold values under it. */
export function columnKey(column: RunColumn): string {
  switch (column.kind) {
    case "field":
      return column.field;
    case "value":
      return measureKey(column.measure);
    case "scoreStep":
    case "scorePoint":
      return `${column.kind}:${measureKey(column.score)}`;
  }
}

/** A name for the aggregate that is the same for equal ones; groups hold values under it. */
export function aggregateKey(aggregate: Aggregate | Quantiles): string {
  switch (aggregate.kind) {
    case "count":
      return aggregate.where === null ? "count" : `count:${planKey(aggregate.where)}`;
    case "statistic":
      return `${aggregate.statistic}:${measureKey(aggregate.of)}`;
    case "quantile":
      return `quantile:${aggregate.p}:${aggregate.method}:${measureKey(aggregate.of)}`;
    case "quantiles":
      return `quantiles:${aggregate.p.join()}:${aggregate.method}:${measureKey(aggregate.of)}`;
    case "correlation":
      return `${aggregate.method}:${measureKey(aggregate.x)}:${measureKey(aggregate.y)}`;
  }
}

/** A name for a plan, or a part of one, that is the same for equal ones. */
export const planKey = (plan: unknown): string =>
  JSON.stringify(plan, (_, value: unknown) =>
    // GraphQL reads a literal 1e999 as infinity, which JSON would write as null.
    typeof value === "number" && !Number.isFinite(value)
      ? String(value)
      : typeof value === "object" && value !== null && "column" in value && "originals" in value
        ? value.column
        : value,
  );
