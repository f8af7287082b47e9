import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  buildSchema as parseSchema,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  printSchema,
  validateSchema,
} from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Catalogue } from "../../schema/catalogue.js";
import { buildSchema } from "../../schema/schema.js";
import { serve, type Service } from "./harness.js";
import { hostile, tiny } from "./worlds.js";

let services: Service[] = [];
beforeAll(async () => {
  services = [await serve(hostile().sources), await serve(tiny().sources)];
});
afterAll(async () => {
  for (const service of services) await service.close();
});

interface Described {
  readonly path: string;
  readonly name: string;
  readonly description: string | null | undefined;
}

/** Every type, field, argument, input field and enum value of our own. */
function everything(schema: GraphQLSchema): Described[] {
  return Object.values(schema.getTypeMap()).flatMap((type): Described[] => {
    if (type.name.startsWith("__") || ["Int", "Float", "String", "Boolean", "ID"].includes(type.name))
      return [];
    const own = { path: type.name, name: type.name, description: type.description };
    const below = (name: string, description: string | null | undefined): Described => ({
      path: `${type.name}.${name}`,
      name,
      description,
    });
    if (isEnumType(type))
      return [own, ...type.getValues().map((value) => below(value.name, value.description))];
    if (isInputObjectType(type))
      return [own, ...Object.values(type.getFields()).map((field) => below(field.name, field.description))];
    if (!isObjectType(type) && !isInterfaceType(type)) return [own];
    return [
      own,
      ...Object.values(type.getFields()).flatMap((field) => [
        below(field.name, field.description),
        ...field.args.map((arg) => ({
          path: `${type.name}.${field.name}(${arg.name})`,
          name: arg.name,
          description: arg.description,
        })),
      ]),
    ];
  });
}

describe("the schema", () => {
  it("describes every type, field, argument and enum value", () => {
    const bare = new Set(
      services
        .flatMap(({ schema }) => everything(schema))
        .filter(({ description }) => !description?.trim())
        .map(({ path }) => path),
    );
    expect([...bare].sort()).toEqual([]);
  });

  it("says what an undocumented key is called in the file", () => {
    // `memory` and `speed` stand in no manifest.
    const point = services[0]?.schema.getType("CurvePoint");
    const field = isObjectType(point) ? point.getFields()["memory"] : undefined;
    expect(field?.description).toContain("memory");
  });

  it("has names that GraphQL carries, and reads itself back", () => {
    for (const { schema } of services) {
      for (const { name, path } of everything(schema))
        expect(name, path).toMatch(/^(?!__)[A-Za-z_][A-Za-z0-9_]*$/);
      expect(validateSchema(schema)).toEqual([]);
      const printed = printSchema(schema);
      expect(printSchema(parseSchema(printed))).toBe(printed);
    }
  });
});

const base: Catalogue = { version: "none", datasets: [], hyperparameters: [], curveFields: [] };

describe("degenerate catalogues", () => {
  it("of nothing build a valid schema", () => {
    expect(validateSchema(buildSchema(base))).toEqual([]);
  });

  it.each<[string, string, string]>([
    [
      "no hyperparameters",
      `{"learning_curve": [{"step": 1, "loss": 2}]}`,
      "{ runs { totalCount nodes { hyperparameterValues { name } configuration { id } series { loss } } } }",
    ],
    [
      "no goals",
      `{"hyperparameters": {"lr": 1}, "learning_curve": [{"step": 1, "loss": 2}]}`,
      "{ runs { totalCount nodes { diverged score(of: LOSS, at: {final: true}) { value } } } }",
    ],
    [
      "only strings",
      `{"hyperparameters": {"name": "x"}, "learning_curve": [{"step": 1, "loss": 2}]}`,
      "{ runs { totalCount nodes { hyperparameters { name } } } }",
    ],
    [
      "empty curves alone",
      `{"hyperparameters": {"lr": 1}, "learning_curve": []}`,
      "{ runs { totalCount nodes { lastStep pointCount curve { axis } series { axis } } } aggregateCurves { points { axis } } }",
    ],
    [
      "names that collide",
      `{"hyperparameters": {"a b": 1, "a_b": 2, "aB": 3, "1st": 4, "__x": 5}, "learning_curve": [{"step": 1, "val/loss": 2, "metric": 3, "axis": 4, "nonFinite": 5}]}`,
      "{ runs { totalCount nodes { hyperparameterValues { name originalName number } } } }",
    ],
  ])("of %s are served", async (_, line, query) => {
    const folder = mkdtempSync(join(tmpdir(), "sweepql-degenerate-"));
    writeFileSync(join(folder, "one.jsonl"), `${line}\n`);
    const service = await serve([folder]);
    try {
      expect(validateSchema(service.schema)).toEqual([]);
      const { runs } = await service.ask<{ runs: { totalCount: number } }>(query);
      expect(runs.totalCount).toBe(1);
    } finally {
      await service.close();
    }
  });
});
