import { describe, expect, test } from "vitest";
import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import { bimodalSplit } from "../../server/statistics/bimodal-split.js";
import {
  normalPlot,
  pooledSd,
  sdIntervalFactors,
  seedNoise,
  sidakMissing,
} from "../../server/statistics/seed-noise.js";
import { selectByQuantiles, worstFirst } from "../../server/statistics/selection.js";
import { describeReference } from "./reference.js";

/** A normal sample without chance: the distribution's own quantiles. */
const normals = (n: number, mean: number, sd: number): number[] =>
  Array.from({ length: n }, (_, i) => normalQuantile((i + 0.5) / n, mean, sd));

describe("seed noise", () => {
  test("gives each group its mean, sd and simultaneous interval", () => {
    const [a, b] = seedNoise(
      [
        [1, 2, 3],
        [5, Infinity, NaN],
      ],
      0.95,
    );
    expect(a).toMatchObject({ n: 3, failures: 0, mean: 2, sd: 1 });
    expect(b).toEqual({ n: 1, failures: 2, mean: 5, sd: null, interval: null });
    // Only one group has an interval; with two degrees of freedom the quantile at p is −2 ln(1 − p).
    expect(a!.interval!.lower).toBeCloseTo(Math.sqrt(2 / (-2 * Math.log(0.025))), 12);
    expect(a!.interval!.upper).toBeCloseTo(Math.sqrt(2 / (-2 * Math.log(0.975))), 12);
    const together = seedNoise(
      [
        [1, 2, 3],
        [1, 2, 4],
      ],
      0.95,
    );
    expect(together[0]!.interval!.upper).toBeGreaterThan(a!.interval!.upper);
    expect(seedNoise([[Infinity]])[0]).toEqual({ n: 0, failures: 1, mean: null, sd: null, interval: null });
    expect(sidakMissing(0.95, 8)).toBeCloseTo(0.0064, 4);
  });

  test("knows the intervals of the last confidence below 1", () => {
    const [one] = seedNoise(new Array<number[]>(10).fill([1, 2, 3]), 1 - 2 ** -53);
    // A tenth of what is left out, half of it on either side; two degrees of freedom leave e^(−q / 2) above q.
    const tail = 2 ** -53 / 20;
    expect(one!.interval!.lower).toBeCloseTo(1 / Math.sqrt(-Math.log(tail)), 12);
    expect(one!.interval!.upper * Math.sqrt(-Math.log1p(-tail))).toBeCloseTo(1, 12);
  });

  test("pools the last three as their plain mean", () => {
    expect(pooledSd([9, 9, 1, 2, 6])).toBe(3);
    expect(pooledSd([9, 9, 1, 2, 6], 2)).toBe(4);
    expect(() => pooledSd([])).toThrow("standard deviations must hold at least 1 number, got none");
    expect(() => pooledSd([1, Infinity])).toThrow(
      "standard deviations must be finite, got Infinity at position 2",
    );
  });

  test("has the points of a normal plot", () => {
    const { expected, scores } = normalPlot([3, 1, 2]);
    expect(scores).toEqual([1, 2, 3]);
    expect(expected[1]).toBe(0);
    expect(expected[2]).toBeCloseTo(0.967421566101701, 12);
  });

  test("refuses what it cannot", () => {
    expect(() => seedNoise([])).toThrow("groups must hold at least 1 configuration, got none");
    expect(() => seedNoise([[1, 2]], 0)).toThrow("confidence must lie strictly between 0 and 1, got 0");
    expect(() => sdIntervalFactors(1, 0.05)).toThrow(
      "the number of replicates must be a whole number of at least 2, got 1",
    );
  });
});

describe("the split of a bimodal group", () => {
  test("parts two clusters of very unlike widths near the tight one", () => {
    const low = normals(92, 3.648, 0.0107);
    const high = normals(36, 4.105, 0.15).map((y) => Math.max(y, 3.72));
    const split = bimodalSplit([...high, ...low])!;
    expect(split.threshold).toBeGreaterThan(Math.max(...low));
    expect(split.threshold).toBeLessThan(3.73);
    expect(split).toMatchObject({ low: { n: 92 }, high: { n: 36 } });
    expect(split.low.sd).toBeCloseTo(0.0107, 3);
    expect(split.high.mean).toBeCloseTo(4.105, 1);
  });

  test("leaves one cluster, a uniform or a skewed sample whole", () => {
    for (const n of [8, 20, 128, 1000]) {
      expect(bimodalSplit(normals(n, 5, 0.01))).toBeNull();
      expect(bimodalSplit(Array.from({ length: n }, (_, i) => i / n))).toBeNull();
      expect(bimodalSplit(Array.from({ length: n }, (_, i) => -Math.log1p(-(i + 0.5) / n)))).toBeNull();
    }
    expect(bimodalSplit([1, 2, 3])).toBeNull();
    expect(bimodalSplit(new Array<number>(20).fill(4))).toBeNull();
  });

  test("parts equal scores, and does not depend on order, place or unit", () => {
    const two = [...new Array<number>(10).fill(0), ...new Array<number>(10).fill(1)];
    expect(bimodalSplit(two)).toMatchObject({
      threshold: 0.5,
      low: { n: 10, sd: 0 },
      high: { n: 10, sd: 0 },
    });
    const ys = [...normals(40, 0, 1), ...normals(25, 12, 2)];
    const split = bimodalSplit(ys)!;
    expect(bimodalSplit([...ys].reverse())).toEqual(split);
    expect(bimodalSplit(ys.map((y) => 1000 + 3 * y))!.threshold).toBeCloseTo(1000 + 3 * split.threshold, 8);
    expect(() => bimodalSplit([1, Infinity])).toThrow("scores must be finite, got Infinity at position 2");
  });
});

describe("the selection of configurations", () => {
  test("sorts worst first, failures before all, ties by line", () => {
    expect(worstFirst([2, Infinity, 3, NaN, 2], "minimize")).toEqual([1, 3, 2, 0, 4]);
    expect(worstFirst([0.9, -Infinity, 0.5, NaN], "maximize")).toEqual([1, 3, 2, 0]);
  });

  test("takes rank ⌈q n⌉, a product on a whole number being that number", () => {
    const scores = Array.from({ length: 1024 }, (_, i) => i + 1);
    const eighths = Array.from({ length: 8 }, (_, i) => (i + 1) / 8);
    expect(selectByQuantiles(scores, eighths, "minimize").map(({ rank }) => rank)).toEqual([
      128, 256, 384, 512, 640, 768, 896, 1024,
    ]);
    expect(selectByQuantiles(scores, [1], "minimize")[0]).toEqual({
      quantile: 1,
      rank: 1024,
      index: 0,
      score: 1,
      tied: 1,
    });
    expect(
      selectByQuantiles([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [0.1 + 0.2, 0.31, 0], "minimize").map(
        ({ rank }) => rank,
      ),
    ).toEqual([3, 4, 1]);
    expect(selectByQuantiles([Infinity, 5, NaN], [0.5], "minimize")[0]).toMatchObject({
      rank: 2,
      index: 2,
      tied: 2,
    });
    expect(() => selectByQuantiles([], [0.5], "minimize")).toThrow(
      "scores must hold at least 1 number, got none",
    );
    expect(() => selectByQuantiles([1], [1.5], "minimize")).toThrow(
      "quantile must lie between 0 and 1, got 1.5",
    );
  });
});

describeReference("the reference's chi-square intervals", (reference) => {
  test.each(reference.chi_square_interval_factors)(
    "n = $n at $confidence",
    ({ n, confidence, factor_lo, factor_hi }) => {
      const factors = sdIntervalFactors(n, 1 - confidence);
      expect(factors.lower).toBeCloseTo(factor_lo, 12);
      expect(factors.upper).toBeCloseTo(factor_hi, 12);
    },
  );
});
