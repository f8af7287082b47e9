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

const OF_THE_BODY: ReadonlySet<string> = new Set(["content-type", "content-length", "content-encoding"]);

/** Headers that tell nothing of a body. */
export const ofNoBody = (headers: readonly Header[]): Header[] =>
  headers.filter(([name]) => !OF_THE_BODY.has(name.toLowerCase()));

/** Says that what the client holds is still right. */
export function sendNotModified(response: ServerResponse, headers: readonly Header[]): void {
  response.writeHead(304, ofNoBody(headers).flat());
  response.end();
}

/** How long a client may take for an answer that is sent in pieces, in milliseconds. */
export interface Patience {
  /** Without taking anything. */
  readonly standing: number;
  /** For all of it. */
  readonly whole: number;
}

/**
 * Sends an answer piece by piece, each made when the one before has gone. An answer that is not sent
 * whole ends with its connection, without the end mark of its body: no client takes a part for the whole.
 */
export async function stream(
  response: ServerResponse,
  headers: readonly Header[],
  pieces: Iterable<string>,
  isGzipTaken: boolean,
  patience: Patience,
): Promise<void> {
  const coding: Header[] = isGzipTaken ? [["content-encoding", "gzip"]] : [];
  response.writeHead(200, [...headers, ...coding].flat());
  const sink = isGzipTaken ? createGzip({ level: LEVEL }) : response;
  if (sink !== response) sink.pipe(response);
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  response.once("close", leave);
  const end = AbortSignal.any([gone.signal, AbortSignal.timeout(patience.whole)]);
  try {
    for (const piece of pieces) {
      end.throwIfAborted();
      if (sink.write(piece)) {
        // Other requests have their turn between two pieces.
        await new Promise(setImmediate);
      } else {
        await once(sink, "drain", { signal: AbortSignal.any([end, AbortSignal.timeout(patience.standing)]) });
      }
    }
    sink.end();
  } catch (error) {
    response.destroy();
    // A client that is gone, or takes too little, is no fault of ours.
    if (!["AbortError", "TimeoutError"].includes((error as Error).name)) throw error;
  } finally {
    response.removeListener("close", leave);
    if (response.destroyed) sink.destroy();
  }
}
