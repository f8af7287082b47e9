import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chiSquareSurvival, goodnessOfFit } from "../../server/statistics/goodness-of-fit.js";
import {
  randomBelow,
  randomSubset,
  randomUniform,
  randomWords,
  xoshiro128,
} from "../../server/statistics/random.js";
import {
  averageRanks,
  explainedShare,
  explainedSharePair,
  rankBins,
  spearman,
} from "../../server/statistics/ranks.js";

const values = fc.array(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(Infinity)), {
  minLength: 2,
  maxLength: 50,
});

describe("ranks", () => {
  test("share their mean where values are equal", () => {
    expect(averageRanks([3, 1, 3, Infinity, Infinity, -Infinity])).toEqual([3.5, 2, 3.5, 5.5, 5.5, 1]);
    fc.assert(
      fc.property(values, (xs) => {
        const ranks = averageRanks(xs);
        expect(ranks.reduce((a, b) => a + b)).toBeCloseTo((xs.length * (xs.length + 1)) / 2, 8);
        xs.forEach((x, i) =>
          xs.forEach((y, j) => expect(Math.sign(ranks[i]! - ranks[j]!)).toBe(x < y ? -1 : x > y ? 1 : 0)),
        );
      }),
    );
  });

  test("correlate by Spearman, ties included", () => {
    expect(spearman([1, 2, 3, 4], [1, 4, 9, 16])).toBe(1);
    expect(spearman([1, 2, 3, 4], [Infinity, 3, 2, 1])).toBe(-1);
    expect(spearman([1, 2, 3], [5, 5, 5])).toBeNull();
    // By hand: ranks 1, 2.5, 2.5, 4 against 1, 3, 2, 4.
    expect(spearman([1, 2, 2, 3], [1, 3, 2, 4])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 14);
    expect(() => spearman([1], [1, 2])).toThrow("both sides must be as long, got 1 and 2");
  });

  test("fall into bins of about equally many, ties together", () => {
    expect(rankBins([10, 20, 30, 40, 50, 60], 3)).toEqual([0, 0, 1, 1, 2, 2]);
    expect(rankBins([0, 0, 0, 0, 1, 2], 3)).toEqual([1, 1, 1, 1, 2, 2]);
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 9 }), (xs, count) => {
        const bins = rankBins(xs, count);
        expect(bins.every((bin) => Number.isInteger(bin) && bin >= 0 && bin < count)).toBe(true);
        xs.forEach((x, i) => xs.forEach((y, j) => x === y && expect(bins[i]).toBe(bins[j])));
      }),
    );
  });

  test("are explained wholly, by chance, or as a pair", () => {
    const whole = explainedShare([1, 2, 3, Infinity], ["a", "a", "b", "b"]);
    // Ranks 1 … 4 have variance 5, of which 4 lies between the halves.
    expect(whole).toMatchObject({ n: 4, bins: 2, share: 0.8, byChance: 1 / 3 });
    expect(whole.adjusted).toBeCloseTo(0.7, 12);
    expect(explainedShare([5, 5, 5], [0, 1, 1]).share).toBeNull();
    expect(explainedShare([1, 2], [0, 1]).adjusted).toBeNull();
    // Exclusive or: neither variable alone, both together.
    const [a, b, scores] = [
      [0, 0, 1, 1, 0, 0, 1, 1],
      [0, 1, 0, 1, 0, 1, 0, 1],
      [1, 9, 9, 1, 1, 9, 9, 1],
    ];
    expect(explainedShare(scores, a).share).toBeCloseTo(0, 14);
    expect(explainedShare(scores, b).share).toBeCloseTo(0, 14);
    expect(explainedSharePair(scores, a, b)).toMatchObject({ bins: 4, share: 1, adjusted: 1 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 5 }), (xs, count) => {
        const { share } = explainedShare(xs, rankBins(xs, count));
        if (share !== null) expect(share >= 0 && share <= 1).toBe(true);
      }),
    );
  });
});

describe("goodness of fit of drawn values", () => {
  const words = randomWords(5);
  const uniforms = Array.from({ length: 500 }, () => randomUniform(words));

  test("accepts what the distribution gave and refuses what it did not", () => {
    const cases = [
      [uniforms.map((u) => 0.7 + 0.3 * u), { kind: "uniform", lower: 0.7, upper: 1 }, "KOLMOGOROV_SMIRNOV"],
      [
        uniforms.map((u) => 1e-5 * 1e4 ** u),
        { kind: "log-uniform", lower: 1e-5, upper: 0.1 },
        "KOLMOGOROV_SMIRNOV",
      ],
      [
        uniforms.map((u) => Math.floor(3001 * u)),
        { kind: "discrete-uniform", lower: 0, upper: 3000 },
        "CHI_SQUARE",
      ],
      [
        uniforms.map((u) => ["x", true, 3][Math.floor(3 * u)]!),
        { kind: "choice", values: ["x", true, 3] },
        "CHI_SQUARE",
      ],
    ] as const;
    for (const [drawn, from, test] of cases) {
      const right = goodnessOfFit(drawn, from);
      expect(right).toMatchObject({ test, n: 500, outside: 0 });
      expect(right.pValue).toBeGreaterThan(0.001);
      const skewed = drawn.filter((_, i) => uniforms[i]! < 0.6);
      expect(goodnessOfFit(skewed, from).pValue).toBeLessThan(1e-9);
    }
    expect(goodnessOfFit([0.5, 2], { kind: "uniform", lower: 0, upper: 1 })).toMatchObject({
      outside: 1,
      pValue: 0,
    });
    expect(goodnessOfFit([1, 1.5], { kind: "discrete-uniform", lower: 1, upper: 2 }).outside).toBe(1);
    expect(goodnessOfFit(["a"], { kind: "choice", values: ["a"] })).toMatchObject({
      degreesOfFreedom: 0,
      pValue: 1,
    });
  });

  test("gives p-values that are uniform when the distribution is right", () => {
    const more = randomWords(8);
    for (const kind of ["uniform", "discrete-uniform"] as const) {
      const ps = Array.from({ length: 400 }, () => {
        const drawn = Array.from({ length: 60 }, () =>
          kind === "uniform" ? 7 * randomUniform(more) : randomBelow(more, 8),
        );
        return goodnessOfFit(drawn, { kind, lower: 0, upper: 7 }).pValue;
      });
      // Four standard deviations of a share of 400; the chi-square law is a limit.
      for (const p of [0.1, 0.5, 0.9]) {
        const below = ps.filter((value) => value <= p).length / 400;
        expect(Math.abs(below - p)).toBeLessThan(0.1);
      }
    }
  });

  test("has the chi-square's tail", () => {
    expect(chiSquareSurvival(3.841458820694124, 1)).toBeCloseTo(0.05, 13);
    expect(chiSquareSurvival(18.307038053275146, 10)).toBeCloseTo(0.05, 13);
    expect(chiSquareSurvival(53.20334854205644, 35)).toBeCloseTo(0.025, 13);
    expect(chiSquareSurvival(2 * Math.LN2, 2)).toBeCloseTo(0.5, 14);
    expect(chiSquareSurvival(0, 3)).toBe(1);
    expect(chiSquareSurvival(4000, 1001)).toBeLessThan(1e-300);
  });

  test("refuses what is no distribution or no number", () => {
    expect(() => goodnessOfFit([], { kind: "uniform", lower: 0, upper: 1 })).toThrow(
      "values must hold at least 1 value, got none",
    );
    expect(() => goodnessOfFit(["x"], { kind: "uniform", lower: 0, upper: 1 })).toThrow(
      'values must be numbers, got "x" at position 1',
    );
    expect(() => goodnessOfFit([1], { kind: "log-uniform", lower: 0, upper: 1 })).toThrow("got 0 to 1");
    expect(() => goodnessOfFit([1], { kind: "discrete-uniform", lower: 0.5, upper: 3 })).toThrow(
      "must be whole",
    );
    expect(() => goodnessOfFit([1], { kind: "choice", values: [] })).toThrow(
      "a choice must have at least 1 value, got none",
    );
  });
});

describe("random subsets", () => {
  test("come from xoshiro128** and never change", () => {
    const words = xoshiro128([1, 2, 3, 4]);
    expect([words(), words(), words(), words()]).toEqual([11520, 0, 5927040, 70819200]);
    expect(randomSubset(10, 4, 0)).toEqual([0, 4, 6, 8]);
    expect(randomSubset(10, 4, 1)).toEqual([0, 3, 6, 9]);
    expect(randomSubset(1024, 5, 2 ** 40 + 3)).toEqual([62, 446, 752, 907, 1016]);
    expect(randomSubset(3, 3, 9)).toEqual([0, 1, 2]);
  });

  test("take every run equally often", () => {
    const counts = new Array<number>(10).fill(0);
    for (let seed = 0; seed < 4000; seed++) for (const i of randomSubset(10, 3, seed)) counts[i]!++;
    // Each is in 1200 of them; four standard deviations.
    for (const count of counts) expect(Math.abs(count - 1200)).toBeLessThan(4 * Math.sqrt(4000 * 0.3 * 0.7));
  });

  test("refuse impossible sizes and seeds", () => {
    expect(() => randomSubset(3, 4, 0)).toThrow(
      "the subset's size must be at most the number of runs, 3, got 4",
    );
    expect(() => randomSubset(3, 0, 0)).toThrow(
      "the subset's size must be a whole number of at least 1, got 0",
    );
    expect(() => randomSubset(3, 1, -1)).toThrow("seed must be a whole number of at least 0, got -1");
  });
});
