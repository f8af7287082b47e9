import { existsSync } from "node:fs";
import { mkdir, rm, truncate } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DataFault, messageOf } from "../errors.js";
import { stampOf } from "../file-stamp.js";
import { type DataFile, packedFault, type SourceFault } from "../ingest/discover.js";
import { type LoadedData, loadFiles, type LoadProgress } from "../ingest/load.js";
import { loadOn, type OlderSnapshot } from "../ingest/load-on.js";
import { copyFile } from "./copy-file.js";
import { toldOfManifest } from "./faults.js";
import { type KeptFile, withoutLostCopy } from "./kept-file.js";
import { discoverNow, manifestStamps } from "./stamps.js";

/** What a build is asked for: plain data, which goes from process to process. */
export interface BuildRequest {
  readonly sources: readonly string[];
  /** Where copies of the data files are kept. */
  readonly copies: string;
  /** Names this build's copies. */
  readonly number: number;
  /** The snapshot to write; its folder must be there. */
  readonly databaseFile: string;
  readonly kept: readonly KeptFile[];
  /** The last snapshot, of what was kept then; null before the first. */
  readonly older: OlderSnapshot | null;
  /** State of the manifests that the last snapshot was built under; null before the first. */
  readonly manifests: string | null;
  /** How long a file rests before its last line is taken as it is, in milliseconds. */
  readonly settle: number;
}

export type BuildReply =
  | {
      readonly kind: "built";
      readonly kept: readonly KeptFile[];
      /** Of sources, beside those of the files. */
      readonly faults: readonly SourceFault[];
      readonly manifests: string;
      readonly data: LoadedData;
      /** Whether files were read whole, and not only where they grew. */
      readonly isWhole: boolean;
    }
  | {
      readonly kind: "unchanged";
      readonly kept: readonly KeptFile[];
      readonly faults: readonly SourceFault[];
    }
  /** Nothing can be built; the message is the user's to read. */
  | {
      readonly kind: "refused";
      readonly message: string;
      /** What may be told of it in answers; null where only the log has it. */
      readonly told: string | null;
      /** Whether it may pass though the files stay as they are. */
      readonly mayPass: boolean;
    };

/**
 * Builds a snapshot of what the sources hold now. A file that cannot be served is served as it was
 * last, or left out where it never was; where nothing changed that could be served, nothing is built.
 */
export async function build(
  asked: BuildRequest,
  onProgress?: (progress: LoadProgress) => void,
): Promise<BuildReply> {
  const request = { ...asked, kept: await Promise.all(asked.kept.map(withoutLostCopy)) };
  const looked: KeptFile[] = [];
  let files: readonly DataFile[] = [];
  try {
    const found = await discoverNow(request.sources, request.kept);
    files = found.files;
    const manifests = await manifestStamps(files);
    for (const [index, file] of files.entries()) {
      const one = await lookAt(file, index, request);
      if (one) looked.push(one);
    }
    return await buildOf(looked, found.faults, manifests, request, onProgress);
  } catch (error) {
    if (!(error instanceof DataFault)) throw error;
    const { message } = error;
    const told = toldOfManifest(message, files);
    return { kind: "refused", message, told, mayPass: looked.some(({ mayPass }) => mayPass) };
  }
}

/** What is to be served of a file now; null where it is gone, or has no whole line yet. */
async function lookAt(file: DataFile, index: number, request: BuildRequest): Promise<KeptFile | null> {
  const kept = request.kept.find((one) => one.file.path === file.path) ?? null;
  const packed = packedFault(file.path);
  if (packed !== null) return { file, stamp: "", due: null, good: null, fault: packed, mayPass: false };
  try {
    const isCopied = kept !== null && !kept.mayPass && kept.good?.path !== null;
    const isDue = kept !== null && kept.due !== null && kept.due <= Date.now();
    if (isCopied && !isDue && kept.stamp === (await stampOf(file.path))) return { ...kept, file };
    await mkdir(request.copies, { recursive: true });
    const to = join(request.copies, `${request.number}-${index}.jsonl`);
    const before = kept?.good ?? null;
    const { copy, stamp, due } = await copyFile(file.path, to, before, request.settle, kept);
    const isKnown = copy.version === before?.version && before.path !== null;
    if (isKnown || (copy.size === 0 && due !== null)) {
      if (copy.path !== before?.path) await rm(copy.path, { force: true });
      return { file, stamp, due, good: before, fault: null, mayPass: false };
    }
    return { file, stamp, due, good: copy, fault: null, mayPass: false };
  } catch (error) {
    // Of a file that is there, it is the copy that was removed meanwhile.
    if ((error as NodeJS.ErrnoException).code === "ENOENT" && !existsSync(file.path)) return null;
    const reason = messageOf(error);
    const fault = `${file.path}: cannot be read: ${reason}`;
    return { file, stamp: "", due: null, good: kept?.good ?? null, fault, mayPass: true };
  }
}

async function buildOf(
  looked: readonly KeptFile[],
  faults: readonly SourceFault[],
  manifests: string,
  request: BuildRequest,
  onProgress?: (progress: LoadProgress) => void,
): Promise<BuildReply> {
  let kept = looked;
  for (;;) {
    if (contentOf(kept) === contentOf(request.kept) && manifests === request.manifests)
      return { kind: "unchanged", kept, faults };
    const served = kept.filter(({ good }) => good !== null);
    if (served.length === 0) {
      const reasons = [...faults.map(({ reason }) => reason), ...kept.flatMap(({ fault }) => fault ?? [])];
      throw new DataFault([...new Set(reasons)].join("\n") || "No file holds a whole line yet.");
    }
    try {
      await mkdir(dirname(request.databaseFile), { recursive: true });
      return {
        kind: "built",
        kept,
        faults,
        manifests,
        ...(await loadServed(served, manifests, request, onProgress)),
      };
    } catch (error) {
      kept =
        error instanceof NoCopies
          ? kept.map((one) => (one.good?.path === null ? { ...one, good: null } : one))
          : revert(kept, error, request.kept);
    }
  }
}

/** Files whose content cannot be read again: there is no copy, and the file has other content now. */
class NoCopies extends Error {}

/**
 * Loads the copies: only what is new of them, where that suffices.
 * @throws NoCopies where files must be read whole of which there is none.
 */
async function loadServed(
  served: readonly KeptFile[],
  manifests: string,
  { databaseFile, older, kept: before, manifests: manifestsBefore }: BuildRequest,
  onProgress?: (progress: LoadProgress) => void,
): Promise<{ readonly data: LoadedData; readonly isWhole: boolean }> {
  const files = [];
  for (const { file, good } of served) {
    if (!good) continue;
    if (good.path === null) {
      files.push({ file, version: good.version, onlyGrew: true });
      continue;
    }
    // What a build that came to nothing wrote behind it.
    await truncate(good.path, good.size);
    const last = before.find((one) => one.file.path === file.path)?.good;
    const onlyGrew = last?.lineage === good.lineage && last.size <= good.size;
    files.push({ file: { ...file, content: good.path }, version: good.version, onlyGrew });
  }
  const options = { databaseFile, ...(onProgress && { onProgress }) };
  // Of an earlier start, it lies in the cache, which others tidy, too.
  const isThere = older !== null && existsSync(older.databaseFile);
  const grown = isThere && manifests === manifestsBefore ? await loadOn(older, files, options) : null;
  if (grown) return { data: grown, isWhole: false };
  if (served.some(({ good }) => good?.path === null)) throw new NoCopies();
  const data = await loadFiles(
    files.map(({ file }) => file),
    options,
  );
  return { data, isWhole: true };
}

/**
 * The files with their last good content where the fault is: in the file that the message names, else
 * in all that changed. @throws the fault where that leaves nothing to try.
 */
function revert(looked: readonly KeptFile[], error: unknown, before: readonly KeptFile[]): KeptFile[] {
  const reason = messageOf(error);
  const goodBefore = (path: string) => before.find(({ file }) => file.path === path)?.good ?? null;
  const isChanged = ({ file, good }: KeptFile): boolean =>
    good !== null && good.version !== goodBefore(file.path)?.version;
  const changed = looked.filter(isChanged);
  const named = changed.filter(
    ({ file }) => error instanceof DataFault && reason.startsWith(`${file.path}:`),
  );
  const suspects = new Set(named.length > 0 ? named : changed);
  if (suspects.size === 0) throw error;
  // What is no fault of the data is not told in answers; the log has it.
  const mayPass = !(error instanceof DataFault);
  const fault = mayPass ? `it cannot be loaded: ${reason}` : reason;
  return looked.map((one) =>
    suspects.has(one) ? { ...one, good: goodBefore(one.file.path), fault, mayPass } : one,
  );
}

/** Equal for files of equal names and contents. */
const contentOf = (kept: readonly KeptFile[]): string =>
  kept
    .filter(({ good }) => good !== null)
    .map(({ file, good }) => `${file.path}\n${file.name}\n${good?.version}`)
    .join("\n");
