import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  AbortError,
  BestRunsDocument,
  type ClientEvent,
  createClient,
  exportFile,
  HttpError,
  NetworkError,
  operations,
  QueryError,
  SweepqlError,
  TimeoutError,
} from "../../client/index.js";
import { failure } from "./failure.js";
import { type Served, serveOther, serveSample } from "./serve.js";

describe("errors of the server", () => {
  let served: Served;
  beforeAll(async () => {
    served = await serveSample();
  });
  afterAll(() => served.close());

  test("a fault has its code, its path and the status", async () => {
    const client = createClient({ url: served.url, operations });
    const error = await failure(client.dataset({ name: "none such" }));
    expect(error).toBeInstanceOf(QueryError);
    expect(error).toMatchObject({
      operation: "Dataset",
      code: "UNKNOWN_NAME",
      path: ["dataset"],
      message: expect.stringMatching(/^Dataset: .*none such/) as string,
    });
  });

  test("what was answered all the same comes with it", async () => {
    const client = createClient({ url: served.url });
    const text = 'query Two { good: datasets { name } bad: dataset(name: "none such") { name } }';
    const error = await failure(client.request(text));
    expect(error).toMatchObject({
      name: "QueryError",
      path: ["bad"],
      data: { good: [{ name: "llama-33m_residual" }, { name: "llama-33m_tuning" }], bad: null },
    });
  });

  test("a query that does not fit the schema is refused, whatever the status", async () => {
    const client = createClient({ url: served.url });
    const error = await failure(client.request("query Bad { nonsense, more }"));
    expect(error).toBeInstanceOf(QueryError);
    expect(error).toMatchObject({
      operation: "Bad",
      status: 400,
      message: expect.stringContaining("and 1 more") as string,
    });
  });

  test("another path is an HTTP error", async () => {
    const client = createClient({ url: served.url.replace("graphql", "elsewhere"), operations });
    const error = await failure(client.datasets());
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ operation: "Datasets", status: 404 });
  });
});

describe("errors on the way", () => {
  test("a refused connection is a network error, with its reason", async () => {
    const closed = await serveOther(() => undefined);
    await closed.close();
    const error = await failure(
      createClient({ url: closed.url, retry: false }).request(BestRunsDocument, { metric: "VAL_RAW_LOSS" }),
    );
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({
      operation: "BestRuns",
      message: expect.stringContaining("ECONNREFUSED") as string,
    });
    expect(error).toHaveProperty("cause");
  });

  test("an answer cut off is a network error", async () => {
    const cut = await serveOther((_, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"data":', () => response.destroy());
    });
    expect(await failure(createClient({ url: cut.url, retry: false }).request("{ a }"))).toBeInstanceOf(
      NetworkError,
    );
    await cut.close();
  });

  test.each([
    [200, "text/html", "<html>a proxy</html>"],
    [200, "application/json", "[]"],
    [200, "application/json", '{"hello": 1}'],
    [200, "application/json", '{"data": null}'],
    [502, "text/plain", "bad gateway"],
    [503, "application/json", '{"errors": "busy"}'],
  ])("%i %s %s is an HTTP error", async (status, type, body) => {
    const other = await serveOther((_, response) =>
      response.writeHead(status, { "content-type": type }).end(body),
    );
    const error = await failure(createClient({ url: other.url, retry: false }).request("{ a }"));
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ status, body, operation: null });
    await other.close();
  });

  test("an aborted request ends at once, with the signal's reason", async () => {
    const silent = await serveOther(() => undefined);
    const client = createClient({ url: silent.url, operations });
    const controller = new AbortController();
    const request = failure(client.datasets({}, { signal: controller.signal }));
    controller.abort(new Error("enough"));
    const error = await request;
    expect(error).toBeInstanceOf(AbortError);
    expect(error).toMatchObject({ name: "AbortError", cause: { message: "enough" }, operation: "Datasets" });
    const late = await failure(client.datasets({}, { signal: AbortSignal.timeout(20) }));
    expect(late).toMatchObject({ name: "AbortError", cause: { name: "TimeoutError" } });
    expect(await failure(client.datasets({}, { signal: AbortSignal.abort() }))).toBeInstanceOf(AbortError);
    await silent.close();
  });

  test("an answer that does not come in time is a timeout", async () => {
    const silent = await serveOther(() => undefined);
    const client = createClient({ url: silent.url, operations, timeout: 20 });
    const error = await failure(client.datasets());
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ name: "TimeoutError", timeout: 20, operation: "Datasets" });
    expect(await failure(client.datasets({}, { timeout: 10 }))).toMatchObject({ timeout: 10 });
    await silent.close();
  });

  test.each([
    ["a status", (url: string) => ({ url: `${url}/?key=hunter2` })],
    ["an answer cut off", (url: string) => ({ url: `${url}/cut?key=hunter2` })],
    ["credentials in the URL", (url: string) => ({ url: url.replace("//", "//me:hunter2@") })],
    [
      "a header that cannot be sent",
      (url: string) => ({ url, headers: { authorization: "hunter2\n\u{1f600}" } }),
    ],
    [
      "a header that the platform trims",
      (url: string) => ({ url: `${url}/cut`, headers: { a: " hunter2 " } }),
    ],
    ["no such URL", () => ({ url: "http://host:hunter2/" })],
    [
      "a fetch that throws all that it knows",
      (url: string) => ({
        url,
        fetch: (_: unknown, init?: RequestInit) =>
          Promise.reject(Object.assign(new Error(`hunter2 ${url}`), { config: init, code: "EPROTO" })),
      }),
    ],
    [
      "a fetch that throws several",
      (url: string) => ({
        url,
        fetch: () => Promise.reject(new AggregateError([new Error("hunter2")], "all failed: hunter2")),
      }),
    ],
  ])("%s: our own words tell neither headers, nor variables, nor the URL", async (_, options) => {
    const other = await serveOther((request, response) => {
      if (request.url?.startsWith("/cut")) response.destroy();
      else response.writeHead(500).end("broken");
    });
    const client = createClient({
      headers: { authorization: "hunter2" },
      retry: false,
      ...options(other.url),
    });
    const error = await failure(client.request("query Q($a: String) { b(c: $a) }", { a: "hunter2" }));
    expect(error).toBeInstanceOf(SweepqlError);
    expect(error).toHaveProperty("operation", "Q");
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("hunter2");
    await other.close();
  });

  test("what a short header happens to be is blotted out of nothing", async () => {
    const closed = await serveOther(() => undefined);
    await closed.close();
    const client = createClient({ url: closed.url, retry: false, headers: { dnt: "1", te: "a" } });
    expect(await failure(client.request("{ a }"))).toMatchObject({
      message: "no answer from the server (ECONNREFUSED)",
      cause: { name: "Error", code: "ECONNREFUSED" },
    });
    const told = await serveOther((_, response) => response.writeHead(500).end("at 127.0.0.1, really"));
    const other = createClient({ url: told.url, headers: { dnt: "1" } });
    expect(await failure(other.request("{ a }"))).toMatchObject({ body: "at 127.0.0.1, really" });
    await told.close();
  });

  test("what the server says of credentials is blotted out of what is told", async () => {
    const secrets = ["Bearer hunter2", "hunter2", "session=abc", "0123456789"];
    let answer = "";
    const other = await serveOther((_, response) => response.writeHead(400).end(answer));
    const client = createClient({
      url: other.url,
      headers: { Authorization: "Bearer hunter2", cookie: "session=abc", "x-key": "0123456789", dnt: "1" },
    });
    const ask = () => failure(client.request("query Q { a }"));
    answer = `got ${secrets.join(", ")}, 127.0.0.1`;
    expect(await ask()).toMatchObject({ body: "got …, …, …, …, 127.0.0.1" });
    answer = JSON.stringify({
      errors: [{ message: `no "${secrets.join()}"`, extensions: { got: { headers: secrets } } }],
      extensions: { asked: secrets },
    });
    const error = await ask();
    expect(error).toMatchObject({
      name: "QueryError",
      message: 'Q: no "…,…,…,…"',
      extensions: { asked: Array(4).fill("…") },
    });
    for (const secret of secrets)
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(secret);
    await other.close();
  });

  test("a header that cannot be sent is named, and nothing is asked", async () => {
    const events: ClientEvent[] = [];
    let asked = 0;
    const client = createClient({
      url: "http://127.0.0.1:9",
      headers: { "x-good": "1", "x-bad": "a\nb" },
      fetch: () => Promise.reject(new Error(String((asked += 1)))),
      observe: (event) => events.push(event),
    });
    const error = await failure(client.request("query Q { a }"));
    expect(error).toMatchObject({
      name: "SweepqlError",
      message: "Q: the header x-bad cannot be sent as it is",
    });
    expect(asked).toBe(0);
    expect(events.map(({ type }) => type)).toEqual(["request", "error"]);
  });

  test("headers that fail are an error of the operation, and are in the time that there is", async () => {
    const events: ClientEvent[] = [];
    const observe = (event: ClientEvent): unknown => events.push(event);
    const url = "http://127.0.0.1:9";
    const broken = createClient({ url, observe, headers: () => Promise.reject(new Error("logged out")) });
    expect(await failure(broken.request("query Q { a }"))).toMatchObject({
      name: "SweepqlError",
      message: expect.stringContaining("logged out") as string,
      operation: "Q",
    });
    expect(events.map(({ type }) => type)).toEqual(["request", "error"]);
    const slow = createClient({ url, headers: () => new Promise<never>(() => undefined) });
    expect(await failure(slow.request("query Q { a }", {}, { timeout: 20 }))).toBeInstanceOf(TimeoutError);
    const controller = new AbortController();
    const left = failure(slow.request("query Q { a }", {}, { signal: controller.signal }));
    controller.abort();
    expect(await left).toBeInstanceOf(AbortError);
  });

  test("a fetch that does not heed its signal is left all the same", async () => {
    const deaf = createClient({
      url: "http://127.0.0.1:9",
      fetch: () => new Promise<never>(() => undefined),
    });
    expect(await failure(deaf.request("query Q { a }", {}, { timeout: 20 }))).toBeInstanceOf(TimeoutError);
    const controller = new AbortController();
    const left = failure(deaf.request("query Q { a }", {}, { signal: controller.signal }));
    controller.abort();
    expect(await left).toBeInstanceOf(AbortError);
  });

  test("of two headers of one name the later is sent", async () => {
    let seen: unknown;
    const other = await serveOther((request, response) => {
      seen = request.headers;
      response.end('{"data":{}}');
    });
    const client = createClient({
      url: other.url,
      headers: { Authorization: "A", "X-One": "1", "x-none": undefined },
    });
    await client.request(
      "{ a }",
      {},
      { headers: { authorization: "B", "content-type": "application/json;v=2" } },
    );
    expect(seen).toMatchObject({ authorization: "B", "x-one": "1", "content-type": "application/json;v=2" });
    expect(seen).not.toHaveProperty("x-none");
    await other.close();
  });

  test.each([
    [{ from: NaN }, "variables.from is NaN"],
    [
      { where: { hyperparameters: { lr: { gt: -Infinity } } } },
      "variables.where.hyperparameters.lr.gt is -Infinity",
    ],
    [{ runs: [1, { p: Infinity }] }, "variables.runs.1.p is Infinity"],
  ])("%o is refused before it is sent: JSON has no such number", async (variables, message) => {
    const client = createClient({ url: "http://127.0.0.1:9" });
    const error = await failure(client.request("query Q { a }", variables));
    expect(error).toMatchObject({ name: "SweepqlError", message: `Q: ${message}, which JSON cannot carry` });
    const exported = failure(exportFile(client, "points", "csv", { from: NaN }));
    expect(await exported).toMatchObject({ message: "export points: from is NaN, which JSON cannot carry" });
  });

  test.each([
    ['{"errors":[null]}', "Q: unknown error"],
    ['{"errors":["no"]}', "Q: unknown error"],
    ['{"errors":[{"extensions":null,"path":null}],"extensions":5}', "Q: unknown error"],
    ['{"errors":[{"message":"no"},null],"data":null}', "Q: no (and 1 more)"],
  ])("%s is a QueryError, whatever it holds", async (body, message) => {
    const other = await serveOther((_, response) => response.end(body));
    const error = await failure(createClient({ url: other.url }).request("query Q { a }"));
    expect(error).toMatchObject({ name: "QueryError", message, code: null, path: null, operation: "Q" });
    await other.close();
  });
});
