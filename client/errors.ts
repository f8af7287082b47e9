/**
 * Any failure of a request. Its own words name the operation, and hold no header's value, no variable and
 * no URL. What the server said is passed on, less the credentials that were sent.
 */
export class SweepqlError extends Error {
  override readonly name: string = "SweepqlError";
  constructor(
    message: string,
    /** The operation's name; null where it has none. */
    readonly operation: string | null,
    options?: ErrorOptions,
  ) {
    super(operation === null ? message : `${operation}: ${message}`, options);
  }
}

/** Why `fetch` failed, as far as it is told: the rest of its error may hold headers, or the URL. */
export interface FetchFault {
  /** The error's name, down to the first cause. */
  readonly name: string | null;
  /** The platform's code: `ECONNREFUSED`; null where it has none, as in browsers. */
  readonly code: string | null;
}

/** No whole answer came: connection refused, cut off, no such host. */
export class NetworkError extends SweepqlError {
  override readonly name = "NetworkError";
  /** Why `fetch` failed; undefined where the answer ended before its end. */
  declare readonly cause?: FetchFault;
  constructor(operation: string | null, reason: string, cause?: FetchFault) {
    super(`no answer from the server (${reason})`, operation, cause && { cause });
  }
}

/** No answer came within the `timeout`, retries included. The cause is the error of the attempt before, where there was one. */
export class TimeoutError extends SweepqlError {
  /** As the platform names it, for code that goes by name. */
  override readonly name = "TimeoutError";
  constructor(
    operation: string | null,
    /** In milliseconds. */
    readonly timeout: number,
    cause?: SweepqlError,
  ) {
    super(`no answer within ${timeout} ms`, operation, cause && { cause });
  }
}

/** The request's signal was aborted. The cause is the signal's reason: a timeout's, say. */
export class AbortError extends SweepqlError {
  /** As the platform names it, for code that goes by name. */
  override readonly name = "AbortError";
  constructor(operation: string | null, cause: unknown) {
    super(`aborted (${String(cause)})`, operation, { cause });
  }
}

/** The answer is not GraphQL: another service's, or a proxy's. */
export class HttpError extends SweepqlError {
  override readonly name = "HttpError";
  constructor(
    operation: string | null,
    readonly status: number,
    /** The first 1,000 characters of the answer. */
    readonly body: string,
    /** Milliseconds after which the server wants to be asked again (`Retry-After`); null where it does not say. */
    readonly retryAfter: number | null = null,
  ) {
    super(`the server answered with HTTP status ${status}, and not with GraphQL`, operation);
  }
}

/** One error of a GraphQL answer. */
export interface GraphqlFault {
  readonly message: string;
  /** The field that failed: names, and indices of lists. */
  readonly path?: readonly (string | number)[];
  readonly locations?: readonly { readonly line: number; readonly column: number }[];
  readonly extensions?: { readonly code?: string; readonly [key: string]: unknown };
}

/** The server refused the query, or a part of it failed. */
export class QueryError extends SweepqlError {
  override readonly name: string = "QueryError";
  /** Machine code of the first error: `BAD_USER_INPUT`, `UNKNOWN_NAME`, …; null where it has none. */
  readonly code: string | null;
  /** Path of the first error; null where it belongs to no field. */
  readonly path: readonly (string | number)[] | null;
  constructor(
    operation: string | null,
    /** At least one. */
    readonly errors: readonly GraphqlFault[],
    /** What was answered all the same, null at the fields that failed; null or undefined where nothing was. */
    readonly data: unknown,
    readonly status: number,
    /** Milliseconds after which the server wants to be asked again (`Retry-After`); null where it does not say. */
    readonly retryAfter: number | null = null,
    /** What the answer tells beside its data: the version of the data, the cost of the query. */
    readonly extensions: Readonly<Record<string, unknown>> | null = null,
  ) {
    const [first] = errors;
    const others = errors.length - 1;
    super(String(first?.message) + (others > 0 ? ` (and ${others} more)` : ""), operation);
    this.code = first?.extensions?.code ?? null;
    this.path = first?.path ?? null;
  }
}

/** The query asks for more than the server gives: code `LIMIT_EXCEEDED`. */
export class LimitError extends QueryError {
  override readonly name = "LimitError";
  /** What the query would have cost; null where the server does not tell. */
  readonly cost: number | null;
  /** What it may cost at most, in the same unit; null where the server does not tell. */
  readonly budget: number | null;
  constructor(...args: ConstructorParameters<typeof QueryError>) {
    super(...args);
    const { requested, budget } = Object(this.extensions?.["cost"]) as Record<string, unknown>;
    this.cost = typeof requested === "number" ? requested : null;
    this.budget = typeof budget === "number" ? budget : null;
  }
}

/** The cursor is of data that have since been replaced: begin again at the first page. Code `STALE_CURSOR`. */
export class StaleCursorError extends QueryError {
  override readonly name = "StaleCursorError";
}
