import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compare } from "../oracle/filters.js";
import { groupRuns, type Group } from "../oracle/groups.js";
import { type Measure, valueOf } from "../oracle/measures.js";
import { compareLast } from "../oracle/orders.js";
import { finiteOf, quantile, summarise } from "../oracle/statistics.js";
import type { Value, World } from "../oracle/world.js";
import { arbitraries } from "./arbitraries.js";
import { serve, type Service } from "./harness.js";
import { type FoundKey, KEY, keyFound, KEYS } from "./keys.js";
import { check } from "./properties.js";
import { hostile, type Served, tiny } from "./worlds.js";

/** A number about a group whose value is the same however it is computed, so that orders can be compared exactly. */
type Number =
  | { readonly count: object }
  | { readonly statistic: { readonly of: Measure; readonly statistic: Exact } }
  | { readonly quantile: { readonly of: Measure; readonly p: number; readonly method: "LOWER" } };

type Exact = "COUNT" | "NULL_COUNT" | "NAN_COUNT" | "INF_COUNT" | "DISTINCT_COUNT" | "MIN" | "MAX";

const FIELDS = {
  COUNT: "count",
  NULL_COUNT: "nullCount",
  NAN_COUNT: "nanCount",
  INF_COUNT: "infCount",
  DISTINCT_COUNT: "distinctCount",
  MIN: "min",
  MAX: "max",
} as const;

function numberOf(world: World, { runs }: Group, number: Number): number | null {
  if ("count" in number) return runs.length;
  const of = "statistic" in number ? number.statistic.of : number.quantile.of;
  const values = runs.map((run): Value => valueOf(world, run, of));
  return "statistic" in number
    ? summarise(values)[FIELDS[number.statistic.statistic]]
    : quantile(finiteOf(values), number.quantile.p, "LOWER");
}

const QUERY = `query ($groupBy: [GroupBy!], $having: [GroupFilter!], $orderBy: [GroupOrder!], $first: Int) {
  aggregateRuns(groupBy: $groupBy, having: $having, orderBy: $orderBy, first: $first) {
    ...Keys count runs { nodes { line dataset { name } } }
  }
}
${KEYS} ${KEY}`;

interface Groups {
  readonly aggregateRuns: readonly {
    readonly keys: readonly FoundKey[];
    readonly count: number;
    readonly runs: {
      readonly nodes: readonly { readonly line: number; readonly dataset: { readonly name: string } }[];
    };
  }[];
}

function orderProperties(served: () => Served, numRuns: number): void {
  let service: Service;
  let world: World;
  beforeAll(async () => {
    const { sources, world: read } = served();
    world = read;
    service = await serve(sources);
  });
  afterAll(() => service.close());

  it("filters, orders and cuts groups as the oracle does, and gives each its own runs", async () => {
    const { groupBy, numericMeasure } = arbitraries(world);
    const number: fc.Arbitrary<Number> = fc.oneof(
      fc.constant({ count: {} }),
      fc
        .tuple(
          numericMeasure,
          fc.constantFrom<Exact>(
            "COUNT",
            "NULL_COUNT",
            "NAN_COUNT",
            "INF_COUNT",
            "DISTINCT_COUNT",
            "MIN",
            "MAX",
          ),
        )
        .map(([of, statistic]) => ({ statistic: { of, statistic } })),
      fc
        .tuple(numericMeasure, fc.constantFrom(0, 0.25, 0.5, 1))
        .map(([of, p]) => ({ quantile: { of, p, method: "LOWER" as const } })),
    );
    const limit = fc.constantFrom(0, 1, 2, 3, -1, 0.001);
    const is = fc.oneof(
      limit.map((value) => ({ gte: value })),
      limit.map((value) => ({ lt: value })),
      limit.map((value) => ({ ne: value })),
      fc.array(limit).map((values) => ({ notIn: values })),
      fc.boolean().map((value) => ({ isNull: value })),
      fc.boolean().map((value) => ({ isFinite: value })),
      fc.boolean().map((value) => ({ isNaN: value })),
    );
    const direction = fc.constantFrom<"ASC" | "DESC">("ASC", "DESC");
    const plain = groupBy.filter(({ bin }) => bin === undefined);
    const requests = fc.tuple(
      fc.array(plain, { minLength: 1, maxLength: 2 }),
      fc.array(fc.record({ of: number, is }), { maxLength: 2 }),
      fc.array(fc.tuple(fc.oneof(number, fc.nat(1)), direction), { maxLength: 2 }),
      fc.option(fc.integer({ min: 1, max: 6 }), { nil: null }),
    );
    await check(requests, numRuns, async ([by, having, orders, first]) => {
      const ordered = orders.map(([of, to]) => ({
        of: typeof of === "number" ? Math.min(of, by.length - 1) : of,
        to,
      }));
      const { aggregateRuns: found } = await service.ask<Groups>(QUERY, {
        groupBy: by,
        having,
        first,
        orderBy: ordered.map(({ of, to }) => ({
          by: typeof of === "number" ? { key: of } : { aggregate: of },
          direction: to,
        })),
      });
      const groups = groupRuns(
        world,
        world.runs,
        by,
        by.map(() => null),
      )
        .filter((group) => having.every((one) => compare(numberOf(world, group, one.of), one.is)))
        // groupRuns has them in order of their keys, and sorting keeps that among equals.
        .sort((a, b) => {
          for (const { of, to } of ordered) {
            const [left, right] = [a, b].map((group): Value =>
              typeof of === "number" ? (group.keys[of]?.value ?? null) : numberOf(world, group, of),
            );
            const difference = compareLast(left ?? null, right ?? null, to);
            if (difference !== 0) return difference;
          }
          return 0;
        })
        .slice(0, first ?? undefined);
      expect(
        found.map(({ keys }) => keys.map((key, index) => keyFound(world, key, by[index] ?? {}))),
      ).toEqual(groups.map(({ keys }) => keys));
      expect(
        found.map(({ runs }) => runs.nodes.map(({ line, dataset }) => `${dataset.name}:${line}`)),
      ).toEqual(groups.map(({ runs }) => runs.map(({ line, dataset }) => `${dataset.name}:${line}`)));
    });
  });
}

describe("orders of groups over hostile values", () => orderProperties(hostile, 120));
describe("orders of groups over the tiny file", () => orderProperties(tiny, 40));
