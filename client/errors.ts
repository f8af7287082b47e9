/** Any failure of a request. It names the operation, and holds neither headers, nor variables, nor the URL. */
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

/** No whole answer came: connection refused, cut off, no such host. The cause is what `fetch` threw, unless that tells the URL or a header. */
export class NetworkError extends SweepqlError {
  override readonly name = "NetworkError";
  constructor(operation: string | null, cause: unknown, secrets: readonly string[] = []) {
    const known = secrets.filter((secret) => secret !== "");
    const reason = known.reduce((text, secret) => text.replaceAll(secret, "…"), reasonOf(cause));
    const told = toldBy(cause);
    super(
      `no answer from the server (${reason})`,
      operation,
      known.some((secret) => told.includes(secret)) ? {} : { cause },
    );
  }
}

/** No answer came within the `timeout`, retries included. */
export class TimeoutError extends SweepqlError {
  /** As the platform names it, for code that goes by name. */
  override readonly name = "TimeoutError";
  constructor(
    operation: string | null,
    /** In milliseconds. */
    readonly timeout: number,
  ) {
    super(`no answer within ${timeout} ms`, operation);
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
    super((first?.message ?? "unknown error") + (others > 0 ? ` (and ${others} more)` : ""), operation);
    this.code = first?.extensions?.code ?? null;
    this.path = first?.path ?? null;
  }
}

/** The query asks for more than the server gives: code `LIMIT_EXCEEDED`. */
export class LimitError extends QueryError {
  override readonly name = "LimitError";
  /** What the query would have cost; null where the server does not tell. */
  get cost(): number | null {
    return this.#number("requested");
  }
  /** What it may cost at most, in the same unit; null where the server does not tell. */
  get budget(): number | null {
    return this.#number("budget");
  }
  #number(key: "requested" | "budget"): number | null {
    const cost = this.extensions?.["cost"] as Readonly<Record<string, unknown>> | null | undefined;
    const found = cost?.[key];
    return typeof found === "number" ? found : null;
  }
}

/** The cursor is of data that have since been replaced: begin again at the first page. Code `STALE_CURSOR`. */
export class StaleCursorError extends QueryError {
  override readonly name = "StaleCursorError";
}

const isLimit = ({ extensions }: GraphqlFault): boolean => extensions?.code === "LIMIT_EXCEEDED";

/** The error of the class that fits the codes of a GraphQL answer. */
export function queryError(
  ...[operation, errors, ...rest]: ConstructorParameters<typeof QueryError>
): QueryError {
  if (errors.some(isLimit)) return new LimitError(operation, errors, ...rest);
  if (errors.some(({ extensions }) => extensions?.code === "STALE_CURSOR"))
    return new StaleCursorError(operation, errors, ...rest);
  return new QueryError(operation, errors, ...rest);
}

/** What failed, down to the first cause that says so: `fetch` says only that it failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const deeper = error.cause === undefined ? "" : reasonOf(error.cause);
  return deeper || error.message || error.name;
}

/** All that an error says, with its causes. */
const toldBy = (error: unknown): string =>
  error instanceof Error
    ? `${error.message} ${Object.values(error).join(" ")} ${toldBy(error.cause)}`
    : String(error);
