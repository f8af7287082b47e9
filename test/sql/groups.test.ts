import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve, type Service } from "../api/harness.js";
import { tiny } from "../api/worlds.js";
import { expectExplained, flat } from "./explain.js";

/** Groups over the tiny file, whose values stand in filters.test.ts. */
let service: Service;
beforeAll(async () => {
  service = await serve(tiny().sources);
});
afterAll(() => service.close());

const BEST = "{score: {metric: VAL_RAW_LOSS}}";
const FINAL = "{score: {metric: VAL_RAW_LOSS, at: {final: true}}}";

describe("groups", () => {
  /** Counts by label. */
  const groups: readonly (readonly [
    what: string,
    args: string,
    counts: readonly (readonly [string, number])[],
  ])[] = [
    // Edges at powers of ten: 1, 2, 7 | 4, 5 | 3, 6.
    [
      "decades",
      "groupBy: [{bin: {of: {hyperparameter: LR}, by: {width: 1}, scale: LOG10}}]",
      [
        ["lr [0.0001, 0.001)", 3],
        ["lr [0.001, 0.01)", 2],
        ["lr [0.01, 0.1)", 2],
      ],
    ],
    [
      "two halves",
      "groupBy: [{bin: {of: {hyperparameter: WARMUP_STEPS}, by: {count: 2}}}]",
      [
        ["warmupSteps [0, 100)", 4],
        ["warmupSteps [100, 200]", 3],
      ],
    ],
    [
      "edges",
      "groupBy: [{bin: {of: {hyperparameter: WARMUP_STEPS}, by: {edges: [100, 150]}}}]",
      [
        ["warmupSteps (−∞, 100)", 4],
        ["warmupSteps [100, 150)", 1],
        ["warmupSteps [150, ∞)", 2],
      ],
    ],
    // 0, 0, 50, 50, 100, 200, 200: the median is 50.
    [
      "halves by share",
      "groupBy: [{bin: {of: {hyperparameter: WARMUP_STEPS}, by: {quantiles: 2}}}]",
      [
        ["warmupSteps [0, 50)", 2],
        ["warmupSteps [50, 200]", 5],
      ],
    ],
    [
      "bins, empty ones too, and what is no number",
      `groupBy: [{bin: {of: ${FINAL}, by: {width: 0.5}, includeEmpty: true}}]`,
      [
        ["final valRawLoss [2.5, 3)", 1],
        ["final valRawLoss [3, 3.5)", 2],
        ["final valRawLoss [3.5, 4)", 1],
        ["NaN", 1],
        ["Infinity", 1],
        ["missing", 1],
      ],
    ],
    [
      "a flag",
      "groupBy: [{nanTrainLoss: true}]",
      [
        ["nanTrainLoss false", 5],
        ["nanTrainLoss true", 2],
      ],
    ],
    [
      "values",
      "groupBy: [{value: {hyperparameter: WARMUP_STEPS}}]",
      [
        ["warmupSteps 0", 2],
        ["warmupSteps 50", 2],
        ["warmupSteps 100", 1],
        ["warmupSteps 200", 2],
      ],
    ],
    [
      "having",
      "groupBy: [{value: {hyperparameter: WARMUP_STEPS}}], having: [{of: {count: {}}, is: {gte: 2}}, {of: {count: {where: {nanTrainLoss: {eq: true}}}}, is: {lt: 1}}]",
      [
        ["warmupSteps 0", 2],
        ["warmupSteps 200", 2],
      ],
    ],
    // Least best loss: 2.5 (0), 7.5 (50), 3.75 (100), 3 (200).
    [
      "an order by a statistic",
      `groupBy: [{value: {hyperparameter: WARMUP_STEPS}}], orderBy: [{by: {aggregate: {statistic: {of: ${BEST}, statistic: MIN}}}, direction: BEST}], first: 3`,
      [
        ["warmupSteps 0", 2],
        ["warmupSteps 200", 2],
        ["warmupSteps 100", 1],
      ],
    ],
    [
      "an order by count, ties by key",
      "groupBy: [{value: {hyperparameter: WARMUP_STEPS}}], orderBy: [{by: {aggregate: {count: {}}}, direction: DESC}]",
      [
        ["warmupSteps 0", 2],
        ["warmupSteps 50", 2],
        ["warmupSteps 200", 2],
        ["warmupSteps 100", 1],
      ],
    ],
    [
      "an order by key, downwards",
      "groupBy: [{nanTrainLoss: true}], orderBy: [{by: {key: 0}, direction: DESC}]",
      [
        ["nanTrainLoss true", 2],
        ["nanTrainLoss false", 5],
      ],
    ],
    // Deviations: 2.5 and 2.75 (0), 3 and 3.125 (200). Of one loss (50, 100) there is none: null, last in both directions.
    [
      "an order by what some lack",
      `groupBy: [{value: {hyperparameter: WARMUP_STEPS}}], orderBy: [{by: {aggregate: {statistic: {of: ${BEST}, statistic: STDDEV}}}, direction: DESC}]`,
      [
        ["warmupSteps 0", 2],
        ["warmupSteps 200", 2],
        ["warmupSteps 50", 2],
        ["warmupSteps 100", 1],
      ],
    ],
    [
      "an order by a correlation that some lack",
      `groupBy: [{value: {hyperparameter: WARMUP_STEPS}}], orderBy: [{by: {aggregate: {correlation: {x: ${BEST}, y: {iteration: true}}}}, direction: DESC}]`,
      [
        ["warmupSteps 0", 2],
        ["warmupSteps 200", 2],
        ["warmupSteps 50", 2],
        ["warmupSteps 100", 1],
      ],
    ],
    [
      "having no correlation",
      `groupBy: [{value: {hyperparameter: WARMUP_STEPS}}], having: [{of: {correlation: {x: ${BEST}, y: {iteration: true}}}, is: {isNull: true}}]`,
      [
        ["warmupSteps 50", 2],
        ["warmupSteps 100", 1],
      ],
    ],
  ];

  it.each(groups)("%s", async (what, args, counts) => {
    const { data, errors, statements } = await service.request(
      `{ aggregateRuns(${args}) { keys { label } count } }`,
    );
    expect(errors).toEqual([]);
    const found = (
      data as { aggregateRuns: { keys: { label: string }[]; count: number }[] }
    ).aggregateRuns.map(({ keys, count }) => [keys[0]?.label, count]);
    expect(found).toEqual(counts);
    for (const statement of statements) {
      await expectExplained(service, statement);
      const { text, values } = flat(statement);
      expect(`${what}\n${text}\n${JSON.stringify(values)}`).toMatchSnapshot();
    }
  });

  it("of points, at each step", async () => {
    const { data, statements } = await service.request(
      "{ aggregateCurves { points { axis runCount metric(of: VAL_RAW_LOSS) { count nullCount nanCount infCount min median max } } } }",
    );
    // 500: 5, 3.5, 7.5, 3.25, 3.5, null; 1000: 4, 3, NaN, 2.5, 2.75, 3.125; 1500: 3.75, 3.25, 2.5, Infinity.
    const none = { nullCount: 0, nanCount: 0, infCount: 0 };
    expect(data).toEqual({
      aggregateCurves: [
        {
          points: [
            {
              axis: 500,
              runCount: 6,
              metric: { ...none, count: 5, nullCount: 1, min: 3.25, median: 3.5, max: 7.5 },
            },
            {
              axis: 1000,
              runCount: 6,
              metric: { ...none, count: 5, nanCount: 1, min: 2.5, median: 3, max: 4 },
            },
            {
              axis: 1500,
              runCount: 4,
              metric: { ...none, count: 3, infCount: 1, min: 2.5, median: 3.25, max: 3.75 },
            },
          ],
        },
      ],
    });
    for (const statement of statements) await expectExplained(service, statement);
  });
});
