import { stat } from "node:fs/promises";
import type { DataFile } from "../ingest/discover.js";

/** What is remembered of a data file between two builds; plain data, which goes from process to process. */
export interface KeptFile {
  readonly file: DataFile;
  /** Inode, size and times when it was looked at last: while they stay, so does the content. */
  readonly stamp: string;
  /** The last content that could be served; null where there was none yet. */
  readonly good: Copy | null;
  /** Why newer content is not served; null where the newest is. */
  readonly fault: string | null;
  /** Whether the fault may pass though the file stays as it is, as a full disk does: it is tried again. */
  readonly mayPass: boolean;
  /** When a half-written last line is taken as it is, in milliseconds since 1970; null where no line is half-written. */
  readonly due: number | null;
}

/** A copy of a file's whole lines: the first bytes of a file of ours. What lies behind them was added later. */
export interface Copy {
  /** Null where there is no copy: an earlier start loaded it, or the copy was removed under us. */
  readonly path: string | null;
  readonly size: number;
  /** First 16 hex digits of the content's SHA-256, as `Dataset.version`. */
  readonly version: string;
  /** Lines that are finished: a last one without an end counts only where it is a whole object. */
  readonly lineCount: number;
  /** Whether the last line has its newline. */
  readonly endsLine: boolean;
  /** The same for as long as the file only grows at its end. */
  readonly lineage: string;
}

/** The same, without a copy that somebody removed: what tidies temporary folders takes files that rest for days. */
export async function withoutLostCopy(kept: KeptFile): Promise<KeptFile> {
  const { good } = kept;
  if (!good || good.path === null) return kept;
  const found = await stat(good.path).catch(() => null);
  return found !== null && found.size >= good.size ? kept : { ...kept, good: { ...good, path: null } };
}
