import { join } from "node:path";
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from "graphql";
import type { Analyses } from "../schema/analyses.js";
import type { Catalogue } from "../schema/catalogue.js";
import { buildSchema } from "../schema/schema.js";
import type { Store } from "../schema/store.js";
import { Statistics } from "./analyses/statistics.js";
import { Engine, type EngineOptions } from "./duckdb/engine.js";
import type { Statements } from "./duckdb/pool.js";
import { type DataFile, discover } from "./ingest/discover.js";
import type { LeftOut } from "./ingest/left-out.js";
import type { LoadProgress } from "./ingest/load.js";
import type { ReadFile } from "./ingest/reading.js";
import { makeSnapshotFolder, orNoRoom, type SnapshotFolder } from "./snapshot-folder.js";
import { DuckDbStore } from "./store/duckdb-store.js";
import { MemoryStore } from "./store/memory/memory-store.js";
import { pointReader } from "./store/memory/read-points.js";

/** One version of the data: what it holds, what can be asked of it, and what answers. */
export interface Snapshot {
  readonly catalogue: Catalogue;
  /** What reading the files found, by which they are read on when they grow. */
  readonly read: readonly ReadFile[];
  /** Files of the sources that could not be loaded; where they are followed, they are told of elsewhere. */
  readonly leftOut: readonly LeftOut[];
  /** What the store reads. */
  readonly databaseFile: string;
  readonly schema: GraphQLSchema;
  readonly store: Store;
  readonly analyses: Analyses;
  /** By dataset: what its file grew from. */
  readonly growth: ReadonlyMap<string, Growth>;
  /** A newer version is served: what this one takes is to be small from now on. */
  supersede(): Promise<void>;
  /** Waits for statements under way, closes the engine and removes the files. */
  close(): Promise<void>;
}

/** Which file a dataset is, over all versions of the data in which that file only grew at its end. */
export interface Growth {
  readonly lineage: string;
  /** Lines that are finished; a line behind them may yet become a run. */
  readonly lineCount: number;
}

export interface SnapshotOptions {
  /** Files, folders and glob patterns. */
  readonly sources: readonly string[];
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal;
  readonly engine?: EngineOptions;
}

/**
 * Loads the sources into a temporary database of our own, and opens that for reading.
 * @throws DataFault where they cannot be used; the signal's reason where it is aborted.
 */
export async function takeSnapshot(options: SnapshotOptions): Promise<Snapshot> {
  return snapshotOf(await discover(options.sources), options);
}

/** Does so with files that were discovered already. */
export async function snapshotOf(
  files: readonly DataFile[],
  { onProgress, signal, engine }: Omit<SnapshotOptions, "sources">,
): Promise<Snapshot> {
  return withFolder(engine, async (folder) => {
    const { loadUsable } = await import("./ingest/load.js");
    const {
      catalogue,
      files: read,
      leftOut,
    } = await loadUsable(files, {
      databaseFile: databaseFileIn(folder),
      ...(onProgress && { onProgress }),
      ...(signal && { signal }),
    });
    return { catalogue, read, leftOut, databaseFile: databaseFileIn(folder) };
  });
}

/** Opens a database that was loaded before, and is left where it lies. @throws where it is not what the catalogue says. */
export const reopenSnapshot = (loaded: Loaded, engine?: EngineOptions): Promise<Snapshot> =>
  withFolder(engine, () => loaded);

/** Where a snapshot's database lies in its folder. */
export const databaseFileIn = (folder: SnapshotFolder): string => join(folder.path, "snapshot.duckdb");

/** A database that was written, and what was written to it. */
export type Loaded = Pick<Snapshot, "catalogue" | "read" | "leftOut" | "databaseFile">;

/** A snapshot with a folder and analyses of its own, which end with it. */
async function withFolder(
  engine: EngineOptions | undefined,
  load: (folder: SnapshotFolder) => Loaded | Promise<Loaded>,
): Promise<Snapshot> {
  const folder = await makeSnapshotFolder();
  const statistics = new Statistics();
  try {
    const snapshot = await openLoaded(await load(folder), folder, statistics, new Map(), engine);
    return {
      ...snapshot,
      async close() {
        await statistics.close();
        await snapshot.close();
      },
    };
  } catch (error) {
    await folder.remove();
    throw orNoRoom(error);
  }
}

/** Opens what was loaded. The folder takes what statements spill, and goes when the snapshot is closed; the analyses stay. */
export async function openLoaded(
  { catalogue, read, leftOut, databaseFile }: Loaded,
  folder: SnapshotFolder,
  analyses: Analyses,
  growth: ReadonlyMap<string, Growth>,
  options: EngineOptions = {},
): Promise<Snapshot> {
  const schema = buildSchema(catalogue);
  const engine = await Engine.open(databaseFile, { ...options, spillFolder: join(folder.path, "spill") });
  try {
    await requireComplete(engine, catalogue);
  } catch (error) {
    await engine.closeWhenIdle();
    throw error;
  }
  return {
    catalogue,
    read,
    leftOut,
    databaseFile,
    schema,
    store: new MemoryStore(new DuckDbStore(catalogue, engine), pointReader(engine)),
    analyses,
    growth,
    supersede: () => engine.supersede(),
    async close() {
      await engine.closeWhenIdle();
      await folder.remove();
    },
  };
}

/** The engine reads this off the file's structure, without its rows. */
async function requireComplete(engine: Statements, { datasets }: Catalogue): Promise<void> {
  const { rows } = await engine.query(
    "SELECT (SELECT count(*) FROM runs)::DOUBLE, (SELECT count(*) FROM points)::DOUBLE",
  );
  const [runs, points] = (rows[0] ?? []) as number[];
  const sum = (of: "runCount" | "pointCount"): number =>
    datasets.reduce((total, dataset) => total + dataset[of], 0);
  if (runs !== sum("runCount") || points !== sum("pointCount"))
    throw new Error(
      `the database has ${runs} runs and ${points} points; ${sum("runCount")} and ${sum("pointCount")} were loaded`,
    );
}

const printed = new WeakMap<GraphQLSchema, string>();

/** Whether two snapshots can be asked the same. */
export function haveOneSchema(a: Snapshot, b: Snapshot): boolean {
  const textOf = ({ schema }: Snapshot): string => {
    const text = printed.get(schema) ?? printSchema(lexicographicSortSchema(schema));
    printed.set(schema, text);
    return text;
  };
  return a === b || textOf(a) === textOf(b);
}
