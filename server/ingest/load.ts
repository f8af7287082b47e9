import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import type { Catalogue } from "../../schema/catalogue.js";
import { Loader } from "../duckdb/open.js";
import { contentOf, type DataFile, discover } from "./discover.js";
import { readFacts } from "./file-facts.js";
import { loadManifests, type Manifests } from "./manifest.js";
import { readFile } from "./read-file.js";
import type { FileRows, ReadFile } from "./reading.js";
import type { ReadContext } from "./scan-file.js";
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
  return (await loadFiles(await discover(options.sources), options)).catalogue;
}

/** What was loaded: plain data, with what is needed to load on when files have grown. */
export interface LoadedData {
  readonly catalogue: Catalogue;
  /** In the order of the catalogue's datasets. */
  readonly files: readonly ReadFile[];
}

/** Loads files that were discovered already, as {@link load} does. */
export async function loadFiles(files: readonly DataFile[], options: WriteOptions): Promise<LoadedData> {
  const manifests = await loadManifests(files);
  if (existsSync(options.databaseFile)) throw new Error(`${options.databaseFile} exists already`);
  return withLoader(options.databaseFile, async (loader) => {
    const read = await readAll(loader, files, manifests, options, (context, file, index) => {
      const facts = readFacts(contentOf(file), context.signal);
      // A failure is seen where the facts are awaited; until then it is not unhandled.
      facts.catch(() => undefined);
      return readFile(context, file, facts, `stage_${index}`);
    });
    options.onProgress?.({ file: null, filesRead: files.length, fileCount: files.length });
    const catalogue = await writeSnapshot(loader.pool, read, manifests, options.signal);
    return { catalogue, files: read.map((one) => one.read) };
  });
}

/** Fills a snapshot, checkpoints and closes it; where that fails, nothing of it is left. */
export async function withLoader<T>(databaseFile: string, fill: (loader: Loader) => Promise<T>): Promise<T> {
  const loader = await Loader.open(databaseFile, Math.min(4, Math.max(2, availableParallelism())));
  try {
    const filled = await fill(loader);
    await loader.finish();
    return filled;
  } catch (error) {
    loader.close();
    for (const left of ["", ".wal"]) await rm(databaseFile + left, { force: true });
    throw error;
  }
}

/** Reads the files, as many at once as there are connections; after a fault the others are stopped, and waited for. */
export async function readAll(
  loader: Loader,
  files: readonly DataFile[],
  manifests: Manifests,
  { databaseFile, onProgress, signal }: WriteOptions,
  read: (context: ReadContext, file: DataFile, index: number) => Promise<FileRows>,
): Promise<FileRows[]> {
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
        const rows = await read(context, file, index);
        filesRead += 1;
        return rows;
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
