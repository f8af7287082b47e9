import { randomUUID } from "node:crypto";
import { cachedDatabaseIn } from "../cache/entry.js";
import type { SnapshotCache } from "../cache/snapshot-cache.js";
import { settledState, type SourceState } from "../cache/source-state.js";
import { findEntry, type NoteTaker, verifyOrDiscard } from "../cached-snapshot.js";
import { discover } from "../ingest/discover.js";
import type { Loaded, Snapshot } from "../snapshot.js";
import type { KeptFile } from "./kept-file.js";
import { manifestStamps } from "./stamps.js";

/** What an earlier start kept of the sources, as a first version to serve and to go on from. */
export interface KeptStart {
  readonly loaded: Loaded;
  /** The files as they were loaded, without copies of them. */
  readonly kept: readonly KeptFile[];
  readonly manifests: string;
  /** Reads in full what was only sampled. @returns what is wrong, which is given up then; null where nothing is. */
  verify(signal: AbortSignal): Promise<string | null>;
}

/**
 * Finds what was kept of the sources; null where they have changed since, where a file was left out, or
 * where the last line of one may have been half-written.
 * @throws DataFault where the sources name no file; the signal's reason where it is aborted.
 */
export async function findKeptStart(
  cache: SnapshotCache,
  sources: readonly string[],
  onNote: NoteTaker,
  signal: AbortSignal,
): Promise<KeptStart | null> {
  const files = await discover(sources);
  const manifests = await manifestStamps(files);
  const entry = await findEntry(cache, files, onNote, signal);
  if (!entry) return null;
  const { catalogue, read, leftOut } = entry.record;
  const open = read.find(({ facts }) => !facts.endsLine);
  const reason = open
    ? `the last line of ${open.file.path} has no newline, and may be half-written`
    : leftOut[0]?.reason;
  if (reason !== undefined) {
    onNote(`the files are loaded: ${reason}`, false);
    return null;
  }
  const databaseFile = cachedDatabaseIn(entry.folder);
  return {
    loaded: { catalogue, read, leftOut, databaseFile },
    kept: read.map(({ file, facts: { size, version, lineCount, endsLine } }) => ({
      file,
      stamp: "",
      good: { path: null, size, version, lineCount, endsLine, lineage: randomUUID() },
      fault: null,
      mayPass: false,
      due: null,
    })),
    manifests,
    verify: (stop) => verifyOrDiscard(cache, entry, stop),
  };
}

/** The files before they are loaded, by which it is known afterwards that they are still the same; null where they cannot be looked at. */
export const stateBefore = (sources: readonly string[]): Promise<SourceState | null> =>
  discover(sources)
    .then(settledState)
    .catch(() => null);

/**
 * Keeps a first version for the next start, where it is all of what the files hold.
 * @returns why it is not kept; null where it is.
 */
export async function keepStart(
  cache: SnapshotCache,
  before: SourceState,
  snapshot: Snapshot,
  kept: readonly KeptFile[],
  signal: AbortSignal,
): Promise<string | null> {
  const sizes = new Map(kept.map(({ file, good, fault }) => [file.path, fault === null ? good?.size : null]));
  const part = before.files.find(({ path, size }) => sizes.get(path) !== size);
  if (part) return `${part.path} is not served as a whole`;
  const open = kept.find(({ good }) => good?.endsLine === false);
  if (open) return `the last line of ${open.file.path} has no newline, and may be half-written`;
  return cache.store(
    kept.map(({ file }) => file),
    before,
    snapshot,
    signal,
  );
}
