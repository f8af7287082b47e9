import type { ValueType } from "../../schema/catalogue.js";
import type { Connection } from "../duckdb/connection.js";
import type { Layout } from "./layout.js";

/** What the values of one scalar are in one file. */
export interface HyperparameterStatistics {
  readonly lower: number | null;
  readonly upper: number | null;
  readonly distinctCount: number;
  readonly missingCount: number;
}

/** Scalars that one statement looks at: what the engine takes for it grows with the square of their number. */
const AT_ONCE = 16;
/** Aggregates of each. */
const EACH = 4;

/**
 * Statistics of each scalar of the layout, in its order; least and greatest are of finite values.
 * @param from what has the scalars as `s0…`, as SQL.
 */
export async function hyperparameterStatistics(
  connection: Connection,
  { scalars }: Layout,
  from: string,
): Promise<HyperparameterStatistics[]> {
  const all = scalars.flatMap(({ type }, index) => aggregatesOf(type, `s${index}`));
  const values: unknown[] = [];
  for (let start = 0; start < all.length; start += AT_ONCE * EACH) {
    const some = all.slice(start, start + AT_ONCE * EACH);
    const { rows } = await connection.query(`SELECT ${some.join(", ")} FROM ${from}`);
    values.push(...(rows[0] ?? []));
  }
  return scalars.map((_, index) => ({
    lower: values[EACH * index] as number | null,
    upper: values[EACH * index + 1] as number | null,
    distinctCount: Number(values[EACH * index + 2]),
    missingCount: Number(values[EACH * index + 3]),
  }));
}

function aggregatesOf(type: ValueType, column: string): string[] {
  const numeric = type === "integer" || type === "float";
  const value = `CAST(${column} AS DOUBLE)`;
  return [
    numeric ? `min(${value}) FILTER (isfinite(${value}))` : "NULL",
    numeric ? `max(${value}) FILTER (isfinite(${value}))` : "NULL",
    // Several times as fast as count(DISTINCT) over many columns.
    `list_unique(list(${column}))`,
    `count(*) - count(${column})`,
  ];
}
