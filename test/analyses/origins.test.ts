import { describe, expect, test } from "vitest";
import { numberOf, type Value } from "./harness.js";
import { lines, manifest, type Run, useFiles } from "./sources.js";

interface Group {
  readonly runCount: number;
  readonly failureCount: number;
  readonly origin: {
    readonly run: { readonly line: number; readonly dataset: { readonly name: string } };
    readonly score: Value;
    readonly percentile: number | null;
  } | null;
}

const run = (lr: number, seed: number, loss: number): Run => ({
  hyperparameters: { lr, seed },
  learning_curve: [{ step: 1, loss }],
});
const rates = [0.001, 0.004, 0.02, 0.05];
/** Two models, tuned on the same configurations; each has a residual file of two of them. */
const model = (name: string, offset: number): [string, string][] => [
  [`${name}_tuning.jsonl`, lines(rates.map((lr, index) => run(lr, index, offset + lr)))],
  [
    `${name}_residual.jsonl`,
    lines([
      ...[0, 1, 2, 3].map((seed) => run(0.004, 10 + seed, offset + (seed - 1) / 100)),
      ...[0, 1, 2].map((seed) => run(0.05, 20 + seed, seed === 0 ? NaN : offset + seed / 100)),
      run(0.7, 30, offset),
    ]),
  ],
];
const files = Object.fromEntries([
  ...model("large", 1),
  ...model("small", 2),
  [
    "sweepql.json",
    manifest({
      metrics: { loss: { goal: "minimize" } },
      hyperparameters: { lr: { role: "searched" }, seed: { role: "seed" } },
      datasets: [
        { match: "*_residual", kind: "residual", tuningDataset: "*_tuning" },
        { match: "*_tuning", kind: "tuning" },
      ],
    }),
  ],
]) as Record<string, string>;

describe("the origin of retrained configurations", () => {
  const service = useFiles(files);
  const groups = async (where: string): Promise<readonly Group[]> => {
    const { scores } = await service().ask<{ scores: { seedNoise: { groups: readonly Group[] } } }>(
      `{ scores(of: {metric: LOSS}, where: ${where}) { seedNoise { groups { runCount failureCount
        origin { run { line dataset { name } } score { value state } percentile } } } } }`,
    );
    return scores.seedNoise.groups;
  };

  test.each([
    ["large", 1],
    ["small", 2],
  ])("is a run of the tuning file that the residual file was made from: %s", async (name, offset) => {
    const found = await groups(`{dataset: {eq: "${name}_residual"}}`);
    expect(found.map(({ runCount, failureCount }) => [runCount, failureCount]).sort()).toEqual([
      [2, 1],
      [4, 0],
    ]);
    for (const { runCount, origin } of found) {
      const line = runCount === 4 ? 2 : 4;
      expect(origin!.run).toEqual({ line, dataset: { name: `${name}_tuning` } });
      expect(numberOf(origin!.score)).toBeCloseTo(offset + rates[line - 1]!, 12);
      // 0.99, 1, 1.01 and 1.02 against 1.004; 1.01 and 1.02 against 1.05.
      expect(origin!.percentile).toBe(runCount === 4 ? 0.5 : 1);
    }
  });

  test("runs of several models are no replicates of one another", async () => {
    const faults = await service().refusals(
      '{ scores(of: {metric: LOSS}, where: {dataset: {in: ["large_tuning", "small_tuning"]}}) { seedNoise { pooledSd } } }',
    );
    expect(faults[0]!.code).toBe("UNFIT_DATA");
  });

  test("only configurations with enough runs are groups", async () => {
    const where = '{dataset: {eq: "large_residual"}}';
    const { scores } = await service().ask<{
      scores: { seedNoise: { groups: readonly { runCount: number }[] } };
    }>(`{ scores(of: {metric: LOSS}, where: ${where}) { seedNoise(minRuns: 4) { groups { runCount } } } }`);
    expect(scores.seedNoise.groups).toEqual([{ runCount: 4 }]);
  });
});
