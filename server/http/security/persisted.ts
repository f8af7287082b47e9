import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { usePersistedOperations } from "@graphql-yoga/plugin-persisted-operations";
import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import { UserFault } from "../../errors.js";

/** Documents by the SHA-256 of their text, in lower-case hexadecimal digits. */
export type PersistedOperations = ReadonlyMap<string, string>;

/** Plainly checked: zod would cost every start more than the rest of the settings. */
const isManifest = (value: unknown): value is Record<string, string> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.entries(value).every(
    ([hash, document]) => /^[0-9a-f]{64}$/.test(hash) && typeof document === "string" && document !== "",
  );

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Reads a manifest. @throws UserFault where it is none, or names a document by another's hash. */
export function readPersisted(path: string): PersistedOperations {
  const text = readFileSync(path, "utf8");
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new UserFault("it is not JSON", "BAD_CONFIGURATION");
  }
  if (!isManifest(parsed))
    throw new UserFault("an object of documents by their SHA-256 is wanted", "BAD_CONFIGURATION");
  const operations = new Map(Object.entries(parsed));
  for (const [hash, document] of operations) {
    if (sha256(document) !== hash)
      throw new UserFault(
        `${hash} is not the SHA-256 of its document, which is ${sha256(document)}`,
        "BAD_CONFIGURATION",
      );
  }
  return operations;
}

const refusal = (status: number, code: string, message: string) => (): GraphQLError =>
  new GraphQLError(message, { extensions: { code, http: { status, spec: true } } });

/** Answers these operations, asked for by `extensions.persistedQuery.sha256Hash`, and no other. */
export const persistedOnly = (operations: PersistedOperations): Plugin =>
  usePersistedOperations({
    getPersistedOperation: (hash) => operations.get(hash) ?? null,
    customErrors: {
      notFound: refusal(404, "PERSISTED_QUERY_NOT_FOUND", "This server has no operation of that SHA-256."),
      keyNotFound: refusal(
        400,
        "PERSISTED_QUERY_REQUIRED",
        "This server answers stored operations only: name one by extensions.persistedQuery {version: 1, sha256Hash}.",
      ),
      persistedQueryOnly: refusal(
        400,
        "PERSISTED_QUERY_REQUIRED",
        "This server answers stored operations only: name one by extensions.persistedQuery {version: 1, sha256Hash}, without a query.",
      ),
    },
  });
