import type { Connection } from "../duckdb/connection.js";
import type { Layout } from "./layout.js";

/** What the values of one scalar are in one file. */
export interface HyperparameterStatistics {
  readonly lower: number | null;
  readonly upper: number | null;
  readonly distinctCount: number;
  readonly missingCount: number;
}

/**
 * Statistics of each scalar of the layout, in its order; least and greatest are of finite values.
 * @param from what has the scalars as `s0…`, as SQL.
 */
export async function hyperparameterStatistics(
  connection: Connection,
  layout: Layout,
  from: string,
): Promise<HyperparameterStatistics[]> {
  if (layout.scalars.length === 0) return [];
  const aggregates = layout.scalars.flatMap(({ type }, index) => {
    const column = `s${index}`;
    const numeric = type === "integer" || type === "float";
    const value = `CAST(${column} AS DOUBLE)`;
    return [
      numeric ? `min(${value}) FILTER (isfinite(${value}))` : "NULL",
      numeric ? `max(${value}) FILTER (isfinite(${value}))` : "NULL",
      // Several times as fast as count(DISTINCT) over many columns.
      `list_unique(list(${column}))`,
      `count(*) - count(${column})`,
    ];
  });
  const { rows } = await connection.query(`SELECT ${aggregates.join(", ")} FROM ${from}`);
  const values = rows[0] ?? [];
  return layout.scalars.map((_, index) => ({
    lower: values[4 * index] as number | null,
    upper: values[4 * index + 1] as number | null,
    distinctCount: Number(values[4 * index + 2]),
    missingCount: Number(values[4 * index + 3]),
  }));
}
