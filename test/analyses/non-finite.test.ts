import { describe, expect, test } from "vitest";
import { numberOf, type Value } from "./harness.js";
import { describeRealFiles, lines, manifest, type Run, useFiles } from "./sources.js";

const run = (loss: readonly number[]): Run => ({
  hyperparameters: { lr: 0.1 },
  learning_curve: loss.map((value, index) => ({
    step: index + 1,
    loss: value,
    gain: -value,
    share: 1 / (1 + value),
  })),
});
const files = {
  "mixed_tuning.results.jsonl": lines([
    run([2, 1.5]),
    run([2, NaN]),
    run([NaN, NaN]),
    run([]),
    run([Infinity, Infinity]),
    run([3, -Infinity]),
    run([2, 1.5]),
    run([4, 2.5]),
  ]),
  "sweepql.json": manifest({
    metrics: {
      loss: { goal: "minimize" },
      gain: { goal: "maximize" },
      share: { goal: "maximize", lowerBound: 0, upperBound: 1 },
    },
  }),
};

interface Counts {
  readonly runCount: number;
  readonly matchedCount: number;
  readonly distinctCount: number;
  readonly tied: boolean;
  readonly nanCount: number;
  readonly infCount: number;
  readonly nullCount: number;
  readonly replacedCount: number;
  readonly excludedCount: number;
  readonly worst: Value;
  readonly supportLower: Value;
  readonly supportUpper: Value;
  readonly distribution: {
    readonly mean: Value;
    readonly steps: readonly { readonly value: Value; readonly cdf: number }[];
  };
}

const counts = `runCount matchedCount distinctCount tied nanCount infCount nullCount replacedCount excludedCount
  worst { value state } supportLower { value state } supportUpper { value state }
  distribution { mean { value state } steps { value { value state } cdf } }`;
const dataset = 'where: {dataset: {eq: "mixed_tuning"}}';

describe("scores that are not finite", () => {
  const service = useFiles(files);
  const ask = async (args: string): Promise<Counts> =>
    (await service().ask<{ scores: Counts }>(`{ scores(${args}, ${dataset}) { ${counts} } }`)).scores;
  /** The cdf where it rises; a support's bound without a score is no step of it. */
  const steps = ({ distribution }: Counts): [number, number][] =>
    distribution.steps
      .filter(({ cdf }, index) => cdf > (distribution.steps[index - 1]?.cdf ?? 0))
      .map(({ value, cdf }) => [numberOf(value), cdf]);

  test("count as +∞ for a loss without bound, whatever they are", async () => {
    const final = await ask("of: {metric: LOSS, at: {final: true}}");
    expect(final).toMatchObject({
      runCount: 8,
      matchedCount: 8,
      nanCount: 2,
      infCount: 2,
      nullCount: 1,
      replacedCount: 5,
      excludedCount: 0,
      distinctCount: 3,
      tied: true,
    });
    expect(steps(final)).toEqual([
      [1.5, 2 / 8],
      [2.5, 3 / 8],
      [Infinity, 1],
    ]);
    expect(numberOf(final.worst)).toBe(Infinity);
    expect(numberOf(final.distribution.mean)).toBe(Infinity);
  });

  test("are passed over by the best of a curve that has finite values", async () => {
    const best = await ask("of: {metric: LOSS}");
    expect(best.replacedCount).toBe(3);
    expect(best.nanCount + best.infCount + best.nullCount).toBe(3);
    expect(steps(best).map(([value]) => value)).toEqual([1.5, 2, 2.5, 3, Infinity]);
  });

  test("count as −∞ for what is maximised without bound, as the bound where there is one", async () => {
    const gain = await ask("of: {metric: GAIN, at: {final: true}}");
    expect(numberOf(gain.worst)).toBe(-Infinity);
    expect(steps(gain)).toEqual([
      [-Infinity, 5 / 8],
      [-2.5, 6 / 8],
      [-1.5, 1],
    ]);
    const share = await ask("of: {metric: SHARE}");
    expect(numberOf(share.worst)).toBe(0);
    expect([numberOf(share.supportLower), numberOf(share.supportUpper)]).toEqual([0, 1]);
    expect(steps(share)[0]![0]).toBe(0);
    expect(share.distribution.mean.state).toBe("FINITE");
  });

  test("are left out by FINITE_ONLY, and told", async () => {
    const finite = await ask("of: {metric: LOSS, at: {final: true}}, nonFinite: FINITE_ONLY");
    expect(finite).toMatchObject({
      runCount: 3,
      matchedCount: 8,
      nanCount: 2,
      infCount: 2,
      nullCount: 1,
      replacedCount: 0,
      excludedCount: 5,
    });
    expect(numberOf(finite.distribution.mean)).toBeCloseTo(5.5 / 3, 12);
    for (const rule of ["WORST", "FINITE_ONLY"]) {
      for (const at of ["{final: true}", "{step: 1}", "{step: 2}", "{step: 9}", "{best: GAIN}"]) {
        const args = `of: {metric: LOSS, at: ${at}}, nonFinite: ${rule}`;
        if (at === "{step: 9}" && rule === "FINITE_ONLY") continue;
        const told = await ask(args);
        const bad = told.nanCount + told.infCount + told.nullCount;
        expect([told.replacedCount, told.excludedCount], args).toEqual(
          rule === "WORST" ? [bad, 0] : [0, bad],
        );
        expect(told.runCount + told.excludedCount).toBe(8);
      }
    }
  });

  test("leave the support to the metric's bounds, unless it is given", async () => {
    const given = await ask("of: {metric: LOSS}, nonFinite: FINITE_ONLY, support: {lower: 1, upper: 10}");
    expect([numberOf(given.supportLower), numberOf(given.supportUpper)]).toEqual([1, 10]);
    const half = await ask("of: {metric: LOSS}, support: {lower: 0}");
    expect([numberOf(half.supportLower), numberOf(half.supportUpper)]).toEqual([0, Infinity]);
  });

  test("are named where a given support leaves them out", async () => {
    const [refusal] = await service().refusals(
      `{ scores(of: {metric: LOSS, at: {final: true}}, support: {upper: 10}, ${dataset}) { runCount } }`,
    );
    expect(refusal?.message).toMatch(
      /^support\.upper: 10 lies inside the data; the greatest .* is Infinity\. 5 of the 8 runs have no finite score .* FINITE_ONLY leaves them out\.$/,
    );
  });

  test("travel as null with a state in curves, and ruin averages only", async () => {
    const { scores } = await service().ask<{
      scores: { tuningCurve: { points: readonly Readonly<Record<string, Value>>[] } };
    }>(`{ scores(of: {metric: LOSS, at: {final: true}}, ${dataset}) { tuningCurve(runs: [1, 8], band: {method: KS}) {
      points { value { value state } upper { value state } average { value state } uEstimate { value state } naive { value state } } } } }`);
    const [one, all] = scores.tuningCurve.points.map((point) =>
      Object.fromEntries(Object.entries(point).map(([name, value]) => [name, numberOf(value)])),
    );
    expect(one).toEqual({
      value: Infinity,
      upper: Infinity,
      average: Infinity,
      uEstimate: Infinity,
      naive: 1.5,
    });
    expect(all).toMatchObject({ value: 1.5, average: Infinity, uEstimate: 1.5, naive: 1.5 });
  });

  test("rank first in selections, as logged, by line", async () => {
    const { scores } = await service().ask<{
      scores: {
        selection: readonly { rank: number; tiedCount: number; score: Value; run: { line: number } }[];
      };
    }>(`{ scores(of: {metric: LOSS, at: {final: true}}, ${dataset}) {
      selection { rank tiedCount score { value state } run { line } } } }`);
    expect(scores.selection.map(({ run: { line } }) => line)).toEqual([2, 3, 4, 5, 6, 8, 1, 7]);
    expect(scores.selection.map(({ score: { state } }) => state)).toEqual([
      "NAN",
      "NAN",
      "MISSING",
      "POSITIVE_INFINITY",
      "NEGATIVE_INFINITY",
      "FINITE",
      "FINITE",
      "FINITE",
    ]);
    expect(scores.selection.map(({ tiedCount }) => tiedCount)).toEqual([5, 5, 5, 5, 5, 1, 2, 2]);
  });

  test("are failures in seed noise, NaN among them", async () => {
    const { scores } = await service().ask<{
      scores: {
        seedNoise: {
          groups: readonly {
            runCount: number;
            failureCount: number;
            scores: readonly number[];
            origin: unknown;
          }[];
        };
      };
    }>(`{ scores(of: {metric: LOSS, at: {final: true}}, ${dataset}) { seedNoise {
      groups { runCount failureCount mean sd sdInterval { lower } scores split { valley } origin { run { line } } } } } }`);
    expect(scores.seedNoise.groups).toHaveLength(1);
    expect(scores.seedNoise.groups[0]).toMatchObject({
      runCount: 3,
      failureCount: 5,
      scores: [1.5, 1.5, 2.5],
    });
  });
});

describeRealFiles("non-finite scores of the real files", (service) => {
  test("AlexNet's empty curves count as an accuracy of 0, and are left out by FINITE_ONLY", async () => {
    const where = 'where: {dataset: {eq: "alexnet_tuning"}}';
    const told = await service().ask<Record<"all" | "finite" | "loss", Counts>>(`{
      all: scores(of: {metric: TOP_1}, ${where}) { ${counts} }
      finite: scores(of: {metric: TOP_1}, ${where}, nonFinite: FINITE_ONLY) { ${counts} }
      loss: scores(of: {metric: TRAIN_LOSS}, ${where}) { ${counts} } }`);
    expect(told.all).toMatchObject({
      runCount: 512,
      nullCount: 49,
      replacedCount: 49,
      excludedCount: 0,
      tied: true,
    });
    expect(told.all.distribution.steps[0]!.value.value).toBe(0);
    expect(told.all.distribution.steps[0]!.cdf).toBe(49 / 512);
    expect(told.finite).toMatchObject({
      runCount: 463,
      excludedCount: 49,
      replacedCount: 0,
      matchedCount: 512,
    });
    expect(numberOf(told.loss.worst)).toBe(Infinity);
    expect(numberOf(told.loss.distribution.mean)).toBe(Infinity);
  });
});
