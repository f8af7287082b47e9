import type { CurveField } from "../../../schema/catalogue.js";
import { columnKey, type RunColumn } from "../../../schema/plan.js";
import { type Column, NO_COLUMN } from "./column.js";

/** What every run has; kept for as long as the snapshot is open. */
export interface Runs {
  readonly count: number;
  readonly dataset: Column;
  readonly line: Column;
  /** Id of its first point, one more than that of the last run's last point. One entry more than there are runs. */
  readonly firstPoint: Int32Array;
}

/** Columns in memory, by {@link runKey} and {@link pointKey}. */
export interface Kept {
  readonly runs: Runs | null;
  /** Null where the column cannot be held in memory as it is; undefined where it is not read yet. */
  get(key: string): Column | null | undefined;
}

/** A column that a plan needs, and that is not in memory. */
export type Wanted =
  | { readonly table: "runs"; readonly column: RunColumn }
  | { readonly table: "points"; readonly column: CurveField | null };

/**
 * Steps of a nanosecond or two that one plan may take here: more would keep all other requests waiting
 * for longer than some hundred milliseconds. A statement has threads of its own, and can be interrupted.
 */
export const MAX_STEPS = 60_000_000;

const NO_RUNS: Runs = {
  count: 0,
  dataset: NO_COLUMN,
  line: NO_COLUMN,
  firstPoint: new Int32Array(1),
};

const runKey = (column: RunColumn): string => `runs ${columnKey(column)}`;
const pointKey = (field: CurveField | null): string => `points ${field?.column ?? "axis"}`;

/** The key under which a column is kept. */
export const keyOf = (wanted: Wanted): string =>
  wanted.table === "runs" ? runKey(wanted.column) : pointKey(wanted.column);

/**
 * The columns as one plan sees them while it is compiled. Those that are not in memory are noted,
 * and an empty column stands for them: what was compiled may run only where the view is `complete`.
 */
export class View {
  readonly wanted = new Map<string, Wanted>();
  #refused = false;
  #steps = 0;

  constructor(private readonly kept: Kept) {}

  get runs(): Runs {
    return this.kept.runs ?? NO_RUNS;
  }

  get complete(): boolean {
    return this.wanted.size === 0 && this.kept.runs !== null && !this.#refused;
  }

  /** Whether the plan asks for something that only a statement can answer. */
  get refused(): boolean {
    return this.#refused;
  }

  /** Says that only a statement can answer the plan. */
  refuse(): void {
    this.#refused = true;
  }

  /** Says how many steps the plan takes for each run. Where all of them take too long, only a statement can answer it. */
  spend(steps: number): void {
    this.#steps += steps * this.runs.count;
    if (this.#steps > MAX_STEPS) this.refuse();
  }

  /** A column of all runs; the place in it is the run's id. */
  run(column: RunColumn): Column {
    return this.#column({ table: "runs", column });
  }

  /** A column of all points, null being the axis; the place in it is the point's id. */
  points(field: CurveField | null): Column {
    return this.#column({ table: "points", column: field });
  }

  #column(wanted: Wanted): Column {
    const key = keyOf(wanted);
    const column = this.kept.get(key);
    if (column) return column;
    if (column === null) this.refuse();
    else this.wanted.set(key, wanted);
    return NO_COLUMN;
  }
}
