import { join } from "node:path";
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from "graphql";
import type { Analyses } from "../schema/analyses.js";
import type { Catalogue } from "../schema/catalogue.js";
import { buildSchema } from "../schema/schema.js";
import type { Store } from "../schema/store.js";
import { Statistics } from "./analyses/statistics.js";
import { openSnapshot } from "./duckdb/open.js";
import { load, type LoadProgress } from "./ingest/load.js";
import { makeSnapshotFolder, type SnapshotFolder } from "./snapshot-folder.js";
import { DuckDbStore } from "./store/duckdb-store.js";
import { MemoryStore } from "./store/memory/memory-store.js";
import { pointReader } from "./store/memory/read-points.js";

/** One version of the data: what it holds, what can be asked of it, and what answers. */
export interface Snapshot {
  readonly catalogue: Catalogue;
  readonly schema: GraphQLSchema;
  readonly store: Store;
  readonly analyses: Analyses;
  /** By dataset: what its file grew from. */
  readonly growth: ReadonlyMap<string, Growth>;
  /** Waits for statements under way, closes the engine and removes the files. */
  close(): Promise<void>;
}

/** Which file a dataset is, over all versions of the data in which that file only grew at its end. */
export interface Growth {
  readonly lineage: string;
  readonly lineCount: number;
}

export interface SnapshotOptions {
  /** Files, folders and glob patterns. */
  readonly sources: readonly string[];
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Loads the sources into a temporary database of our own, and opens that for reading.
 * @throws DataFault where they cannot be used; the signal's reason where it is aborted.
 */
export async function takeSnapshot({ sources, onProgress, signal }: SnapshotOptions): Promise<Snapshot> {
  const folder = await makeSnapshotFolder();
  const statistics = new Statistics();
  try {
    const databaseFile = databaseFileIn(folder);
    const catalogue = await load({
      sources,
      databaseFile,
      ...(onProgress && { onProgress }),
      ...(signal && { signal }),
    });
    const snapshot = await openLoaded(catalogue, folder, statistics, new Map());
    return {
      ...snapshot,
      async close() {
        await statistics.close();
        await snapshot.close();
      },
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** Where a snapshot's database lies in its folder. */
export const databaseFileIn = (folder: SnapshotFolder): string => join(folder.path, "snapshot.duckdb");

/** Opens what was loaded into the folder, which goes when the snapshot is closed; the analyses stay. */
export async function openLoaded(
  catalogue: Catalogue,
  folder: SnapshotFolder,
  analyses: Analyses,
  growth: ReadonlyMap<string, Growth>,
): Promise<Snapshot> {
  const schema = buildSchema(catalogue);
  const pool = await openSnapshot(databaseFileIn(folder));
  return {
    catalogue,
    schema,
    store: new MemoryStore(new DuckDbStore(catalogue, pool), pointReader(pool)),
    analyses,
    growth,
    async close() {
      await pool.closeWhenIdle();
      await folder.remove();
    },
  };
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
