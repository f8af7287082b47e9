import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import {
  AbortedError,
  type ClientEvent,
  createClient,
  curvePoints,
  operations,
  type RunFieldsFragment,
} from "../../client/index.js";
import { type Served, serveSample } from "./serve.js";

let served: Served;
beforeAll(async () => {
  served = await serveSample();
});
afterAll(() => served.close());

const where = { dataset: { eq: "llama-33m_tuning" } };
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

/** A client that notes the requests it sends. */
function watched() {
  const events: ClientEvent[] = [];
  const bodies: { variables: Record<string, unknown> }[] = [];
  const client = createClient({
    url: served.url,
    operations,
    observe: (event) => events.push(event),
    fetch: (input, init) => {
      bodies.push(JSON.parse(init?.body as string) as { variables: Record<string, unknown> });
      return fetch(input, init);
    },
  });
  return { client, bodies, events };
}

async function linesOf(rows: AsyncIterable<{ readonly line: number }>): Promise<number[]> {
  const lines: number[] = [];
  for await (const { line } of rows) lines.push(line);
  return lines;
}

describe("for await", () => {
  test("goes through the rows of all pages", async () => {
    const { client, bodies } = watched();
    const found: number[] = [];
    for await (const run of client.runs({ where, first: 20 })) {
      expectTypeOf(run).toEqualTypeOf<RunFieldsFragment>();
      found.push(run.line);
    }
    expect(found).toEqual(upTo(64));
    expect(bodies.map(({ variables }) => variables["first"])).toEqual([20, 20, 20, 20]);
  });

  test("goes backwards with last, from any cursor", async () => {
    const { client } = watched();
    expect(await linesOf(client.runs({ where, last: 25 }))).toEqual(upTo(64).reverse());
    const { runs } = await client.runs({ where, first: 10 });
    const before = await linesOf(client.runs({ where, last: 4, before: runs.pageInfo.endCursor }));
    expect(before).toEqual(upTo(9).reverse());
    const after = await linesOf(client.runs({ where, after: runs.pageInfo.endCursor }));
    expect(after).toEqual(upTo(64).slice(10));
  });

  test("ends at the limit, and asks for no row beyond it", async () => {
    const { client, bodies } = watched();
    expect(await linesOf(client.runs({ where }, { limit: 25, pageSize: 10 }))).toEqual(upTo(25));
    expect(bodies.map(({ variables }) => variables["first"])).toEqual([10, 10, 5]);
    expect(await linesOf(client.runs({ where }, { limit: 0 }))).toEqual([]);
    expect(bodies).toHaveLength(3);
  });

  test("reads one page ahead, and no more", async () => {
    const { client, bodies } = watched();
    const rows = client.runs({ where }, { pageSize: 8 })[Symbol.asyncIterator]();
    await rows.next();
    expect(bodies).toHaveLength(2);
    for (let count = 0; count < 7; count += 1) await rows.next();
    expect(bodies).toHaveLength(2);
    await rows.next();
    expect(bodies).toHaveLength(3);
    await rows.return?.();
  });

  test("ends what it reads ahead when it is left", async () => {
    const { client, events } = watched();
    for await (const run of client.runs({ where }, { pageSize: 8 })) {
      expect(run.line).toBe(1);
      break;
    }
    await new Promise((resolve) => setTimeout(resolve));
    expect(events.at(-1)).toMatchObject({ type: "error", error: { name: "AbortError" } });
  });

  test("ends with an AbortedError when its signal is aborted", async () => {
    const { client } = watched();
    const controller = new AbortController();
    const found: number[] = [];
    const reading = (async () => {
      for await (const { line } of client.runs({ where }, { pageSize: 8, signal: controller.signal })) {
        found.push(line);
        if (line === 3) controller.abort(new Error("enough"));
      }
    })();
    await expect(reading).rejects.toThrow(AbortedError);
    await expect(reading).rejects.toMatchObject({ operation: "Runs", cause: { message: "enough" } });
    expect(found).toEqual([1, 2, 3]);
  });

  test("fails as a request does", async () => {
    const { client } = watched();
    const reading = linesOf(client.runs({ where: { dataset: { eq: "none such" } } }));
    await expect(reading).rejects.toMatchObject({ name: "QueryError", code: "UNKNOWN_NAME" });
  });

  test("finds the connection below other fields", async () => {
    const { client } = watched();
    const found: (number | null)[] = [];
    for await (const one of client.configurations({ dataset: "llama-33m_residual", first: 3 })) {
      expectTypeOf(one.runCount).toBeNumber();
      found.push(one.block);
    }
    const { dataset } = await client.configurations({ dataset: "llama-33m_residual" });
    expect(found.length).toBeGreaterThan(3);
    expect(found).toEqual(dataset?.configurations.nodes.map(({ block }) => block));
  });
});

describe("the same call, awaited", () => {
  test("is one page, asked for once", async () => {
    const { client, bodies } = watched();
    const answer = client.runs({ where }, { pageSize: 7 });
    expect(bodies).toHaveLength(0);
    const [one, other] = await Promise.all([answer, answer]);
    expect(one.runs.nodes.map(({ line }) => line)).toEqual(upTo(7));
    expect(other).toBe(one);
    expect(bodies).toHaveLength(1);
  });

  test("is a promise in full", async () => {
    const { client } = watched();
    let settled = 0;
    const total = await client
      .runs({ where })
      .finally(() => (settled += 1))
      .then(({ runs }) => runs.totalCount);
    expect([total, settled]).toEqual([64, 1]);
    const caught = await client.runs({ where, first: -1 }).catch((error: unknown) => error);
    expect(caught).toMatchObject({ name: "QueryError" });
  });
});

test("paginate reads the user's own documents, texts too", async () => {
  const { client } = watched();
  interface Answer {
    readonly runs: {
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
      readonly nodes: readonly { readonly line: number }[];
    };
  }
  const text = `query Lines($first: Int, $after: String) {
    runs(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { line } }
  }`;
  const rows = client.paginate<Answer, { first?: number; after?: string | null }>(text, { first: 50 });
  expect(await linesOf(rows)).toHaveLength(128);
});

test("edges are read as nodes are", async () => {
  const { client } = watched();
  const rows = client.runEdges({ where, first: 30 });
  expectTypeOf<typeof rows>().toExtend<AsyncIterable<RunFieldsFragment>>();
  expect(await linesOf(rows)).toEqual(upTo(64));
});

test("curve points come one by one, page after page", async () => {
  const { client, bodies } = watched();
  const runs = client.runCurves(
    { metrics: ["VAL_RAW_LOSS", "TEST_RAW_LOSS"], where },
    { limit: 5, pageSize: 2 },
  );
  const points = [];
  for await (const point of curvePoints(runs)) points.push(point);
  expect(bodies).toHaveLength(3);
  const { run } = await client.runCurve({ dataset: where.dataset.eq, line: 5, metric: "VAL_RAW_LOSS" });
  const fifth = points.filter((point) => point.run.line === 5);
  expect(fifth.map(({ axis }) => axis)).toEqual(run?.series.axis);
  expect(fifth.map(({ metrics }) => metrics["VAL_RAW_LOSS"])).toEqual(run?.series.values);
  expect(fifth.map(({ index }) => index)).toEqual(fifth.map((_, index) => index));
});
