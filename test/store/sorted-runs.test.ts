import fc from "fast-check";
import { expect, test } from "vitest";
import type { Measure } from "../../schema/measure.js";
import type { Direction, Filter, Position, RunPlan } from "../../schema/plan.js";
import type { RunPage } from "../../schema/store.js";
import { type Column, columnOf } from "../../server/store/memory/column.js";
import { compilePage } from "../../server/store/memory/pages.js";
import { SortedRuns } from "../../server/store/memory/sorted-runs.js";
import { keyOf, View } from "../../server/store/memory/view.js";

const ordered: Measure = { kind: "iteration" };
const filtered: Measure = { kind: "cost", cost: "tokens" };

/** Few enough that there are equal ones, and with all that is no number. */
const value = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -6, max: 6 }) },
  fc.constantFrom(null, Number.NaN, Infinity, -Infinity, -0, 5e-324, -5e-324, 1e300, -1e300, 0.1),
  fc.double(),
);
const runs = fc.array(fc.record({ by: value, of: value }), { maxLength: 60 });

const columnsOf = (rows: readonly { by: unknown; of: unknown }[]): ReadonlyMap<string, Column | null> =>
  new Map(
    (
      [
        [ordered, "by"],
        [filtered, "of"],
      ] as const
    ).map(([measure, name]) => [
      keyOf({ table: "runs", column: { kind: "value", measure } }),
      columnOf(rows.map((row) => row[name])),
    ]),
  );

const leaf = fc.oneof(
  fc.record({
    kind: fc.constant("compare" as const),
    operator: fc.constantFrom("eq", "ne", "lt", "lte", "gt", "gte"),
    value: fc.integer({ min: -6, max: 6 }),
  }),
  fc.record({
    kind: fc.constant("member" as const),
    operator: fc.constantFrom("in", "notIn"),
    values: fc.array(fc.integer({ min: -6, max: 6 }), { maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant("test" as const),
    operator: fc.constantFrom("isNull", "isNaN", "isFinite"),
    value: fc.boolean(),
  }),
);
const filter: fc.Arbitrary<Filter | null> = fc.oneof(
  fc.constant(null),
  fc
    .record({
      kind: fc.constantFrom<"and" | "or">("and", "or"),
      of: fc.array(leaf, { maxLength: 3 }),
      isNot: fc.boolean(),
    })
    .map(({ kind, of, isNot }): Filter => {
      const joined: Filter = { kind, of: of.map((one) => ({ ...one, subject: filtered })) };
      return isNot ? { kind: "not", of: joined } : joined;
    }),
);

const pageOf = (
  plan: RunPlan,
  columns: ReadonlyMap<string, Column | null>,
  count: number,
  sorted: SortedRuns,
): RunPage | undefined => {
  const numbers = columnOf(Array.from({ length: count }, (_, run) => run)) as Column;
  const kept = {
    runs: { count, dataset: numbers, line: numbers, firstPoint: new Int32Array(count + 1) },
    get: (key: string) => columns.get(key),
  };
  return compilePage(plan, new View(kept), sorted)().get(-1);
};

test("a page of sorted runs is the one that is picked out of all", () => {
  const cut = fc.option(fc.nat(59), { nil: null });
  fc.assert(
    fc.property(
      runs,
      filter,
      fc.constantFrom<Direction>("asc", "desc"),
      fc.record({ limit: fc.nat(8), from: fc.constantFrom("start" as const, "end" as const) }),
      cut,
      cut,
      fc.boolean(),
      (rows, where, direction, page, after, before, oppositePage) => {
        const columns = columnsOf(rows);
        const positionOf = (run: number | null): Position | null => {
          if (run === null || run >= rows.length) return null;
          const by = rows[run]?.by ?? null;
          return { values: [by !== null && Number.isFinite(by) ? by : null], id: run };
        };
        const plan: RunPlan = {
          columns: [],
          where,
          order: [{ by: ordered, direction }],
          page: { ...page, after: positionOf(after), before: positionOf(before) },
          extras: { totalCount: false, oppositePage },
          partition: null,
        };
        const sorted = new SortedRuns();
        // What is asked for once is picked, and from then on sorted.
        const picked = pageOf(plan, columns, rows.length, sorted);
        expect(pageOf(plan, columns, rows.length, sorted)).toEqual(picked);
        const all = pageOf(
          { ...plan, extras: { ...plan.extras, totalCount: true } },
          columns,
          rows.length,
          sorted,
        );
        expect({ ...all, totalCount: null }).toEqual(picked);
      },
    ),
    { numRuns: 1000 },
  );
});

test("where few of many runs are wanted, the filter is looked at for all of them at once", () => {
  const rows = Array.from({ length: 10_000 }, (_, run) => ({ by: (run * 7919) % 10_000, of: run }));
  const plan: RunPlan = {
    columns: [],
    where: { kind: "compare", subject: filtered, operator: "gte", value: 9_990 },
    order: [{ by: ordered, direction: "desc" }],
    page: { limit: 20, from: "start", after: null, before: null },
    extras: { totalCount: false, oppositePage: true },
    partition: null,
  };
  const sorted = new SortedRuns();
  const [picked, walked] = [0, 1].map(() => pageOf(plan, columnsOf(rows), rows.length, sorted));
  expect(picked?.rows).toHaveLength(10);
  expect(walked).toEqual(picked);
});
