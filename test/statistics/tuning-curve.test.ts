import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { empirical } from "../../server/statistics/empirical.js";
import { spacedRuns } from "../../server/statistics/run-grid.js";
import {
  averageCurve,
  levelOfBest,
  naiveEstimates,
  quantileCurve,
  runsAtLevel,
  uEstimates,
  vEstimates,
} from "../../server/statistics/tuning-curve.js";
import type { CurveRecord } from "./reference.js";
import { describeReference, greatestDifference, numbers, scoresOf } from "./reference.js";

const scores = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 40 });
const goal = fc.constantFrom("minimize" as const, "maximize" as const);
const ns = fc.array(fc.double({ min: 0.05, max: 5000, noNaN: true }), { minLength: 1, maxLength: 8 });
const level = fc.double({ min: 0, max: 1, noNaN: true });

describe("the level of the best of n", () => {
  test("keeps its digits at both ends", () => {
    const many = levelOfBest(0.5, 1e15, "minimize");
    expect(many.below).toBeCloseTo(Math.LN2 * 1e-15, 28);
    expect(levelOfBest(0.5, 1e15, "maximize").above).toBeCloseTo(Math.LN2 * 1e-15, 28);
    expect(levelOfBest(0.5, 2, "minimize").below).toBeCloseTo(1 - Math.SQRT1_2, 15);
    expect(levelOfBest(0, 3, "minimize").below).toBe(0);
    expect(levelOfBest(1, 3, "maximize").below).toBe(1);
  });

  test("is inverted by the number of runs", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.double({ min: 0.1, max: 1e6, noNaN: true }),
        goal,
        (q, n, g) => {
          const back = runsAtLevel(q, levelOfBest(q, n, g), g);
          // Beyond 1e-300 the level itself is nothing.
          fc.pre(levelOfBest(q, n, g).below > 1e-300 && levelOfBest(q, n, g).above > 1e-300);
          expect(back / n).toBeCloseTo(1, 9);
        },
      ),
    );
  });
});

describe("tuning curves", () => {
  test("have closed forms for one and two runs", () => {
    const one = empirical([5]);
    expect(quantileCurve(one, [0.5, 1, 100], 0.5, "minimize")).toEqual([5, 5, 5]);
    expect(averageCurve(one, [0.5, 1, 100], "maximize")).toEqual([5, 5, 5]);
    const two = empirical([0, 1]);
    // The best of n is 1 (minimising) where all n draws are.
    expect(averageCurve(two, [0.5, 1, 2, 3], "minimize")).toEqual([Math.SQRT1_2, 0.5, 0.25, 0.125]);
    expect(quantileCurve(two, [0.5, 1, 2], 0.5, "minimize")).toEqual([1, 0, 0]);
    expect(quantileCurve(two, [0.5, 1, 2], 0.5, "maximize")).toEqual([0, 0, 1]);
    expect(uEstimates([0, 1], [1, 2, 3], "minimize")).toEqual([0.5, 0, 0]);
    expect(vEstimates([0, 1], [1, 2, 3], "maximize")).toEqual([0.5, 0.75, 0.875]);
    expect(naiveEstimates([2, 3, 1], [1, 2, 3, 9], "minimize")).toEqual([2, 2, 1, 1]);
  });

  test("average the best of subsets (U) by counting them", () => {
    const ys = [4, 1, 7, 7, 2];
    const subsets = (size: number): number[][] =>
      Array.from({ length: 2 ** ys.length }, (_, bits) => ys.filter((_, i) => (bits >> i) & 1)).filter(
        (s) => s.length === size,
      );
    for (let n = 1; n <= 5; n++) {
      const bests = subsets(n).map((subset) => Math.min(...subset));
      expect(uEstimates(ys, [n], "minimize")[0]).toBeCloseTo(
        bests.reduce((a, b) => a + b) / bests.length,
        13,
      );
    }
  });

  test("are infinite with a score of the worst infinity, and only then", () => {
    const diverged = empirical([1, 2, Infinity]);
    expect(averageCurve(diverged, [1, 1e9], "minimize")).toEqual([Infinity, Infinity]);
    expect(averageCurve(diverged, [1], "maximize")).toEqual([Infinity]);
    expect(
      averageCurve(empirical([1, 2], { support: { lower: -Infinity, upper: Infinity } }), [2], "minimize"),
    ).toEqual([1.25]);
    expect(quantileCurve(diverged, [1, 2, 3], 0.5, "minimize")).toEqual([2, 1, 1]);
  });

  test("refuse impossible numbers of runs and levels", () => {
    expect(() => quantileCurve(empirical([1]), [0], 0.5, "minimize")).toThrow(
      "the number of runs must be above 0 and finite, got 0",
    );
    expect(() => quantileCurve(empirical([1]), [1], 1.5, "minimize")).toThrow(
      "quantile must lie between 0 and 1, got 1.5",
    );
    expect(() => averageCurve(empirical([1]), [Infinity], "minimize")).toThrow("got Infinity");
    expect(() => uEstimates([1], [1.5], "minimize")).toThrow(
      "the number of runs must be a whole number of at least 1, got 1.5",
    );
  });

  test("never get worse with more runs", () => {
    fc.assert(
      fc.property(scores, ns, level, goal, (ys, grid, q, g) => {
        const sorted = [...grid].sort((a, b) => a - b);
        const sign = g === "minimize" ? -1 : 1;
        const distribution = empirical(ys);
        for (const curve of [
          quantileCurve(distribution, sorted, q, g),
          averageCurve(distribution, sorted, g),
        ]) {
          curve.forEach((y, i) => {
            if (i > 0 && y !== curve[i - 1]) expect(sign * (y - curve[i - 1]!)).toBeGreaterThan(-1e-9);
          });
        }
      }),
    );
  });

  test("minimise as they maximise the mirror image", () => {
    fc.assert(
      fc.property(scores, ns, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (ys, grid, q) => {
        const mirrored = ys.map((y) => 0 - y);
        const size = grid.map((n) => Math.min(Math.ceil(n), ys.length));
        const close = (a: number[], b: number[]): void => {
          expect(
            greatestDifference(
              a,
              b.map((y) => 0 - y),
            ),
          ).toBeLessThan(1e-12);
        };
        close(
          averageCurve(empirical(ys), grid, "minimize"),
          averageCurve(empirical(mirrored), grid, "maximize"),
        );
        close(uEstimates(ys, size, "minimize"), uEstimates(mirrored, size, "maximize"));
        close(naiveEstimates(ys, size, "minimize"), naiveEstimates(mirrored, size, "maximize"));
        // Off the jumps: a quantile belongs to the lower side of a jump in both.
        const off = grid.filter((n) => {
          const at = levelOfBest(q, n, "minimize").below * ys.length;
          return Math.abs(at - Math.round(at)) > 1e-6;
        });
        close(
          quantileCurve(empirical(ys), off, q, "minimize"),
          quantileCurve(empirical(mirrored), off, 1 - q, "maximize"),
        );
      }),
    );
  });

  test("do not depend on the runs' order, but for the naive estimate", () => {
    fc.assert(
      fc.property(scores, ns, level, goal, (ys, grid, q, g) => {
        const shuffled = [...ys].sort((a, b) => Math.sin(a * 7) - Math.sin(b * 7)).reverse();
        const [a, b] = [empirical(ys), empirical(shuffled)];
        expect(quantileCurve(a, grid, q, g)).toEqual(quantileCurve(b, grid, q, g));
        expect(averageCurve(a, grid, g)).toEqual(averageCurve(b, grid, g));
        expect(uEstimates(ys, [1, 2], g)).toEqual(uEstimates(shuffled, [1, 2], g));
      }),
    );
    expect(naiveEstimates([1, 2], [1], "minimize")).not.toEqual(naiveEstimates([2, 1], [1], "minimize"));
  });
});

describe("the grid of numbers of runs", () => {
  test("is round, ascends and holds both ends", () => {
    expect(spacedRuns(48, { points: 10 })).toEqual([1, 2, 4, 6, 9, 13, 20, 31, 48]);
    expect(spacedRuns(1)).toEqual([1]);
    expect(spacedRuns(1024, { points: 4, fractional: true })).toEqual([1, 10.1, 102, 1024]);
    expect(spacedRuns(4, { points: 3, from: 0.25, fractional: true })).toEqual([0.25, 1, 4]);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 2, max: 200 }),
        fc.boolean(),
        (n, points, fractional) => {
          const grid = spacedRuns(n, { points, fractional });
          expect(grid.length).toBeLessThanOrEqual(points);
          expect([grid[0], grid.at(-1)]).toEqual([1, n]);
          grid.forEach((value, i) => expect(i === 0 || value > grid[i - 1]!).toBe(true));
          if (!fractional) expect(grid.every(Number.isInteger)).toBe(true);
        },
      ),
    );
    expect(() => spacedRuns(10, { from: 11 })).toThrow(
      "the first number of runs must be at most the last, 10, got 11",
    );
  });
});

describeReference("opda's tuning curves", (reference) => {
  const records = reference.records.filter((r): r is CurveRecord => r.kind.endsWith("_tuning_curve"));
  records.forEach((record, position) => {
    test(`${position}: ${record.kind} of ${record.input}`, () => {
      const ys = scoresOf(reference, record.input);
      const distribution = empirical(ys, {
        weights: reference.inputs[record.input]!.ws ?? undefined,
        support: { lower: Number(record.a), upper: Number(record.b) },
      });
      const g = record.minimize ? "minimize" : "maximize";
      const expected = numbers(record.values);
      const grid = record.ns;
      switch (record.kind) {
        case "quantile_tuning_curve":
          expect(quantileCurve(distribution, grid, record.q, g)).toEqual(
            numbers(record.values_exact_rational ?? record.values),
          );
          break;
        case "average_tuning_curve":
          expect(greatestDifference(averageCurve(distribution, grid, g), expected)).toBeLessThan(1e-14);
          break;
        case "naive_tuning_curve":
          expect(naiveEstimates(ys, grid, g)).toEqual(expected);
          break;
        case "v_tuning_curve":
          expect(greatestDifference(vEstimates(ys, grid, g), expected)).toBeLessThan(1e-14);
          break;
        case "u_tuning_curve":
          expect(greatestDifference(uEstimates(ys, grid, g), expected)).toBeLessThan(1e-13);
          break;
      }
    });
  });
});
