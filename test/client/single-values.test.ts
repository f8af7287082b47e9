import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient, exportRows, operations } from "../../client/index.js";
import { type Served, serveSample } from "./serve.js";

/** A single value where a list is asked for: methods and exports take it alike, and the server does. */

let served: Served;
beforeAll(async () => {
  served = await serveSample();
});
afterAll(() => served.close());

const where = { dataset: { eq: "llama-33m_tuning" } };
const orderBy = { by: { score: { metric: "VAL_RAW_LOSS" } }, direction: "BEST" } as const;

test("one order is a list of one, in methods and in exports", async () => {
  const client = createClient({ url: served.url, operations });
  const ids = async (order: typeof orderBy | readonly (typeof orderBy)[]): Promise<string[]> =>
    (await client.runs({ where, orderBy: order, first: 5 })).runs.nodes.map(({ id }) => id);
  const one = await ids(orderBy);
  expect(one).toEqual(await ids([orderBy]));
  const unordered = await client.runs({ where, first: 5 });
  expect(one).not.toEqual(unordered.runs.nodes.map(({ id }) => id));
  const rows: string[] = [];
  for await (const { id } of exportRows(client, "runs", { where, orderBy, first: 5, columns: ["id"] }))
    rows.push(id);
  expect(one).toEqual(rows);
});

test("one metric, one group and one quantile are, too, where NaN are revived as well", async () => {
  const client = createClient({ url: served.url, operations, nonFinite: "number" });
  const { runs } = await client.runCurves({ where, metrics: "VAL_RAW_LOSS" });
  expect(runs).toEqual((await client.runCurves({ where, metrics: ["VAL_RAW_LOSS"] })).runs);
  expect(runs.nodes.some(({ series }) => series.metrics[0]?.values.some(Number.isNaN))).toBe(true);
  const { groups } = await client.distribution({
    measure: { cost: "LAST_STEP" },
    groupBy: { diverged: true },
    p: 0.5,
  });
  expect(groups.map(({ measure }) => measure.quantiles)).toEqual(
    groups.map(({ measure }) => [measure.median]),
  );
  expect(groups.length).toBeGreaterThan(1);
});
