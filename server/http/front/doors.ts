import type { IncomingMessage } from "node:http";
import { LRUCache } from "lru-cache";
import { sha256 } from "../security/persisted.js";
import { PREFLIGHT_HEADERS } from "../security/preflight.js";

/**
 * The headers that decisions about a request, and the headers of its answer, hang on. Whatever guard or
 * plugin comes to read another has to name it here: two requests that differ in none of these are let in alike.
 */
const DECIDING: ReadonlySet<string> = new Set([
  "accept",
  "authorization",
  "content-encoding",
  "content-type",
  "host",
  "origin",
  "sec-fetch-mode",
  "sec-fetch-site",
  ...PREFLIGHT_HEADERS,
]);

/** Of the answer that opened a door, what is of that answer alone. */
const OWN: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "date",
  "etag",
  "keep-alive",
  "transfer-encoding",
  "x-request-id",
]);

const KEPT = 1000;

/** Requests with the same deciding headers: whoever may ask, by them, and how the answer is headed. */
export interface Door {
  readonly id: number;
  /** But for those of one answer alone. */
  readonly headers: readonly (readonly [string, string])[];
}

/**
 * Which requests are let in is decided by their method, path and some headers alone, and by settings that
 * do not change while the server runs. A request that has all of them in common with one that was let in
 * and answered is let in, too, without asking again.
 */
export class Doors {
  readonly #open = new LRUCache<string, Door>({ max: KEPT });
  #count = 0;

  of(key: string): Door | undefined {
    return this.#open.get(key);
  }

  /** @param headers of the answer. */
  open(key: string, headers: Headers): void {
    this.#count += 1;
    this.#open.set(key, { id: this.#count, headers: [...headers].filter(([name]) => !OWN.has(name)) });
  }
}

/** What the door of a request hangs on. */
export function doorKey({ method = "", rawHeaders }: IncomingMessage): string {
  let key = method;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase();
    if (!DECIDING.has(name)) continue;
    const value = rawHeaders[index + 1] as string;
    // Of a token, only the hash is kept.
    key += `\n${name}: ${name === "authorization" ? sha256(value) : value}`;
  }
  return key;
}
