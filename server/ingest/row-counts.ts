import type { Connection } from "../duckdb/connection.js";
import type { StagedRows } from "./reading.js";
import { curveColumns } from "./stage.js";

/** How many rows of a staging table are odd in some way. */
export interface RowCounts {
  readonly all: number;
  /** Rows whose curve is empty. */
  readonly empty: number;
  /** Rows in which the axis falls along the curve. */
  readonly falling: number;
  /** Rows that say that they are synthetic. */
  readonly synthetic: number;
  /** For each curve column, rows in which its length is not the axis's; empty where the curve is no set of loose arrays. */
  readonly uneven: readonly number[];
}

export async function countRows(connection: Connection, { layout, table }: StagedRows): Promise<RowCounts> {
  const isLoose = layout.sources.some(({ kind, path }) => kind === "arrays" && path.length === 0);
  const odd = [
    "len(axis) = 0",
    "axis <> list_sort(axis)",
    "synthetic",
    ...(isLoose ? curveColumns(layout).map((_, index) => `len(c${index}) NOT IN (0, len(axis))`) : []),
  ];
  const { rows } = await connection.query(
    `SELECT count(*), ${odd.map((condition) => `count(*) FILTER (${condition})`).join(", ")} FROM ${table}`,
  );
  const [all = 0, empty = 0, falling = 0, synthetic = 0, ...uneven] = (rows[0] ?? []).map(Number);
  return { all, empty, falling, synthetic, uneven };
}

export const addCounts = (a: RowCounts, b: RowCounts): RowCounts => ({
  all: a.all + b.all,
  empty: a.empty + b.empty,
  falling: a.falling + b.falling,
  synthetic: a.synthetic + b.synthetic,
  uneven: a.uneven.map((count, index) => count + (b.uneven[index] ?? 0)),
});
