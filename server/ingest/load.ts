import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import type { Catalogue } from "../../schema/catalogue.js";
import { Loader } from "../duckdb/open.js";
import { contentOf, type DataFile, discover } from "./discover.js";
import { readFacts } from "./file-facts.js";
import { loadManifests, type Manifests } from "./manifest.js";
import { readFile } from "./read-file.js";
import type { StagedFile } from "./staged-file.js";
import { writeSnapshot } from "./write-snapshot.js";

export interface LoadProgress {
  /** The file whose reading begins, relative to its folder; null once all are read and the snapshot is written. */
  readonly file: string | null;
  readonly filesRead: number;
  readonly fileCount: number;
}

export interface WriteOptions {
  /** The snapshot to write; it must not exist. */
  readonly databaseFile: string;
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal;
}

export interface LoadOptions extends WriteOptions {
  /** Files, folders and glob patterns. */
  readonly sources: readonly string[];
}

/**
 * Loads JSONL files into a new DuckDB file, checkpointed and closed on return.
 * @returns what the files hold, refused lines included.
 * @throws DataFault where a source, a manifest or a file cannot be used; the signal's reason where it is aborted.
 */
export async function load(options: LoadOptions): Promise<Catalogue> {
  return loadFiles(await discover(options.sources), options);
}

/** Loads files that were discovered already, as {@link load} does. */
export async function loadFiles(files: readonly DataFile[], options: WriteOptions): Promise<Catalogue> {
  const manifests = await loadManifests(files);
  if (existsSync(options.databaseFile)) throw new Error(`${options.databaseFile} exists already`);
  const loader = await Loader.open(options.databaseFile, Math.min(4, Math.max(2, availableParallelism())));
  try {
    const staged = await readFiles(loader, files, manifests, options);
    options.onProgress?.({ file: null, filesRead: files.length, fileCount: files.length });
    const catalogue = await writeSnapshot(loader.pool, staged, manifests, options.signal);
    await loader.finish();
    return catalogue;
  } catch (error) {
    loader.close();
    for (const left of ["", ".wal"]) await rm(options.databaseFile + left, { force: true });
    throw error;
  }
}

/** Reads the files, as many at once as there are connections; after a fault the others are stopped, and waited for. */
async function readFiles(
  loader: Loader,
  files: readonly DataFile[],
  manifests: Manifests,
  { databaseFile, onProgress, signal }: WriteOptions,
): Promise<StagedFile[]> {
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  let filesRead = 0;
  const reading = files.map((file, index) =>
    loader.pool
      .withConnection(async (connection) => {
        onProgress?.({ file: file.label, filesRead, fileCount: files.length });
        const context = {
          connection,
          scratch: `${databaseFile}.${index}`,
          signal: either,
          manifestFor: (keys: ReadonlySet<string>) => manifests.forFile(file, keys),
        };
        const facts = readFacts(contentOf(file), either);
        // A failure is seen where the facts are awaited; until then it is not unhandled.
        facts.catch(() => undefined);
        const staged = await readFile(context, file, facts, `stage_${index}`);
        filesRead += 1;
        return staged;
      }, either)
      .catch((error: unknown) => {
        stop.abort(error);
        throw error;
      }),
  );
  await Promise.allSettled(reading);
  signal?.throwIfAborted();
  // The reason of the stop is the first fault, whichever file's promise rejected with it.
  stop.signal.throwIfAborted();
  return Promise.all(reading);
}
