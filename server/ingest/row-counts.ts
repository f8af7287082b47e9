import type { Connection } from "../duckdb/connection.js";
import type { StagedRows } from "./reading.js";
import { curveColumns } from "./stage.js";

/** Rows that are odd in one way. */
export interface OddRows {
  readonly count: number;
  /** The first line of them; null where there is none. */
  readonly line: number | null;
}

/** How many rows of a staging table are odd in some way. */
export interface RowCounts {
  readonly all: number;
  /** Rows whose curve is empty. */
  readonly empty: number;
  /** Rows in which the axis falls along the curve. */
  readonly falling: OddRows;
  /** Rows in which a value of the axis is logged more than once. */
  readonly repeating: OddRows;
  /** Rows that say that they are synthetic. */
  readonly synthetic: number;
  /** For each curve column, rows in which its length is not the axis's; empty where the curve is no set of loose arrays. */
  readonly uneven: readonly number[];
}

/** Whether a value of the axis and the next are so. */
const someStep = (test: string): string =>
  `len(list_filter(list_zip(axis[1:-2], axis[2:]), lambda "#p": "#p"[1] ${test} "#p"[2])) > 0`;

/** Only an axis that does not rise from point to point is looked through for values that come back. */
const REPEATING = `CASE WHEN ${someStep(">=")} THEN list_unique(axis) < list_count(axis) ELSE false END`;

export async function countRows(
  connection: Connection,
  { layout, table, lineSql }: StagedRows,
): Promise<RowCounts> {
  const isLoose = layout.sources.some(({ kind, path }) => kind === "arrays" && path.length === 0);
  const counts = [
    "len(axis) = 0",
    "synthetic",
    ...(isLoose ? curveColumns(layout).map((_, index) => `len(c${index}) NOT IN (0, len(axis))`) : []),
  ].map((condition) => `count(*) FILTER (${condition})`);
  const odd = ["falling", "repeating"].flatMap((condition) => [
    `count(*) FILTER (${condition})`,
    `min(${lineSql}) FILTER (${condition})`,
  ]);
  const { rows } = await connection.query(
    `SELECT count(*), ${[...odd, ...counts].join(", ")} FROM ` +
      `(SELECT *, rowid, ${someStep(">")} AS falling, ${REPEATING} AS repeating FROM ${table})`,
  );
  const [all, falling, fallingLine, repeating, repeatingLine, empty, synthetic, ...uneven] = rows[0] ?? [];
  return {
    all: Number(all),
    empty: Number(empty),
    falling: oddRows(falling, fallingLine),
    repeating: oddRows(repeating, repeatingLine),
    synthetic: Number(synthetic),
    uneven: uneven.map(Number),
  };
}

const oddRows = (count: unknown, line: unknown): OddRows => ({
  count: Number(count),
  line: line === null ? null : Number(line),
});

/** Counts of rows, and of others in lines behind so many. */
export const addCounts = (a: RowCounts, b: RowCounts, lineCount: number): RowCounts => {
  const add = (first: OddRows, second: OddRows): OddRows => ({
    count: first.count + second.count,
    line: first.line ?? (second.line === null ? null : second.line + lineCount),
  });
  return {
    all: a.all + b.all,
    empty: a.empty + b.empty,
    falling: add(a.falling, b.falling),
    repeating: add(a.repeating, b.repeating),
    synthetic: a.synthetic + b.synthetic,
    uneven: a.uneven.map((count, index) => count + (b.uneven[index] ?? 0)),
  };
};
