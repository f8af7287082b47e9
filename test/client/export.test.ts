import type { ServerResponse } from "node:http";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import {
  AbortError,
  createClient,
  type ExportArguments,
  exportFile,
  exportRows,
  type ExportTable,
  LimitError,
  NetworkError,
  QueryError,
  TimeoutError,
} from "../../client/index.js";
import { Services } from "../service/serve-with.js";
import { fixture } from "../api/worlds.js";
import { serve, type Served, serveOther, serveSample } from "./serve.js";

let sample: Served;
let hostile: Served;
const services = new Services();
beforeAll(async () => {
  [sample, hostile] = await Promise.all([serveSample(), serve([fixture("hostile")])]);
});
afterAll(async () => {
  await Promise.all([sample.close(), hostile.close(), services.stop()]);
});

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

/** A client of a server that answers every export so. */
async function answered(listener: (response: ServerResponse, attempt: number) => void) {
  let attempt = 0;
  const server = await serveOther((request, response) => {
    attempt += 1;
    request.resume();
    listener(response, attempt);
  });
  const client = createClient({ url: `${server.url}/graphql`, retry: { baseDelay: 1 } });
  return { server, client, attempts: () => attempt };
}

describe("rows", () => {
  test("come one by one, typed by the columns that are asked for", async () => {
    const client = createClient({ url: sample.url });
    const rows = exportRows(client, "runs", {
      where: { dataset: { eq: "llama-33m_tuning" }, hyperparameters: { lr: { gt: 0.001 } } },
      orderBy: { by: { score: { metric: "VAL_RAW_LOSS" } }, direction: "BEST" },
      first: 5,
      columns: ["dataset", "line", "score.valRawLoss", "diverged"],
    });
    const found = await all(rows);
    expectTypeOf(found).toEqualTypeOf<
      {
        readonly dataset: string;
        readonly line: number;
        readonly "score.valRawLoss": number | null;
        readonly diverged: boolean | null;
      }[]
    >();
    const { runs } = await client.request<{ runs: { nodes: { line: number; score: { value: number } }[] } }>(
      '{ runs(where: {dataset: {eq: "llama-33m_tuning"}, hyperparameters: {lr: {gt: 0.001}}}, orderBy: {by: {score: {metric: VAL_RAW_LOSS}}, direction: BEST}, first: 5) { nodes { line score(of: VAL_RAW_LOSS) { value } } } }',
    );
    expect(found.map((row) => [row.line, row["score.valRawLoss"]])).toEqual(
      runs.nodes.map(({ line, score }) => [line, score.value]),
    );
  });

  test("have NaN and infinities as JavaScript has them, and texts as they are", async () => {
    const client = createClient({ url: hostile.url });
    const rows = await all(
      exportRows(client, "runs", {
        where: { dataset: { eq: "hostile" }, line: { in: [3, 4, 5] } },
        columns: ["line", "hyperparameters.lr", "hyperparameters.optimizer"],
      }),
    );
    expect(rows).toEqual([
      { line: 3, "hyperparameters.lr": 0.1, "hyperparameters.optimizer": "sgd" },
      { line: 4, "hyperparameters.lr": NaN, "hyperparameters.optimizer": "sgd" },
      {
        line: 5,
        "hyperparameters.lr": Infinity,
        "hyperparameters.optimizer": "o'brien; DROP TABLE runs; --",
      },
    ]);
  });

  test("of points, groups and groups of curves", async () => {
    const client = createClient({ url: sample.url });
    const points = await all(
      exportRows(client, "points", { first: 2, columns: ["line", "axis", "metric.lr"] }),
    );
    expect(points.length).toBeGreaterThan(20);
    expect(new Set(points.map(({ line }) => line))).toEqual(new Set([1, 2]));
    const groups = await all(
      exportRows(client, "groups", {
        groupBy: { dataset: true },
        aggregates: { statistic: { of: { score: { metric: "VAL_RAW_LOSS" } }, statistic: "MIN" } },
      }),
    );
    expect(groups.map((group) => [group["dataset"], group["count"]])).toEqual([
      ["llama-33m_residual", 64],
      ["llama-33m_tuning", 64],
    ]);
    const curves = await all(
      exportRows(client, "curve-groups", {
        from: 10_000,
        aggregates: { quantile: { of: "VAL_RAW_LOSS", p: 0.5 } },
      }),
    );
    expect(curves[0]).toMatchObject({
      axis: 10_000,
      "metric.valRawLoss.quantile.0.5": expect.any(Number) as number,
    });
  });

  test("are read no further when they are left", async () => {
    const client = createClient({ url: sample.url });
    let seen = 0;
    for await (const _ of exportRows(client, "points")) {
      seen += 1;
      if (seen === 3) break;
    }
    expect(seen).toBe(3);
    expect(await all(exportRows(client, "runs", { first: 1, columns: ["line"] }))).toEqual([{ line: 1 }]);
  });
});

describe("files", () => {
  test("come as bytes, with what they are", async () => {
    const client = createClient({ url: sample.url });
    const file = await exportFile(client, "runs", "arrow", { columns: ["line", "hyperparameters.lr"] });
    const table = tableFromIPC(new Uint8Array(await new Response(file.body).arrayBuffer()));
    expect([table.numRows, table.schema.metadata.get("sweepql.dataVersion")]).toEqual([
      file.rowCount,
      file.dataVersion,
    ]);
    expect(file.fileName).toBe(`runs-${file.dataVersion}.arrow`);
  });

  test("are asked for beside the endpoint, whatever its address", async () => {
    const seen: string[] = [];
    const fetch = (url: string | URL | Request): Promise<Response> => {
      seen.push(url instanceof Request ? url.url : String(url));
      return Promise.resolve(new Response("{}\n", { status: 200 }));
    };
    for (const url of [
      "/graphql",
      "https://a.example/sweeps/graphql?x=1",
      new URL("http://b.example/graphql"),
      "https://c.example",
      "http://127.0.0.1:4000",
      "https://c.example?tenant=1",
      "https://c.example/a/graphql/#x",
      "/graphql/",
      "graphql",
      "/",
      "//d.example",
    ])
      await exportFile(createClient({ url, fetch }), "points", "csv");
    expect(seen).toEqual([
      "/export/points.csv",
      "https://a.example/sweeps/export/points.csv",
      "http://b.example/export/points.csv",
      "https://c.example/export/points.csv",
      "http://127.0.0.1:4000/export/points.csv",
      "https://c.example/export/points.csv",
      "https://c.example/a/export/points.csv",
      "/export/points.csv",
      "export/points.csv",
      "/export/points.csv",
      "//d.example/export/points.csv",
    ]);
  });
});

describe("what fails", () => {
  test("is refused with the server's own words", async () => {
    const client = createClient({ url: sample.url });
    const args = { columns: ["none"] };
    const refused = exportFile(client, "runs", "csv", args).catch((error: unknown) => error);
    expect(await refused).toBeInstanceOf(QueryError);
    expect(await refused).toMatchObject({ code: "UNKNOWN_NAME", operation: "export runs", status: 400 });
    const limited = await services.start({ limits: { maxExport: 1 } });
    await expect(all(exportRows(createClient({ url: limited.server.url }), "runs"))).rejects.toBeInstanceOf(
      LimitError,
    );
  });

  const head = { "content-type": "application/x-ndjson", "x-data-version": "v" };

  test.each([
    [
      "a connection that is lost",
      (response: ServerResponse) => {
        response.writeHead(200, head);
        response.write('{"line":1}\n{"line":2}\n', () => setTimeout(() => response.destroy(), 20));
      },
    ],
    [
      "an end within a row",
      (response: ServerResponse) => {
        response.writeHead(200, head).end('{"line":1}\n{"line":2}\n{"li');
      },
    ],
    [
      "fewer rows than there are",
      (response: ServerResponse) => {
        response.writeHead(200, { ...head, "x-row-count": "3" }).end('{"line":1}\n{"line":2}\n');
      },
    ],
  ])("in the middle is a NetworkError: %s", async (_, listener) => {
    const { server, client, attempts } = await answered(listener);
    const seen: unknown[] = [];
    const read = (async () => {
      for await (const row of exportRows(client, "runs")) seen.push(row);
    })();
    await expect(read).rejects.toBeInstanceOf(NetworkError);
    // What came is not asked for again: it would come twice.
    expect([seen, attempts()]).toEqual([[{ line: 1 }, { line: 2 }], 1]);
    await server.close();
  });

  test("in the middle of a file is a NetworkError too", async () => {
    const { server, client } = await answered((response) => {
      response.writeHead(200, head);
      response.write("PAR1", () => setTimeout(() => response.destroy(), 20));
    });
    const file = await exportFile(client, "runs", "parquet");
    await expect(new Response(file.body).arrayBuffer()).rejects.toBeInstanceOf(NetworkError);
    await server.close();
  });

  test("before it begins is tried again", async () => {
    const { server, client, attempts } = await answered((response, attempt) => {
      if (attempt < 3) response.writeHead(503).end();
      else response.writeHead(200, head).end('{"line":1}\n');
    });
    expect([await all(exportRows(client, "runs")), attempts()]).toEqual([[{ line: 1 }], 3]);
    await server.close();
  });

  test("is told apart where it is the client's own doing", async () => {
    const stop = new AbortController();
    const { server, client } = await answered((response) => {
      response.writeHead(200, head);
      response.write('{"line":1}\n');
    });
    const rows = exportRows(client, "runs", {}, { signal: stop.signal });
    expect((await rows.next()).value).toEqual({ line: 1 });
    const next = rows.next();
    stop.abort();
    await expect(next).rejects.toBeInstanceOf(AbortError);
    // A row that has come already is one too many.
    const more = new AbortController();
    const sampled = createClient({ url: sample.url });
    const read = exportRows(sampled, "runs", { columns: ["line"] }, { signal: more.signal });
    expect((await read.next()).value).toEqual({ line: 1 });
    more.abort();
    await expect(read.next()).rejects.toBeInstanceOf(AbortError);
    // Who leaves while it waits is not kept waiting.
    const left = exportRows(client, "runs");
    await left.next();
    const waiting = left.next();
    await left.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await server.close();
    const silent = await answered(() => undefined);
    await expect(exportFile(silent.client, "runs", "csv", {}, { timeout: 50 })).rejects.toBeInstanceOf(
      TimeoutError,
    );
    await silent.server.close();
  });

  test("a timeout is for the beginning: what comes may take its time", async () => {
    const { server, client } = await answered((response) => {
      response.writeHead(200, head);
      response.write('{"line":1}\n');
      setTimeout(() => response.end('{"line":2}\n'), 3000);
    });
    expect(await all(exportRows(client, "runs", {}, { timeout: 2000 }))).toHaveLength(2);
    await server.close();
  });
});

test("arguments have the types of the operations", () => {
  expectTypeOf<keyof ExportArguments>().toEqualTypeOf<ExportTable>();
  const client = createClient({ url: "/" });
  const never = () => [
    // @ts-expect-error no such argument
    exportRows(client, "runs", { wher: {} }),
    // @ts-expect-error groups have no columns
    exportRows(client, "groups", { columns: ["count"] }),
    // @ts-expect-error no such filter
    exportRows(client, "points", { where: { lin: { eq: 1 } } }),
    // @ts-expect-error no such table
    exportRows(client, "curves"),
  ];
  expect(never).toBeTypeOf("function");
});
