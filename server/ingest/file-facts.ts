import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { isUtf8 } from "node:buffer";

/** What the bytes of a file say, before anything is parsed. */
export interface FileFacts {
  /** First 16 hex digits of the content's SHA-256. */
  readonly version: string;
  /** Bytes. */
  readonly size: number;
  readonly lineCount: number;
  /** Bytes of the longest line. */
  readonly longestLine: number;
  /** True where lines must be read with their numbers: blank ones, carriage returns, a byte-order mark, control or non-UTF-8 bytes. */
  readonly flawed: boolean;
  /** Whether the last line has its newline. */
  readonly endsLine: boolean;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Reads the file once, in pieces, hashing it and looking at its lines. */
export async function readFacts(path: string, signal?: AbortSignal): Promise<FileFacts> {
  const hash = createHash("sha256");
  let size = 0;
  let lineCount = 0;
  let longestLine = 0;
  let flawed = false;
  let first = true;
  let carried = 0;
  /** The end of a piece that may have cut a character in two. */
  let tail: Buffer = Buffer.alloc(0);
  for await (const piece of createReadStream(path, {
    highWaterMark: 1 << 20,
    ...(signal ? { signal } : {}),
  })) {
    const bytes = piece as Buffer;
    hash.update(bytes);
    size += bytes.length;
    if (first && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) flawed = true;
    first = false;
    const lastNewline = bytes.lastIndexOf(NEWLINE);
    const whole = Buffer.concat([tail, lastNewline < 0 ? bytes : bytes.subarray(0, lastNewline + 1)]);
    if (lastNewline < 0) tail = whole;
    else {
      if (!flawed && (!isUtf8(whole) || whole.includes(RETURN) || whole.includes(0) || whole.includes(1)))
        flawed = true;
      tail = bytes.subarray(lastNewline + 1);
    }
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      const length = carried + end - start;
      if (length === 0 || (length < 64 && carried === 0 && isBlank(bytes, start, end))) flawed = true;
      if (length > longestLine) longestLine = length;
      lineCount += 1;
      carried = 0;
      start = end + 1;
    }
    carried += bytes.length - start;
  }
  if (carried > 0) {
    lineCount += 1;
    if (carried > longestLine) longestLine = carried;
    if (
      !isUtf8(tail) ||
      tail.includes(RETURN) ||
      tail.includes(0) ||
      tail.includes(1) ||
      isBlank(tail, 0, tail.length)
    )
      flawed = true;
  }
  const version = hash.digest("hex").slice(0, 16);
  return { version, size, lineCount, longestLine, flawed, endsLine: carried === 0 };
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index];
    if (byte !== 0x20 && byte !== 0x09 && byte !== RETURN) return false;
  }
  return true;
}
