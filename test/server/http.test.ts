import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Store } from "../../schema/store.js";
import { type Folder, makeSampleFolder } from "./folder.js";
import { type Here, serveHere } from "./serve-here.js";

interface Answer {
  readonly data?: unknown;
  readonly errors?: { message: string; path?: unknown; extensions?: Record<string, unknown> }[];
  readonly extensions?: Record<string, unknown>;
}

const answerOf = async (response: Promise<Response> | Response): Promise<Answer> =>
  (await (await response).json()) as Answer;
const runsQuery = { query: "{ runs(first: 1) { nodes { line } } }" };

let sample: Folder;
let here: Here;
beforeAll(async () => {
  sample = await makeSampleFolder();
  here = await serveHere([sample.path]);
});
afterAll(async () => {
  await here.server.stop(1000);
  await here.snapshot.close();
  sample.remove();
});

describe("answers", () => {
  test.each([
    ["data", runsQuery, 200, undefined],
    ["a fault of an argument", { query: "{ runs(first: -1) { totalCount } }" }, 200, "BAD_USER_INPUT"],
    ["an invalid query", { query: "{ nothing }" }, 200, "GRAPHQL_VALIDATION_FAILED"],
    ["a query that is none", { query: "{" }, 200, "GRAPHQL_PARSE_FAILED"],
    [
      "variables of a wrong type",
      { query: "query ($n: Int) { runs(first: $n) { totalCount } }", variables: { n: "x" } },
      200,
      "BAD_USER_INPUT",
    ],
    ["a body that is no JSON", "{", 400, "BAD_REQUEST"],
  ])("name the version of the data: %s", async (_, body, status, code) => {
    const response = await here.post(body);
    const answer = await answerOf(response);
    expect(answer.extensions).toMatchObject({ dataVersion: here.snapshot.catalogue.version });
    expect(answer.errors?.[0]?.extensions?.["code"]).toBe(code);
    expect(response.status).toBe(status);
  });

  test("have the status that the protocol wants where the newer media type is asked for", async () => {
    const headers = { accept: "application/graphql-response+json" };
    expect((await here.post({ query: "{ nothing }" }, { headers })).status).toBe(400);
    expect((await here.post({ query: "{" }, { headers })).status).toBe(400);
    expect((await here.post(runsQuery, { headers })).status).toBe(200);
  });

  test("a fault of one field leaves the others", async () => {
    const answer = await answerOf(
      here.post({ query: '{ datasets { name } dataset(name: "nope") { name } }' }),
    );
    expect(answer.data).toMatchObject({ datasets: [{}, {}], dataset: null });
    expect(answer.errors).toEqual([
      {
        message: 'name: there is no dataset "nope". There are: llama-33m_residual, llama-33m_tuning.',
        locations: expect.any(Array) as unknown,
        path: ["dataset"],
        extensions: { code: "UNKNOWN_NAME" },
      },
    ]);
    expect(here.logged.filter(({ level }) => Number(level) >= 40)).toEqual([]);
  });
});

describe("request ids", () => {
  test("are on every response, and differ", async () => {
    const [one, two, missing] = await Promise.all([
      here.post(runsQuery),
      here.post("{"),
      fetch(new URL("/nowhere", here.server.url)),
    ]);
    const ids = [one, two, missing].map((response) => response.headers.get("x-request-id"));
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[\w-]{36}$/);
  });

  test("are the client's own where it sends a plain one", async () => {
    const idFor = async (sent: string) =>
      (await here.post(runsQuery, { headers: { "x-request-id": sent } })).headers.get("x-request-id");
    expect(await idFor("trace-7:a.b")).toBe("trace-7:a.b");
    expect(await idFor('a"b')).not.toBe('a"b');
    expect(await idFor("x".repeat(65))).not.toBe("x".repeat(65));
  });
});

test("a fault of ours is masked; the log has it under the request's id", async () => {
  const broken = await serveHere([sample.path]);
  await broken.snapshot.close();
  const response = await broken.post(runsQuery, { headers: { "x-request-id": "r-1" } });
  const answer = await answerOf(response);
  expect(answer.errors).toEqual([
    {
      message: "Internal error. The log has it under request id r-1.",
      locations: expect.any(Array) as unknown,
      path: ["runs"],
      extensions: { code: "INTERNAL" },
    },
  ]);
  expect(broken.logged.filter(({ level }) => Number(level) >= 40)).toMatchObject([
    {
      requestId: "r-1",
      path: ["runs"],
      err: { stack: expect.stringContaining("the database is closed") as string },
    },
  ]);
  expect(JSON.stringify(answer)).not.toContain("database");
  await broken.server.stop(0);
});

describe("addresses", () => {
  test("/ leads to the playground, anything unknown is not found", async () => {
    const root = await fetch(new URL("/", here.server.url), { redirect: "manual" });
    expect([root.status, root.headers.get("location")]).toEqual([302, "/graphql"]);
    expect(
      (await fetch(new URL("/other", here.server.url), { headers: { accept: "text/html" } })).status,
    ).toBe(404);
  });

  test("pages of this machine may read answers, other sites may not", async () => {
    const allowed = async (origin: string) =>
      (await here.post(runsQuery, { headers: { origin } })).headers.get("access-control-allow-origin");
    expect(await allowed("http://localhost:5173")).toBe("http://localhost:5173");
    expect(await allowed("http://127.0.0.1:3000")).toBe("http://127.0.0.1:3000");
    expect(await allowed("https://example.org")).toBeNull();
    expect(await allowed("http://localhost.example.org")).toBeNull();
    expect(await allowed("null")).toBeNull();
  });
});

/** Holds every page of runs until it is released or its signal is aborted, and then asks the real store. */
function holding() {
  let arrived = (_: AbortSignal): void => {};
  let release = (): void => {};
  const asked = new Promise<AbortSignal>((resolve) => (arrived = resolve));
  const released = new Promise<void>((resolve) => (release = resolve));
  const watch = (store: Store): Store => {
    const runs: Store["runs"] = async (plan, signal) => {
      arrived(signal);
      await Promise.race([released, once(signal, "abort")]);
      return store.runs(plan, signal);
    };
    return new Proxy(store, {
      get(target, name) {
        if (name === "runs") return runs;
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
  };
  return { watch, asked, release };
}

describe("requests under way", () => {
  test("are aborted where the client goes away", async () => {
    const held = holding();
    const busy = await serveHere([sample.path], held.watch);
    const client = new AbortController();
    const gone = busy.post(runsQuery, { signal: client.signal }).catch((error: Error) => error.name);
    const signal = await held.asked;
    const aborted = once(signal, "abort");
    client.abort();
    expect(await gone).toBe("AbortError");
    await aborted;
    await busy.server.stop(1000);
    expect(busy.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
    await busy.snapshot.close();
  });

  test("finish before the server stops, which takes no new ones meanwhile", async () => {
    const held = holding();
    const busy = await serveHere([sample.path], held.watch);
    const answer = busy.post(runsQuery);
    await held.asked;
    const stopped = busy.server.stop(60_000);
    await expect(fetch(busy.server.url)).rejects.toThrow("fetch failed");
    held.release();
    expect(await answerOf(answer)).toMatchObject({ data: { runs: { nodes: [{ line: 1 }] } } });
    await stopped;
    await busy.snapshot.close();
  });

  test("are aborted where the server cannot wait", async () => {
    const held = holding();
    const busy = await serveHere([sample.path], held.watch);
    const answer = answerOf(busy.post(runsQuery)).catch(() => null);
    const signal = await held.asked;
    await busy.server.stop(0);
    expect(signal.aborted).toBe(true);
    await answer;
    await busy.snapshot.close();
  });
});
