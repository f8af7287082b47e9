import type { QuantileMethod, Statistic } from "../../schema/plan.js";
import { double, doubles, empty, type Sql, sql } from "./tag.js";

/** One measured column of the rows that are aggregated. */
export interface Operand {
  /** As logged: NaN, infinities and NULL among its values. */
  readonly value: Sql;
  /** The same where finite, else NULL, so that aggregates leave it out. */
  readonly finite: Sql;
}

/**
 * Every statistic as SQL over the rows of a group. DuckDB's variance refuses to overflow, which
 * one run that ended at 1e200 would make it do: such groups are computed at another scale.
 */
export const statistics: Readonly<Record<Statistic, (of: Operand) => Sql>> = {
  count: ({ finite }) => sql`count(${finite})`,
  nullCount: ({ value }) => sql`count(*) - count(${value})`,
  nanCount: ({ value }) => sql`count(*) FILTER (WHERE isnan(${value}))`,
  infCount: ({ value }) => sql`count(*) FILTER (WHERE isinf(${value}))`,
  distinctCount: ({ finite }) => sql`count(DISTINCT ${finite})`,
  min: ({ finite }) => sql`min(${finite})`,
  max: ({ finite }) => sql`max(${finite})`,
  mean: ({ finite }) =>
    sql`CASE WHEN max(abs(${finite})) >= 1e150 THEN favg(${finite} * 1e-160) * 1e160 ELSE favg(${finite}) END`,
  sum: ({ finite }) => sql`fsum(${finite})`,
  stddev: ({ finite }) => spread(finite, (x) => sql`stddev_samp(${x})`),
  variance: ({ finite }) => squared(spread(finite, (x) => sql`stddev_samp(${x})`)),
  stddevPopulation: ({ finite }) => spread(finite, (x) => sql`stddev_pop(${x})`),
  variancePopulation: ({ finite }) => squared(spread(finite, (x) => sql`stddev_pop(${x})`)),
  median: ({ finite }) => quantile(finite, 0.5, "linear"),
  argMin: ({ finite }) => sql`arg_min(id, (${finite}, id)) FILTER (WHERE ${finite} IS NOT NULL)`,
  argMax: ({ finite }) => sql`arg_max(id, (${finite}, -id)) FILTER (WHERE ${finite} IS NOT NULL)`,
};

/**
 * The p-quantile of the finite values: interpolated between neighbours, or (`lower`) the order
 * statistic of rank ⌈p n⌉. The rank's p is drawn back a hair, so that p n = 7.000000000000001 is 7.
 */
export function quantile(finite: Sql, p: number, method: QuantileMethod): Sql {
  return method === "linear"
    ? sql`quantile_cont(${finite}, ${double(p)})`
    : sql`quantile_disc(${finite}, ${double(drawnBack(p))})`;
}

const drawnBack = (p: number): number => Math.max(0, p - 1e-12);

/** Several of them, as a list: the values are sorted once. */
export function quantiles(finite: Sql, p: readonly number[], method: QuantileMethod): Sql {
  return method === "linear"
    ? sql`quantile_cont(${finite}, ${doubles(p)})`
    : sql`quantile_disc(${finite}, ${doubles(p.map(drawnBack))})`;
}

/** Pearson's correlation of pairs of which both are finite; NULL where one does not vary. A huge or tiny side is computed at another scale. */
export function correlation(x: Sql, y: Sql): Sql {
  const ofX = (other: Sql): Sql => atScale(x, (value) => sql`corr(${value}, ${other})`);
  return atScale(y, ofX);
}

/** Beyond these sizes squares overflow, or vanish. */
const within = (finite: Sql, from: Sql, to: Sql, scale: Sql = empty): Sql =>
  sql`CASE WHEN abs(${finite}) >= ${from} AND abs(${finite}) < ${to} THEN ${finite}${scale} END`;

/** What is computed of a group's values: at a smaller scale where one of them is huge, at a greater one where all are tiny. */
const atScale = (
  finite: Sql,
  of: (value: Sql) => Sql,
  scales: { readonly down: Sql; readonly up: Sql } = { down: empty, up: empty },
): Sql =>
  sql`CASE WHEN max(abs(${finite})) >= 1e150 THEN ${of(sql`${finite} * 1e-160`)}${scales.up} WHEN max(abs(${finite})) < 1e-140 THEN ${of(within(finite, sql`0`, sql`1e-140`, sql` * 1e160`))}${scales.down} ELSE ${of(within(finite, sql`0`, sql`1e150`))} END`;

const inUnit = { up: sql` * 1e160`, down: sql` * 1e-160` };

const spread = (finite: Sql, of: (value: Sql) => Sql): Sql => atScale(finite, of, inUnit);

const squared = (value: Sql): Sql => sql`pow(${value}, 2)`;
