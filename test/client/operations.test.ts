import {
  buildSchema as schemaOf,
  type DocumentNode,
  OperationTypeNode,
  printSchema,
  validate,
} from "graphql";
import { describe, expect, test } from "vitest";
import * as client from "../../client/index.js";
import type { Manifest } from "../../schema/manifest.js";
import { deberta, documentedCatalogue, llama, vision } from "../../schema/documented/index.js";
import { buildSchema } from "../../schema/schema.js";

const { operations } = client;
const catalogues: Readonly<Record<string, Manifest>> = { llama, vision, deberta };

describe.each(Object.entries(catalogues))("on the schema of %s", (family, manifest) => {
  const schema = schemaOf(printSchema(buildSchema(documentedCatalogue(manifest))));
  const own = Object.entries(operations).filter(([name]) => family === "llama" || !name.startsWith("llama"));

  test.each(own)("%s is valid", (_, document) => {
    expect(validate(schema, document as DocumentNode)).toEqual([]);
  });
});

test("every generated query is a method, by its name", () => {
  const isQuery = (document: unknown): boolean =>
    (document as DocumentNode).definitions.some(
      (node) => "operation" in node && node.operation === OperationTypeNode.QUERY,
    );
  const generated = Object.entries(client).flatMap(([name, value]) =>
    name.endsWith("Document") && !name.endsWith("FragmentDoc") && isQuery(value) ? [name] : [],
  );
  const methods = Object.keys(operations).map(
    (name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}Document`,
  );
  expect(methods.sort()).toEqual(generated.sort());
});

test("only Llama's operations name a metric or a hyperparameter of the data", () => {
  const { MetricName, HyperparameterName } = buildSchema(documentedCatalogue(llama)).getTypeMap();
  const names = [MetricName, HyperparameterName].flatMap((type) =>
    type && "getValues" in type ? type.getValues().map(({ name }) => name) : [],
  );
  expect(names.length).toBeGreaterThan(20);
  for (const [name, document] of Object.entries(operations)) {
    if (name.startsWith("llama")) continue;
    const text = JSON.stringify(document);
    expect(names.filter((one) => text.includes(`"${one}"`))).toEqual([]);
  }
});
