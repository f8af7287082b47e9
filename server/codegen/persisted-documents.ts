import { createHash } from "node:crypto";
import { type GraphQLSchema, print } from "graphql";
import { ConfigurationFault } from "../errors.js";
import { type DocumentFile, readDocuments, type ReadOperation } from "./read-documents.js";

/** An operation as a server keeps it, with the fragments that it needs. */
export interface PersistedDocument {
  /** SHA-256 of the text, in hexadecimal digits. */
  readonly hash: string;
  readonly text: string;
  /** Null where it has none. */
  readonly name: string | null;
  readonly path: string;
}

/**
 * One document an operation, its fragments from whichever file holds them.
 * @throws ConfigurationFault of all faults, each with file, line and column.
 */
export function persistedDocuments(
  files: readonly DocumentFile[],
  schema: GraphQLSchema,
): PersistedDocument[] {
  const { operations, faults } = readDocuments(files, schema);
  if (faults.length > 0) throw new ConfigurationFault(faults);
  if (operations.length === 0) throw new ConfigurationFault(["The files hold no operation."]);
  return operations.map(persisted);
}

function persisted({ operation: { name, loc }, document }: ReadOperation): PersistedDocument {
  const text = print(document);
  return {
    hash: createHash("sha256").update(text).digest("hex"),
    text,
    name: name?.value ?? null,
    path: loc?.source.name ?? "",
  };
}
