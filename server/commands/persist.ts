import { readFile, writeFile } from "node:fs/promises";
import { buildSchema, type GraphQLSchema } from "graphql";
import { persistedDocuments } from "../codegen/persisted-documents.js";
import type { DataSettings } from "../config.js";
import { ConfigurationFault } from "../errors.js";
import { documentFiles } from "./document-files.js";
import { loadData } from "./load-data.js";
import type { Terminal } from "./terminal.js";
import { visible } from "./visible.js";

export interface PersistOptions extends DataSettings {
  /** Files, folders and globs of operations. */
  readonly documents: readonly string[];
  /** A file of the schema (SDL), in place of data. */
  readonly schema?: string;
  /** Default: standard output. */
  readonly out?: string;
}

/** Writes operations by their SHA-256, as `serve --persisted` reads them. */
export async function persist(options: PersistOptions, terminal: Terminal): Promise<number> {
  const files = await documentFiles(options.documents, "");
  const documents = persistedDocuments(files, await schemaOf(options, terminal));
  const manifest = Object.fromEntries(documents.map(({ hash, text }) => [hash, text]));
  const json = `${JSON.stringify(manifest, null, 2)}\n`;
  if (options.out === undefined) {
    terminal.stdout.write(json);
    return 0;
  }
  await writeFile(options.out, json);
  for (const { hash, name, path } of documents)
    terminal.stdout.write(`${hash}  ${name ?? "(unnamed)"}  ${visible(path)}\n`);
  return 0;
}

async function schemaOf(options: PersistOptions, terminal: Terminal): Promise<GraphQLSchema> {
  const { schema } = options;
  if (schema !== undefined) {
    try {
      return buildSchema(await readFile(schema, "utf8"));
    } catch (error) {
      throw new ConfigurationFault([`--schema: ${schema}: ${(error as Error).message}`]);
    }
  }
  const snapshot = await loadData(options, terminal);
  await snapshot.close();
  return snapshot.schema;
}
