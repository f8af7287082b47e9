import type { Role } from "../../schema/catalogue.js";
import { compareText } from "../../schema/naming.js";
import type { Connection } from "../duckdb/connection.js";
import { literal } from "../duckdb/quote.js";
import type { StagedFile } from "./staged-file.js";

/**
 * A dataset's `ids` table has one row a run: `run` (row of the staging table), `id`, `point_count`,
 * `first_point`, and the configuration's `key`.
 */
export async function createIds(
  connection: Connection,
  staged: StagedFile,
  roles: readonly Role[],
  offsets: { readonly run: number; readonly point: number },
): Promise<{ runs: number; points: number; configurations: number }> {
  const ids = idsTable(staged);
  await connection.execute(
    `CREATE OR REPLACE TABLE ${ids} AS SELECT run, CAST(run + ${offsets.run} AS INTEGER) AS id, point_count, ` +
      `CAST(${offsets.point} + sum(point_count) OVER (ORDER BY run ROWS UNBOUNDED PRECEDING) - point_count AS INTEGER) AS first_point, key ` +
      `FROM (SELECT rowid AS run, CAST(len(axis) AS INTEGER) AS point_count, ${keySql(staged, roles)} AS key FROM ${staged.table})`,
  );
  const { rows } = await connection.query(
    `SELECT count(*), coalesce(sum(point_count), 0), count(DISTINCT key) FROM ${ids}`,
  );
  const [runs = 0, points = 0, configurations = 0] = (rows[0] ?? []).map(Number);
  return { runs, points, configurations };
}

export const idsTable = ({ table }: StagedFile): string => `${table}_ids`;

/**
 * First 16 hex digits of the MD5 of the searched hyperparameters' names and values, sorted by name:
 * the same over restarts, and whatever other files are loaded. Numbers count as doubles, so that a
 * file that writes 1 and one that writes 1.0 agree.
 */
function keySql({ layout }: StagedFile, roles: readonly Role[]): string {
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
  readonly staged: StagedFile;
  readonly quantiles: readonly number[];
}

/** Writes `snapshot.configurations`, numbered by their first run; blocks are numbered by first appearance in the residual dataset. */
export async function createConfigurations(
  connection: Connection,
  files: readonly StagedFile[],
  residuals: readonly ResidualBlocks[],
): Promise<void> {
  const all = files.map((staged) => `SELECT id, key FROM ${idsTable(staged)}`).join(" UNION ALL ");
  const blocks = residuals.map(
    ({ staged, quantiles }, order) =>
      `SELECT key, block, ${quantiles.length > 0 ? `([${quantiles.join(", ")}]::DOUBLE[])[block]` : "CAST(NULL AS DOUBLE)"} AS quantile, ${order} AS priority ` +
      `FROM (SELECT key, CAST(row_number() OVER (ORDER BY min(run)) AS INTEGER) AS block FROM ${idsTable(staged)} GROUP BY key)`,
  );
  const none =
    "SELECT CAST(NULL AS VARCHAR) AS key, CAST(NULL AS INTEGER) AS block, CAST(NULL AS DOUBLE) AS quantile, 0 AS priority WHERE false";
  await connection.execute(
    `CREATE TABLE snapshot.configurations AS SELECT CAST(row_number() OVER (ORDER BY first_run) - 1 AS INTEGER) AS id, key, block, quantile, run_count, first_run ` +
      `FROM (SELECT key, CAST(count(*) AS INTEGER) AS run_count, CAST(min(id) AS INTEGER) AS first_run FROM (${all}) GROUP BY key) ` +
      `LEFT JOIN (SELECT key, arg_min(block, priority) AS block, arg_min(quantile, priority) AS quantile FROM (${[none, ...blocks].join(" UNION ALL ")}) GROUP BY key) USING (key) ` +
      `ORDER BY first_run`,
  );
}

/** Whether one dataset has all configurations of another. */
export async function hasConfigurations(
  connection: Connection,
  whole: StagedFile,
  part: StagedFile,
): Promise<boolean> {
  const { rows } = await connection.query(
    `SELECT count(*) FROM ${idsTable(part)} WHERE key NOT IN (SELECT key FROM ${idsTable(whole)})`,
  );
  return Number(rows[0]?.[0]) === 0;
}

/** Blocks (counted from 1) of so many successive lines that hold more than one configuration. */
export async function mixedBlocks(
  connection: Connection,
  staged: StagedFile,
  replicates: number,
): Promise<number[]> {
  const { rows } = await connection.query(
    `SELECT block FROM (SELECT (line - 1) // ${replicates} + 1 AS block, key FROM ` +
      `(SELECT rowid AS run, ${staged.lineSql} AS line FROM ${staged.table}) JOIN ${idsTable(staged)} USING (run)) ` +
      `GROUP BY block HAVING count(DISTINCT key) > 1 ORDER BY block`,
  );
  return rows.map(([block]) => Number(block));
}
