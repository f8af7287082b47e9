import type {
  GroupAggregate,
  GroupBy,
  GroupFilter,
  GroupOrder,
  MetricName,
  QuantileMethod,
  RunFilter,
  RunOrder,
  Statistic,
} from "./generated/operations.js";

/** What a server exports: runs, points of their curves, groups of runs, and groups of curves point by point. */
export type ExportTable = "runs" | "points" | "groups" | "curve-groups";

/** Formats of files; `arrow` is Arrow's file format, `arrows` its stream. */
export type ExportFormat = "csv" | "ndjson" | "parquet" | "arrow" | "arrows";

/** One or several; GraphQL takes either for a list. */
export type ExportList<T> = T | readonly T[] | null;

/** `RunFilter`, for whatever hyperparameters the served data have. */
export type ExportFilter = Omit<RunFilter, "and" | "or" | "not" | "hyperparameters"> & {
  readonly and?: readonly ExportFilter[] | null | undefined;
  readonly or?: readonly ExportFilter[] | null | undefined;
  readonly not?: ExportFilter | null | undefined;
  readonly hyperparameters?: Readonly<Record<string, object | null | undefined>> | null | undefined;
};

/** Which runs, in which order, and which of their columns. */
export interface ExportedRuns {
  readonly where?: ExportFilter | null | undefined;
  readonly orderBy?: ExportList<RunOrder> | undefined;
  /** Only so many runs. */
  readonly first?: number | null | undefined;
  /** By name: `line`, `hyperparameters.lr`, `score.valLoss@final`, … Default: all that are usual. */
  readonly columns?: readonly string[] | null | undefined;
}

/** Part of a curve. */
export interface ExportWindow {
  /** Least axis value, included. */
  readonly from?: number | null | undefined;
  /** Greatest axis value, included. */
  readonly to?: number | null | undefined;
  /** Only each nth point that a run logged. */
  readonly every?: number | null | undefined;
}

/** One number about the values of a metric at one point of the curves. */
export type CurveAggregate =
  | { readonly statistic: { readonly of: MetricName; readonly statistic: Statistic } }
  | {
      readonly quantile: {
        readonly of: MetricName;
        readonly p: number;
        readonly method?: QuantileMethod | null | undefined;
      };
    };

/** The arguments of each export, called as GraphQL calls them. */
export interface ExportArguments {
  readonly runs: ExportedRuns;
  readonly points: ExportedRuns & ExportWindow;
  readonly groups: {
    readonly where?: ExportFilter | null | undefined;
    readonly groupBy?: ExportList<GroupBy> | undefined;
    readonly having?: ExportList<GroupFilter> | undefined;
    readonly orderBy?: ExportList<GroupOrder> | undefined;
    readonly first?: number | null | undefined;
    readonly aggregates?: ExportList<GroupAggregate> | undefined;
  };
  readonly "curve-groups": ExportWindow & {
    readonly where?: ExportFilter | null | undefined;
    readonly groupBy?: ExportList<GroupBy> | undefined;
    readonly aggregates?: ExportList<CurveAggregate> | undefined;
  };
}

/** A value of a row: NaN and infinities are JavaScript's own, null is missing. */
export type ExportValue = string | number | boolean | null;

/** Columns that hold numbers, where they hold anything. */
export type NumericExportColumn =
  | "iteration"
  | "lastStep"
  | "trainSeconds"
  | "evalSeconds"
  | "totalSeconds"
  | "tokens"
  | `score.${string}`
  | `metric.${string}`;

/** What is known of a column by its name. */
export type ExportColumnValue<Column extends string> = Column extends "id" | "dataset" | "configuration"
  ? string
  : Column extends "line" | "pointCount" | "axis"
    ? number
    : Column extends NumericExportColumn
      ? number | null
      : Column extends "nanTrainLoss" | "diverged" | "complete"
        ? boolean | null
        : ExportValue;

/** A row by its columns: those that are asked for by name, with the types that are known of them. */
export type ExportRowOf<Args> = Args extends { readonly columns: readonly (infer Column extends string)[] }
  ? string extends Column
    ? ExportRow
    : // One name that stands for several.
      [Extract<Column, `${string}*`>] extends [never]
      ? { readonly [Name in Column]: ExportColumnValue<Name> }
      : ExportRow
  : ExportRow;

/** A row whose columns are not known beforehand. */
export type ExportRow = Readonly<Record<string, ExportValue>>;
