import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { operations } from "../../client/index.js";
import { documentedCatalogue, vision } from "../../schema/documented/index.js";
import { buildSchema } from "../../schema/schema.js";
import { clientFiles } from "../../server/codegen/client-files.js";
import { openEditor } from "./editor.js";

/** What editors show of the generated types, asked of the language service itself. */

// Below the repository, so that @sweepql/client is found from there.
const at = (name: string): string => fileURLToPath(new URL(`../../.cache/editor/${name}`, import.meta.url));

/** The names of what is offered without a word. */
const undescribed = (offered: ReadonlyMap<string, string> | undefined): string[] =>
  [...(offered ?? [])].filter(([, text]) => text === "").map(([name]) => name);

describe("of the package", () => {
  const names = Object.keys(operations);
  const withVariables = names.filter((name) => name !== "datasets");
  const editor = openEditor(
    new Map([
      [
        at("app.ts"),
        `import { createClient, type Measure, MetricName, type NonFiniteRule, operations } from "@sweepql/client";
        const client = createClient({ url: "", operations });
        export const rule: NonFiniteRule = "WORST";
        export const measure: Measure = { ‸ };
        MetricName.‸;
        client.‸;
        const { scores } = await client.tuningCurve({ metric: "X" });
        scores.‸;
        scores.tuningCurve.points[0]?.upper.‸;\n`,
      ],
      [
        at("variables.ts"),
        `import { createClient, operations } from "@sweepql/client";
        const client = createClient({ url: "", operations });
        ${withVariables.map((name) => `void client.${name}({ ‸ });\n`).join("")}`,
      ],
    ]),
  );
  const [measure, metrics, methods, fields, value] = editor.offers(at("app.ts"));

  test("members of which one is given are described before one is chosen", () => {
    expect(measure?.get("cost")).toMatch(/^What the run cost\. \{@link Cost\} lists the values\.$/);
    expect([measure?.size, ...undescribed(measure)]).toEqual([4]);
  });

  test("values of enums are described, and an enum's own description lists them", () => {
    expect(metrics?.get("VAL_RAW_LOSS")).toContain("validation set");
    expect(editor.documentationOf(at("app.ts"), "NonFiniteRule")).toMatch(
      /finite or missing\.\n\n- `FINITE_ONLY`: The run is left out.*\n- `WORST`: It counts/s,
    );
  });

  test("methods and fields of answers are described", () => {
    expect(methods?.get("tuningCurve")).toContain("confidence band");
    expect(methods?.size).toBe(names.length + 2);
    expect(undescribed(methods)).toEqual([]);
    expect(fields?.get("replacedCount")).toContain("count as the worst value");
    expect([fields?.size, ...undescribed(fields)]).toEqual([11]);
    expect([value?.size, ...undescribed(value)]).toEqual([2]);
  });

  const offers = editor.offers(at("variables.ts"));
  const variables = new Map(withVariables.map((name, index) => [name, offers[index]]));
  test.each([...variables])("the variables of %s are described", (_, offered) => {
    expect(offered?.size).toBeGreaterThan(0);
    expect(undescribed(offered)).toEqual([]);
  });

  test("variables tell the operation's own defaults, and name their enum", () => {
    const of = (name: string, variable: string) => variables.get(name)?.get(variable);
    expect(variables.get("tuningCurve")?.size).toBe(12);
    expect(of("tuningCurve", "cost")).toBe(
      "What is counted. Default: LAST_STEP. {@link Cost} lists the values.",
    );
    expect(of("bestRuns", "first")).toContain("Default: 10.");
    expect(of("runs", "first")).toContain("Default: 50.");
    expect(of("curveBands", "groupBy")).toContain("Default: `[{dataset: true}]`.");
  });
});

test("of a client that codegen wrote, with operations of one's own", async () => {
  const catalogue = documentedCatalogue(vision);
  const own = {
    path: "own.graphql",
    text: `
      # How many runs there are,
      # of a kind.
      query CountRuns(
        # Which of them.
        $only: RunFilter
        $size: Int!
      ) { runs(where: $only, first: $size) { totalCount } }

      """
      Anything.
      """
      query Anything(""" By this. """ $id: ID!, $full: Boolean = false) {
        node(id: $id) { id ... on Run { id line @include(if: $full) } ... on Dataset { id runCount } }
      }`,
  };
  const files = await clientFiles({ schema: buildSchema(catalogue), catalogue }, [own]);
  const texts = new Map([...files].map(([name, text]) => [at(name), text]));
  texts.set(
    at("app.ts"),
    `import { createClient, operations } from "./index.js";
    const client = createClient({ url: "", operations });
    client.‸;
    void client.countRuns({ ‸ });
    const { node } = await client.anything({ ‸ });
    if (node && "runCount" in node) node.‸;
    const { runs } = await client.typedRuns({ ‸ });
    runs.nodes[0]?.‸;
    runs.nodes[0]?.hyperparameters.‸;\n`,
  );
  const editor = openEditor(texts);
  const offers = editor.offers(at("app.ts"));
  expect(offers.flatMap(undescribed)).toEqual([]);
  const [methods, counting, anything, dataset, typed, run, hyperparameters] = offers;
  expect(methods?.get("countRuns")).toBe("How many runs there are, of a kind.");
  expect(methods?.get("anything")).toBe("Anything.");
  expect(methods?.get("typedRuns")).toMatch(/./);
  expect(counting).toEqual(
    new Map([
      ["only", "Which of them."],
      ["size", expect.stringMatching(/^So many from the front/)],
    ]),
  );
  expect(anything?.get("id")).toBe("By this.");
  expect([...(dataset?.keys() ?? [])]).toEqual(["id", "runCount"]);
  expect(typed?.size).toBe(6);
  expect(run?.get("pointCount")).toMatch(/./);
  expect(hyperparameters?.get("momentum")).toMatch(/./);
  // Descriptions are for people: a server may not know them.
  expect(files.get("operations.ts")).not.toContain('"description":{');
});
