import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import type { Catalogue } from "../../schema/catalogue.js";
import { Loader } from "../duckdb/open.js";
import { DataFault } from "../errors.js";
import { contentOf, type DataFile, discover, packedFault } from "./discover.js";
import { readFacts } from "./file-facts.js";
import type { LeftOut } from "./left-out.js";
import { loadManifests, type Manifests } from "./manifest.js";
import { readFile } from "./read-file.js";
import type { ReadFile } from "./reading.js";
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

/** What was loaded of files, of which some may be at fault. */
export interface LoadedFiles extends LoadedData {
  readonly leftOut: readonly LeftOut[];
}

/** What was loaded: plain data, with what is needed to load on when files have grown. */
export interface LoadedData {
  readonly catalogue: Catalogue;
  /** In the order of the catalogue's datasets. */
  readonly files: readonly ReadFile[];
}

/**
 * Loads files that were discovered already, as {@link load} does.
 * @throws DataFault that tells of every file at fault.
 */
export const loadFiles = (files: readonly DataFile[], options: WriteOptions): Promise<LoadedData> =>
  loadSound(files, options, () => false);

/**
 * Does so with those that can be loaded. @throws DataFault where none can, or one cannot that was named
 * itself; it tells of every file at fault.
 */
export const loadUsable = (files: readonly DataFile[], options: WriteOptions): Promise<LoadedFiles> =>
  loadSound(files, options, ({ isNamed }) => !isNamed);

async function loadSound(
  files: readonly DataFile[],
  options: WriteOptions,
  mayBeLeftOut: (file: DataFile) => boolean,
): Promise<LoadedFiles> {
  const manifests = await loadManifests(files);
  if (existsSync(options.databaseFile)) throw new Error(`${options.databaseFile} exists already`);
  return withLoader(options.databaseFile, async (loader) => {
    const rows = await readAll(loader, files, manifests, options, async (context, file, index) => {
      const fault = packedFault(file.path);
      if (fault !== null) return { file, reason: fault };
      const facts = readFacts(contentOf(file), context.signal);
      // A failure is seen where the facts are awaited; until then it is not unhandled.
      facts.catch(() => undefined);
      try {
        return await readFile(context, file, facts, `stage_${index}`);
      } catch (error) {
        if (error instanceof DataFault) return { file, reason: error.message };
        throw error;
      }
    });
    const leftOut = rows.filter((one) => "reason" in one);
    const read = rows.filter((one) => "read" in one);
    if (read.length === 0 || !leftOut.every(({ file }) => mayBeLeftOut(file)))
      throw new DataFault(leftOut.map(({ reason }) => reason).join("\n"));
    options.onProgress?.({ file: null, filesRead: files.length, fileCount: files.length });
    const catalogue = await writeSnapshot(loader.pool, read, manifests, options.signal);
    return { catalogue, files: read.map((one) => one.read), leftOut };
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
export async function readAll<Rows>(
  loader: Loader,
  files: readonly DataFile[],
  manifests: Manifests,
  { databaseFile, onProgress, signal }: WriteOptions,
  read: (context: ReadContext, file: DataFile, index: number) => Promise<Rows>,
): Promise<Rows[]> {
  const stop = new AbortController();
  let filesRead = 0;
  const reading = files.map((file, index) => {
    // One a file, as each takes a few listeners, and many on one signal are held for a leak.
    const either = AbortSignal.any([stop.signal, ...(signal ? [signal] : [])]);
    return loader.pool
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
      });
  });
  await Promise.allSettled(reading);
  signal?.throwIfAborted();
  // The reason of the stop is the first fault, whichever file's promise rejected with it.
  stop.signal.throwIfAborted();
  return Promise.all(reading);
}
