import { dataOf } from "./answer.js";
import { begin, type Call } from "./call.js";
import { type Client, optionsOf } from "./client.js";
import type { GraphqlDocument } from "./document.js";
import { ending } from "./ending.js";
import { NetworkError, QueryError, TimeoutError } from "./errors.js";
import { eventsOf } from "./event-stream.js";
import { messageOf } from "./message.js";
import { reviveNonFinite } from "./non-finite.js";
import type { SubscribeOptions } from "./options.js";
import { networkError } from "./post.js";
import { raced } from "./raced.js";
import { stream } from "./stream.js";

/** Makes what is yielded of what a subscription tells: of its data, and of null where it stands, for the first time or again. */
export type Told<T> = (data: unknown, signal: AbortSignal) => AsyncIterable<T>;

/**
 * Follows a subscription, and connects again where the connection is lost, or where `told` fails of what
 * may pass. One that `resumes` makes up for what it missed, on any schema: it outlives a change of that, too.
 */
export const follow = <T>(
  client: Client,
  document: GraphqlDocument<unknown, never>,
  variables: unknown,
  options: SubscribeOptions,
  told: Told<T>,
  resumes = false,
): AsyncGenerator<T, void, undefined> =>
  ending(options.signal, async function* (signal) {
    const known = optionsOf(client);
    const message = messageOf(document, variables);
    const revived = (options.nonFiniteAs ?? known.nonFiniteAs) === "number";
    const retry = options.retry ?? known.retry ?? {};
    const patience = retry && { ...retry, attempts: retry.attempts ?? 10 };
    const start = (): Call => begin(known, message, { ...options, signal, retry: patience, timeout: 0 });
    let call = start();
    for (;;)
      try {
        for await (const data of listen(call, options.silence ?? 40_000)) {
          yield* told(data && revived ? reviveNonFinite(data, message.query, variables) : data, signal);
          // What fails next is the first in a row.
          call = start();
        }
        return;
      } catch (error) {
        const reason = reasonToGoOn(error, resumes);
        await call.failed(reason ? new NetworkError(message.operation, reason) : error);
      }
  });

/** Why the connection ended, and the subscription did not; null where it did, or the error says it by itself. */
function reasonToGoOn(error: unknown, resumes: boolean): string | null {
  if (error instanceof TimeoutError) return error.name;
  const code = error instanceof QueryError ? error.code : null;
  // A server that stops says so, and is expected back.
  return code === "SERVER_STOPPING" || (resumes && code === "SCHEMA_CHANGED") ? code : null;
}

/** What one connection of a subscription tells, after null, which says that it stands. */
async function* listen(call: Call, silence: number): AsyncGenerator<unknown, void, undefined> {
  const { operation } = call.message;
  const connection = new AbortController();
  const signal = AbortSignal.any([call.signal, connection.signal]);
  /** Waits, for as long as the server may be silent. */
  const heard = async <T>(promise: Promise<T>): Promise<T> => {
    const silent = new NetworkError(operation, `nothing came for ${silence} ms`);
    const timer =
      silence > 0 && silence < 2 ** 31 ? setTimeout(() => connection.abort(silent), silence) : undefined;
    try {
      return await raced(promise, signal);
    } finally {
      clearTimeout(timer);
    }
  };
  const accept = "text/event-stream";
  const isStream = ({ headers }: Response): boolean => !!headers.get("content-type")?.startsWith(accept);
  try {
    const answer = await heard(stream({ ...call, signal }, accept, isStream));
    const reader = answer.stream.body.getReader();
    const read = () =>
      heard(
        reader.read().catch((error: unknown) => {
          throw networkError(operation, error);
        }),
      );
    let open = false;
    for await (const { event, data } of eventsOf(read)) {
      // The first block, a comment, says that the subscription stands.
      if (!open) {
        call.tell({ type: "open" });
        yield null;
      }
      open = true;
      if (event === "complete") return;
      if (event === "next") yield dataOf(operation, { ...answer, text: data });
    }
    throw new NetworkError(operation, "the stream ended");
  } finally {
    connection.abort();
  }
}
