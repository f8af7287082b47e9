import type { StoredValue } from "../../schema/store.js";

/** Some rows by column: each array has one entry a row, NaN and infinities kept, null for what is missing. */
export interface Batch {
  readonly rowCount: number;
  /** In the order of the export's columns. */
  readonly columns: readonly (readonly StoredValue[])[];
}

/** Runs that an export is of, in its order, each with its number of points. */
export interface RunList {
  readonly ids: readonly number[];
  readonly pointCounts: readonly number[];
}
