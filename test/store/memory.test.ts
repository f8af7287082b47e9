import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CurveField, Hyperparameter } from "../../schema/catalogue.js";
import type { AggregatePlan, CurvePlan, Filter, RunPlan } from "../../schema/plan.js";
import type { Store } from "../../schema/store.js";
import type { Statement } from "../../server/sql/tag.js";
import { DuckDbStore } from "../../server/store/duckdb-store.js";
import { MemoryStore } from "../../server/store/memory/memory-store.js";
import { pointReader } from "../../server/store/memory/read-points.js";
import { serve, type Service } from "../api/harness.js";
import { tiny } from "../api/worlds.js";
import { exportBytes } from "../export/export-data.js";

/**
 * When columns are read, kept, pushed out, and left to the engine. That memory and engine answer the
 * same is held by the harness of test/api, which asks both for every request of its tests.
 */
let service: Service;
let never: AbortSignal;
beforeAll(async () => {
  service = await serve(tiny().sources);
  never = new AbortController().signal;
});
afterAll(() => service.close());

interface Watched {
  readonly store: Store;
  /** Statements that ran, those that read columns included. */
  readonly statements: string[];
}

function open(room?: number): Watched {
  const statements: string[] = [];
  const engine = new DuckDbStore(service.catalogue, service.pool, ({ text }: Statement) => {
    statements.push(text);
  });
  const read = pointReader(service.pool);
  const readPoints: typeof read = (fields, signal) => {
    statements.push("points");
    return read(fields, signal);
  };
  return { store: new MemoryStore(engine, readPoints, room), statements };
}

const loss = (): CurveField =>
  service.catalogue.curveFields.find(({ name }) => name === "valRawLoss") as CurveField;
const lr = (): Hyperparameter =>
  service.catalogue.hyperparameters.find(({ name }) => name === "lr") as Hyperparameter;
const score = () => ({ kind: "score", metric: loss(), at: { kind: "best", of: loss() } }) as const;
const atMost = (value: number): Filter => ({
  kind: "compare",
  subject: { kind: "hyperparameter", hyperparameter: lr() },
  operator: "lte",
  value,
});

const page = (where: Filter | null, more: Partial<RunPlan> = {}): RunPlan => ({
  columns: [{ kind: "value", measure: score() }],
  where,
  order: [{ by: score(), direction: "asc" }],
  page: { limit: 3, from: "start", after: null, before: null },
  extras: { totalCount: true, oppositePage: false },
  partition: null,
  ...more,
});

const curve = (run: number): CurvePlan => ({
  fields: [loss()],
  of: { runs: [run], window: { from: null, to: null, every: 1 } },
  maxPoints: 100,
});

const groups = (more: Partial<AggregatePlan> = {}): AggregatePlan => ({
  where: null,
  groupBy: [{ kind: "value", of: { kind: "hyperparameter", hyperparameter: lr() } }],
  curve: null,
  aggregates: [{ kind: "statistic", of: score(), statistic: "mean" }],
  having: [],
  order: [],
  first: null,
  maxGroups: 100,
  partition: null,
  ...more,
});

describe("columns", () => {
  it("are read once, by one statement a plan, and then answer alone", async () => {
    const { store, statements } = open();
    const first = await store.runs(page(atMost(0.01)), never);
    expect(statements).toHaveLength(1);
    // Lines 4, 5 and 2 of the table in test/sql/filters.test.ts are the best of those at most 0.01.
    expect(first.get(-1)?.rows.map(({ line }) => line)).toEqual([4, 5, 2]);
    expect(first.get(-1)?.totalCount).toBe(5);
    const other = await store.runs(page(atMost(0.0005)), never);
    expect(other.get(-1)?.rows.map(({ line }) => line)).toEqual([2, 7, 1]);
    expect(await store.aggregate(groups(), never)).toHaveLength(4);
    expect(statements).toHaveLength(1);
    expect(Array.from((await store.curves(curve(1), never)).axis)).toEqual([500, 1000, 1500]);
    expect(statements.slice(1)).toEqual(["points"]);
    expect((await store.curves(curve(5), never)).id).toHaveLength(0);
    expect(statements).toHaveLength(2);
  });

  it("are read once for requests at once", async () => {
    const { store, statements } = open();
    const asked = Array.from({ length: 10 }, () => store.runs(page(atMost(0.01)), never));
    const pages = await Promise.all(asked);
    expect(new Set(pages.map((one) => JSON.stringify(one.get(-1)))).size).toBe(1);
    expect(statements).toHaveLength(1);
  });

  it("go where they take more than their room, those used longest ago first", async () => {
    // Seven runs: two columns of doubles, one of which has a missing value, have room; three have none.
    const { store, statements } = open(2 * (1024 + 7 * 9));
    const [a, b] = [page(null), page(atMost(0.01), { order: [], columns: [] })];
    await store.runs(a, never);
    await store.runs(b, never);
    expect(statements).toHaveLength(2);
    await store.runs(a, never);
    expect(statements).toHaveLength(2);
    await store.aggregate(groups({ groupBy: [{ kind: "flag", flag: "diverged" }] }), never);
    expect(statements).toHaveLength(3);
    // The score was used last, so that the learning rate went.
    await store.runs(a, never);
    expect(statements).toHaveLength(3);
    await store.runs(b, never);
    expect(statements).toHaveLength(4);
  });

  it("are not read where a plan's have no room together: a statement answers it", async () => {
    const { store, statements } = open(1024 + 7 * 9);
    for (const count of [1, 2]) {
      const found = await store.runs(page(atMost(0.01)), never);
      expect(found.get(-1)?.rows.map(({ line }) => line)).toEqual([4, 5, 2]);
      expect(statements.filter((text) => text.includes("page AS"))).toHaveLength(count);
    }
  });

  it("are read on where the request that wanted them is aborted", async () => {
    const { store, statements } = open();
    const controller = new AbortController();
    const aborted = store.runs(page(atMost(0.01)), controller.signal);
    const other = store.runs(page(atMost(0.01)), never);
    controller.abort(new Error("the client has gone"));
    await expect(aborted).rejects.toThrow("the client has gone");
    expect((await other).get(-1)?.totalCount).toBe(5);
    expect(statements).toHaveLength(1);
    await expect(store.runs(page(null), controller.signal)).rejects.toThrow("the client has gone");
  });

  it("of points are not read for an export, which reads each once", async () => {
    const { store, statements } = open();
    const csv = await exportBytes(service, { table: "points", format: "csv", store });
    const points = service.catalogue.datasets.reduce((sum, { pointCount }) => sum + pointCount, 0);
    expect(csv.toString().trim().split("\n")).toHaveLength(points + 1);
    expect(statements).not.toContain("points");
  });

  it("are read no longer than somebody waits for them, and anew for who comes after", async () => {
    const signals: AbortSignal[] = [];
    const read = pointReader(service.pool);
    const endless = new Promise<never>(() => undefined);
    const store = new MemoryStore(service.store, (fields, signal) => {
      signals.push(signal);
      return signals.length === 1 ? endless : read(fields, signal);
    });
    const [one, two] = [new AbortController(), new AbortController()];
    const asked = [one, two].map(({ signal }) => store.curves(curve(1), signal));
    await expect.poll(() => signals.length).toBe(1);
    one.abort(new Error("the first has gone"));
    await expect(asked[0]).rejects.toThrow("the first has gone");
    expect(signals[0]?.aborted).toBe(false);
    two.abort(new Error("the second has gone"));
    await expect(asked[1]).rejects.toThrow("the second has gone");
    expect(signals[0]?.aborted).toBe(true);
    expect(Array.from((await store.curves(curve(1), never)).axis)).toEqual([500, 1000, 1500]);
    expect(signals).toHaveLength(2);
  });

  it("that cannot be read leave the plan to a statement, and are tried again", async () => {
    const { statements, store: engine } = open(0);
    let failures = 1;
    const read = pointReader(service.pool);
    const store = new MemoryStore(engine, (fields, signal) =>
      failures-- > 0 ? Promise.reject(new Error("no memory")) : read(fields, signal),
    );
    expect(Array.from((await store.curves(curve(1), never)).axis)).toEqual([500, 1000, 1500]);
    const before = statements.length;
    expect(Array.from((await store.curves(curve(1), never)).axis)).toEqual([500, 1000, 1500]);
    expect(statements).toHaveLength(before);
  });
});

describe("what memory does not answer", () => {
  const left: readonly (readonly [what: string, ask: (store: Store) => Promise<unknown>])[] = [
    ["pages of sets", (store) => store.runs(page(null, { partition: { by: "dataset", of: [0] } }), never)],
    [
      "groups in another order",
      (store) =>
        store.aggregate(groups({ order: [{ by: { kind: "key", index: 0 }, direction: "desc" }] }), never),
    ],
    ["the first so many groups", (store) => store.aggregate(groups({ first: 1 }), never)],
    [
      "correlations",
      (store) =>
        store.aggregate(
          groups({
            aggregates: [{ kind: "correlation", x: score(), y: { kind: "iteration" }, method: "pearson" }],
          }),
          never,
        ),
    ],
    [
      "filters by configuration",
      (store) =>
        store.runs(
          page({ kind: "compare", subject: { kind: "configuration" }, operator: "eq", value: "none" }),
          never,
        ),
    ],
  ];
  it.each(left)("is left to a statement: %s", async (_, ask) => {
    const { store, statements } = open();
    const wanted = await ask(service.store);
    for (const count of [1, 2]) {
      expect(await ask(store)).toEqual(wanted);
      expect(statements).toHaveLength(count);
    }
  });
});
