import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";

/** Small enough that the requests of a server that hashes beside them notice nothing. */
const PIECE = 1 << 18;
/** How a sample is taken: so many pieces of so many bytes, the first and the last among them. */
const SAMPLE = { pieces: 16, length: 1 << 16 };

const FILES_AT_ONCE = 16;

/**
 * First 16 hex digits of the content's SHA-256, as `Dataset.version`.
 * @throws where the file cannot be read; the signal's reason where it is aborted.
 */
export const contentHash = (path: string, signal?: AbortSignal): Promise<string> =>
  withFile(path, async (file) => {
    const hash = createHash("sha256");
    const buffer = Buffer.allocUnsafe(PIECE);
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(buffer, 0, PIECE);
      if (bytesRead === 0) return hash.digest("hex").slice(0, 16);
      hash.update(buffer.subarray(0, bytesRead));
    }
  });

/**
 * Hash of a file's size and of pieces spread evenly over it; of all of it, up to a megabyte. Takes
 * milliseconds, whatever the size, and misses changes between the pieces.
 */
export const sampleHash = (path: string): Promise<string> =>
  withFile(path, async (file) => {
    const { size } = await file.stat();
    const hash = createHash("sha256").update(`${size}\n`);
    const stride = Math.max(SAMPLE.length, (size - SAMPLE.length) / (SAMPLE.pieces - 1));
    const buffer = Buffer.allocUnsafe(SAMPLE.length);
    for (let piece = 0; piece < SAMPLE.pieces && piece * stride < size; piece += 1) {
      const { bytesRead } = await file.read(buffer, 0, SAMPLE.length, Math.floor(piece * stride));
      hash.update(buffer.subarray(0, bytesRead));
    }
    return hash.digest("hex").slice(0, 16);
  });

/**
 * Copies a file, hashing it as it goes by, and waits until the copy is on the disk.
 * @returns the hash, as `contentHash`.
 * @throws where it cannot be read or written; the signal's reason where it is aborted.
 */
export const copyHashed = (from: string, to: string, signal?: AbortSignal): Promise<string> =>
  withFile(from, async (source) => {
    const target = await open(to, "wx", 0o600);
    try {
      const hash = createHash("sha256");
      const buffer = Buffer.allocUnsafe(PIECE);
      for (;;) {
        signal?.throwIfAborted();
        const { bytesRead } = await source.read(buffer, 0, PIECE);
        if (bytesRead === 0) break;
        const piece = buffer.subarray(0, bytesRead);
        hash.update(piece);
        await target.writeFile(piece);
      }
      await target.sync();
      return hash.digest("hex").slice(0, 16);
    } finally {
      await target.close();
    }
  });

/** Results in order, of so many pieces of work at once as files may be open. */
export async function someAtOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += FILES_AT_ONCE)
    results.push(...(await Promise.all(items.slice(start, start + FILES_AT_ONCE).map(work))));
  return results;
}

async function withFile<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, "r");
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}
