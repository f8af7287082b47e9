import { describe, expect, it } from "vitest";
import { contains, cutBins } from "./bins.js";
import { nearestDouble, written } from "./rationals.js";
import { compare } from "./filters.js";
import { parseLenient } from "./lenient-json.js";
import { compareLast } from "./orders.js";
import { correlation, quantile, ranks, summarise } from "./statistics.js";

/** The oracle itself, against numbers worked by hand. */

describe("statistics", () => {
  it("summarise what is finite, and count the rest", () => {
    // Mean 5, deviations -3 … 4: squares 9, 1, 1, 1, 0, 0, 4, 16.
    const summary = summarise([2, 4, 4, 4, 5, 5, 7, 9, NaN, null, null, Infinity]);
    expect(summary).toMatchObject({
      count: 8,
      nanCount: 1,
      nullCount: 2,
      infCount: 1,
      distinctCount: 5,
      min: 2,
      max: 9,
      mean: 5,
      sum: 40,
      median: 4.5,
    });
    expect(summary.variancePopulation).toBeCloseTo(4, 12);
    expect(summary.variance).toBeCloseTo(32 / 7, 12);
  });

  it("interpolate, or take the rank ⌈p n⌉", () => {
    expect(quantile([40, 10, 20, 30], 0.5, "LINEAR")).toBe(25);
    expect(quantile([40, 10, 20, 30], 0.1, "LINEAR")).toBeCloseTo(13, 12);
    expect([0, 0.25, 0.26, 0.5, 1].map((p) => quantile([40, 10, 20, 30], p, "LOWER"))).toEqual([
      10, 10, 20, 20, 40,
    ]);
  });

  it("correlate values and ranks", () => {
    expect(ranks([3, 1, 3, 2])).toEqual([3.5, 1, 3.5, 2]);
    // Squared differences of ranks 0, 1, 1: 1 − 6 · 2 / (3 · 8).
    expect(
      correlation(
        [
          [1, 10],
          [2, 30],
          [3, 20],
          [NaN, 1],
          [null, 2],
        ],
        "SPEARMAN",
      ),
    ).toBeCloseTo(0.5, 12);
    // Deviations −1, 0, 1 and −4, −1, 5: 9 / √(2 · 42).
    expect(
      correlation(
        [
          [1, 0],
          [2, 3],
          [3, 9],
        ],
        "PEARSON",
      ),
    ).toBeCloseTo(9 / Math.sqrt(84), 12);
    expect(correlation([[1, 2]], "PEARSON")).toBeNull();
    expect(
      correlation(
        [
          [1, 2],
          [1, 3],
        ],
        "PEARSON",
      ),
    ).toBeNull();
  });
});

describe("the nearest double", () => {
  it("is found whatever the guess", () => {
    for (const value of [0.3, -0.7, 5e-324, 1.7976931348623157e308, 123_456_789.125, 0])
      expect(nearestDouble(written(value))).toBe(value);
    expect(nearestDouble({ over: 1n, under: 3n })).toBe(1 / 3);
    // 2^53 + 1 lies between two doubles, and a little more decides.
    expect(nearestDouble({ over: 2n ** 54n + 3n, under: 2n })).toBe(2 ** 53 + 2);
  });
});

describe("bins", () => {
  const edges = (bins: readonly { lower: number | null; upper: number | null }[]): (number | null)[] => [
    bins[0]?.lower ?? null,
    ...bins.map(({ upper }) => upper),
  ];

  it("are cut by each rule", () => {
    expect(edges(cutBins([0.003, 0.2], { width: 1 }, "LOG10"))).toEqual([0.001, 0.01, 0.1, 1]);
    expect(edges(cutBins([1, 7], { width: 2 }, "LINEAR"))).toEqual([0, 2, 4, 6, 8]);
    expect(edges(cutBins([2, 4], { width: 2 }, "LINEAR"))).toEqual([2, 4, 6]);
    expect(edges(cutBins([-1, 5], { count: 3 }, "LINEAR"))).toEqual([-1, 1, 3, 5]);
    expect(edges(cutBins([1, 2, 2, 2, 3], { quantiles: 4 }, "LINEAR"))).toEqual([1, 2, 3]);
    expect(edges(cutBins([], { edges: [1, 2] }, "LINEAR"))).toEqual([null, 1, 2, null]);
    expect(cutBins([5], { count: 3 }, "LINEAR")).toHaveLength(1);
  });

  it("have the edges that people write", () => {
    expect(edges(cutBins([0.1, 0.4], { width: 0.1 }, "LINEAR"))).toEqual([0.1, 0.2, 0.3, 0.4, 0.5]);
    expect(edges(cutBins([0.1, 0.5], { count: 4 }, "LINEAR"))).toEqual([0.1, 0.2, 0.3, 0.4, 0.5]);
    expect(edges(cutBins([1e-6, 2e-4], { width: 1 }, "LOG10"))).toEqual([1e-6, 1e-5, 1e-4, 1e-3]);
  });

  it("hold what lies from the lower edge to below the upper, and the greatest value", () => {
    const [low, high] = cutBins([0, 10], { count: 2 }, "LINEAR");
    expect([0, 4, 5, 10].map((value) => [low, high].map((bin) => bin && contains(bin, value)))).toEqual([
      [true, false],
      [true, false],
      [false, true],
      [false, true],
    ]);
  });
});

describe("comparisons and orders", () => {
  it("are false of NaN and of what is missing", () => {
    for (const is of [{ eq: 1 }, { ne: 1 }, { gt: 1 }, { lt: 1 }, { in: [1] }, { notIn: [1] }]) {
      expect([NaN, null].map((value) => compare(value, is))).toEqual([false, false]);
    }
    expect(compare(Infinity, { gt: 1 })).toBe(true);
    expect(compare(null, {})).toBe(true);
  });

  it("put what is not finite last in both directions", () => {
    for (const direction of ["ASC", "DESC"] as const) {
      expect(compareLast(NaN, 1, direction)).toBeGreaterThan(0);
      expect(compareLast(-Infinity, 1, direction)).toBeGreaterThan(0);
      expect(compareLast(null, NaN, direction)).toBe(0);
    }
  });
});

it("reads numbers that JSON cannot write, and leaves strings alone", () => {
  expect(
    parseLenient(String.raw`{"a": NaN, "b": [-Infinity, Infinity, 1], "c": "NaN \" NaN", "NaN": null}`),
  ).toEqual({ a: NaN, b: [-Infinity, Infinity, 1], c: 'NaN " NaN', NaN: null });
});
