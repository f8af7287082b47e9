import type { Catalogue } from "./catalogue.js";
import type {
  AggregatePlan,
  ConfigurationLookupPlan,
  ConfigurationPlan,
  CurvePlan,
  HistogramPlan,
  PointLookupPlan,
  RunLookupPlan,
  RunPlan,
  ValuesPlan,
} from "./plan.js";

/** What a number turned out to be. */
export type ValueState = "finite" | "nan" | "positiveInfinity" | "negativeInfinity" | "missing";

/** A value as stored: NaN and infinities are kept, null is missing. */
export type StoredValue = number | string | boolean | null;

/** Values of one row by key; undefined under one that its plan did not ask for. */
export interface RowValues {
  get(key: string): StoredValue | undefined;
}

/** A run, with the columns that its plan asked for, by `columnKey`. */
export interface RunRow {
  readonly id: number;
  readonly dataset: number;
  readonly line: number;
  readonly values: RowValues;
}

export interface RunPage {
  readonly rows: readonly RunRow[];
  /** The order's values of each row, for its cursor. */
  readonly positions: readonly (readonly StoredValue[])[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Null where it was not asked for. */
  readonly totalCount: number | null;
}

/** Runs by column: every array has one entry a run. */
export interface RunColumns {
  readonly id: readonly number[];
  readonly dataset: readonly number[];
  readonly line: readonly number[];
  /** By `columnKey`. */
  readonly values: ReadonlyMap<string, readonly StoredValue[]>;
}

/** Points by column: every array has one entry a point; NaN and infinities are kept, null is missing. */
export interface CurveColumns {
  /** Ids of the runs, and of the points. */
  readonly run: ArrayLike<number>;
  readonly id: ArrayLike<number>;
  readonly axis: ArrayLike<number>;
  /** Values of a field that was asked for, by its `column`. */
  readonly values: (column: string) => readonly (number | null)[];
  /**
   * JSON of the values of a column (null: the axis) from one place to before another, null for what is
   * not finite: of a store that keeps such texts.
   */
  readonly text?: (column: string | null, start: number, end: number) => string;
}

/** A half-open piece of a range; the last of equal bins is closed. An end that is null is open to infinity. */
export interface Bin {
  readonly index: number;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly upperClosed: boolean;
  readonly scale: "linear" | "log10";
}

export interface GroupKeyValue {
  readonly state: ValueState;
  /** The value (a dataset's index, a configuration's id); null for a bin, and where the state is not finite. */
  readonly value: StoredValue;
  readonly bin: Bin | null;
}

export interface GroupRow {
  /** Number of the group among all of the plan's by key, from 0: names it in a run plan's partition. */
  readonly ordinal: number;
  /** The set (dataset or configuration) that the group is of, where the plan has a partition. */
  readonly part: number | null;
  readonly keys: readonly GroupKeyValue[];
  /** Axis value, where the plan is of curves. */
  readonly axis: number | null;
  readonly runCount: number;
  /** By `aggregateKey`. */
  readonly values: ReadonlyMap<string, number | null>;
  /** What answers `Quantiles`, likewise; a list for each that any run is of. */
  readonly lists: ReadonlyMap<string, readonly (number | null)[]>;
}

export interface HistogramBin {
  readonly bin: Bin;
  readonly count: number;
}

export interface ConfigurationRow {
  readonly id: number;
  readonly key: string;
  readonly block: number | null;
  readonly quantile: number | null;
  readonly runCount: number;
  readonly values: ReadonlyMap<string, StoredValue>;
}

export interface ConfigurationPage {
  readonly rows: readonly ConfigurationRow[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly totalCount: number | null;
}

/**
 * One immutable snapshot of the data. Every method answers a plan; each rejects with the signal's
 * reason when it is aborted, and with a `GraphQLError` that carries a code where the plan cannot be
 * answered for a reason that the user can mend.
 */
export interface Store {
  readonly catalogue: Catalogue;
  /** Pages by partition (`dataset` index, configuration id, group ordinal), or one page under -1. */
  runs(plan: RunPlan, signal: AbortSignal): Promise<ReadonlyMap<number, RunPage>>;
  lookUpRuns(plan: RunLookupPlan, signal: AbortSignal): Promise<readonly RunRow[]>;
  values(plan: ValuesPlan, signal: AbortSignal): Promise<RunColumns>;
  /** The same runs as `lookUpRuns`, by column; in no order. */
  lookUpColumns(plan: RunLookupPlan, signal: AbortSignal): Promise<RunColumns>;
  curves(plan: CurvePlan, signal: AbortSignal): Promise<CurveColumns>;
  /** The same points as `curves`, without a limit: nothing of them is kept for later. */
  lookUpPoints(plan: PointLookupPlan, signal: AbortSignal): Promise<CurveColumns>;
  aggregate(plan: AggregatePlan, signal: AbortSignal): Promise<readonly GroupRow[]>;
  /** Bins by group, under the group's ordinal; under -1 all bins, empty, for groups without values. */
  histogram(plan: HistogramPlan, signal: AbortSignal): Promise<ReadonlyMap<number, readonly HistogramBin[]>>;
  /** Pages by the dataset's index. */
  configurations(
    plan: ConfigurationPlan,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, ConfigurationPage>>;
  lookUpConfigurations(
    plan: ConfigurationLookupPlan,
    signal: AbortSignal,
  ): Promise<readonly ConfigurationRow[]>;
}
