import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  AbortedError,
  BestRunsDocument,
  createClient,
  HttpError,
  NetworkError,
  operations,
  QueryError,
  SweepqlError,
} from "../../client/index.js";
import { type Served, serveOther, serveSample } from "./serve.js";

/** What a promise fails with. */
async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("It did not fail.");
}

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
      createClient({ url: closed.url }).request(BestRunsDocument, { metric: "VAL_RAW_LOSS" }),
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
    expect(await failure(createClient({ url: cut.url }).request("{ a }"))).toBeInstanceOf(NetworkError);
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
    const error = await failure(createClient({ url: other.url }).request("{ a }"));
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
    expect(error).toBeInstanceOf(AbortedError);
    expect(error).toMatchObject({ name: "AbortError", cause: { message: "enough" }, operation: "Datasets" });
    const late = await failure(client.datasets({}, { signal: AbortSignal.timeout(20) }));
    expect(late).toMatchObject({ name: "AbortError", cause: { name: "TimeoutError" } });
    expect(await failure(client.datasets({}, { signal: AbortSignal.abort() }))).toBeInstanceOf(AbortedError);
    await silent.close();
  });

  test("no error tells headers, variables or the URL", async () => {
    const other = await serveOther((_, response) => response.writeHead(500).end("broken"));
    const secret = "hunter2";
    const client = createClient({
      url: `${other.url}/?key=${secret}`,
      headers: { authorization: secret },
    });
    const error = await failure(client.request("query Q($a: String) { b(c: $a) }", { a: secret }));
    expect(error).toBeInstanceOf(SweepqlError);
    expect(
      JSON.stringify({ ...(error as SweepqlError), message: (error as SweepqlError).message }),
    ).not.toContain(secret);
    await other.close();
  });
});
