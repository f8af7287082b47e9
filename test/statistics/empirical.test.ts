import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cdf, empirical, mean, pmf, quantile, rankOf, variance } from "../../server/statistics/empirical.js";
import type { CdfRecord } from "./reference.js";
import { describeReference, greatestDifference, numbers, scoresOf } from "./reference.js";

const scores = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 60 });

describe("an empirical distribution", () => {
  test("goes by whole ranks, so that a level on a jump finds its own score", () => {
    for (const n of [7, 10, 48, 100, 1000]) {
      const distribution = empirical(Array.from({ length: n }, (_, i) => i + 1));
      for (let k = 1; k <= n; k++) expect(quantile(distribution, k / n)).toBe(k);
    }
    expect(rankOf(0.5, 48)).toBe(24);
    expect(rankOf(0.5 + 1e-15, 48)).toBe(24);
    expect(rankOf(0.51, 48)).toBe(25);
  });

  test("merges equal scores and keeps infinite ones", () => {
    const distribution = empirical([3, Infinity, 1, 3], { support: { lower: 0, upper: Infinity } });
    expect([...distribution.values]).toEqual([1, 3, Infinity]);
    expect(distribution).toMatchObject({ n: 4, tied: true, infinite: 1 });
    expect(pmf(distribution, 3)).toBe(0.5);
    expect(pmf(distribution, 2)).toBe(0);
    expect([-1, 0, 1, 2.9, 1e300].map((y) => cdf(distribution, y))).toEqual([0, 0, 0.25, 0.25, 0.75]);
    expect([0, 0.25, 0.3, 0.76, 1].map((p) => quantile(distribution, p))).toEqual([
      0,
      1,
      3,
      Infinity,
      Infinity,
    ]);
    expect(mean(distribution)).toBe(Infinity);
    expect(variance(distribution)).toBeNaN();
  });

  test("keeps values without weight out of its quantiles", () => {
    const distribution = empirical([1, 2, 3], { weights: [0, 1, 0] });
    expect([0.0001, 0.5, 1].map((p) => quantile(distribution, p))).toEqual([2, 2, 2]);
    expect([mean(distribution), variance(distribution)]).toEqual([2, 0]);
    expect(mean(empirical([1, Infinity], { weights: [1, 0] }))).toBe(1);
  });

  test("refuses what is no sample, with the numbers that make it impossible", () => {
    expect(() => empirical([])).toThrow(new RangeError("scores must hold at least 1 number, got none"));
    expect(() => empirical([1, NaN])).toThrow("scores must not hold NaN, found at position 2");
    expect(() => empirical([1, 2], { support: { lower: 1.5, upper: 3 } })).toThrow(
      "support's lower bound must be at most the least score 1, got 1.5",
    );
    expect(() => empirical([1, 2], { support: { lower: 0, upper: 1.5 } })).toThrow(
      "support's upper bound must be at least the greatest score 2, got 1.5",
    );
    expect(() => empirical([1, 2], { support: { lower: NaN, upper: 3 } })).toThrow("support must run");
    expect(() => empirical([1, 2], { weights: [0.5, 0.6] })).toThrow("weights must sum to 1, got 1.1");
    expect(() => empirical([1, 2], { weights: [1] })).toThrow(
      "weights must be as many as the scores, 2, got 1",
    );
    expect(() => empirical([1, 2], { weights: [-1, 2] })).toThrow(
      "weights must be 0 or more, got -1 at position 1",
    );
    expect(() => quantile(empirical([1]), 1.1)).toThrow("must lie between 0 and 1, got 1.1");
  });

  test("has a quantile that is the inverse of its cdf", () => {
    fc.assert(
      fc.property(scores, fc.double({ min: 0.001, max: 1, noNaN: true }), (ys, p) => {
        const distribution = empirical(ys);
        const y = quantile(distribution, p);
        expect(cdf(distribution, y)).toBeGreaterThanOrEqual(p - 1e-9);
        expect(cdf(distribution, y - 0.5)).toBeLessThan(p);
      }),
    );
  });

  test("has the moments of its scores", () => {
    fc.assert(
      fc.property(scores, (ys) => {
        const average = ys.reduce((a, b) => a + b) / ys.length;
        expect(mean(empirical(ys))).toBeCloseTo(average, 10);
        expect(variance(empirical(ys))).toBeCloseTo(
          ys.reduce((s, y) => s + (y - average) ** 2, 0) / ys.length,
          9,
        );
      }),
    );
  });
});

describeReference("opda's empirical distributions", (reference) => {
  for (const record of reference.records.filter((r): r is CdfRecord => r.kind === "empirical_cdf_ppf_pmf")) {
    test(record.input, () => {
      const weights = reference.inputs[record.input]!.ws ?? undefined;
      const distribution = empirical(scoresOf(reference, record.input), {
        weights,
        support: { lower: Number(record.a), upper: Number(record.b) },
      });
      const ys = numbers(record.ys);
      expect(
        greatestDifference(
          ys.map((y) => cdf(distribution, y)),
          record.cdf,
        ),
      ).toBeLessThan(1e-15);
      if (record.pmf !== undefined) {
        expect(
          greatestDifference(
            ys.map((y) => pmf(distribution, y)),
            record.pmf,
          ),
        ).toBeLessThan(1e-15);
      }
      expect(record.qs.map((q) => quantile(distribution, q))).toEqual(numbers(record.ppf));
      expect(greatestDifference([mean(distribution)], [Number(record.mean)])).toBeLessThan(1e-15);
      if (record.variance !== undefined)
        expect(variance(distribution)).toBeCloseTo(Number(record.variance), 15);
    });
  }
});
