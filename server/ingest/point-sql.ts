import type { DatasetMetric } from "../../schema/catalogue.js";
import type { Connection } from "../duckdb/connection.js";
import type { Fields } from "../../schema/fields.js";
import { idsTable } from "./configurations.js";
import type { KeysOf, StagedRows } from "./reading.js";
import { fieldLists, type Renumbering } from "./run-sql.js";

/** `CREATE TABLE snapshot.points`, with a column for every curve field of the catalogue. */
export const createPointsSql = (fields: Fields): string =>
  `CREATE TABLE snapshot.points (${[
    "id INTEGER",
    "run INTEGER",
    "position INTEGER",
    "axis DOUBLE",
    ...fields.curveFields.map(({ column }) => `${column} DOUBLE`),
  ].join(", ")})`;

/** Adds one dataset's points, in order of run and position. */
export function insertPointsSql(staged: KeysOf & StagedRows, dataset: number, fields: Fields): string {
  const lists = fieldLists(staged, fields);
  const columns = fields.curveFields.map(({ column }) => {
    const found = lists.get(column);
    if (!found) return `CAST(NULL AS DOUBLE) AS ${column}`;
    return `unnest(${found.list}) AS ${column}`;
  });
  const unnested =
    `SELECT ids.id AS run, ids.first_point, unnest(range(ids.point_count)) AS place, unnest(axis) AS axis, ${columns.join(", ")} ` +
    `FROM ${staged.table} AS stage JOIN ${idsTable(dataset)} AS ids ON stage.rowid = ids.run`;
  const names = fields.curveFields.map(({ column }) => column);
  return `INSERT INTO snapshot.points SELECT ${["first_point + place", "run", "place + 1", "axis", ...names].join(", ")} FROM (${unnested})`;
}

/** Adds points of an older snapshot, attached as `old`, under other numbers: those with ids in a half-open range. */
export const insertOldPointsSql = (from: number, to: number, by: Renumbering): string =>
  `INSERT INTO snapshot.points SELECT * REPLACE (CAST(id + ${by.point} AS INTEGER) AS id, CAST(run + ${by.run} AS INTEGER) AS run) ` +
  `FROM old.points WHERE id >= ${from} AND id < ${to}`;

/** How many of a metric's logged values are what. */
export interface MetricCounts {
  readonly finiteCount: number;
  readonly nanCount: number;
  readonly infiniteCount: number;
  readonly missingCount: number;
}

/** The sums of what a dataset's metrics had, and of further counts by column. */
export const addMetricCounts = (
  metrics: readonly DatasetMetric[],
  counts: ReadonlyMap<string, MetricCounts>,
): Map<string, MetricCounts> =>
  new Map(
    metrics.map((before) => {
      const further = counts.get(before.field.column) ?? NO_COUNTS;
      const sums = {
        finiteCount: before.finiteCount + further.finiteCount,
        nanCount: before.nanCount + further.nanCount,
        infiniteCount: before.infiniteCount + further.infiniteCount,
        missingCount: before.missingCount + further.missingCount,
      };
      return [before.field.column, sums];
    }),
  );

export const NO_COUNTS: MetricCounts = { finiteCount: 0, nanCount: 0, infiniteCount: 0, missingCount: 0 };

/** Counts for each curve column over the points with ids in a half-open range. */
export async function metricCounts(
  connection: Connection,
  columns: readonly string[],
  from: number,
  to: number,
): Promise<Map<string, MetricCounts>> {
  if (columns.length === 0) return new Map();
  const aggregates = columns.flatMap((column) => [
    `count_if(isfinite(${column}))`,
    `count_if(isnan(${column}))`,
    `count(${column})`,
  ]);
  const { rows } = await connection.query(
    `SELECT count(*), ${aggregates.join(", ")} FROM snapshot.points WHERE id >= ${from} AND id < ${to}`,
  );
  const [all = 0, ...values] = (rows[0] ?? []).map(Number);
  return new Map(
    columns.map((column, index) => {
      const [finiteCount = 0, nanCount = 0, logged = 0] = values.slice(3 * index, 3 * index + 3);
      const infiniteCount = logged - finiteCount - nanCount;
      return [column, { finiteCount, nanCount, infiniteCount, missingCount: all - logged }];
    }),
  );
}
