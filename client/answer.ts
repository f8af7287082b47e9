import { type GraphqlFault, HttpError, LimitError, QueryError, StaleCursorError } from "./errors.js";

/** What a server answered. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: number | null;
  readonly text: string;
  /** Takes out of what it said what is not to be told. */
  readonly blot: (said: string) => string;
}

/** The data of an answer. @throws what it has in place of them. */
export function dataOf(operation: string | null, { status, retryAfter, text, blot }: Answer): unknown {
  const { data, errors, extensions } = parse(text);
  if (Array.isArray(errors) && errors.length > 0) {
    const [faults, more] = JSON.parse(JSON.stringify([errors, extensions]), (_, value: unknown) =>
      typeof value === "string" ? blot(value) : value,
    ) as [(GraphqlFault | null)[], Fields | null];
    const told = faults.map((one) => ({ message: "unknown error", ...one }));
    throw new (classOf(told))(operation, told, data, status, retryAfter, more);
  }
  if (errors === undefined && isRecord(data)) return data;
  throw new HttpError(operation, status, blot(text).slice(0, 1000), retryAfter);
}

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields => typeof value === "object" && value !== null;

function parse(text: string): Fields {
  try {
    return Object(JSON.parse(text)) as Fields;
  } catch {
    return {};
  }
}

/** The class of error that fits the codes of an answer. */
function classOf(faults: readonly GraphqlFault[]): typeof QueryError {
  const has = (code: string): boolean => faults.some(({ extensions }) => extensions?.code === code);
  return has("LIMIT_EXCEEDED") ? LimitError : has("STALE_CURSOR") ? StaleCursorError : QueryError;
}
