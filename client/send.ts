import { type Document, isParsed } from "./document.js";
import {
  AbortedError,
  type GraphqlFault,
  HttpError,
  NetworkError,
  queryError,
  SweepqlError,
  TimeoutError,
} from "./errors.js";
import { reviveNonFinite } from "./non-finite.js";
import type { ClientEvent, ClientOptions, RequestOptions } from "./options.js";
import { operationName, printDocument } from "./print-document.js";
import { delayAfter, pause, readRetryAfter } from "./retry.js";

const JSON_ANSWER = "application/graphql-response+json, application/json;q=0.9";

/** A request as it is sent, and sent again. */
export interface Message {
  readonly operation: string | null;
  readonly query: string;
  readonly variables: unknown;
  readonly body: string;
}

/** What is sent for a document and its variables. */
export function messageOf(document: Document<unknown, never>, variables: unknown): Message {
  const parsed = isParsed(document);
  const query = parsed ? printDocument(document) : document.toString();
  const operation = operationOf(document);
  const named = parsed && operation !== null;
  const body = JSON.stringify({ query, variables, ...(named && { operationName: operation }) });
  return { operation, query, variables, body };
}

/** The name of a document's operation; null where it has none. Of a text, for messages only. */
export const operationOf = (document: Document<unknown, never>): string | null =>
  isParsed(document)
    ? operationName(document)
    : (/^\s*(?:query|mutation|subscription)\s+(\w+)/m.exec(document.toString())?.[1] ?? null);

/** Sends a document, again where that may help, and returns the answer's data. */
export async function send(
  client: ClientOptions,
  document: Document<unknown, never>,
  variables: unknown,
  options: RequestOptions = {},
): Promise<unknown> {
  const message = messageOf(document, variables);
  const nonFinite = options.nonFinite ?? client.nonFinite;
  const data = await attempts(client, message, options, async (signal) => {
    const received = await exchange(client, message, options, signal, JSON_ANSWER, receive);
    return { status: received.status, result: () => dataOf(message.operation, received) };
  });
  return nonFinite === "number" ? reviveNonFinite(data, message.query, variables) : data;
}

/** What came of one attempt: `result` throws where it is an error. */
interface Attempt<T> {
  readonly status: number;
  readonly result: () => T;
}

/** Asks, again where that may help, in the time that there is. */
export async function attempts<T>(
  client: ClientOptions,
  { operation, query }: Message,
  options: RequestOptions,
  ask: (signal: AbortSignal | undefined) => Promise<Attempt<T>>,
): Promise<T> {
  const timeout = options.timeout ?? client.timeout ?? 60_000;
  const retry = options.retry ?? client.retry ?? {};
  const own = options.signal;
  const late = timeout > 0 && timeout < 2 ** 31 ? new AbortController() : undefined;
  const timer = late && setTimeout(() => late.abort(), timeout);
  const signal = late && own ? AbortSignal.any([late.signal, own]) : (late?.signal ?? own);
  const retries = retry === false || /(^|[\s}])mutation\b/.test(query) ? { attempts: 1 } : retry;
  const observe = (event: EventOf<ClientEvent>, attempt: number): void =>
    client.observe?.({ operation, attempt, ...event });

  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        observe({ type: "request" }, attempt);
        const start = performance.now();
        const { status, result } = await ask(signal);
        observe({ type: "response", status, milliseconds: performance.now() - start }, attempt);
        return result();
      } catch (thrown) {
        if (!(thrown instanceof SweepqlError)) throw thrown;
        let error: SweepqlError = thrown;
        const delay = signal?.aborted ? null : delayAfter(error, attempt, retries);
        if (delay !== null) {
          observe({ type: "retry", error, delay }, attempt);
          if (await pause(delay, signal)) continue;
        }
        if (own?.aborted) error = new AbortedError(operation, own.reason);
        else if (late?.signal.aborted) error = new TimeoutError(operation, timeout);
        observe({ type: "error", error }, attempt);
        throw error;
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

/** What one kind of event has beside what all have. */
type EventOf<E> = E extends { readonly type: string } ? Omit<E, "operation" | "attempt"> : never;

/** A whole answer. */
interface Received {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: number | null;
}

/** Reads an answer to its end. */
export const receive = async (response: Response): Promise<Received> => ({
  status: response.status,
  retryAfter: readRetryAfter(response.headers.get("retry-after")),
  text: await response.text(),
});

/** Sends a message once. @throws {NetworkError} where that fails, or the reading of its answer. */
export async function exchange<Read>(
  { url, headers, fetch = globalThis.fetch }: ClientOptions,
  { operation, body }: Message,
  options: RequestOptions,
  signal: AbortSignal | undefined,
  accept: string,
  read: (response: Response) => Promise<Read>,
): Promise<Read> {
  const own = {
    ...(typeof headers === "function" ? await headers() : headers),
    ...options.headers,
  };
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        accept,
        "content-type": "application/json",
        ...own,
      },
      body,
      ...(signal && { signal }),
    });
    return await read(response);
  } catch (error) {
    throw new NetworkError(operation, error, [String(url), ...Object.values(own)]);
  }
}

/** The data of an answer. @throws what it has in place of them. */
export function dataOf(operation: string | null, { status, text, retryAfter }: Received): unknown {
  const answer = parseAnswer(text);
  if (!answer) throw new HttpError(operation, status, text.slice(0, 1000), retryAfter);
  if (answer.errors)
    throw queryError(operation, answer.errors, answer.data, status, retryAfter, answer.extensions);
  return answer.data;
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly GraphqlFault[];
  readonly extensions?: Readonly<Record<string, unknown>> | null;
}

/** A GraphQL answer; null where the text is none. */
function parseAnswer(text: string): Answer | null {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof answer !== "object" || answer === null) return null;
  const { data, errors, extensions } = answer as Record<string, unknown>;
  if (Array.isArray(errors) && errors.length > 0)
    return { data, errors: errors as GraphqlFault[], extensions: isRecord(extensions) ? extensions : null };
  return errors === undefined && typeof data === "object" && data !== null ? { data } : null;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
