import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve, type Service } from "./harness.js";

/** Runs of two configurations a dataset, over so many datasets. */
function write(datasets: number, runs: number): string {
  const folder = mkdtempSync(join(tmpdir(), "sweepql-count-"));
  for (let dataset = 0; dataset < datasets; dataset += 1) {
    const lines = Array.from({ length: runs }, (_, run) =>
      JSON.stringify({
        iteration: run + 1,
        hyperparameters: { lr: (run % 2) + dataset, tag: `t${run % 3}` },
        learning_curve: Array.from({ length: 3 }, (_, step) => ({
          step: step + 1,
          loss: run / 7 + step,
          accuracy: 1 / (run + 1),
        })),
      }),
    );
    writeFileSync(join(folder, `set-${dataset}.jsonl`), lines.join("\n"));
  }
  writeFileSync(
    join(folder, "sweepql.json"),
    JSON.stringify({ metrics: { loss: { goal: "minimize" }, accuracy: { goal: "maximize" } } }),
  );
  return folder;
}

let few: Service;
let many: Service;
beforeAll(async () => {
  few = await serve([write(1, 3)]);
  many = await serve([write(4, 60)]);
});
afterAll(async () => {
  await few.close();
  await many.close();
});

/** A query, and how many statements its shape needs. */
const shapes: readonly (readonly [what: string, statements: number, query: string])[] = [
  [
    "what the catalogue knows",
    0,
    "{ datasets { name runCount hyperparameters { name min max } metrics { name goal } } modelSizes { parameters } }",
  ],
  ["a page", 1, "{ runs(first: 40) { nodes { line score(of: LOSS) { value step } } } }"],
  [
    "a page with totals",
    1,
    "{ runs(first: 40) { totalCount pageInfo { hasNextPage hasPreviousPage } edges { cursor } } }",
  ],
  [
    "scores at many points",
    1,
    "{ runs { nodes { a: score(of: LOSS) { value } b: score(of: LOSS, at: {final: true}) { value } c: score(of: LOSS, at: {best: ACCURACY}) { value step } d: score(of: LOSS, at: {step: 2}) { value } } } }",
  ],
  [
    "runs → curve → configuration → runs",
    4,
    "{ runs(first: 40) { nodes { curve { axis loss } configuration { id hyperparameters { lr } runs(first: 5) { nodes { line } } } } } }",
  ],
  [
    "runs → curves of two windows",
    3,
    "{ runs(first: 40) { nodes { a: curve(to: 2) { loss } b: series(every: 2) { loss } } } }",
  ],
  [
    "runs → the best point",
    2,
    "{ runs(first: 40) { nodes { score(of: LOSS) { point { loss accuracy } } } } }",
  ],
  [
    "groups",
    1,
    "{ aggregateRuns(groupBy: [{value: {hyperparameter: LR}}]) { count measure(of: {score: {metric: LOSS}}) { mean median quantiles(p: [0.1, 0.9]) } } }",
  ],
  [
    "groups by bins",
    2,
    "{ aggregateRuns(groupBy: [{bin: {of: {hyperparameter: LR}, by: {count: 3}}}, {bin: {of: {score: {metric: LOSS}}, by: {quantiles: 2}}}]) { count } }",
  ],
  [
    "groups by edges",
    1,
    "{ aggregateRuns(groupBy: [{bin: {of: {hyperparameter: LR}, by: {edges: [1, 2]}}}]) { count } }",
  ],
  [
    "groups → runs → curve",
    3,
    "{ aggregateRuns(groupBy: [{value: {hyperparameter: TAG}}]) { count runs(first: 20) { nodes { line curve { loss } } } } }",
  ],
  [
    "groups → argMin → curve",
    3,
    "{ aggregateRuns(groupBy: [{value: {hyperparameter: TAG}}]) { measure(of: {score: {metric: LOSS}}) { argMin { line curve { loss } } } } }",
  ],
  [
    "groups → histogram",
    3,
    "{ aggregateRuns(groupBy: [{value: {hyperparameter: TAG}}]) { measure(of: {score: {metric: LOSS}}) { histogram { count } } } }",
  ],
  [
    "groups by configuration",
    2,
    "{ aggregateRuns(groupBy: [{configuration: true}]) { keys { configuration { hyperparameters { lr } } } } }",
  ],
  [
    "datasets → runs → aggregate",
    2,
    "{ datasets { runs(first: 5) { nodes { line } aggregate { count measure(of: {score: {metric: LOSS}}) { mean } } } } }",
  ],
  ["datasets → configurations", 1, "{ datasets { configurations { nodes { id hyperparameters { lr } } } } }"],
  [
    "datasets → configurations → runs",
    2,
    "{ datasets { configurations { nodes { runs(first: 2) { nodes { line } } } } } }",
  ],
  [
    "bands",
    1,
    "{ aggregateCurves(groupBy: [{value: {hyperparameter: TAG}}, {dataset: true}]) { points { axis metric(of: LOSS) { quantiles(p: [0.1, 0.5, 0.9]) } } } }",
  ],
];

describe("the number of statements", () => {
  it.each(shapes)("is that of the shape: %s", async (_, statements, query) => {
    for (const service of [few, many]) {
      const answer = await service.request(query);
      expect(answer.errors).toEqual([]);
      expect(answer.statements.map(({ text }) => text)).toHaveLength(statements);
    }
  });

  it("is one for nodes of a kind, however many", async () => {
    for (const count of [1, 50]) {
      const { runs } = await many.ask<{ runs: { nodes: { id: string; configuration: { id: string } }[] } }>(
        `{ runs(first: ${count}) { nodes { id configuration { id } } } }`,
      );
      const ids = runs.nodes.flatMap(({ id, configuration }) => [id, configuration.id]);
      const { data, statements } = await many.request(
        "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Run { line } ... on Configuration { runCount } } }",
        { ids },
      );
      expect((data as { nodes: { id: string }[] }).nodes.map(({ id }) => id)).toEqual(ids);
      expect(statements).toHaveLength(2);
    }
  });
});

describe("what a statement reads", () => {
  const columnsOf = async (query: string): Promise<string> =>
    (await few.request(query)).statements.map(({ text }) => text).join("\n");
  const column = (name: string): string =>
    few.catalogue.curveFields.find((field) => field.name === name)?.column ?? "?";

  it("is what is selected", async () => {
    const [loss, accuracy] = [column("loss"), column("accuracy")];
    const one = await columnsOf("{ runs { nodes { curve { loss } } } }");
    const both = await columnsOf("{ runs { nodes { curve { loss accuracy } } } }");
    expect(one).toContain(`"${loss}"`);
    expect(one).not.toContain(`"${accuracy}"`);
    expect(both).toContain(`"${accuracy}"`);
  });

  it("leaves out totals, and fields that are skipped", async () => {
    expect(await columnsOf("{ runs { nodes { line } } }")).not.toMatch(/count\(\*\)/);
    expect(await columnsOf("{ runs { totalCount } }")).toMatch(/count\(\*\)/);
    const skipped = await few.request(
      "query ($with: Boolean!) { runs { nodes { line iteration @include(if: $with) lastStep @skip(if: true) } } }",
      { with: false },
    );
    expect(skipped.statements[0]?.text).not.toMatch(/iteration|last_step/);
  });

  it("does not grow with the quantiles that are asked for: a wide answer takes the engine minutes to plan", async () => {
    const query = `query ($p: [Float!]!) { aggregateRuns(groupBy: [{bin: {of: {hyperparameter: LR}, by: {edges: [1e9, 2e9]}, includeEmpty: true}}]) {
      count measure(of: {score: {metric: LOSS}}) { a: quantiles(p: $p) b: quantiles(p: $p, method: LOWER) c: quantiles(p: $p, method: null) none: quantiles(p: []) } } }`;
    const asked = async (count: number) => {
      const p = Array.from({ length: count }, (_, index) => index / count);
      const { data, errors, statements } = await few.request(query, { p });
      expect(errors).toEqual([]);
      const groups = (data as { aggregateRuns: { measure: Record<"a" | "b" | "c" | "none", unknown[]> }[] })
        .aggregateRuns;
      expect(groups.length).toBeGreaterThan(2);
      for (const { measure } of groups) expect(measure.c).toEqual(measure.a);
      for (const { measure } of groups)
        expect([measure.a.length, measure.b.length, measure.none]).toEqual([count, count, []]);
      return statements.map(({ text }) => text);
    };
    expect(await asked(1000)).toEqual(await asked(2));
  });
});
