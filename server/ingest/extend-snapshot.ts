import { isDeepStrictEqual } from "node:util";
import type { Catalogue } from "../../schema/catalogue.js";
import type { Fields } from "../../schema/fields.js";
import type { Connection } from "../duckdb/connection.js";
import type { Pool } from "../duckdb/pool.js";
import { type HyperparameterStatistics, hyperparameterStatistics } from "./hyperparameter-statistics.js";
import type { Manifests } from "./manifest.js";
import { type NumberedFile, numberFiles } from "./number-files.js";
import { insertOldPointsSql, insertPointsSql } from "./point-sql.js";
import { ReadWhole } from "./read-on.js";
import { scalarRead, sqlType } from "./read-type.js";
import type { FileRows, OldRows } from "./reading.js";
import { createRepeatsSql } from "./repeats-sql.js";
import { assignRoles } from "./roles.js";
import { hasBest, insertOldRunsSql, insertRunsSql } from "./run-sql.js";
import { describeSnapshot, each, fieldsOf } from "./write-snapshot.js";

/** Adds the staged rows to a copy of the older snapshot. @throws ReadWhole where they change what older rows have. */
export async function extendSnapshot(
  pool: Pool,
  before: Catalogue,
  files: readonly FileRows[],
  manifests: Manifests,
  signal: AbortSignal | undefined,
): Promise<Catalogue> {
  const fields = fieldsOf(files);
  const { hyperparameters, curveFields } = fields;
  if (!isDeepStrictEqual([hyperparameters, curveFields], [before.hyperparameters, before.curveFields]))
    throw new ReadWhole("other fields");
  const statistics = await each(files, (file, index) =>
    pool.withConnection((connection) => statisticsOf(connection, file, index, fields)),
  );
  const examined = files.map((file, index) => ({ ...file, statistics: statistics[index] ?? [] }));
  const roles = assignRoles(examined);
  const rolesBefore = before.datasets.map((dataset) => dataset.hyperparameters.map(({ role }) => role));
  // They make the keys of configurations.
  if (!isDeepStrictEqual(roles, rolesBefore)) throw new ReadWhole("other roles");
  const withRoles = examined.map((file, index) => ({ ...file, roles: roles[index] ?? [] }));
  const numbered = await pool.withConnection((connection) => numberFiles(connection, withRoles));
  const statements = moves(numbered, fields);
  // Runs and points are two tables: each is written in order, both at once.
  await each([statements.runs, statements.points], (own) =>
    pool.withConnection(async (connection) => {
      for (const sql of own) await connection.execute(sql, signal);
    }),
  );
  await pool.withConnection((connection) => connection.execute(createRepeatsSql(numbered), signal));
  return describeSnapshot(pool, numbered, fields, manifests);
}

/**
 * Statements by which the copy gets the new rows, in their places: up to the first file that has any,
 * it is right already; what comes after these is taken away, and added again under other numbers.
 */
function moves(
  files: readonly NumberedFile[],
  fields: Fields,
): { readonly runs: readonly string[]; readonly points: readonly string[] } {
  const grown = files.findIndex(({ staged }) => staged !== null);
  const place = files[grown]?.old;
  if (!place) return { runs: [], points: [] };
  const best = hasBest(
    files.map(({ read }) => read),
    fields,
  );
  const endOf = ({ firstRun, firstPoint, dataset }: OldRows) => ({
    run: firstRun + dataset.runCount,
    point: firstPoint + dataset.pointCount,
  });
  const runs = [`DELETE FROM snapshot.runs WHERE id >= ${endOf(place).run}`];
  const points = [`DELETE FROM snapshot.points WHERE id >= ${endOf(place).point}`];
  for (const [index, { read, staged, old, first }] of [...files.entries()].slice(grown)) {
    if (old && index > grown) {
      const by = { run: first.run - old.firstRun, point: first.point - old.firstPoint };
      runs.push(insertOldRunsSql(index, by, best));
      points.push(insertOldPointsSql(old.firstPoint, endOf(old).point, by));
    }
    if (staged) {
      runs.push(insertRunsSql({ ...read, ...staged }, index, fields, best));
      points.push(insertPointsSql({ ...read, ...staged }, index, fields));
    }
  }
  return { runs, points };
}

/** Statistics of all rows of a file, of the older snapshot and new. */
async function statisticsOf(
  connection: Connection,
  { read, staged, old }: FileRows,
  dataset: number,
  fields: Fields,
): Promise<readonly HyperparameterStatistics[]> {
  if (!staged)
    return (
      old?.dataset.hyperparameters.map(({ lower, upper, distinctCount, missingCount }) => ({
        lower,
        upper,
        distinctCount,
        missingCount,
      })) ?? []
    );
  const { scalars } = read.layout;
  const older = scalars.map(
    (scalar, index) =>
      `CAST(${fields.hyperparameter(read.manifest, scalar.original).column} AS ${sqlType(scalarRead(scalar))}) AS s${index}`,
  );
  if (older.length === 0) return [];
  const newer = scalars.map((_, index) => `s${index}`);
  return hyperparameterStatistics(
    connection,
    read.layout,
    `(SELECT ${older.join(", ")} FROM old.runs WHERE dataset = ${dataset} UNION ALL SELECT ${newer.join(", ")} FROM ${staged.table})`,
  );
}
