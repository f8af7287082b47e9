import { readdir, readFile } from "node:fs/promises";
import { buildASTSchema, type GraphQLSchema, lexicographicSortSchema, parse, printSchema } from "graphql";
import type { Catalogue } from "../../schema/catalogue.js";
import { ConfigurationFault } from "../errors.js";
import { docstring } from "./comments.js";
import { generateOperations, NOTICE } from "./generate-operations.js";
import { type OperationMethod, operationMethods } from "./operation-methods.js";
import { ownOperations } from "./own-operations.js";
import { type DocumentFile, readDocuments } from "./read-documents.js";

/** The client's general operations, as the repository has them. */
const general = new URL("../../client/operations/", import.meta.url);

/**
 * Files of a typed client for the served data, by name: its schema, its operations, and the client itself.
 * @throws ConfigurationFault of all faults of the user's own documents, each with file, line and column.
 */
export async function clientFiles(
  served: { readonly schema: GraphQLSchema; readonly catalogue: Catalogue },
  own: readonly DocumentFile[],
): Promise<Map<string, string>> {
  const printed = printSchema(lexicographicSortSchema(served.schema));
  const schema = buildASTSchema(parse(printed));
  const files = [...(await generalOperations()), ...ownOperations(schema, served.catalogue), ...own];
  const documents = readDocuments(files, schema);
  const { methods, faults } = operationMethods(documents.operations);
  const all = [...documents.faults, ...faults];
  if (all.length > 0) throw new ConfigurationFault(all.map((fault) => `--documents: ${fault}`));
  const operations = await generateOperations(schema, documents, {
    documentType: "@sweepql/client",
    openEnums: [],
    // The client is made for these data: a name that they do not have is a slip.
    closedEnums: ["MetricName", "HyperparameterName"],
  });
  return new Map([
    ["schema.graphql", `# ${NOTICE}\n\n${printed}\n`],
    ["operations.ts", operations],
    ["index.ts", clientModule(methods)],
  ]);
}

/** Those without `llama` in their name, which run on any data. */
async function generalOperations(): Promise<DocumentFile[]> {
  const names = (await readdir(general)).filter(
    (name) => name.endsWith(".graphql") && !name.startsWith("llama-"),
  );
  return Promise.all(
    names.sort().map(async (name) => ({
      path: `sweepql's ${name}`,
      text: await readFile(new URL(name, general), "utf8"),
    })),
  );
}

function clientModule(methods: readonly OperationMethod[]): string {
  const members = methods.map(
    ({ name, document, description }) => `${docstring(description, "  ")}  ${name}: documents.${document},\n`,
  );
  return `/* ${NOTICE} */

import { addedRuns as addedRunsOfAny, type Client, type PageOptions } from "@sweepql/client";
import * as documents from "./operations.js";

export { createClient } from "@sweepql/client";
export * from "./operations.js";

/** All operations, typed for these data, as methods for \`createClient\`. */
export const operations = {
${members.join("")}} as const;

/** Runs as soon as they are served, each once: the package's \`addedRuns\`, with the filter of these data. */
export const addedRuns = (
  client: Client,
  where: documents.RunFilter = {},
  options: PageOptions = {},
): AsyncGenerator<documents.RunFieldsFragment, void, undefined> =>
  // The package's filter has other hyperparameters.
  addedRunsOfAny(client, where as never, options);
`;
}
