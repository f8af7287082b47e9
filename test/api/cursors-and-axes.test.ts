import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve, type Service } from "./harness.js";
import { expectRefusal, type Refusal } from "./refusals.js";
import { fixture, hostile } from "./worlds.js";

let service: Service;
beforeAll(async () => {
  service = await serve(hostile().sources);
});
afterAll(() => service.close());

const BAD = "BAD_USER_INPUT";

describe("cursors", () => {
  const PAGE =
    "query ($after: String, $orderBy: [RunOrder!]) { runs(first: 2, after: $after, orderBy: $orderBy) { edges { cursor } } }";
  const byLr = [{ by: { hyperparameter: "LR" }, direction: "ASC" }];
  const firstCursor = async (from: Service, orderBy: unknown): Promise<string> => {
    const { runs: page } = await from.ask<{ runs: { edges: { cursor: string }[] } }>(PAGE, { orderBy });
    return page.edges[0]?.cursor ?? "";
  };
  const refused = (after: string, orderBy: unknown, code: string) =>
    expectRefusal(service, { what: "", query: PAGE, variables: { after, orderBy }, code, names: ["after"] });

  it("of another order are refused", async () => {
    const cursor = await firstCursor(service, byLr);
    await refused(cursor, [], BAD);
    await refused(cursor, [{ by: { hyperparameter: "LR" }, direction: "DESC" }], BAD);
    await refused(cursor, [{ by: { hyperparameter: "DEPTH" }, direction: "ASC" }], BAD);
  });

  it("of another version of the data are refused as stale", async () => {
    const other = await serve([fixture("tiny")]);
    try {
      await refused(await firstCursor(other, []), [], "STALE_CURSOR");
    } finally {
      await other.close();
    }
  });

  it("of configurations are not taken for those of runs", async () => {
    const { dataset } = await service.ask<{ dataset: { configurations: { edges: { cursor: string }[] } } }>(
      `{ dataset(name: "other") { configurations(first: 1) { edges { cursor } } } }`,
    );
    await refused(dataset.configurations.edges[0]?.cursor ?? "", [], BAD);
  });
});

describe("data that cannot be treated together", () => {
  let mixed: Service;
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), "sweepql-mixed-"));
    const line = (axis: string, values: readonly number[]): string =>
      JSON.stringify({
        hyperparameters: { lr: 1 },
        learning_curve: values.map((value) => ({ [axis]: value, loss: value })),
      });
    writeFileSync(
      join(folder, "by-epoch.jsonl"),
      [line("epoch", [0, 1, 2]), line("epoch", [0, 1])].join("\n"),
    );
    writeFileSync(join(folder, "by-step.jsonl"), [line("step", [500, 1000]), line("step", [500])].join("\n"));
    mixed = await serve([folder]);
  });
  afterAll(() => mixed.close());

  const refusal = (query: string): Refusal => ({
    what: "",
    query,
    code: "MIXED_AXES",
    names: ["epoch", "step"],
  });

  it("curves over different axes, though they share no value", () =>
    expectRefusal(mixed, refusal("{ aggregateCurves { points { axis } } }")));
  it("curves over different axes in one of several groups", () =>
    expectRefusal(
      mixed,
      refusal("{ aggregateCurves(groupBy: [{value: {hyperparameter: LR}}]) { points { axis } } }"),
    ));
  it("last steps of different axes", () =>
    expectRefusal(mixed, refusal("{ aggregateRuns { measure(of: {cost: LAST_STEP}) { mean } } }")));

  it("but not where they are filtered or grouped by dataset", async () => {
    const { aggregateCurves } = await mixed.ask<{
      aggregateCurves: { points: { axis: number; runCount: number }[] }[];
    }>("{ aggregateCurves(groupBy: [{dataset: true}]) { points { axis runCount } } }");
    expect(aggregateCurves.map(({ points }) => points.map(({ axis, runCount }) => [axis, runCount]))).toEqual(
      [
        [
          [0, 2],
          [1, 2],
          [2, 1],
        ],
        [
          [500, 2],
          [1000, 1],
        ],
      ],
    );
    const one = await mixed.ask<{ aggregateCurves: { points: { axis: number }[] }[] }>(
      `{ aggregateCurves(where: {dataset: {eq: "by-step"}}) { points { axis } } }`,
    );
    expect(one.aggregateCurves[0]?.points.map(({ axis }) => axis)).toEqual([500, 1000]);
  });
});
