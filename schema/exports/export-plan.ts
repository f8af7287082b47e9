import type { CurveField } from "../catalogue.js";
import type { Aggregate, AggregatePlan, CurveWindow, Filter, RunColumn, RunOrder } from "../plan.js";

/** What can be exported: runs, the points of their curves, groups of runs, and groups of curves point by point. */
export const exportTables = ["runs", "points", "groups", "curve-groups"] as const;
export type ExportTable = (typeof exportTables)[number];

/** Integers are whole numbers of at most 53 bits; floats hold NaN and infinities. Any value may be missing. */
export type ColumnType = "string" | "boolean" | "integer" | "float";

export interface ExportColumn {
  /** Unique among the columns of its table. */
  readonly name: string;
  readonly type: ColumnType;
}

/** A value of a run: a column of its plan, or what names the run. A configuration is answered by its id. */
export type RunValue = RunColumn | { readonly kind: "id" | "dataset" | "line" };

/** A value of a point, or of its run. */
export type PointValue =
  RunValue | { readonly kind: "axis" } | { readonly kind: "metric"; readonly metric: CurveField };

/** A value of a group: a part of one of its keys, how many runs it has, or an aggregate. */
export type GroupValue =
  | {
      readonly kind: "key";
      /** Which entry of groupBy. */
      readonly index: number;
      readonly part: "value" | "state" | "lower" | "upper" | "upperClosed";
    }
  | { readonly kind: "axis" | "runCount" }
  | { readonly kind: "aggregate"; readonly aggregate: Aggregate };

export interface ColumnOf<Value> extends ExportColumn {
  readonly from: Value;
}

/** The runs that an export is of, in its order. */
export interface ExportedRuns {
  readonly where: Filter | null;
  readonly order: readonly RunOrder[];
  readonly first: number | null;
}

/** What an export asks of the store, as plain data. */
export type ExportPlan =
  | {
      readonly table: "runs";
      readonly columns: readonly ColumnOf<RunValue>[];
      readonly runs: ExportedRuns;
    }
  | {
      readonly table: "points";
      readonly columns: readonly ColumnOf<PointValue>[];
      readonly runs: ExportedRuns;
      readonly window: CurveWindow;
    }
  | {
      readonly table: "groups" | "curve-groups";
      readonly columns: readonly ColumnOf<GroupValue>[];
      readonly groups: AggregatePlan;
    };
