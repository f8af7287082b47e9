import { readdir, readFile } from "node:fs/promises";
import { basename } from "node:path";
import {
  buildASTSchema,
  GraphQLError,
  type GraphQLSchema,
  lexicographicSortSchema,
  OperationTypeNode,
  parse,
  printSchema,
} from "graphql";
import type { Catalogue } from "../../schema/catalogue.js";
import { ConfigurationFault } from "../errors.js";
import { generateOperations, NOTICE, type OperationFile } from "./generate-operations.js";
import { ownOperations } from "./own-operations.js";

/** The client's general operations, as the repository has them. */
const general = new URL("../../client/operations/", import.meta.url);

/** Files of a typed client for the served data, by name: its schema, its operations, and the client itself. */
export async function clientFiles(
  served: { readonly schema: GraphQLSchema; readonly catalogue: Catalogue },
  paths: readonly string[],
): Promise<Map<string, string>> {
  const printed = printSchema(lexicographicSortSchema(served.schema));
  const schema = buildASTSchema(parse(printed));
  const files = [
    ...(await generalOperations()),
    ...ownOperations(schema, served.catalogue),
    ...(await Promise.all(paths.map(readOwn))),
  ];
  const operations = await generateOperations(schema, files, {
    documentType: "@sweepql/client",
    openEnums: [],
    // The client is made for these data: a name that they do not have is a slip.
    closedEnums: ["MetricName", "HyperparameterName"],
  }).catch((error: unknown) => {
    if (error instanceof GraphQLError) throw new ConfigurationFault([`--documents: ${error.message}`]);
    throw error;
  });
  return new Map([
    ["schema.graphql", `# ${NOTICE}\n\n${printed}\n`],
    ["operations.ts", operations],
    ["index.ts", clientModule(operationNames(files))],
  ]);
}

/** Those without `llama` in their name, which run on any data. */
async function generalOperations(): Promise<OperationFile[]> {
  const names = (await readdir(general)).filter(
    (name) => name.endsWith(".graphql") && !name.startsWith("llama-"),
  );
  return Promise.all(names.sort().map((name) => read(name, new URL(name, general))));
}

async function readOwn(path: string): Promise<OperationFile> {
  try {
    return await read(path, path);
  } catch (error) {
    throw new ConfigurationFault([`--documents: ${path}: ${(error as Error).message}`]);
  }
}

const read = async (location: string, file: string | URL): Promise<OperationFile> => ({
  location: basename(location),
  document: parse(await readFile(file, "utf8"), { noLocation: true }),
});

const operationNames = (files: readonly OperationFile[]): string[] =>
  files.flatMap(({ document }) =>
    document.definitions.flatMap((node) =>
      "operation" in node && node.operation !== OperationTypeNode.SUBSCRIPTION && node.name
        ? [node.name.value]
        : [],
    ),
  );

function clientModule(names: readonly string[]): string {
  const members = names.map(
    (name) => `  ${name.charAt(0).toLowerCase()}${name.slice(1)}: documents.${name}Document,\n`,
  );
  return `/* ${NOTICE} */

import { type ClientOptions, createClient as connect } from "@sweepql/client";
import * as documents from "./operations.js";

export * from "./operations.js";

/** All operations, typed for these data. */
export const operations = {
${members.join("")}} as const;

/** A client with all operations, typed for these data. */
export const createClient = (options: Omit<ClientOptions, "operations">) =>
  connect({ ...options, operations });
`;
}
