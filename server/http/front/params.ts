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
  toParams(parsed(body), persisted);

/** Of a URL's query part. */
export function paramsOfQuery(search: string, persisted: PersistedOperations | null): Params | null {
  const given: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(search)) {
    if (name in given) return null;
    given[name] = name === "variables" || name === "extensions" ? parsed(value) : value;
  }
  return toParams(given, persisted);
}

function toParams(given: unknown, persisted: PersistedOperations | null): Params | null {
  if (!isRecord(given) || Object.keys(given).some((key) => !KEYS.has(key))) return null;
  const { variables = null, operationName = null, extensions = null } = given;
  if (variables !== null && !isRecord(variables)) return null;
  if (operationName !== null && typeof operationName !== "string") return null;
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

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
