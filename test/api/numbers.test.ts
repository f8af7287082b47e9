import { describe, expect, it } from "vitest";
import { goal, over, runOf } from "./own-files.js";

/** Numbers at the edges of what a double holds, and where rounding would show. */

describe("numbers at the ends of their range", () => {
  const huge = [
    runOf({ lr: 1, b: 1.5e308 }, [1.5e308]),
    runOf({ lr: 2, b: -1.5e308 }, [1.5e308]),
    runOf({ lr: 3, b: 1e300 }, [1.5e308]),
  ];

  it("have a mean, though their sum is none", () =>
    over({ "a.jsonl": huge, "sweepql.json": goal }, async (own) => {
      const { aggregateRuns } = await own.ask<{
        aggregateRuns: { measure: { mean: number | null; sum: number | null; stddev: number | null } }[];
      }>("{ aggregateRuns { measure(of: {score: {metric: LOSS}}) { mean sum stddev } } }");
      expect(aggregateRuns[0]?.measure.sum).toBeNull();
      expect(aggregateRuns[0]?.measure.mean).toBeCloseTo(1.5e308, -296);
      expect(aggregateRuns[0]?.measure.stddev).toBe(0);
    }));

  it("are cut into bins without overflow", () =>
    over({ "a.jsonl": huge, "sweepql.json": goal }, async (own) => {
      const { aggregateRuns } = await own.ask<{
        aggregateRuns: { count: number; keys: { bin: { lower: number; upper: number } }[] }[];
      }>(
        "{ aggregateRuns(groupBy: [{bin: {of: {hyperparameter: B}, by: {count: 3}, includeEmpty: true}}]) { count keys { bin { lower upper } } } }",
      );
      // Edges -1.5e308, -5e307, 5e307, 1.5e308.
      expect(aggregateRuns.map(({ count }) => count)).toEqual([1, 1, 1]);
    }));

  it("so small that their squares vanish still deviate", () =>
    over({ "a.jsonl": [runOf({ lr: 1e-200 }, [1]), runOf({ lr: 3e-200 }, [1])] }, async (own) => {
      const { aggregateRuns } = await own.ask<{
        aggregateRuns: { measure: { stddevPopulation: number | null } }[];
      }>("{ aggregateRuns { measure(of: {hyperparameter: LR}) { stddevPopulation } } }");
      expect((aggregateRuns[0]?.measure.stddevPopulation ?? 0) / 1e-200).toBeCloseTo(1, 9);
    }));
});

describe("the order statistic of rank ⌈p n⌉", () => {
  it("is not one too far where p n rounds up", () =>
    over(
      { "a.jsonl": Array.from({ length: 100 }, (_, index) => runOf({ lr: index + 1 }, [1])) },
      async (own) => {
        // 0.07 · 100 = 7.000000000000001, 0.29 · 100 = 28.999999999999996, 0.57 · 100 = 56.99999999999999.
        const { aggregateRuns } = await own.ask<{ aggregateRuns: { measure: { quantiles: number[] } }[] }>(
          "{ aggregateRuns { measure(of: {hyperparameter: LR}) { quantiles(p: [0, 0.001, 0.01, 0.07, 0.29, 0.57, 0.995, 1], method: LOWER) } } }",
        );
        expect(aggregateRuns[0]?.measure.quantiles).toEqual([1, 1, 1, 7, 29, 57, 100, 100]);
      },
    ));
});

describe("0 and -0", () => {
  it("are one value to filters, groups, orders and configurations", () =>
    over(
      {
        "a.jsonl": `{"hyperparameters": {"lr": 0.0}, "learning_curve": [{"step": 1, "loss": 1}]}\n{"hyperparameters": {"lr": -0.0}, "learning_curve": [{"step": 1, "loss": 1}]}\n{"hyperparameters": {"lr": 1.0}, "learning_curve": [{"step": 1, "loss": 1}]}\n`,
      },
      async (own) => {
        const data = await own.ask<unknown>(
          `{ runs(where: {hyperparameters: {lr: {eq: -0.0}}}) { totalCount } a: runs(where: {hyperparameters: {lr: {in: [0]}}}) { totalCount } aggregateRuns(groupBy: [{value: {hyperparameter: LR}}]) { count } c: aggregateRuns(groupBy: [{configuration: true}]) { count } d: aggregateRuns { measure(of: {hyperparameter: LR}) { distinctCount } } }`,
        );
        expect(data).toEqual({
          runs: { totalCount: 2 },
          a: { totalCount: 2 },
          aggregateRuns: [{ count: 2 }, { count: 1 }],
          c: [{ count: 2 }, { count: 1 }],
          d: [{ measure: { distinctCount: 2 } }],
        });
      },
    ));
});

describe("a correlation", () => {
  // Of these with themselves the engine finds 1.0000000000000002.
  const values = Array.from({ length: 200 }, (_, index) => 0.1 + Math.sin(index) / 3);

  it("is never beyond 1, of a measure with itself or with what mirrors it", () =>
    over({ "same.jsonl": values.map((x) => runOf({ x, y: 1 - x }, [1])) }, async (own) => {
      for (const method of ["PEARSON", "SPEARMAN"]) {
        const of = (x: string, y: string): string =>
          `correlation(x: {hyperparameter: ${x}}, y: {hyperparameter: ${y}}, method: ${method})`;
        const { aggregateRuns } = await own.ask<{
          aggregateRuns: readonly [{ self: number; mirrored: number; none: number | null }];
        }>(
          `{ aggregateRuns { self: ${of("X", "X")} mirrored: ${of("X", "Y")} none: correlation(x: {hyperparameter: X}, y: {cost: LAST_STEP}, method: ${method}) } }`,
        );
        const [{ self, mirrored, none }] = aggregateRuns;
        expect(self).toBeLessThanOrEqual(1);
        expect(self).toBeCloseTo(1, 12);
        expect(mirrored).toBeGreaterThanOrEqual(-1);
        expect(mirrored).toBeCloseTo(-1, 12);
        expect(none).toBeNull();
      }
    }));
});

describe("bins of values on a grid", () => {
  const grid = Array.from({ length: 12 }, (_, index) => Number(`${index}e-1`));
  const runs = grid.map((dropout) => runOf({ dropout }, [1]));

  it("begin at the values, and say so", () =>
    over({ "grid.jsonl": runs }, async (own) => {
      const { aggregateRuns } = await own.ask<{
        aggregateRuns: readonly {
          count: number;
          keys: readonly { label: string; bin: { lower: number } }[];
        }[];
      }>(
        "{ aggregateRuns(groupBy: [{bin: {of: {hyperparameter: DROPOUT}, by: {width: 0.1}}}]) { count keys { label bin { lower } } } }",
      );
      expect(aggregateRuns.map(({ count, keys: [key] }) => ({ count, lower: key?.bin.lower }))).toEqual(
        grid.map((lower) => ({ count: 1, lower })),
      );
      expect(aggregateRuns[3]?.keys[0]?.label).toBe("dropout [0.3, 0.4)");
    }));
});
