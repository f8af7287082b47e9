import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { promisify } from "node:util";
import { constants, createGzip, gzip } from "node:zlib";

export type Header = readonly [string, string];

/** Smaller answers are sent as they are: compressing takes longer than sending. */
const COMPRESSED_FROM = 16_384;
/** The fastest: the answer is waited for. */
const LEVEL = constants.Z_BEST_SPEED;

const compressed = promisify(gzip);

/** A whole answer as it is sent, compressed where that is wanted and pays. */
export async function encoded(
  text: string,
  headers: readonly Header[],
  isGzipTaken: boolean,
): Promise<{ body: Buffer; headers: readonly Header[] }> {
  const plain = Buffer.from(text);
  if (!isGzipTaken || plain.length < COMPRESSED_FROM) return { body: plain, headers };
  return {
    body: await compressed(plain, { level: LEVEL }),
    headers: [...headers, ["content-encoding", "gzip"]],
  };
}

/** Sends a whole answer. */
export function send(response: ServerResponse, headers: readonly Header[], body: Buffer): void {
  const length: Header = ["content-length", String(body.length)];
  response.writeHead(200, [...headers, length].flat());
  response.end(body);
}

/** Says that what the client holds is still right. */
export function sendNotModified(response: ServerResponse, headers: readonly Header[]): void {
  response.writeHead(304, headers.filter(([name]) => !name.startsWith("content-")).flat());
  response.end();
}

/**
 * Sends an answer piece by piece, each made when the one before has gone. An answer that is not sent
 * whole ends with its connection, without the end mark of its body: no client takes a part for the whole.
 * @param patience milliseconds for which a client may take nothing.
 */
export async function stream(
  response: ServerResponse,
  headers: readonly Header[],
  pieces: Iterable<string>,
  isGzipTaken: boolean,
  patience: number,
): Promise<void> {
  const coding: Header[] = isGzipTaken ? [["content-encoding", "gzip"]] : [];
  response.writeHead(200, [...headers, ...coding].flat());
  const sink = isGzipTaken ? createGzip({ level: LEVEL }) : response;
  if (sink !== response) sink.pipe(response);
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  response.once("close", leave);
  try {
    for (const piece of pieces) {
      if (gone.signal.aborted) return;
      if (sink.write(piece)) {
        // Other requests have their turn between two pieces.
        await new Promise(setImmediate);
      } else {
        await once(sink, "drain", { signal: AbortSignal.any([gone.signal, AbortSignal.timeout(patience)]) });
      }
    }
    sink.end();
  } catch (error) {
    response.destroy();
    // A client that is gone, or takes nothing any more, is no fault of ours.
    if ((error as Error).name !== "AbortError") throw error;
  } finally {
    response.removeListener("close", leave);
    if (response.destroyed) sink.destroy();
  }
}
