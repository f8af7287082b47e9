import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { quantile } from "../../server/store/memory/quantiles.js";
import { compile, doubles, sql } from "../../server/sql/tag.js";
import { quantile as compiled } from "../../server/sql/aggregates.js";
import { serve, type Service } from "../api/harness.js";
import { tiny } from "../api/worlds.js";

let service: Service;
beforeAll(async () => {
  service = await serve(tiny().sources);
});
afterAll(() => service.close());

const finite = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e150, max: 1e150 }),
  fc.integer({ min: -4, max: 4 }),
);

it.each(["linear", "lower"] as const)("is the engine's, however the values stand: %s", async (method) => {
  const levels = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.1, 0.5, 1));
  await fc.assert(
    fc.asyncProperty(fc.array(finite, { minLength: 1, maxLength: 60 }), levels, async (values, p) => {
      const statement = compile(
        sql`SELECT ${compiled(sql`x`, p, method)} FROM (SELECT unnest(${doubles(values)}) AS x)`,
      );
      const { rows } = await service.pool.query(statement.text, statement.values);
      // To the last bit: bins are cut at quantiles here, and at the engine's where it pages through a group's runs.
      expect(
        quantile({ values: Float64Array.from(values), isSorted: false }, p, method) === rows[0]?.[0],
      ).toBe(true);
    }),
    { numRuns: 400 },
  );
});

it.each(["linear", "lower"] as const)("is the same of sorted values: %s", (method) => {
  fc.assert(
    fc.property(
      fc.array(finite, { minLength: 1 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, p) => {
        const sorted = Float64Array.from(values).sort();
        expect(quantile({ values: sorted, isSorted: true }, p, method)).toBeCloseTo(
          quantile({ values: Float64Array.from(values), isSorted: false }, p, method) as number,
          12,
        );
      },
    ),
  );
});

it("of nothing is nothing", () => {
  expect(quantile({ values: new Float64Array(0), isSorted: false }, 0.5, "linear")).toBeNull();
  expect(quantile({ values: new Float64Array(0), isSorted: false }, 0.5, "lower")).toBeNull();
});

it.each([
  ["different", (index: number) => (index * 7919) % 1009],
  ["ascending", (index: number) => index],
  ["descending", (index: number) => -index],
  ["mostly equal", (index: number) => ((index * 7919) % 1009) % 3],
  ["equal", () => 1],
])("finds every order statistic of many values that are %s", (_, valueAt) => {
  const values = Float64Array.from({ length: 2000 }, (_, index) => valueAt(index));
  const sorted = [...values].sort((a, b) => a - b);
  for (let rank = 1; rank <= 2000; rank += 1)
    expect(quantile({ values: values.slice(), isSorted: false }, rank / 2000, "lower")).toBe(
      sorted[rank - 1],
    );
});
