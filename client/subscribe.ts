import { type Client, optionsOf } from "./client.js";
import type { Document } from "./document.js";
import { AbortedError, HttpError, NetworkError, QueryError, SweepqlError } from "./errors.js";
import { reviveNonFinite } from "./non-finite.js";
import type { SubscribeOptions } from "./options.js";
import { delayAfter, pause } from "./retry.js";
import { dataOf, exchange, messageOf, receive } from "./send.js";

/**
 * What a subscription tells, as it comes, over server-sent events. A connection that is lost is made
 * again, with pauses that grow, ten times in a row unless `retry` says otherwise; so is one on which
 * nothing comes any more, not even the server's signs of life (`silence`). What came in between is
 * not told again by the server: `addedRuns` makes up for it. `timeout` does not apply.
 * @throws as `Client.request` does; a `QueryError` of code SCHEMA_CHANGED where the data bring other fields.
 */
export async function* subscribe<Result, Variables>(
  client: Client,
  document: Document<Result, Variables>,
  variables?: NoInfer<Variables>,
  options: SubscribeOptions = {},
): AsyncGenerator<Result, void, undefined> {
  for await (const signal of signals(client, document, variables, options))
    if (signal !== OPEN) yield signal.data as Result;
}

/** The subscription stands: for the first time, or again. */
export const OPEN = Symbol("open");

/** What a subscription tells, and when its connection stands. */
export async function* signals(
  client: Client,
  document: Document<unknown, never>,
  variables: unknown,
  options: SubscribeOptions,
): AsyncGenerator<{ readonly data: unknown } | typeof OPEN, void, undefined> {
  const known = optionsOf.get(client);
  if (!known) throw new TypeError("subscribe takes a client of createClient.");
  const message = messageOf(document, variables);
  const { operation, query } = message;
  const retry = options.retry ?? known.retry ?? {};
  const retries = retry === false ? { attempts: 1 } : { attempts: 10, ...retry };
  const ended = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, ended.signal]) : ended.signal;
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        known.observe?.({ type: "request", operation, attempt });
        const accept = "text/event-stream";
        const response = await exchange(known, message, options, signal, accept, (it) => Promise.resolve(it));
        if (!response.body || !response.headers.get("content-type")?.startsWith(accept)) {
          const received = await receive(response);
          dataOf(operation, received);
          throw new HttpError(operation, received.status, received.text.slice(0, 1000));
        }
        let open = false;
        for await (const { event, data } of blocks(response.body, operation, options.silence ?? 40_000)) {
          // The first block, a comment, says that the subscription stands.
          if (!open) {
            known.observe?.({ type: "open", operation, attempt });
            yield OPEN;
          }
          open = true;
          attempt = 0;
          if (event === "complete") return;
          if (event !== "next") continue;
          const answer = dataOf(operation, { status: response.status, text: data, retryAfter: null });
          const revived = (options.nonFinite ?? known.nonFinite) === "number";
          yield { data: revived ? reviveNonFinite(answer, query, variables) : answer };
        }
        throw new NetworkError(operation, new Error("the stream ended"));
      } catch (thrown) {
        if (!(thrown instanceof SweepqlError)) throw thrown;
        // A server that stops says so, and is expected back.
        const stopping = thrown instanceof QueryError && thrown.code === "SERVER_STOPPING";
        const cause = stopping ? new NetworkError(operation, thrown) : thrown;
        const delay = signal.aborted ? null : delayAfter(cause, Math.max(1, attempt), retries);
        if (delay !== null) {
          known.observe?.({ type: "retry", operation, attempt, error: thrown, delay });
          if (await pause(delay, signal)) continue;
        }
        const error = signal.aborted ? new AbortedError(operation, signal.reason) : thrown;
        known.observe?.({ type: "error", operation, attempt, error });
        throw error;
      }
    }
  } finally {
    ended.abort();
  }
}

interface Block {
  readonly event: string;
  readonly data: string;
}

/** Blocks of a stream of server-sent events, comments included. */
async function* blocks(
  body: ReadableStream<Uint8Array>,
  operation: string | null,
  silence: number,
): AsyncGenerator<Block> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = await heard(reader, silence).catch((error: unknown) => {
      void reader.cancel().catch(() => undefined);
      throw new NetworkError(operation, error);
    });
    if (done) return;
    text += decoder.decode(value, { stream: true }).replaceAll("\r", "");
    const whole = text.split("\n\n");
    text = whole.pop() ?? "";
    for (const block of whole) {
      const field = (name: string): string =>
        block
          .split("\n")
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1).replace(/^ /, ""))
          .join("\n");
      yield { event: field("event"), data: field("data") };
    }
  }
}

/** What comes next. @throws where nothing comes for so long. */
async function heard<T>(reader: ReadableStreamDefaultReader<T>, silence: number) {
  if (silence <= 0) return reader.read();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silent = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came for ${silence} ms`)), silence);
  });
  return Promise.race([reader.read(), silent]).finally(() => clearTimeout(timer));
}
