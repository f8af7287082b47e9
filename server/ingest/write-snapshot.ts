import { createHash } from "node:crypto";
import type { Catalogue, Dataset } from "../../schema/catalogue.js";
import { type Fields, mergeFields } from "../../schema/fields.js";
import type { Connection } from "../duckdb/connection.js";
import type { Pool } from "../duckdb/pool.js";
import { datasetKeys } from "./dataset-keys.js";
import { datasetWarnings } from "./dataset-warnings.js";
import { describeDataset, type LoadedFile } from "./dataset.js";
import { hyperparameterStatistics } from "./hyperparameter-statistics.js";
import type { Manifests } from "./manifest.js";
import { findTuningDataset, type NumberedFile, numberFiles, tuningWarnings } from "./number-files.js";
import { addMetricCounts, createPointsSql, insertPointsSql, metricCounts } from "./point-sql.js";
import type { FileRows, ReadFile } from "./reading.js";
import { createRepeatsSql } from "./repeats-sql.js";
import { assignRoles } from "./roles.js";
import { createRunsSql, fieldLists, hasBest, insertRunsSql } from "./run-sql.js";

/** Writes the staged files into the snapshot's tables, and describes what was written. */
export async function writeSnapshot(
  pool: Pool,
  files: readonly FileRows[],
  manifests: Manifests,
  signal: AbortSignal | undefined,
): Promise<Catalogue> {
  const fields = fieldsOf(files);
  const statistics = await each(files, ({ read, staged }) =>
    pool.withConnection((connection) =>
      hyperparameterStatistics(connection, read.layout, staged?.table ?? ""),
    ),
  );
  const examined = files.map((file, index) => ({ ...file, statistics: statistics[index] ?? [] }));
  const roles = assignRoles(examined);
  const numbered = await pool.withConnection((connection) =>
    numberFiles(
      connection,
      examined.map((file, index) => ({ ...file, roles: roles[index] ?? [] })),
    ),
  );
  const best = hasBest(
    files.map(({ read }) => read),
    fields,
  );
  // Runs and points are two tables: each is written in order, both at once.
  await each([insertRunsSql, insertPointsSql], (insert) =>
    pool.withConnection(async (connection) => {
      await connection.execute(
        insert === insertRunsSql ? createRunsSql(fields, best) : createPointsSql(fields),
        signal,
      );
      for (const [index, { staged, read }] of files.entries()) {
        if (staged) await connection.execute(insert({ ...read, ...staged }, index, fields, best), signal);
      }
    }),
  );
  await pool.withConnection((connection) => connection.execute(createRepeatsSql(numbered), signal));
  return describeSnapshot(pool, numbered, fields, manifests);
}

export const fieldsOf = (files: readonly FileRows[]): Fields =>
  mergeFields(files.map(({ read: { file, layout, manifest } }) => datasetKeys(file, layout, manifest)));

/** The catalogue of what was written. */
export async function describeSnapshot(
  pool: Pool,
  files: readonly NumberedFile[],
  fields: Fields,
  manifests: Manifests,
): Promise<Catalogue> {
  const loaded = await each(files, (file, index) =>
    pool.withConnection(async (connection): Promise<LoadedFile> => {
      const tuningDataset = await findTuningDataset(connection, index, files);
      const warnings = await datasetWarnings(connection, file, index, manifests, fields);
      return {
        ...file,
        tuningDataset,
        divergedCount: await countDiverged(connection, index),
        counts: await countMetrics(connection, file, fields),
        warnings: [...warnings, ...tuningWarnings(file, tuningDataset)],
      };
    }),
  );
  const datasets = loaded.map((file, index) => describeDataset(index, file, fields));
  const version = versionOf(
    datasets,
    files.map(({ read }) => read),
  );
  return { version, datasets, hyperparameters: fields.hyperparameters, curveFields: fields.curveFields };
}

const versionOf = (datasets: readonly Dataset[], files: readonly ReadFile[]): string =>
  createHash("sha256")
    .update(
      // A manifest changes answers as a file does.
      datasets
        .map(({ name, version }, index) => `${name}\n${version}\n${JSON.stringify(files[index]?.manifest)}\n`)
        .join(""),
    )
    .digest("hex")
    .slice(0, 16);

async function countDiverged(connection: Connection, dataset: number): Promise<number> {
  const { rows } = await connection.query(
    `SELECT count(*) FROM snapshot.runs WHERE dataset = ${dataset} AND diverged`,
  );
  return Number(rows[0]?.[0]);
}

/** Counts the new points of a file, and adds what was counted of the older ones. */
async function countMetrics(
  connection: Connection,
  { read, old, first, pointCount }: NumberedFile,
  fields: Fields,
): Promise<LoadedFile["counts"]> {
  const columns = [...fieldLists(read, fields).keys()];
  const end = first.point + pointCount;
  const counts = await metricCounts(connection, columns, first.point + (old?.dataset.pointCount ?? 0), end);
  return old ? addMetricCounts(old.dataset.metrics, counts) : counts;
}

/** All results in order; a failure is thrown only when nothing runs any more. */
export async function each<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const running = items.map(work);
  await Promise.allSettled(running);
  return Promise.all(running);
}
