import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import {
  AbortError,
  type ClientEvent,
  createClient,
  curvePoints,
  operations,
  type RunFieldsFragment,
  type TypedDocument,
} from "../../client/index.js";
import { type Served, serveOther, serveSample } from "./serve.js";

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
  const signals: (AbortSignal | null | undefined)[] = [];
  const client = createClient({
    url: served.url,
    operations,
    observe: (event) => events.push(event),
    fetch: (input, init) => {
      signals.push(init?.signal);
      bodies.push(JSON.parse(init?.body as string) as { variables: Record<string, unknown> });
      return fetch(input, init);
    },
  });
  return { client, bodies, events, signals };
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
    const { client, events, signals } = watched();
    for await (const run of client.runs({ where }, { pageSize: 8 })) {
      expect(run.line).toBe(1);
      break;
    }
    expect(signals).toHaveLength(2);
    expect(signals[1]?.aborted).toBe(true);
    await new Promise((resolve) => setTimeout(resolve));
    // No one waits for it: it is no error that anyone need hear of.
    expect(events.map(({ type }) => type)).toEqual(["request", "response", "request"]);
  });

  test("ends with an AbortError when its signal is aborted", async () => {
    const { client } = watched();
    const controller = new AbortController();
    const found: number[] = [];
    const reading = (async () => {
      for await (const { line } of client.runs({ where }, { pageSize: 8, signal: controller.signal })) {
        found.push(line);
        if (line === 3) controller.abort(new Error("enough"));
      }
    })();
    await expect(reading).rejects.toThrow(AbortError);
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

describe("what cannot be read page after page", () => {
  const page = "pageInfo { hasNextPage endCursor hasPreviousPage startCursor } nodes { line }";
  test.each([
    [
      "a cursor that is not asked for",
      `query Q($first: Int) { runs(first: $first) { ${page} } }`,
      {},
      /endCursor does not move on by \$after/,
    ],
    [
      "a cursor that is not selected",
      "query Q($last: Int, $before: String) { runs(last: $last, before: $before) { pageInfo { hasPreviousPage } nodes { line } } }",
      { last: 2 },
      /startCursor does not move on/,
    ],
    [
      "no hasNextPage",
      "query Q($first: Int, $after: String) { runs(first: $first, after: $after) { pageInfo { endCursor } nodes { line } } }",
      {},
      /lacks hasNextPage/,
    ],
    [
      "no rows",
      "query Q($first: Int, $after: String) { runs(first: $first, after: $after) { pageInfo { hasNextPage endCursor } totalCount } }",
      {},
      /nodes or edges/,
    ],
    [
      "no pageInfo",
      "query Q($first: Int, $after: String) { runs(first: $first, after: $after) { nodes { line } } }",
      {},
      /pageInfo 0 times/,
    ],
    [
      "two connections",
      `query Q($first: Int, $after: String) { a: runs(first: $first, after: $after) { ${page} } b: runs(first: 1) { ${page} } }`,
      {},
      /pageInfo 2 times/,
    ],
  ])("%s is refused", async (_, text, variables, message) => {
    const { client, bodies } = watched();
    const rows = client.paginate(text, variables, { pageSize: 10 });
    await expect(linesOf(rows as AsyncIterable<{ line: number }>)).rejects.toMatchObject({
      name: "SweepqlError",
      operation: "Q",
      message: expect.stringMatching(message) as string,
    });
    expect(bodies.length).toBeLessThan(3);
  });

  test("what should have pages and is null has no rows", async () => {
    const { client } = watched();
    const text = `query Q($first: Int, $after: String) { node(id: "${Buffer.from("none").toString("base64")}") { ... on Dataset { runs(first: $first, after: $after) { ${page} } } } }`;
    const rows = client.paginate(text);
    expect(await linesOf(rows as AsyncIterable<{ line: number }>)).toEqual([]);
  });

  test("is seen by its types", () => {
    const { client } = watched();
    type Of<Result, Variables> = TypedDocument<Result, Variables>;
    type Pages<Info> = { readonly runs: { readonly pageInfo: Info; readonly nodes: readonly number[] } };
    type Next = { readonly hasNextPage: boolean; readonly endCursor: string | null };
    const _never = () => [
      client.paginate({} as Of<Pages<Next>, { first?: number; after?: string }>),
      // @ts-expect-error no variable for the cursor
      client.paginate({} as Of<Pages<Next>, { first?: number }>),
      // @ts-expect-error no cursor in the answer
      client.paginate({} as Of<Pages<{ hasNextPage: boolean }>, { first?: number; after?: string }>),
      // @ts-expect-error no connection
      client.paginate({} as Of<{ readonly a: number }, { first?: number; after?: string }>),
    ];
  });
});

test("one rule for the size of a page, awaited and iterated", async () => {
  const { client, bodies } = watched();
  for (const [variables, options] of [
    [{ first: 10 }, { pageSize: 30 }],
    [{ last: 10 }, { pageSize: 30, limit: 25 }],
    [{ first: 10 }, {}],
  ] as const) {
    await client.runs({ where, ...variables }, options);
    await client
      .runs({ where, ...variables }, options)
      [Symbol.asyncIterator]()
      .next();
    const [awaited, iterated] = bodies.splice(0).map((body) => body.variables);
    expect([iterated?.["first"], iterated?.["last"]]).toEqual([awaited?.["first"], awaited?.["last"]]);
    expect(awaited).toMatchObject(
      "pageSize" in options
        ? { [Object.keys(variables)[0] ?? ""]: Math.min(30, "limit" in options ? 25 : 30) }
        : variables,
    );
  }
});

test("a reader that is left while it waits ends at once", async () => {
  const silent = await serveOther(() => undefined);
  const rows = createClient({ url: silent.url, operations }).runs()[Symbol.asyncIterator]();
  const next = rows.next();
  await rows.return?.();
  expect(await next).toEqual({ done: true, value: undefined });
  await silent.close();
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
