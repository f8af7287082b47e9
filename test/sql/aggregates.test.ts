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
    const { data, errors, statements } = await service.request(`{ aggregateRuns { measure(of: ${of}) { value: ${selection} } } }`);
    expect(errors).toEqual([]);
    const found = (data as { aggregateRuns: { measure: { value: number | null } }[] }).aggregateRuns[0]?.measure.value;
    if (value === null || found == null) expect(found).toBe(value);
    else expect(found).toBeCloseTo(value, 12);
    for (const statement of statements) {
      await expectExplained(service, statement);
      const { text, values } = flat(statement);
      expect(`${selection} of ${of}\n${text}\n${JSON.stringify(values)}`).toMatchSnapshot();
    }
  });

  it("name the runs that have the extremes, the first of equals", async () => {
    const { aggregateRuns } = await service.ask<{ aggregateRuns: Record<string, Record<string, { line: number }>>[] }>(
      `{ aggregateRuns { best: measure(of: ${BEST}) { argMin { line } argMax { line } } lr: measure(of: {hyperparameter: LR}) { argMin { line } argMax { line } } warmup: measure(of: {hyperparameter: WARMUP_STEPS}) { argMin { line } argMax { line } } } }`,
    );
    expect(aggregateRuns[0]).toEqual({
      best: { argMin: { line: 4 }, argMax: { line: 3 } },
      lr: { argMin: { line: 1 }, argMax: { line: 3 } },
      warmup: { argMin: { line: 4 }, argMax: { line: 2 } },
    });
  });

  it("of nothing are null, and counts are 0", async () => {
    const { aggregateRuns } = await service.ask<{ aggregateRuns: { count: number; measure: Record<string, number | null> }[] }>(
      `{ aggregateRuns(where: {or: []}) { count measure(of: ${BEST}) { count nullCount distinctCount min mean sum stddev median quantile(p: 0.5) } } }`,
    );
    expect(aggregateRuns).toEqual([{ count: 0, measure: { count: 0, nullCount: 0, distinctCount: 0, min: null, mean: null, sum: null, stddev: null, median: null, quantile: null } }]);
  });

  it("of one value have no deviation of the sample", async () => {
    const { aggregateRuns } = await service.ask<{ aggregateRuns: { measure: Record<string, number | null> }[] }>(
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
    expect((data as { aggregateRuns: { correlation: number }[] }).aggregateRuns[0]?.correlation).toBeCloseTo(value, 12);
    for (const statement of statements) await expectExplained(service, statement);
  });

  it("of what does not vary is null", async () => {
    const { aggregateRuns } = await service.ask<{ aggregateRuns: unknown[] }>(
      `{ aggregateRuns { a: correlation(x: ${BEST}, y: {hyperparameter: N_EMBD}) b: correlation(x: {hyperparameter: N_EMBD}, y: ${BEST}, method: SPEARMAN) } }`,
    );
    expect(aggregateRuns).toEqual([{ a: null, b: null }]);
  });
});

describe("groups", () => {
  /** Counts by label. */
  const groups: readonly (readonly [what: string, args: string, counts: readonly (readonly [string, number])[]])[] = [
    // Edges at powers of ten: 1, 2, 7 | 4, 5 | 3, 6.
    ["decades", "groupBy: [{bin: {of: {hyperparameter: LR}, by: {width: 1}, scale: LOG10}}]", [["lr [0.0001, 0.001)", 3], ["lr [0.001, 0.01)", 2], ["lr [0.01, 0.1)", 2]]],
    ["two halves", "groupBy: [{bin: {of: {hyperparameter: WARMUP_STEPS}, by: {count: 2}}}]", [["warmupSteps [0, 100)", 4], ["warmupSteps [100, 200]", 3]]],
    ["edges", "groupBy: [{bin: {of: {hyperparameter: WARMUP_STEPS}, by: {edges: [100, 150]}}}]", [["warmupSteps (−∞, 100)", 4], ["warmupSteps [100, 150)", 1], ["warmupSteps [150, ∞)", 2]]],
    // 0, 0, 50, 50, 100, 200, 200: the median is 50.
    ["halves by share", "groupBy: [{bin: {of: {hyperparameter: WARMUP_STEPS}, by: {quantiles: 2}}}]", [["warmupSteps [0, 50)", 2], ["warmupSteps [50, 200]", 5]]],
    ["bins, empty ones too, and what is no number", `groupBy: [{bin: {of: ${FINAL}, by: {width: 0.5}, includeEmpty: true}}]`, [["final valRawLoss [2.5, 3)", 1], ["final valRawLoss [3, 3.5)", 2], ["final valRawLoss [3.5, 4)", 1], ["NaN", 1], ["Infinity", 1], ["missing", 1]]],
    ["a flag", "groupBy: [{nanTrainLoss: true}]", [["nanTrainLoss false", 5], ["nanTrainLoss true", 2]]],
    ["values", "groupBy: [{value: {hyperparameter: WARMUP_STEPS}}]", [["warmupSteps 0", 2], ["warmupSteps 50", 2], ["warmupSteps 100", 1], ["warmupSteps 200", 2]]],
    ["having", "groupBy: [{value: {hyperparameter: WARMUP_STEPS}}], having: [{of: {count: {}}, is: {gte: 2}}, {of: {count: {where: {nanTrainLoss: {eq: true}}}}, is: {lt: 1}}]", [["warmupSteps 0", 2], ["warmupSteps 200", 2]]],
    // Least best loss: 2.5 (0), 7.5 (50), 3.75 (100), 3 (200).
    ["an order by a statistic", `groupBy: [{value: {hyperparameter: WARMUP_STEPS}}], orderBy: [{by: {aggregate: {statistic: {of: ${BEST}, statistic: MIN}}}, direction: BEST}], first: 3`, [["warmupSteps 0", 2], ["warmupSteps 200", 2], ["warmupSteps 100", 1]]],
    ["an order by count, ties by key", "groupBy: [{value: {hyperparameter: WARMUP_STEPS}}], orderBy: [{by: {aggregate: {count: {}}}, direction: DESC}]", [["warmupSteps 0", 2], ["warmupSteps 50", 2], ["warmupSteps 200", 2], ["warmupSteps 100", 1]]],
    ["an order by key, downwards", "groupBy: [{nanTrainLoss: true}], orderBy: [{by: {key: 0}, direction: DESC}]", [["nanTrainLoss true", 2], ["nanTrainLoss false", 5]]],
    // Deviations: 2.5 and 2.75 (0), 3 and 3.125 (200). Of one loss (50, 100) there is none: null, last in both directions.
    ["an order by what some lack", `groupBy: [{value: {hyperparameter: WARMUP_STEPS}}], orderBy: [{by: {aggregate: {statistic: {of: ${BEST}, statistic: STDDEV}}}, direction: DESC}]`, [["warmupSteps 0", 2], ["warmupSteps 200", 2], ["warmupSteps 50", 2], ["warmupSteps 100", 1]]],
    ["an order by a correlation that some lack", `groupBy: [{value: {hyperparameter: WARMUP_STEPS}}], orderBy: [{by: {aggregate: {correlation: {x: ${BEST}, y: {iteration: true}}}}, direction: DESC}]`, [["warmupSteps 0", 2], ["warmupSteps 200", 2], ["warmupSteps 50", 2], ["warmupSteps 100", 1]]],
    ["having no correlation", `groupBy: [{value: {hyperparameter: WARMUP_STEPS}}], having: [{of: {correlation: {x: ${BEST}, y: {iteration: true}}}, is: {isNull: true}}]`, [["warmupSteps 50", 2], ["warmupSteps 100", 1]]],
  ];

  it.each(groups)("%s", async (what, args, counts) => {
    const { data, errors, statements } = await service.request(`{ aggregateRuns(${args}) { keys { label } count } }`);
    expect(errors).toEqual([]);
    const found = (data as { aggregateRuns: { keys: { label: string }[]; count: number }[] }).aggregateRuns.map(({ keys, count }) => [keys[0]?.label, count]);
    expect(found).toEqual(counts);
    for (const statement of statements) {
      await expectExplained(service, statement);
      const { text, values } = flat(statement);
      expect(`${what}\n${text}\n${JSON.stringify(values)}`).toMatchSnapshot();
    }
  });

  it("of points, at each step", async () => {
    const { data, statements } = await service.request("{ aggregateCurves { points { axis runCount metric(of: VAL_RAW_LOSS) { count nullCount nanCount infCount min median max } } } }");
    // 500: 5, 3.5, 7.5, 3.25, 3.5, null; 1000: 4, 3, NaN, 2.5, 2.75, 3.125; 1500: 3.75, 3.25, 2.5, Infinity.
    const none = { nullCount: 0, nanCount: 0, infCount: 0 };
    expect(data).toEqual({
      aggregateCurves: [
        {
          points: [
            { axis: 500, runCount: 6, metric: { ...none, count: 5, nullCount: 1, min: 3.25, median: 3.5, max: 7.5 } },
            { axis: 1000, runCount: 6, metric: { ...none, count: 5, nanCount: 1, min: 2.5, median: 3, max: 4 } },
            { axis: 1500, runCount: 4, metric: { ...none, count: 3, infCount: 1, min: 2.5, median: 3.25, max: 3.75 } },
          ],
        },
      ],
    });
    for (const statement of statements) await expectExplained(service, statement);
  });
});
