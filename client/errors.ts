/** Any failure of a request. It names the operation, and holds neither headers nor variables. */
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

/** No whole answer came: connection refused, cut off, no such host. The cause is what `fetch` threw. */
export class NetworkError extends SweepqlError {
  override readonly name = "NetworkError";
  constructor(operation: string | null, cause: unknown) {
    super(`no answer from the server (${reasonOf(cause)})`, operation, { cause });
  }
}

/** The request's signal was aborted. The cause is the signal's reason: a timeout's, say. */
export class AbortedError extends SweepqlError {
  /** As the platform names it, for code that goes by name. */
  override readonly name = "AbortError";
  constructor(operation: string | null, cause: unknown) {
    super(`aborted (${reasonOf(cause)})`, operation, { cause });
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
  override readonly name = "QueryError";
  /** Machine code of the first error: `BAD_USER_INPUT`, `STALE_CURSOR`, …; null where it has none. */
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
  ) {
    const [first] = errors;
    const others = errors.length - 1;
    super((first?.message ?? "unknown error") + (others > 0 ? ` (and ${others} more)` : ""), operation);
    this.code = first?.extensions?.code ?? null;
    this.path = first?.path ?? null;
  }
}

/** What failed, down to the first cause that says so: `fetch` says only that it failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const deeper = error.cause === undefined ? "" : reasonOf(error.cause);
  return deeper || error.message || error.name;
}
