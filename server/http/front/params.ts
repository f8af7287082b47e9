import type { PersistedOperations } from "../security/persisted.js";

/** What a request asks, in the one plain form that most have. */
export interface Params {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | null;
}

const KEYS: ReadonlySet<string> = new Set(["query", "variables", "operationName", "extensions"]);

/** Of a JSON body. Null for any other form: it is for the generic path, which knows them all. */
export const paramsOfBody = (body: string, persisted: PersistedOperations | null): Params | null =>
  unlessMalformed(() => toParams(JSON.parse(body), persisted));

/** Of a URL's query part. */
export const paramsOfQuery = (search: string, persisted: PersistedOperations | null): Params | null =>
  unlessMalformed(() => {
    const given = new Map<string, unknown>();
    for (const [name, value] of new URLSearchParams(search)) {
      if (given.has(name)) return null;
      given.set(name, name === "variables" || name === "extensions" ? JSON.parse(value) : value);
    }
    return toParams(Object.fromEntries(given), persisted);
  });

function toParams(given: unknown, persisted: PersistedOperations | null): Params | null {
  if (!isRecord(given) || Object.keys(given).some((key) => !KEYS.has(key))) return null;
  const { variables = null, operationName = null, extensions = null } = given;
  if (variables !== null && !isRecord(variables)) return null;
  // By a name that no operation can have, the generic path finds none.
  if (operationName !== null && (typeof operationName !== "string" || operationName === "")) return null;
  if (extensions !== null && !isRecord(extensions)) return null;
  const query = persisted ? storedQuery(given["query"], extensions, persisted) : given["query"];
  return typeof query === "string" ? { query, variables: variables ?? {}, operationName } : null;
}

/** The stored operation that is named, by a request that sends no document. */
function storedQuery(
  query: unknown,
  extensions: Readonly<Record<string, unknown>> | null,
  persisted: PersistedOperations,
): string | undefined {
  const named = extensions?.["persistedQuery"];
  if (query !== undefined || !isRecord(named) || named["version"] !== 1) return undefined;
  const hash = named["sha256Hash"];
  return typeof hash === "string" ? persisted.get(hash) : undefined;
}

function unlessMalformed(read: () => Params | null): Params | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
