import { cachedDatabaseIn, type Entry } from "./cache/entry.js";
import { type CacheSettings, SnapshotCache } from "./cache/snapshot-cache.js";
import { settledState } from "./cache/source-state.js";
import { messageOf } from "./errors.js";
import { type DataFile, discover } from "./ingest/discover.js";
import { reopenSnapshot, type Snapshot, snapshotOf, type SnapshotOptions } from "./snapshot.js";

export interface CachedSnapshotOptions extends SnapshotOptions {
  /** Null: load, and keep nothing. */
  readonly cache: CacheSettings | null;
  /** When files and cache are read in full: before they are answered from, or after, by whoever calls `verify`. */
  readonly verify: "before" | "after";
  readonly onNote: NoteTaker;
}

/** Hears why the cache was not used; `isFault` where somebody should look into it. */
export type NoteTaker = (note: string, isFault: boolean) => void;

export interface CachedSnapshot {
  readonly snapshot: Snapshot;
  readonly isFromCache: boolean;
  /**
   * Reads in full what was only sampled so far.
   * @returns what is wrong with the cache, which is given up then; null where nothing is.
   */
  verify(signal: AbortSignal): Promise<string | null>;
}

/**
 * Opens what an earlier start kept of the sources, where they are unchanged; else loads them, and keeps
 * that. Whatever is wrong with the cache, the sources are served.
 * @throws DataFault where they cannot be used; the signal's reason where it is aborted.
 */
export async function takeCachedSnapshot(options: CachedSnapshotOptions): Promise<CachedSnapshot> {
  const files = await discover(options.sources);
  const cache = await openCache(options.cache, options.onNote);
  const kept = cache && (await reopen(cache, files, options));
  if (kept) return kept;
  const before = cache && (await settledState(files).catch(() => null));
  const snapshot = await snapshotOf(files, options);
  if (!cache || !before) return unkept(snapshot);
  const storing = cache
    .store(files, before, snapshot, options.signal)
    .catch(messageOf)
    .then((reason) => {
      if (reason !== null && !options.signal?.aborted)
        options.onNote(`what was loaded is not kept for the next start: ${reason}`, true);
    });
  return unkept({
    ...snapshot,
    async close() {
      await storing;
      await snapshot.close();
    },
  });
}

const unkept = (snapshot: Snapshot): CachedSnapshot => ({
  snapshot,
  isFromCache: false,
  verify: () => Promise.resolve(null),
});

/** The cache; null where none is wanted, or its folder cannot be used. */
export async function openCache(
  settings: CacheSettings | null,
  onNote: NoteTaker,
): Promise<SnapshotCache | null> {
  try {
    return settings && (await SnapshotCache.open(settings));
  } catch (error) {
    onNote(`the cache folder ${settings?.folder} is not used: ${messageOf(error)}`, true);
    return null;
  }
}

/** What the cache has of these files as they are now; null where it has nothing. */
export async function findEntry(
  cache: SnapshotCache,
  files: readonly DataFile[],
  onNote: NoteTaker,
  signal: AbortSignal | undefined,
): Promise<Entry | null> {
  const found = await cache.find(files, signal).catch((error: unknown) => {
    signal?.throwIfAborted();
    return { kind: "damaged" as const, reason: messageOf(error) };
  });
  if (found.kind === "hit") return found.entry;
  onNote(`the files are loaded: ${found.reason}`, found.kind === "damaged");
  return null;
}

async function reopen(
  cache: SnapshotCache,
  files: readonly DataFile[],
  { signal, verify, onNote, engine }: CachedSnapshotOptions,
): Promise<CachedSnapshot | null> {
  const entry = await findEntry(cache, files, onNote, signal);
  if (!entry) return null;
  try {
    if (verify === "before") {
      const fault = await cache.verify(entry, signal);
      if (fault !== null) throw new Error(fault);
    }
    const databaseFile = cachedDatabaseIn(entry.folder);
    const { catalogue, read, leftOut } = entry.record;
    const snapshot = await reopenSnapshot({ catalogue, read, leftOut, databaseFile }, engine);
    return { snapshot, isFromCache: true, verify: (stop) => verifyOrDiscard(cache, entry, stop) };
  } catch (error) {
    signal?.throwIfAborted();
    onNote(`the files are loaded: ${await cache.discard(entry.folder, error)}`, true);
    return null;
  }
}

/** Reads an entry and its files in full. @returns what is wrong with it, which is given up then; null where nothing is. */
export async function verifyOrDiscard(
  cache: SnapshotCache,
  entry: Entry,
  signal: AbortSignal,
): Promise<string | null> {
  const fault = await cache.verify(entry, signal);
  return fault === null ? null : cache.discard(entry.folder, fault);
}
