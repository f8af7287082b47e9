import { describe, expect, test } from "vitest";
import { numberOf, type Value } from "./harness.js";
import { losses, manifest, useFiles } from "./sources.js";

interface Plan {
  readonly runs: number;
  readonly criticalValue: number;
  readonly widest: number;
  readonly meanWidth: number;
  readonly medianWidth: number;
  readonly betterTrivialFrom: Value;
  readonly worseTrivialBelow: Value;
}

interface Made {
  readonly distribution: { readonly steps: readonly { lower: number; upper: number; cdf: number }[] };
  readonly tuningCurve: {
    readonly criticalValue: number;
    readonly trivial: { readonly betterFrom: Value; readonly worseBelow: Value };
  };
}

const RUNS = 24;
const number = "{ value state }";

describe("planning a band", () => {
  const service = useFiles({
    "own_tuning.results.jsonl": losses(Array.from({ length: RUNS }, (_, index) => 1 + ((index * 7) % RUNS))),
    "sweepql.json": manifest({ metrics: { loss: { goal: "minimize", lowerBound: 0 } } }),
  });
  const plan = async (runs: number, args: string): Promise<Plan> =>
    (
      await service().ask<{ planBand: Plan }>(
        `{ planBand(runs: ${runs}, ${args}) { runs criticalValue widest meanWidth medianWidth betterTrivialFrom ${number} worseTrivialBelow ${number} } }`,
      )
    ).planBand;

  test.each(["DKW", "KS", "LD_EQUAL_TAILED", "LD_HIGHEST_DENSITY"])(
    "tells what the %s band of so many runs then is, whatever their scores",
    async (method) => {
      const band = `band: {confidence: 0.9, method: ${method}}`;
      const planned = await plan(RUNS, `quantile: 0.7, ${band}`);
      const { scores: made } = await service().ask<{ scores: Made }>(
        `{ scores(of: {metric: LOSS}) { distribution(${band}) { steps { lower upper cdf } }
          tuningCurve(quantile: 0.7, ${band}) { criticalValue trivial { betterFrom ${number} worseBelow ${number} } } } }`,
      );
      // One step a count of scores at or below: from none, at the support's bound, to all.
      const widths = made.distribution.steps
        .filter(({ cdf, lower }) => cdf < 1 || lower < 1)
        .map(({ lower, upper }) => upper - lower);
      expect(widths).toHaveLength(RUNS + 1);
      expect(planned.widest).toBe(Math.max(...widths));
      expect(planned.meanWidth).toBeCloseTo(widths.reduce((a, b) => a + b) / (RUNS + 1), 12);
      expect(planned.medianWidth).toBe(widths[RUNS / 2]);
      expect(planned.criticalValue).toBe(made.tuningCurve.criticalValue);
      expect(planned.betterTrivialFrom).toEqual(made.tuningCurve.trivial.betterFrom);
      expect(planned.worseTrivialBelow).toEqual(made.tuningCurve.trivial.worseBelow);
    },
  );

  test("narrows with more runs and less confidence", async () => {
    const few = await plan(12, "band: {confidence: 0.8}");
    const many = await plan(96, "band: {confidence: 0.8}");
    const sure = await plan(12, "band: {confidence: 0.99}");
    for (const width of ["widest", "meanWidth", "medianWidth"] as const) {
      expect(many[width]).toBeLessThan(few[width]);
      expect(sure[width]).toBeGreaterThan(few[width]);
    }
    expect(numberOf(many.betterTrivialFrom)).toBeGreaterThan(numberOf(few.betterTrivialFrom));
  });

  test.each([1e-11, 1e-15, 2 ** -53])(
    "does so up to the last confidence below 1, here 1 − %d",
    async (left) => {
      for (const [runs, method] of [
        [5, "LD_HIGHEST_DENSITY"],
        [97, "LD_EQUAL_TAILED"],
        [1024, "LD_EQUAL_TAILED"],
        [1024, "LD_HIGHEST_DENSITY"],
      ] as const) {
        const { widest, betterTrivialFrom } = await plan(
          runs,
          `band: {confidence: ${1 - left}, method: ${method}}`,
        );
        const sides = method === "LD_EQUAL_TAILED" ? 2 : 1;
        // The smallest score leaves out between what one interval may and what Bonferroni grants each.
        const from = (missing: number): number => (runs * Math.log(0.5)) / Math.log(missing / sides);
        expect(numberOf(betterTrivialFrom)).toBeLessThan(from(1 - (1 - left)));
        expect(numberOf(betterTrivialFrom)).toBeGreaterThan(from((1 - (1 - left)) / runs) * (1 - 1e-9));
        expect(widest).toBeLessThan(1);
      }
    },
  );

  test("mirrors when scores are maximised, and knows the published point", async () => {
    const low = await plan(48, "quantile: 0.3");
    const high = await plan(48, "quantile: 0.7, goal: MAXIMIZE");
    expect(numberOf(high.betterTrivialFrom)).toBeCloseTo(numberOf(low.betterTrivialFrom), 9);
    expect(numberOf(high.worseTrivialBelow)).toBeCloseTo(numberOf(low.worseTrivialBelow), 9);
    // The least score's interval is [0, 1 − (1 − t)^(1/48)].
    const median = await plan(48, "quantile: 0.5");
    const closed = (48 * Math.log(0.5)) / Math.log(1 - median.criticalValue);
    expect(numberOf(median.betterTrivialFrom)).toBeCloseTo(closed, 9);
    // The published figure's band opens at 8 of 48 runs.
    expect(Math.floor(closed)).toBe(8);
  });

  test("has the closed forms of two runs", async () => {
    for (const confidence of [0.5, 0.8, 0.95])
      expect((await plan(2, `band: {confidence: ${confidence}}`)).criticalValue).toBeCloseTo(
        (1 + confidence) / 2,
        11,
      );
    expect((await plan(2, "band: {confidence: 0.5, method: KS}")).criticalValue).toBeCloseTo(0.5, 11);
    expect((await plan(10, "band: {confidence: 0.8, method: DKW}")).criticalValue).toBeCloseTo(
      Math.sqrt(Math.log(2 / 0.2) / 20),
      12,
    );
  });
});
