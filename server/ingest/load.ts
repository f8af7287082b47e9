import { createHash } from "node:crypto";
import type { Catalogue } from "../../schema/catalogue.js";
import { mergeFields } from "../../schema/fields.js";
import type { Connection } from "../duckdb/connection.js";
import { Loader } from "../duckdb/open.js";
import { createConfigurations, createIds } from "./configurations.js";
import { datasetKeys } from "./dataset-keys.js";
import { describeDataset, type LoadedFile } from "./dataset.js";
import { datasetWarnings } from "./dataset-warnings.js";
import { discover } from "./discover.js";
import { noteFor, tuningName } from "./experiment.js";
import { readFacts } from "./file-facts.js";
import { hyperparameterStatistics } from "./hyperparameter-statistics.js";
import { loadManifests, type Manifests } from "./manifest.js";
import { createPointsSql, insertPointsSql, metricCounts } from "./point-sql.js";
import { readFile, type StagedFile } from "./read-file.js";
import { assignRoles } from "./roles.js";
import { createRunsSql, fieldLists, hasBest, insertRunsSql } from "./run-sql.js";

export interface LoadProgress {
  /** The file being read, relative to its folder; null once all are read and the snapshot is written. */
  readonly file: string | null;
  readonly filesRead: number;
  readonly fileCount: number;
}

export interface LoadOptions {
  /** Files, folders and glob patterns. */
  readonly sources: readonly string[];
  /** The snapshot to write; it must not exist. */
  readonly databaseFile: string;
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Loads JSONL files into a new DuckDB file, checkpointed and closed on return.
 * @returns what the files hold, refused lines included.
 * @throws DataFault where a source, a manifest or a file cannot be used; the signal's reason where it is aborted.
 */
export async function load({ sources, databaseFile, onProgress, signal }: LoadOptions): Promise<Catalogue> {
  const files = await discover(sources);
  const manifests = await loadManifests(files);
  // One file's bytes at a time, ahead of the engine, which reads the same pages then.
  let previous: Promise<unknown> = Promise.resolve();
  const facts = files.map(({ path }) => {
    const coming = previous.then(() => readFacts(path, signal));
    previous = coming.catch(() => undefined);
    // A failure is seen where the file's turn comes; until then it is not unhandled.
    coming.catch(() => undefined);
    return coming;
  });
  const loader = await Loader.open(databaseFile);
  try {
    const staged: StagedFile[] = [];
    for (const [index, file] of files.entries()) {
      onProgress?.({ file: file.label, filesRead: index, fileCount: files.length });
      const context = {
        connection: loader.connection,
        scratch: `${databaseFile}.${index}`,
        signal,
        manifestFor: (keys: ReadonlySet<string>) => manifests.forFile(file, keys),
      };
      const coming = facts[index];
      if (coming) staged.push(await readFile(context, file, coming, `stage_${index}`));
    }
    onProgress?.({ file: null, filesRead: files.length, fileCount: files.length });
    const catalogue = await writeSnapshot(loader.connection, staged, manifests, signal);
    await loader.finish();
    return catalogue;
  } catch (error) {
    loader.close();
    throw error;
  }
}

async function writeSnapshot(
  connection: Connection,
  files: readonly StagedFile[],
  manifests: Manifests,
  signal: AbortSignal | undefined,
): Promise<Catalogue> {
  const fields = mergeFields(files.map(({ file, layout, manifest }) => datasetKeys(file.path, layout, manifest)));
  const examined = [];
  for (const staged of files) examined.push({ staged, statistics: await hyperparameterStatistics(connection, staged) });
  const roles = assignRoles(examined);
  const loading = [];
  let run = 0;
  let point = 0;
  for (const [index, { staged, statistics }] of examined.entries()) {
    const ids = await createIds(connection, staged, roles[index] ?? [], { run, point });
    const clues = {
      name: staged.file.name,
      runCount: ids.runs,
      configurationCount: ids.configurations,
      constant: (original: string): number | null => {
        const found = statistics[staged.layout.scalars.findIndex((scalar) => scalar.original === original)];
        return found && found.lower === found.upper ? found.lower : null;
      },
    };
    const note = noteFor(staged.manifest, clues);
    loading.push({ staged, statistics, roles: roles[index] ?? [], clues, note, firstPoint: point, pointCount: ids.points });
    run += ids.runs;
    point += ids.points;
  }
  const residuals = loading
    .filter(({ note }) => note?.kind === "residual")
    .map(({ staged, note }) => ({ staged, quantiles: note?.blockQuantiles ?? [] }));
  await createConfigurations(connection, files, residuals);
  const best = hasBest(files, fields);
  await connection.execute(createRunsSql(fields, best), signal);
  await connection.execute(createPointsSql(fields), signal);
  const names = new Set(files.map(({ file }) => file.name));
  const loaded: LoadedFile[] = [];
  for (const [index, found] of loading.entries()) {
    const { staged, note, firstPoint, pointCount } = found;
    await connection.execute(insertRunsSql(staged, index, fields, best), signal);
    await connection.execute(insertPointsSql(staged, fields), signal);
    const tuning = tuningName(note, staged.file.name);
    const { rows } = await connection.query(
      `SELECT (SELECT count(*) FROM snapshot.runs WHERE dataset = ${index} AND diverged), count(*) = count(synthetic) AND coalesce(bool_and(synthetic), false) FROM ${staged.table}`,
    );
    loaded.push({
      ...found,
      tuningDataset: tuning !== null && names.has(tuning) ? tuning : null,
      divergedCount: Number(rows[0]?.[0]),
      synthetic: rows[0]?.[1] === true,
      counts: await metricCounts(connection, [...fieldLists(staged, fields).keys()], firstPoint, firstPoint + pointCount),
      warnings: await datasetWarnings(connection, staged, note, manifests),
    });
  }
  const datasets = loaded.map((one, index) => describeDataset(index, one, fields));
  const version = createHash("sha256")
    .update(datasets.map((dataset) => `${dataset.name}\n${dataset.version}\n`).join(""))
    .digest("hex")
    .slice(0, 16);
  return { version, datasets, hyperparameters: fields.hyperparameters, curveFields: fields.curveFields };
}
