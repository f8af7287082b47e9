import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BandCache, cdfBand } from "../../server/statistics/cdf-band.js";
import { criticalValue } from "../../server/statistics/critical-value.js";
import type { BandMethod } from "../../server/statistics/critical-value.js";
import { stayingProbability } from "../../server/statistics/crossing-probability.js";
import { kolmogorovPValue } from "../../server/statistics/kolmogorov.js";
import { randomUniform, randomWords } from "../../server/statistics/random.js";
import { StoppedError } from "../../server/statistics/stop.js";
import fixture from "../fixtures/critical-values.json" with { type: "json" };

const METHODS: readonly BandMethod[] = ["DKW", "KS", "LD_EQUAL_TAILED", "LD_HIGHEST_DENSITY"];

/** A double as a whole number of units of 2^−1200. */
function exact(x: number): bigint {
  const exponent = x === 0 ? 0 : Math.floor(Math.log2(Math.abs(x)));
  return BigInt(x * 2 ** (60 - exponent)) << BigInt(1140 + exponent);
}
const UNIT = 1n << 1200n;

/**
 * P(some U_(i) of n uniforms lies outside its interval), in whole numbers: 1 less n! times the determinant
 * of (u_i − l_j)^(j − i + 1) / (j − i + 1)! (G. Steck, 1971), where the upper ends mirror the lower ones.
 */
function exactLeaving(lowerEnds: Float64Array): number {
  const lower = Array.from(lowerEnds, exact);
  const upper = lower.map((_, i) => UNIT - lower[lower.length - 1 - i]!);
  const minors = [UNIT];
  for (let j = 0; j < lower.length; j++) {
    let minor = 0n;
    for (let i = 0; i <= j; i++) {
      let term = upper[i]! > lower[j]! ? minors[i]! : 0n;
      for (let k = 1n; k <= BigInt(j - i + 1); k++) term = (term * (upper[i]! - lower[j]!)) / UNIT / k;
      minor += (j - i) % 2 === 0 ? term : -term;
    }
    minors.push(minor);
  }
  const inside = lower.reduce((product, _, i) => product * BigInt(i + 1), minors.at(-1)!);
  return Number((UNIT - inside) >> 200n) / 2 ** 1000;
}

describe("critical values", () => {
  test.each(fixture.values)(
    "$method n = $n at $confidence is the reference's",
    ({ method, n, confidence, value }) => {
      const critical = criticalValue(n, confidence, method as BandMethod);
      expect(Math.abs(critical.value - value)).toBeLessThan(1e-12);
      expect(Math.abs(stayingProbability(critical.intervals) - confidence)).toBeLessThan(1e-12);
    },
  );

  test("have closed forms for one and two runs", () => {
    for (const c of [0.01, 0.3, 0.5, 0.8, 0.95, 0.999]) {
      expect(criticalValue(1, c, "KS").value).toBeCloseTo((1 + c) / 2, 13);
      expect(criticalValue(1, c, "LD_EQUAL_TAILED").value).toBeCloseTo(c, 13);
      // The smaller of two is within [0, u], the larger within [1 − u, 1]: 2 u² up to u = 1/2.
      const coverage = c < 0.5 ? 1 - (1 - Math.sqrt(c / 2)) ** 2 : (1 + c) / 2;
      expect(criticalValue(2, c, "LD_HIGHEST_DENSITY").value).toBeCloseTo(coverage, 12);
      expect(criticalValue(7, c, "DKW").value).toBeCloseTo(Math.sqrt(Math.log(2 / (1 - c)) / 14), 14);
      // P(D <= e) for two draws is 2 (2e − 1/2)² up to 1/2 and 1 − 2 (1 − e)² above.
      const e = c <= 0.5 ? (0.5 + Math.sqrt(c / 2)) / 2 : 1 - Math.sqrt((1 - c) / 2);
      expect(criticalValue(2, c, "KS").value).toBeCloseTo(e, 12);
    }
    expect(criticalValue(2, 0.5, "KS").value).toBeCloseTo(0.5, 13);
  });

  test("stay right where confidence is extreme and runs are many", () => {
    for (const method of ["KS", "LD_EQUAL_TAILED", "LD_HIGHEST_DENSITY"] as const) {
      for (const [n, c] of [
        [3, 1e-9],
        [50, 1e-6],
        [50, 0.9999],
        [997, 0.8],
        [4096, 0.95],
      ] as const) {
        const { value, intervals } = criticalValue(n, c, method);
        expect(Math.abs(stayingProbability(intervals) - c)).toBeLessThan(1e-11);
        expect(value).toBeGreaterThan(0);
        for (let i = 1; i < n; i++) {
          expect(
            intervals.lower[i]! >= intervals.lower[i - 1]! && intervals.upper[i]! >= intervals.upper[i - 1]!,
          ).toBe(true);
        }
      }
    }
  });

  test("keep their closed forms up to the last confidence below 1", () => {
    for (const left of [1e-3, 1e-6, 1e-9, 1e-12, 1e-15, 2 ** -53]) {
      const c = 1 - left;
      // Exact, as c is at least 1/2.
      const missed = 1 - c;
      const smallest = (n: number, method: BandMethod): number =>
        1 - criticalValue(n, c, method).intervals.upper[0]!;
      expect(criticalValue(1, c, "LD_EQUAL_TAILED").intervals.lower[0]! / (missed / 2)).toBeCloseTo(1, 12);
      // Two runs each miss on one side, with a mass of u²: the smaller above 1 − u, the larger below u.
      expect(smallest(2, "LD_HIGHEST_DENSITY")).toBeCloseTo(Math.sqrt(missed / 2), 13);
      expect(smallest(2, "KS")).toBeCloseTo(Math.sqrt(missed / 2), 12);
    }
  });

  test("leave as much as they say, from every confidence, for numbers of runs in exact arithmetic", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 24 }),
        fc.constantFrom("LD_EQUAL_TAILED" as const, "LD_HIGHEST_DENSITY" as const),
        fc.double({ min: -53, max: -1, noNaN: true }),
        (n, method, log2) => {
          const c = 1 - 2 ** log2;
          const { lower } = criticalValue(n, c, method).intervals;
          expect(exactLeaving(lower) / (1 - c)).toBeCloseTo(1, 8);
        },
      ),
      { numRuns: 60, examples: [[24, "LD_EQUAL_TAILED", -53]] },
    );
  });

  test("leave the order statistics' intervals symmetric", () => {
    for (const method of ["LD_EQUAL_TAILED", "LD_HIGHEST_DENSITY"] as const) {
      const { lower, upper } = criticalValue(37, 0.9, method).intervals;
      lower.forEach((l, i) => expect(l).toBeCloseTo(1 - upper[36 - i]!, 14));
    }
  });

  test("refuse what cannot be", () => {
    expect(() => criticalValue(10, 1, "KS")).toThrow(
      new RangeError("confidence must lie strictly between 0 and 1, got 1"),
    );
    expect(() => criticalValue(10, NaN, "DKW")).toThrow("got NaN");
    expect(() => criticalValue(1, 0.5, "LD_HIGHEST_DENSITY")).toThrow(
      "highest-density bands need at least 2 runs, got 1",
    );
    expect(() => criticalValue(0, 0.5, "DKW")).toThrow(
      "the number of runs must be a whole number of at least 1, got 0",
    );
    expect(() => criticalValue(1.5, 0.5, "DKW")).toThrow("got 1.5");
  });

  test("can be stopped on the way", () => {
    let asked = 0;
    expect(() => criticalValue(200, 0.8, "LD_HIGHEST_DENSITY", () => ++asked > 2)).toThrow(StoppedError);
    expect(asked).toBe(3);
  });
});

describe("the probability to stay inside", () => {
  test("is a polynomial for one and two uniforms", () => {
    const of = (lower: number[], upper: number[]): number =>
      stayingProbability({ lower: Float64Array.from(lower), upper: Float64Array.from(upper) });
    expect(of([0.25], [0.75])).toBeCloseTo(0.5, 14);
    // Both in [0.2, 0.6]; and the smaller below 0.5 with the larger above it.
    expect(of([0.2, 0.2], [0.6, 0.6])).toBeCloseTo(0.16, 14);
    expect(of([0, 0.5], [0.5, 1])).toBeCloseTo(0.5, 14);
    expect(of([-1, -1], [2, 2])).toBeCloseTo(1, 14);
    expect(of([0.7, 0.8], [0.1, 0.2])).toBe(0);
  });

  test("agrees with simulation", () => {
    const words = randomWords(11);
    const { intervals } = criticalValue(12, 0.7, "LD_EQUAL_TAILED");
    const shrunk = { lower: intervals.lower.map((l) => l * 1.1), upper: intervals.upper };
    const rounds = 20_000;
    let inside = 0;
    for (let round = 0; round < rounds; round++) {
      const us = Float64Array.from({ length: 12 }, () => randomUniform(words)).sort();
      if (us.every((u, i) => u >= shrunk.lower[i]! && u <= shrunk.upper[i]!)) inside++;
    }
    // Four standard deviations of the share.
    expect(Math.abs(inside / rounds - stayingProbability(shrunk))).toBeLessThan(4 * Math.sqrt(0.25 / rounds));
  });
});

describe("bands of the cdf", () => {
  test("contain the true cdf as often as they say", () => {
    const words = randomWords(3);
    const rounds = 4000;
    for (const n of [10, 60]) {
      const samples = Array.from({ length: rounds }, () =>
        Float64Array.from({ length: n }, () => randomUniform(words)).sort(),
      );
      for (const method of METHODS) {
        for (const confidence of [0.5, 0.9]) {
          const band = cdfBand(n, confidence, method);
          const inside = samples.filter((us) =>
            us.every((u, i) => u >= band.lower[i + 1]! && u <= band.upper[i]!),
          ).length;
          // Four standard deviations; DKW promises only to cover at least as often.
          const tolerance = 4 * Math.sqrt((confidence * (1 - confidence)) / rounds);
          expect(inside / rounds).toBeGreaterThan(confidence - tolerance);
          if (method !== "DKW") expect(inside / rounds).toBeLessThan(confidence + tolerance);
        }
      }
    }
  });

  test("are nested in confidence", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 80 }),
        fc.constantFrom(...METHODS),
        fc.double({ min: -52, max: -0.02, noNaN: true }),
        (n, method, log2) => {
          const inner = cdfBand(n, 1 - 2 ** log2, method);
          const outer = cdfBand(n, 1 - 2 ** log2 / 2, method);
          for (let k = 0; k <= n; k++) {
            expect(inner.lower[k]! <= k / n && k / n <= inner.upper[k]!).toBe(true);
            expect(outer.lower[k]!).toBeLessThanOrEqual(inner.lower[k]! + 1e-12);
            expect(outer.upper[k]!).toBeGreaterThanOrEqual(inner.upper[k]! - 1e-12);
            if (k > 0)
              expect(inner.lower[k]! >= inner.lower[k - 1]! && inner.upper[k]! >= inner.upper[k - 1]!).toBe(
                true,
              );
          }
        },
      ),
      {
        numRuns: 80,
        examples: [
          [1024, "LD_EQUAL_TAILED", Math.log2(1e-11)],
          [97, "LD_HIGHEST_DENSITY", -52],
        ],
      },
    );
  });

  test("are kept by number of runs, confidence and method", () => {
    const cache = new BandCache(250);
    const first = cache.get(100, 0.8, "KS");
    expect(cache.get(100, 0.8, "KS")).toBe(first);
    expect(cache.peek(100, 0.8, "DKW")).toBeUndefined();
    const second = cache.get(100, 0.9, "KS");
    expect(cache.peek(100, 0.8, "KS")).toBe(first);
    cache.get(100, 0.8, "DKW");
    expect(cache.peek(100, 0.8, "KS")).toBe(first);
    expect(cache.peek(100, 0.9, "KS")).toBeUndefined();
    cache.store(structuredClone(second));
    expect(cache.peek(100, 0.9, "KS")).toEqual(second);
  });
});

describe("the Kolmogorov p-value", () => {
  test("inverts the critical value, far out too", () => {
    for (const n of [1, 5, 50, 997]) {
      for (const c of [0.1, 0.5, 0.99]) {
        expect(kolmogorovPValue(n, criticalValue(n, c, "KS").value)).toBeCloseTo(1 - c, 10);
      }
    }
    // Where the exact recursion hands over to twice the one-sided formula.
    const near = kolmogorovPValue(100, Math.sqrt(Math.log(2 / 1.0001e-6) / 200));
    const far = kolmogorovPValue(100, Math.sqrt(Math.log(2 / 0.9999e-6) / 200));
    expect(near / far).toBeCloseTo(1.0002, 3);
    // For one draw it is 2 (1 − d).
    expect(kolmogorovPValue(1, 0.9)).toBeCloseTo(0.2, 13);
    expect(kolmogorovPValue(5, 1)).toBe(0);
    expect(kolmogorovPValue(5, 0.05)).toBe(1);
    expect(kolmogorovPValue(10_000, 0.012) / kolmogorovPValue(10_001, 0.012)).toBeCloseTo(1, 3);
  });
});
