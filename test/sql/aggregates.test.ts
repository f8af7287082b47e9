import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve, type Service } from "../api/harness.js";
import { tiny } from "../api/worlds.js";
import { expectExplained, flat } from "./explain.js";

/**
 * Every aggregate over the tiny file. Best validation losses by line (see filters.test.ts):
 * 3.75, 3, 7.5, 2.5, 2.75, missing, 3.125; sorted: 2.5, 2.75, 3, 3.125, 3.75, 7.5.
 */
let service: Service;
beforeAll(async () => {
  service = await serve(tiny().sources);
});
afterAll(() => service.close());

const BEST = "{score: {metric: VAL_RAW_LOSS}}";
const FINAL = "{score: {metric: VAL_RAW_LOSS, at: {final: true}}}";

/** The sum is 22.625, of squares 102.890625: Σ(x − mean)² = 102.890625 − 22.625² / 6. */
const SQUARES = 102.890625 - 22.625 ** 2 / 6;

const statistics: readonly (readonly [selection: string, of: string, value: number | null])[] = [
  ["count", BEST, 6],
  ["nullCount", BEST, 1],
  ["nanCount", BEST, 0],
  // Final: 3.75, 3.25, NaN, 2.5, Infinity, missing, 3.125.
  ["count", FINAL, 4],
  ["nullCount", FINAL, 1],
  ["nanCount", FINAL, 1],
  ["infCount", FINAL, 1],
  ["max", FINAL, 3.75],
  ["mean", FINAL, 3.15625],
  ["distinctCount", "{hyperparameter: LR}", 4],
  ["distinctCount", BEST, 6],
  ["min", BEST, 2.5],
  ["max", BEST, 7.5],
  ["sum", BEST, 22.625],
  ["mean", BEST, 22.625 / 6],
  ["variance", BEST, SQUARES / 5],
  ["variancePopulation", BEST, SQUARES / 6],
  ["stddev", BEST, Math.sqrt(SQUARES / 5)],
  ["stddevPopulation", BEST, Math.sqrt(SQUARES / 6)],
  ["median", BEST, 3.0625],
  // Place (6 − 1) 0.9 = 4.5: half-way between 3.75 and 7.5. Rank ⌈0.9 · 6⌉ = 6.
  ["quantile(p: 0.9)", BEST, 5.625],
  ["quantile(p: 0.9, method: LOWER)", BEST, 7.5],
  // Rank ⌈0.5 · 6⌉ = 3.
  ["quantile(p: 0.5, method: LOWER)", BEST, 3],
  ["quantile(p: 0, method: LOWER)", BEST, 2.5],
  ["quantile(p: 1)", BEST, 7.5],
];

describe("statistics", () => {
  it.each(statistics)("%s of %s", async (selection, of, value) => {
    const { data, errors, statements } = await service.request(
      `{ aggregateRuns { measure(of: ${of}) { value: ${selection} } } }`,
    );
    expect(errors).toEqual([]);
    const found = (data as { aggregateRuns: { measure: { value: number | null } }[] }).aggregateRuns[0]
      ?.measure.value;
    if (value === null || found == null) expect(found).toBe(value);
    else expect(found).toBeCloseTo(value, 12);
    for (const statement of statements) {
      await expectExplained(service, statement);
      const { text, values } = flat(statement);
      expect(`${selection} of ${of}\n${text}\n${JSON.stringify(values)}`).toMatchSnapshot();
    }
  });

  it("name the runs that have the extremes, the first of equals", async () => {
    const { aggregateRuns } = await service.ask<{
      aggregateRuns: Record<string, Record<string, { line: number }>>[];
    }>(
      `{ aggregateRuns { best: measure(of: ${BEST}) { argMin { line } argMax { line } } lr: measure(of: {hyperparameter: LR}) { argMin { line } argMax { line } } warmup: measure(of: {hyperparameter: WARMUP_STEPS}) { argMin { line } argMax { line } } } }`,
    );
    expect(aggregateRuns[0]).toEqual({
      best: { argMin: { line: 4 }, argMax: { line: 3 } },
      lr: { argMin: { line: 1 }, argMax: { line: 3 } },
      warmup: { argMin: { line: 4 }, argMax: { line: 2 } },
    });
  });

  it("of nothing are null, and counts are 0", async () => {
    const { aggregateRuns } = await service.ask<{
      aggregateRuns: { count: number; measure: Record<string, number | null> }[];
    }>(
      `{ aggregateRuns(where: {or: []}) { count measure(of: ${BEST}) { count nullCount distinctCount min mean sum stddev median quantile(p: 0.5) } } }`,
    );
    expect(aggregateRuns).toEqual([
      {
        count: 0,
        measure: {
          count: 0,
          nullCount: 0,
          distinctCount: 0,
          min: null,
          mean: null,
          sum: null,
          stddev: null,
          median: null,
          quantile: null,
        },
      },
    ]);
  });

  it("of one value have no deviation of the sample", async () => {
    const { aggregateRuns } = await service.ask<{
      aggregateRuns: { measure: Record<string, number | null> }[];
    }>(
      `{ aggregateRuns(where: {line: {eq: 2}}) { measure(of: ${BEST}) { mean stddev variance stddevPopulation } } }`,
    );
    expect(aggregateRuns[0]?.measure).toEqual({ mean: 3, stddev: null, variance: null, stddevPopulation: 0 });
  });
});

describe("correlations", () => {
  // Lines 1, 2, 4: losses 3.75, 3, 2.5 against warm-ups 100, 200, 0. Deviations 2/3, −1/12, −7/12 and 0, 100, −100:
  // 50 / √(19/24 · 20000). Ranks 3, 2, 1 against 2, 3, 1: 1 − 6 · 2 / (3 · 8).
  it.each([
    ["PEARSON", 50 / Math.sqrt((19 / 24) * 20_000)],
    ["SPEARMAN", 0.5],
  ])("%s", async (method, value) => {
    const { data, statements } = await service.request(
      `{ aggregateRuns(where: {line: {in: [1, 2, 4, 6]}}) { correlation(x: ${BEST}, y: {hyperparameter: WARMUP_STEPS}, method: ${method}) } }`,
    );
    expect((data as { aggregateRuns: { correlation: number }[] }).aggregateRuns[0]?.correlation).toBeCloseTo(
      value,
      12,
    );
    for (const statement of statements) await expectExplained(service, statement);
  });

  it("of what does not vary is null", async () => {
    const { aggregateRuns } = await service.ask<{ aggregateRuns: unknown[] }>(
      `{ aggregateRuns { a: correlation(x: ${BEST}, y: {hyperparameter: N_EMBD}) b: correlation(x: {hyperparameter: N_EMBD}, y: ${BEST}, method: SPEARMAN) } }`,
    );
    expect(aggregateRuns).toEqual([{ a: null, b: null }]);
  });
});
