import { createHash } from "node:crypto";
import type { Catalogue, Role } from "../../schema/catalogue.js";
import { type Fields, mergeFields } from "../../schema/fields.js";
import type { DatasetNote } from "../../schema/manifest.js";
import type { Connection } from "../duckdb/connection.js";
import type { Pool } from "../duckdb/pool.js";
import { createConfigurations, createIds, hasConfigurations } from "./configurations.js";
import { datasetKeys } from "./dataset-keys.js";
import { datasetWarnings } from "./dataset-warnings.js";
import { describeDataset, type LoadedFile } from "./dataset.js";
import { type ExperimentClues, noteFor, tuningName } from "./experiment.js";
import { type HyperparameterStatistics, hyperparameterStatistics } from "./hyperparameter-statistics.js";
import type { Manifests } from "./manifest.js";
import { createPointsSql, insertPointsSql, metricCounts } from "./point-sql.js";
import type { StagedFile } from "./staged-file.js";
import { assignRoles } from "./roles.js";
import { createRunsSql, fieldLists, hasBest, insertRunsSql } from "./run-sql.js";

/** A file whose runs and points have their numbers. */
type NumberedFile = Pick<
  LoadedFile,
  "staged" | "statistics" | "roles" | "clues" | "note" | "firstPoint" | "pointCount"
>;

/** Writes the staged files into the snapshot's tables, and describes what was written. */
export async function writeSnapshot(
  pool: Pool,
  files: readonly StagedFile[],
  manifests: Manifests,
  signal: AbortSignal | undefined,
): Promise<Catalogue> {
  const fields = mergeFields(
    files.map(({ file, layout, manifest }) => datasetKeys(file.path, layout, manifest)),
  );
  const statistics = await each(files, (staged) =>
    pool.withConnection((connection) => hyperparameterStatistics(connection, staged)),
  );
  const numbered = await pool.withConnection((connection) => numberFiles(connection, files, statistics));
  const best = hasBest(files, fields);
  // Runs and points are two tables: each is written in order, both at once.
  await each([insertRunsSql, insertPointsSql], (insert) =>
    pool.withConnection(async (connection) => {
      await connection.execute(
        insert === insertRunsSql ? createRunsSql(fields, best) : createPointsSql(fields),
        signal,
      );
      for (const [index, staged] of files.entries())
        await connection.execute(insert(staged, index, fields, best), signal);
    }),
  );
  const loaded = await each(numbered, (file, index) =>
    pool.withConnection(async (connection): Promise<LoadedFile> => {
      return {
        ...file,
        tuningDataset: await findTuningDataset(connection, file, numbered),
        ...(await countRuns(connection, file, index, fields)),
        warnings: await datasetWarnings(connection, file.staged, file.note, manifests),
      };
    }),
  );
  const datasets = loaded.map((file, index) => describeDataset(index, file, fields));
  const version = createHash("sha256")
    .update(
      // A manifest changes answers as a file does.
      datasets
        .map(({ name, version }, index) => `${name}\n${version}\n${JSON.stringify(files[index]?.manifest)}\n`)
        .join(""),
    )
    .digest("hex")
    .slice(0, 16);
  return { version, datasets, hyperparameters: fields.hyperparameters, curveFields: fields.curveFields };
}

/** Numbers runs, points and configurations over all files. */
async function numberFiles(
  connection: Connection,
  files: readonly StagedFile[],
  statistics: readonly (readonly HyperparameterStatistics[])[],
): Promise<NumberedFile[]> {
  const examined = files.map((staged, index) => ({ staged, statistics: statistics[index] ?? [] }));
  const roles = assignRoles(examined);
  const numbered: NumberedFile[] = [];
  let run = 0;
  let point = 0;
  for (const [index, file] of examined.entries()) {
    const own: readonly Role[] = roles[index] ?? [];
    const ids = await createIds(connection, file.staged, own, { run, point });
    const clues = cluesOf(file.staged, file.statistics, ids.runs, ids.configurations);
    const note: DatasetNote | null = noteFor(file.staged.manifest, clues);
    numbered.push({ ...file, roles: own, clues, note, firstPoint: point, pointCount: ids.points });
    run += ids.runs;
    point += ids.points;
  }
  const residuals = numbered
    .filter(({ note }) => note?.kind === "residual")
    .map(({ staged, note }) => ({ staged, quantiles: note?.blockQuantiles ?? [] }));
  await createConfigurations(connection, files, residuals);
  return numbered;
}

const cluesOf = (
  { file, layout }: StagedFile,
  statistics: readonly HyperparameterStatistics[],
  runCount: number,
  configurationCount: number,
): ExperimentClues => ({
  name: file.name,
  runCount,
  configurationCount,
  constant: (original) => {
    const found = statistics[layout.scalars.findIndex((scalar) => scalar.original === original)];
    return found && found.lower === found.upper ? found.lower : null;
  },
});

/** Where a residual dataset's configurations came from: the dataset that the manifest names, else the first of the family that has them all. */
async function findTuningDataset(
  connection: Connection,
  { staged, note }: NumberedFile,
  files: readonly NumberedFile[],
): Promise<string | null> {
  if (note?.kind !== "residual") return null;
  const named = tuningName(note, staged.file.name);
  const candidates = files.filter(
    (other) => other.note?.kind === "tuning" && other.staged.manifest?.name === staged.manifest?.name,
  );
  const found = candidates.find((other) => other.staged.file.name === named);
  if (found) return found.staged.file.name;
  for (const other of candidates) {
    if (await hasConfigurations(connection, other.staged, staged)) return other.staged.file.name;
  }
  return null;
}

async function countRuns(
  connection: Connection,
  { staged, firstPoint, pointCount }: NumberedFile,
  index: number,
  fields: Fields,
): Promise<Pick<LoadedFile, "divergedCount" | "synthetic" | "counts">> {
  const { rows } = await connection.query(
    `SELECT (SELECT count(*) FROM snapshot.runs WHERE dataset = ${index} AND diverged), ` +
      `count(*) = count(synthetic) AND coalesce(bool_and(synthetic), false) FROM ${staged.table}`,
  );
  const columns = [...fieldLists(staged, fields).keys()];
  return {
    divergedCount: Number(rows[0]?.[0]),
    synthetic: rows[0]?.[1] === true,
    counts: await metricCounts(connection, columns, firstPoint, firstPoint + pointCount),
  };
}

/** All results in order; a failure is thrown only when nothing runs any more. */
async function each<T, R>(items: readonly T[], work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const running = items.map(work);
  await Promise.allSettled(running);
  return Promise.all(running);
}
