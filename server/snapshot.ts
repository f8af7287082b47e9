import { join } from "node:path";
import type { GraphQLSchema } from "graphql";
import type { Analyses } from "../schema/analyses.js";
import type { Catalogue } from "../schema/catalogue.js";
import { buildSchema } from "../schema/schema.js";
import type { Store } from "../schema/store.js";
import { Statistics } from "./analyses/statistics.js";
import { openSnapshot } from "./duckdb/open.js";
import { load, type LoadProgress } from "./ingest/load.js";
import { makeSnapshotFolder } from "./snapshot-folder.js";
import { DuckDbStore } from "./store/duckdb-store.js";

/** One version of the data: what it holds, what can be asked of it, and what answers. */
export interface Snapshot {
  readonly catalogue: Catalogue;
  readonly schema: GraphQLSchema;
  readonly store: Store;
  readonly analyses: Analyses;
  /** Closes the engine and removes the files. Call when nothing is asked of the store any more. */
  close(): Promise<void>;
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
  try {
    const databaseFile = join(folder.path, "snapshot.duckdb");
    const catalogue = await load({
      sources,
      databaseFile,
      ...(onProgress && { onProgress }),
      ...(signal && { signal }),
    });
    const schema = buildSchema(catalogue);
    const pool = await openSnapshot(databaseFile);
    const statistics = new Statistics();
    return {
      catalogue,
      schema,
      store: new DuckDbStore(catalogue, pool),
      analyses: statistics,
      async close() {
        await statistics.close();
        pool.close();
        await folder.remove();
      },
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}
