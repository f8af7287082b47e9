import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import type { DataFile } from "../ingest/discover.js";
import { manifestPaths } from "../ingest/manifest-paths.js";
import { stampFrom, stampOf } from "../file-stamp.js";
import { contentHash, sampleHash, someAtOnce } from "./content.js";
import type { CachedFile, EntryRecord } from "./entry.js";

/** What the files were before they were loaded. */
export interface SourceState {
  readonly files: readonly { readonly path: string; readonly stamp: string; readonly size: number }[];
  readonly manifests: string;
  /** A file that was written to so shortly before that a later change need not show in its times; null where none was. */
  readonly unsettled: string | null;
}

/** Nanoseconds within which two changes can leave equal times, where the file system keeps fractions of a second, and where it does not. */
const TICK = { fine: 20_000_000n, coarse: 2_000_000_000n };

/** Names the loadings of these files, whatever is in them, by programs of one `loadingVersion`. */
export function keyOf(files: readonly DataFile[], version: string): string {
  const named = files.map(({ path, label, name, folder, isNamed }) => [path, label, name, folder, isNamed]);
  return createHash("sha256").update(version).update(JSON.stringify(named)).digest("hex").slice(0, 32);
}

/** @throws where a file cannot be looked at. */
export async function sourceState(files: readonly DataFile[]): Promise<SourceState> {
  const now = BigInt(Date.now()) * 1_000_000n;
  const found = await someAtOnce(files, async ({ path }) => ({
    path,
    of: await stat(path, { bigint: true }),
  }));
  const unsettled = found.find(({ of }) => {
    const tick = of.ctimeNs % 1_000_000_000n === 0n ? TICK.coarse : TICK.fine;
    return of.ctimeNs > now - tick;
  });
  return {
    files: found.map(({ path, of }) => ({ path, stamp: stampFrom(of), size: Number(of.size) })),
    manifests: await manifestsHash(files),
    unsettled: unsettled?.path ?? null,
  };
}

/** Longer than a change goes unnoticed where the file system keeps fractions of a second. */
const MOMENT = 30;

/** The same, a moment later where a file was only just written, as a sample is. @throws likewise. */
export async function settledState(files: readonly DataFile[]): Promise<SourceState> {
  const state = await sourceState(files);
  if (state.unsettled === null) return state;
  await wait(MOMENT);
  return sourceState(files);
}

/** Hash of every manifest that may lie beside the files: where it lies, and what it says. */
export async function manifestsHash(files: readonly DataFile[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of [...new Set(files.flatMap(manifestPaths))].sort()) {
    const text = await readFile(path).catch((error: NodeJS.ErrnoException) =>
      error.code === "ENOENT" ? null : Buffer.from(`unreadable: ${error.code}`),
    );
    if (text) hash.update(`${path}\n${text.length}\n`).update(text);
  }
  return hash.digest("hex");
}

/** Whether files hold what they held when they were loaded. */
export type Comparison =
  | { readonly kind: "same"; readonly files: readonly CachedFile[] }
  | { readonly kind: "changed"; readonly reason: string };

/**
 * Compares what was loaded with what the files hold now. A file with other times or another inode, but
 * of the same size, is read in full; one that looks untouched is sampled.
 * @returns the files with their present stamps, where nothing changed.
 * @throws the signal's reason where it is aborted.
 */
export async function compareSources(
  { files: cached, manifests }: EntryRecord,
  files: readonly DataFile[],
  signal: AbortSignal | undefined,
): Promise<Comparison> {
  if ((await manifestsHash(files)) !== manifests)
    return { kind: "changed", reason: "a manifest has changed" };
  const now = await someAtOnce(cached, async (before) => {
    const stamp = await unchangedStamp(before, signal);
    return stamp === null ? before.path : { ...before, stamp };
  });
  const changed = now.find((one) => typeof one === "string");
  return changed === undefined
    ? { kind: "same", files: now.filter((one) => typeof one !== "string") }
    : { kind: "changed", reason: `${changed} has changed` };
}

/** The stamp of a file that holds what it held; null where it does not, or is gone. */
async function unchangedStamp(before: CachedFile, signal: AbortSignal | undefined): Promise<string | null> {
  try {
    const stamp = await stampOf(before.path);
    if ((await sampleHash(before.path)) !== before.sample) return null;
    if (stamp === before.stamp) return stamp;
    const hash = await contentHash(before.path, signal);
    return hash === before.hash && (await stampOf(before.path)) === stamp ? stamp : null;
  } catch (error) {
    return unlessReadable(error, signal);
  }
}

/**
 * Reads in full the files that look as they did.
 * @returns the path of one that holds something else all the same; null where none does.
 * @throws the signal's reason where it is aborted.
 */
export async function unnoticedChange(
  { files }: EntryRecord,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  for (const { path, stamp, hash } of files) {
    const looksSame = async (): Promise<boolean> => (await stampOf(path).catch(() => null)) === stamp;
    if (!(await looksSame())) continue;
    const found = await contentHash(path, signal).catch((error: unknown) => unlessReadable(error, signal));
    if (found !== null && found !== hash && (await looksSame())) return path;
  }
  return null;
}

/** What cannot be read is told by the loading of it. */
function unlessReadable(error: unknown, signal: AbortSignal | undefined): null {
  signal?.throwIfAborted();
  if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  return null;
}
