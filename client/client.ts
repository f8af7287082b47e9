import { type Document, isParsed, type ResultOf, type TypedDocument, type VariablesOf } from "./document.js";
import { AbortedError, HttpError, NetworkError, QueryError, type GraphqlFault } from "./errors.js";
import { operationName, printDocument } from "./print-document.js";

/** Headers of requests by name. */
export type HeaderValues = Readonly<Record<string, string>>;

/** Documents that become methods of a client, by the method's name. */
export type Operations = Readonly<Record<string, TypedDocument<unknown, never>>>;

export interface ClientOptions<O extends Operations = Operations> {
  /** Where the GraphQL API is: `http://127.0.0.1:4000/graphql`. */
  readonly url: string | URL;
  /** Sent with every request; a function is asked before each. */
  readonly headers?: HeaderValues | (() => HeaderValues | Promise<HeaderValues>);
  /** Used instead of the platform's `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  /** Documents that the client offers as methods. `operations` of this package are all ready-made ones; bundles stay small with only those you name. */
  readonly operations?: O & { readonly request?: never };
}

export interface RequestOptions {
  /** Ends the request early, with an `AbortedError`. */
  readonly signal?: AbortSignal;
}

/** Variables, which may be left out where none is required, and options. */
export type Arguments<Variables> =
  Record<never, never> extends Variables
    ? [variables?: Variables, options?: RequestOptions]
    : [variables: Variables, options?: RequestOptions];

// Two signatures of `request`: a list of parameters computed from the document would let misspelt
// variables pass, and a server ignores those.
export interface Client {
  /** Sends a query that needs no variables, and returns its data. Faults are as below. */
  request<Result = unknown>(
    document: Document<Result, Record<never, never>>,
    variables?: undefined,
    options?: RequestOptions,
  ): Promise<Result>;
  /**
   * Sends a query and returns its data. Result and variables have the document's types; those of a
   * plain string are unknown, unless given: `request<Result, Variables>(text, variables)`.
   * @throws {QueryError} where the server refuses the query, or a part of it fails.
   * @throws {HttpError} for an answer that is not GraphQL.
   * @throws {NetworkError} where no whole answer comes.
   * @throws {AbortedError} where the signal is aborted.
   */
  request<Result = unknown, Variables = Readonly<Record<string, unknown>>>(
    document: Document<Result, Variables>,
    variables: NoInfer<Variables>,
    options?: RequestOptions,
  ): Promise<Result>;
}

/** The methods that operations become: variables and options in, data out. Faults are those of `request`. */
export type Methods<O> = {
  readonly [Name in keyof O]: (...rest: Arguments<VariablesOf<O[Name]>>) => Promise<ResultOf<O[Name]>>;
};

/** A client of the API at a URL. */
export function createClient<const O extends Operations = Record<never, never>>(
  options: ClientOptions<O>,
): Client & Methods<O> {
  const request = (
    document: Document<unknown, never>,
    variables?: unknown,
    { signal }: RequestOptions = {},
  ) => send(options, document, variables, signal);
  const methods = Object.entries(options.operations ?? {}).map(([name, document]) => [
    name,
    (variables?: unknown, requestOptions?: RequestOptions) => request(document, variables, requestOptions),
  ]);
  return { ...Object.fromEntries(methods), request } as Client & Methods<O>;
}

async function send(
  { url, headers, fetch = globalThis.fetch }: ClientOptions,
  document: Document<unknown, never>,
  variables: unknown,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const parsed = isParsed(document);
  const query = parsed ? printDocument(document) : document.toString();
  const name = parsed ? operationName(document) : nameInText(query);
  const body = JSON.stringify({ query, variables, ...(parsed && name !== null && { operationName: name }) });
  const own = typeof headers === "function" ? await headers() : headers;
  let status: number;
  let text: string;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        accept: "application/graphql-response+json, application/json;q=0.9",
        "content-type": "application/json",
        ...own,
      },
      body,
      ...(signal && { signal }),
    });
    status = response.status;
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw new AbortedError(name, signal.reason);
    throw new NetworkError(name, error);
  }
  const answer = parseAnswer(text);
  if (!answer) throw new HttpError(name, status, text.slice(0, 1000));
  if (answer.errors) throw new QueryError(name, answer.errors, answer.data, status);
  return answer.data;
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly GraphqlFault[];
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
  const { data, errors } = answer as { data?: unknown; errors?: unknown };
  if (Array.isArray(errors) && errors.length > 0) return { data, errors: errors as GraphqlFault[] };
  return errors === undefined && typeof data === "object" && data !== null ? { data } : null;
}

/** The operation's name, for messages only. */
const nameInText = (text: string): string | null =>
  /^\s*(?:query|mutation|subscription)\s+(\w+)/m.exec(text)?.[1] ?? null;
