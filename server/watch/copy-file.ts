import { createHash, type Hash, randomUUID } from "node:crypto";
import { type FileHandle, open, rm, truncate } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { stampFrom } from "../file-stamp.js";
import { JsonFault, parseLine } from "../ingest/lenient-json.js";
import type { Copy } from "./kept-file.js";

export interface Copied {
  readonly copy: Copy & { readonly path: string };
  readonly stamp: string;
  /** When the last line, which is left out, is taken as it is, in milliseconds since 1970; null where nothing was left out. */
  readonly due: number | null;
}

const PIECE = 1 << 20;
const NEWLINE = 0x0a;
/** A longer last line without an end is not tried as JSON. */
const LONGEST_TRIED = 1 << 24;
/** A file that is written to while it is read is read again so many times. */
const ATTEMPTS = 20;

/**
 * Copies a file as it stood at one moment, though others write to it. Where the file begins as the
 * previous copy, only what is new is written, behind that; else a new copy is made at `to`. A last line
 * that is still being written is left out until it is finished, or the file has rested for `settle`
 * milliseconds; of a file that is in the state that was seen before, it is known when that is.
 * @throws where the file cannot be read, or never stands still.
 */
export async function copyFile(
  from: string,
  to: string,
  previous: Copy | null,
  settle: number,
  seen: Pick<Copied, "stamp" | "due"> | null = null,
): Promise<Copied> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const copied = await copyOnce(from, to, previous, settle, seen);
    if (copied) return copied;
    await wait(50);
  }
  await rm(to, { force: true });
  throw new Error("the file changes while it is read");
}

async function copyOnce(
  from: string,
  to: string,
  previous: Copy | null,
  settle: number,
  seen: Pick<Copied, "stamp" | "due"> | null,
): Promise<Copied | null> {
  const source = await open(from, "r");
  try {
    const before = await source.stat({ bigint: true });
    const size = Number(before.size);
    let path = to;
    let scan = new Scan(previous);
    // Behind a line without an end, less than the previous copy may have to be left.
    const { path: copied = null, size: start = 0, endsLine = false } = previous ?? {};
    const mayGoOn = copied !== null && endsLine && size >= start;
    if (mayGoOn && (await write(source, size, scan, { path: copied, size: start }))) {
      path = copied;
    } else {
      scan = new Scan(previous);
      await write(source, size, scan, { path: to, size: 0 });
    }
    const stamp = stampFrom(before);
    // Writes during the reading are harmless where they only append: then the same bytes are there still.
    const isStill = scan.size === size && stampFrom(await source.stat({ bigint: true })) === stamp;
    if (!isStill && (await hashOf(source, scan.size)) !== scan.version) return null;
    const rest = scan.size - scan.wholeSize;
    const end = rest === 0 ? "nothing" : await endOf(path, scan.wholeSize, rest);
    if (end !== "a part") return { copy: scan.copy(path, end === "an object"), stamp, due: null };
    const now = Date.now();
    // A clock that is off must not make it wait for ever: a file rests from when it was seen, at the latest.
    const rested = seen?.stamp === stamp ? (seen.due ?? now) : Number(before.mtimeMs) + settle;
    const due = Math.min(rested, now + settle);
    if (due <= now) return { copy: scan.copy(path, false), stamp, due: null };
    await truncate(path, scan.wholeSize);
    return { copy: scan.wholeCopy(path), stamp, due };
  } finally {
    await source.close();
  }
}

/**
 * Scans the source, and writes what it has beyond so many bytes behind those of the target.
 * @returns false where these are not the same in both; then the target is as it was.
 */
async function write(
  source: FileHandle,
  size: number,
  scan: Scan,
  { path, size: start }: { readonly path: string; readonly size: number },
): Promise<boolean> {
  const target = await open(path, start === 0 ? "w" : "r+", 0o600);
  try {
    await target.truncate(start);
    for await (const piece of pieces(source, size)) {
      const at = scan.size;
      scan.add(piece);
      if (scan.size < start) continue;
      if (start > 0 && !scan.extends) return false;
      const known = Math.max(0, start - at);
      await target.write(piece, known, piece.length - known, at + known);
    }
    return scan.size >= start;
  } finally {
    await target.close();
  }
}

async function* pieces(source: FileHandle, size: number): AsyncGenerator<Buffer> {
  let position = 0;
  while (position < size) {
    const { bytesRead, buffer } = await source.read(
      Buffer.allocUnsafe(Math.min(PIECE, size - position)),
      0,
      Math.min(PIECE, size - position),
      position,
    );
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function hashOf(source: FileHandle, size: number): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of pieces(source, size)) hash.update(piece);
  return digest(hash);
}

const digest = (hash: Hash): string => hash.copy().digest("hex").slice(0, 16);

/** What a last line without an end is: an object already, blank, or what there may be more of to come. */
async function endOf(
  path: string,
  start: number,
  length: number,
): Promise<"nothing" | "an object" | "a part"> {
  if (length > LONGEST_TRIED) return "a part";
  const file = await open(path, "r");
  try {
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, start);
    const text = buffer.toString("utf8").trim();
    if (text === "") return "nothing";
    return parseLine(text) instanceof Map ? "an object" : "a part";
  } catch (error) {
    if (error instanceof JsonFault || error instanceof RangeError) return "a part";
    throw error;
  } finally {
    await file.close();
  }
}

/** Hashes a file as it goes by, and finds where its last whole line ends and whether it begins as the previous copy did. */
class Scan {
  readonly #hash = createHash("sha256");
  #wholeHash = createHash("sha256");
  #lines = 0;
  size = 0;
  wholeSize = 0;
  /** Whether the previous copy's bytes went by first. */
  extends: boolean;

  constructor(private readonly previous: Copy | null) {
    this.extends = previous?.size === 0;
  }

  get version(): string {
    return digest(this.#hash);
  }

  add(piece: Buffer): void {
    const boundary = (this.previous?.size ?? -1) - this.size;
    const last = piece.lastIndexOf(NEWLINE) + 1;
    const cuts = [...new Set([boundary, last, piece.length])].filter((cut) => cut > 0 && cut <= piece.length);
    let start = 0;
    for (const cut of cuts.sort((a, b) => a - b)) {
      this.#hash.update(piece.subarray(start, cut));
      start = cut;
      if (cut === boundary) this.extends = this.version === this.previous?.version;
      if (cut === last) {
        this.#wholeHash = this.#hash.copy();
        this.wholeSize = this.size + last;
      }
    }
    for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, at + 1)) this.#lines += 1;
    this.size += piece.length;
  }

  /** @param endsObject whether a last line without an end is an object, which nothing can be added to. */
  copy(path: string, endsObject: boolean): Copied["copy"] {
    const endsLine = this.size === this.wholeSize;
    const lineCount = this.#lines + (endsObject ? 1 : 0);
    return { path, size: this.size, version: this.version, lineCount, endsLine, lineage: this.#lineage() };
  }

  wholeCopy(path: string): Copied["copy"] {
    const version = digest(this.#wholeHash);
    const lineage = this.#lineage();
    return { path, size: this.wholeSize, version, lineCount: this.#lines, endsLine: true, lineage };
  }

  #lineage(): string {
    return this.extends && this.previous ? this.previous.lineage : randomUUID();
  }
}
