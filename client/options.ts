import type { TypedDocument } from "./document.js";
import type { SweepqlError } from "./errors.js";

/** Headers by name, in any case; undefined: not sent. */
export type RequestHeaders = Readonly<Record<string, string | undefined>>;

/** Documents that become methods of a client, by the method's name. */
export type Operations = Readonly<Record<string, TypedDocument<unknown, never>>>;

/** When a request is sent again: after a network error, and after HTTP status 429, 502, 503 or 504. Mutations never are. */
export interface RetryOptions {
  /** How often it is sent at most, the first time included. Default: 3. */
  readonly attempts?: number | undefined;
  /** Milliseconds of the first pause at most; each further one may be twice as long, and chance shortens it. Default: 300. */
  readonly baseDelay?: number | undefined;
  /** Milliseconds of any pause at most. A server that asks for a longer one (`Retry-After`) is not asked again. Default: 20,000. */
  readonly maxDelay?: number | undefined;
}

/** What may be said of one request, or of all requests of a client. */
export interface CommonOptions {
  /** Milliseconds for the whole answer, `headers` and retries included; 0: no limit. Default: 60,000. */
  readonly timeout?: number | undefined;
  /** When a request is sent again; false: never. */
  readonly retry?: RetryOptions | false | undefined;
  /**
   * `"number"`: logged NaN and infinities arrive as JavaScript's `NaN`, `Infinity` and `-Infinity`, where
   * their `state` is asked for (or, in curves, `nonFinite`); null is then a missing value, and nothing
   * else. Default, `"null"`: they are null, as the server sends them.
   */
  readonly nonFiniteAs?: "number" | "null" | undefined;
}

/** What may be said of a subscription. `timeout` does not apply. */
export interface SubscribeOptions extends RequestOptions {
  /**
   * Milliseconds without a sign of life from the server, which sends one every 12 seconds, after which the
   * connection counts as lost; 0: never. Default: 40,000.
   */
  readonly silence?: number | undefined;
}

/** What is known of a request, for logs and metrics: neither headers, nor variables, nor the URL. */
export type ClientEvent = {
  /** The operation's name; null where it has none. */
  readonly operation: string | null;
  /** From 1. */
  readonly attempt: number;
} & (
  | { readonly type: "request" }
  /** An answer was read to its end, or an export begins to come; `milliseconds` are those of this attempt. */
  | { readonly type: "response"; readonly status: number; readonly milliseconds: number }
  /** A subscription stands: it tells what comes from now on. */
  | { readonly type: "open" }
  /** It will be sent again, in so many milliseconds. */
  | { readonly type: "retry"; readonly error: SweepqlError; readonly delay: number }
  /** The request failed for good. */
  | { readonly type: "error"; readonly error: SweepqlError }
);

export interface ClientOptions<O extends Operations = Operations> extends CommonOptions {
  /** Where the GraphQL API is: `http://127.0.0.1:4000/graphql`. */
  readonly url: string | URL;
  /** Sent with every request; a function is asked before each, retries included. */
  readonly headers?: RequestHeaders | (() => RequestHeaders | Promise<RequestHeaders>) | undefined;
  /** Used instead of the platform's `fetch`, and called as that is, with headers as `Headers`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Told of every request, answer, retry and error, while it happens. What it throws goes to the console. */
  readonly observe?: ((event: ClientEvent) => void) | undefined;
  /** Documents that the client offers as methods. `operations` of this package are all ready-made ones; bundles stay small with only those you name. */
  readonly operations?: (O & { readonly [Name in ReservedName]?: never }) | undefined;
}

/** Names that operations cannot have: the client's own methods, and `then`, which would make it pass for a promise. */
export type ReservedName = "request" | "paginate" | "then";

export interface RequestOptions extends CommonOptions {
  /** Ends the request early, with an `AbortError`. */
  readonly signal?: AbortSignal | undefined;
  /** Sent with this request, beside the client's. */
  readonly headers?: RequestHeaders | undefined;
}

/** What may be said where rows are read page by page. */
export interface PageOptions extends RequestOptions {
  /** So many rows in all; no page is larger. Default: as many as there are. */
  readonly limit?: number | undefined;
  /**
   * So many rows a page: 1 to 5000. It goes before `first` and `last` of the variables. Default: what they
   * say; where they say nothing, 100 for who reads page after page, and the operation's own for one page.
   */
  readonly pageSize?: number | undefined;
}
