import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve, type Service } from "./harness.js";
import { goal, over, runOf } from "./own-files.js";
import { hostile } from "./worlds.js";

/** Corners that random requests seldom reach. */
let service: Service;
beforeAll(async () => {
  service = await serve(hostile().sources);
});
afterAll(() => service.close());

describe("infinite literals", () => {
  it("do not share an answer, or are refused by name", async () => {
    const { data, errors } = await service.request(
      `{ aggregateRuns { a: count(where: {measure: [{of: {hyperparameter: LR}, is: {lt: 1e999}}]}) b: count(where: {measure: [{of: {hyperparameter: LR}, is: {lt: -1e999}}]}) } }`,
    );
    // Below Infinity lie 12 finite learning rates and -Infinity; below -Infinity lies none.
    if (errors.length > 0) expect(errors.map(({ code }) => code)).toEqual(errors.map(() => "BAD_USER_INPUT"));
    else expect(data).toEqual({ aggregateRuns: [{ a: 13, b: 0 }] });
  });

  it.each(["curve(from: -1e999, to: 1e999) { axis }", "score(of: LOSS, at: {step: 1e999}) { state }"])(
    "in %s answer or are refused by name",
    async (field) => {
      const { errors } = await service.request(`{ runs { nodes { ${field} } } }`);
      expect(errors.map(({ code }) => code)).toEqual(errors.map(() => "BAD_USER_INPUT"));
    },
  );
});

describe("a configuration's hyperparameters", () => {
  const run = (lr: number, group: string, user: string | null, seed: number): object => ({
    ...runOf({ lr, group, ...(user !== null && { user }), seed, steps: 10 }, [1]),
  });
  const asked =
    "totalCount nodes { runCount hyperparameters { lr group user seed steps } hyperparameterValues { name number string } }";

  it("are what all its runs share", () =>
    over(
      {
        "a.jsonl": [run(1, "x", "u", 1), run(1, "x", "v", 2), run(2, "x", null, 3), run(2, "y", "u", 3)],
      },
      async (own) => {
        const { dataset } = await own.ask<{ dataset: { configurations: unknown } }>(
          `{ dataset(name: "a") { configurations { ${asked} } } }`,
        );
        const named = (lr: number, group: string | null) => [
          ...(group === null ? [] : [{ name: "group", number: null, string: group }]),
          { name: "lr", number: lr, string: null },
          { name: "steps", number: 10, string: null },
        ];
        expect(dataset.configurations).toEqual({
          totalCount: 2,
          nodes: [
            {
              runCount: 2,
              hyperparameters: { lr: 1, group: "x", user: null, seed: null, steps: 10 },
              hyperparameterValues: named(1, "x"),
            },
            {
              runCount: 2,
              hyperparameters: { lr: 2, group: null, user: null, seed: null, steps: 10 },
              hyperparameterValues: named(2, null),
            },
          ],
        });
      },
    ));

  it("are compared over all files that the configuration has runs in", () =>
    over(
      {
        "a.jsonl": [run(1, "x", "u", 1), run(2, "x", "u", 1)],
        "b.jsonl": [run(1, "y", "u", 1), run(2, "x", "u", 1)].map((one) => ({ ...one, extra: "label" })),
      },
      async (own) => {
        const { runs } = await own.ask<{ runs: { nodes: { configuration: unknown }[] } }>(
          `{ runs(where: {dataset: {eq: "a"}}) { nodes { configuration { runCount hyperparameters { lr group user } } } } }`,
        );
        expect(runs.nodes.map(({ configuration }) => configuration)).toEqual([
          { runCount: 2, hyperparameters: { lr: 1, group: null, user: "u" } },
          { runCount: 2, hyperparameters: { lr: 2, group: "x", user: "u" } },
        ]);
      },
    ));
});

describe("an axis value that a run logged more than once", () => {
  const run = (lr: number, ...points: [step: number, loss: number | null][]): object => ({
    hyperparameters: { lr },
    learning_curve: points.map(([step, loss]) => ({ step, loss })),
  });
  const band = (every: number, of = "LOSS") =>
    `aggregateCurves(every: ${every}) { points { axis runCount metric(of: ${of}) { count nullCount mean max } } }`;
  const point = (axis: number, runCount: number, nullCount: number, mean: number, max: number) => ({
    axis,
    runCount,
    metric: { count: runCount - nullCount, nullCount, mean, max },
  });

  it("counts once in statistics of curves, with the last point there, and is whole in the curve", () =>
    over(
      {
        "a.jsonl": [
          run(1, [1, 10], [2, 8], [3, 6]),
          run(2, [1, 20], [2, 18], [2, 4], [3, 2]),
          run(3, [1, 30], [2, 7], [3, null], [2, 9], [3, null]),
        ],
      },
      async (own) => {
        const found = await own.ask<Record<string, [{ points: unknown }]>>(
          `{ all: ${band(1)} even: ${band(2)} }`,
        );
        expect(found["all"]?.[0].points).toEqual([
          point(1, 3, 0, 20, 30),
          point(2, 3, 0, 7, 9),
          point(3, 3, 1, 4, 6),
        ]);
        // Every second point: of the last run that is the first at step 2, and the later at step 2.
        expect(found["even"]?.[0].points).toEqual([
          point(2, 3, 0, (8 + 18 + 9) / 3, 18),
          point(3, 1, 0, 2, 2),
        ]);
        const { runs } = await own.ask<{ runs: { nodes: unknown } }>(
          `{ runs { nodes { pointCount score(of: LOSS, at: {step: 2}) { value } curve { axis } } } }`,
        );
        expect(runs.nodes).toEqual([
          { pointCount: 3, score: { value: 8 }, curve: [1, 2, 3].map((axis) => ({ axis })) },
          { pointCount: 4, score: { value: 4 }, curve: [1, 2, 2, 3].map((axis) => ({ axis })) },
          { pointCount: 5, score: { value: 9 }, curve: [1, 2, 3, 2, 3].map((axis) => ({ axis })) },
        ]);
      },
    ));
});

describe("cursors of runs that a filter leaves out", () => {
  const PAGE = `query ($where: RunFilter, $before: String, $after: String) {
    runs(where: $where, orderBy: [{by: {hyperparameter: LR}}], before: $before, after: $after) { edges { cursor node { line dataset { name } } } pageInfo { hasNextPage hasPreviousPage } }
  }`;
  type Page = {
    runs: {
      edges: { cursor: string; node: { line: number; dataset: { name: string } } }[];
      pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean };
    };
  };

  it("tell that runs without a value come after", async () => {
    const all = await service.ask<Page>(PAGE);
    const before = all.runs.edges.find(
      ({ node }) => node.dataset.name === "hostile" && node.line === 2,
    )?.cursor;
    // Learning rates below that run's 0.01, and those that are NaN or missing, which lie beyond the cursor.
    const where = {
      or: [{ hyperparameters: { lr: { lt: 0.01 } } }, { hyperparameters: { lr: { isFinite: false } } }],
    };
    const { runs } = await service.ask<Page>(PAGE, { where, before });
    expect(runs.edges.length).toBeGreaterThan(0);
    expect(runs.pageInfo).toEqual({ hasNextPage: true, hasPreviousPage: false });
  });
});

describe("a metric whose goal only one of two files tells", () => {
  it("has a best in both, or says why not", () =>
    over(
      {
        "a.jsonl": [runOf({ lr: 1 }, [2, 1, 3])],
        "a.manifest.json": goal,
        "b.jsonl": [runOf({ lr: 1 }, [5, 4, 6])],
      },
      async (own) => {
        const { data, errors } = await own.request(
          "{ runs { nodes { score(of: LOSS) { value state step } diverged } } }",
        );
        if (errors.length > 0)
          expect(errors.map(({ code }) => code)).toEqual(errors.map(() => "GOAL_UNKNOWN"));
        else
          expect(data).toEqual({
            runs: {
              nodes: [
                { score: { value: 1, state: "FINITE", step: 2 }, diverged: false },
                { score: { value: 4, state: "FINITE", step: 2 }, diverged: false },
              ],
            },
          });
      },
    ));
});

describe("points without an axis value", () => {
  it("are refused at load or numbered, and never fail an answer", () =>
    over(
      {
        "a.jsonl": `{"hyperparameters": {"lr": 1}, "learning_curve": [{"step": 1, "loss": 1}, {"loss": 2}, {"step": 3, "loss": 3}]}\n{"hyperparameters": {"lr": 2}, "learning_curve": [{"step": NaN, "loss": 1}, {"step": 2, "loss": 2}, {"step": Infinity, "loss": 3}]}\n{"hyperparameters": {"lr": 3}, "learning_curve": [{"step": 1, "loss": 1}]}\n`,
        "a.manifest.json": JSON.stringify({
          axis: { key: "step", unit: "steps" },
          metrics: { loss: { goal: "minimize" } },
        }),
      },
      async (own) => {
        for (const query of [
          "{ runs { nodes { line lastStep curve { axis loss } series { axis } score(of: LOSS) { step point { axis } } } } }",
          "{ aggregateCurves { points { axis runCount metric(of: LOSS) { mean } } } }",
        ]) {
          expect((await own.request(query)).errors).toEqual([]);
        }
      },
    ));
});
