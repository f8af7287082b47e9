import type { Role } from "../../schema/catalogue.js";
import { compareText } from "../../schema/naming.js";
import type { Connection } from "../duckdb/connection.js";
import { literal } from "../duckdb/quote.js";
import type { Layout } from "./layout.js";
import type { FileRows, OldRows, StagedRows } from "./reading.js";

/** First numbers of a dataset's runs and points. */
export interface FirstNumbers {
  readonly run: number;
  readonly point: number;
}

/**
 * A dataset's `ids` table has one row a run: `run` (row of the staging table; null for a row of an older
 * snapshot), `line`, `id`, `point_count`, `first_point`, and the configuration's `key`.
 */
export async function createIds(
  connection: Connection,
  { staged, old }: FileRows,
  dataset: number,
  roles: readonly Role[],
  first: FirstNumbers,
): Promise<{ runs: number; points: number; configurations: number }> {
  const ids = idsTable(dataset);
  const next = {
    run: first.run + (old?.dataset.runCount ?? 0),
    point: first.point + (old?.dataset.pointCount ?? 0),
  };
  const parts = [
    ...(old ? [oldIds(old, dataset, first)] : []),
    ...(staged ? [stagedIds(staged, roles, next)] : []),
  ];
  await connection.execute(`CREATE OR REPLACE TABLE ${ids} AS ${parts.join(" UNION ALL ")}`);
  const { rows } = await connection.query(
    `SELECT count(*), coalesce(sum(point_count), 0), count(DISTINCT key) FROM ${ids}`,
  );
  const [runs = 0, points = 0, configurations = 0] = (rows[0] ?? []).map(Number);
  return { runs, points, configurations };
}

export const idsTable = (dataset: number): string => `ids_${dataset}`;

const stagedIds = (
  { layout, table, lineSql }: StagedRows,
  roles: readonly Role[],
  first: FirstNumbers,
): string =>
  `SELECT run, line, CAST(run + ${first.run} AS INTEGER) AS id, point_count, ` +
  `CAST(${first.point} + sum(point_count) OVER (ORDER BY run ROWS UNBOUNDED PRECEDING) - point_count AS INTEGER) AS first_point, key ` +
  `FROM (SELECT rowid AS run, CAST(${lineSql} AS INTEGER) AS line, CAST(len(axis) AS INTEGER) AS point_count, ${keySql(layout, roles)} AS key FROM ${table})`;

const oldIds = ({ firstRun, firstPoint }: OldRows, dataset: number, first: FirstNumbers): string =>
  `SELECT CAST(NULL AS BIGINT) AS run, line, CAST(runs.id + ${first.run - firstRun} AS INTEGER) AS id, point_count, ` +
  `CAST(first_point + ${first.point - firstPoint} AS INTEGER) AS first_point, key ` +
  `FROM old.runs AS runs JOIN old.configurations AS configurations ON runs.configuration = configurations.id WHERE dataset = ${dataset}`;

/**
 * First 16 hex digits of the MD5 of the searched hyperparameters' names and values, sorted by name:
 * the same over restarts, and whatever other files are loaded. Numbers count as doubles, so that a
 * file that writes 1 and one that writes 1.0 agree.
 */
function keySql(layout: Layout, roles: readonly Role[]): string {
  const parts = layout.scalars
    .map(({ original, type }, index) => ({ original, type, index }))
    .filter(({ index }) => roles[index] === "searched")
    .sort((a, b) => compareText(a.original, b.original))
    .map(({ original, type, index }) => {
      const value = type === "integer" || type === "float" ? `CAST(s${index} AS DOUBLE) + 0.0` : `s${index}`;
      return `${literal(`${original}=`)} || coalesce(CAST(${value} AS VARCHAR), chr(30))`;
    });
  return `substr(md5(concat_ws(chr(31), ${["''", ...parts].join(", ")})), 1, 16)`;
}

/** A dataset that retrained few configurations, in the order of its lines. */
export interface ResidualBlocks {
  readonly dataset: number;
  readonly quantiles: readonly number[];
}

/** Writes `snapshot.configurations`, numbered by their first run; blocks are numbered by first appearance in the residual dataset. */
export async function createConfigurations(
  connection: Connection,
  datasetCount: number,
  residuals: readonly ResidualBlocks[],
): Promise<void> {
  const all = Array.from(
    { length: datasetCount },
    (_, dataset) => `SELECT id, key FROM ${idsTable(dataset)}`,
  ).join(" UNION ALL ");
  const blocks = residuals.map(
    ({ dataset, quantiles }, order) =>
      `SELECT key, block, ${quantiles.length > 0 ? `([${quantiles.join(", ")}]::DOUBLE[])[block]` : "CAST(NULL AS DOUBLE)"} AS quantile, ${order} AS priority ` +
      `FROM (SELECT key, CAST(row_number() OVER (ORDER BY min(id)) AS INTEGER) AS block FROM ${idsTable(dataset)} GROUP BY key)`,
  );
  const none =
    "SELECT CAST(NULL AS VARCHAR) AS key, CAST(NULL AS INTEGER) AS block, CAST(NULL AS DOUBLE) AS quantile, 0 AS priority WHERE false";
  await connection.execute(
    `CREATE OR REPLACE TABLE snapshot.configurations AS SELECT CAST(row_number() OVER (ORDER BY first_run) - 1 AS INTEGER) AS id, key, block, quantile, run_count, first_run ` +
      `FROM (SELECT key, CAST(count(*) AS INTEGER) AS run_count, CAST(min(id) AS INTEGER) AS first_run FROM (${all}) GROUP BY key) ` +
      `LEFT JOIN (SELECT key, arg_min(block, priority) AS block, arg_min(quantile, priority) AS quantile FROM (${[none, ...blocks].join(" UNION ALL ")}) GROUP BY key) USING (key) ` +
      `ORDER BY first_run`,
  );
}

/** Whether one dataset has all configurations of another. */
export async function hasConfigurations(
  connection: Connection,
  whole: number,
  part: number,
): Promise<boolean> {
  const { rows } = await connection.query(
    `SELECT count(*) FROM ${idsTable(part)} WHERE key NOT IN (SELECT key FROM ${idsTable(whole)})`,
  );
  return Number(rows[0]?.[0]) === 0;
}

/** Blocks (counted from 1) of so many successive lines that hold more than one configuration. */
export async function mixedBlocks(
  connection: Connection,
  dataset: number,
  replicates: number,
): Promise<number[]> {
  const { rows } = await connection.query(
    `SELECT (line - 1) // ${replicates} + 1 AS block FROM ${idsTable(dataset)} ` +
      `GROUP BY block HAVING count(DISTINCT key) > 1 ORDER BY block`,
  );
  return rows.map(([block]) => Number(block));
}
