import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApp } from "../../server/http/app.js";
import { BasicTracerProvider, type ReadableSpan, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { ErrorCodesOnly } from "../../server/http/observe/error-codes-only.js";
import { startTracing } from "../../server/http/observe/tracing.js";
import { Snapshots } from "../../server/snapshots.js";
import { pino } from "pino";
import { type Service, Services } from "./serve-with.js";

const services = new Services();
let service: Service;
beforeAll(async () => {
  service = await services.start();
});
afterAll(() => services.stop());

const get = (path: string): Promise<Response> => fetch(new URL(path, service.server.url));
const lines = (): readonly Record<string, unknown>[] => service.logged.filter(({ msg }) => msg === "request");
const figures = async (): Promise<ReadonlyMap<string, number>> =>
  new Map(
    (await (await get("/metrics")).text())
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]),
  );

describe("the log", () => {
  test("has a line a request: id, operation, hash, cost, rows, statements, outcome", async () => {
    const query =
      "query Best($n: Int) { runs(first: $n) { nodes { line score(of: VAL_RAW_LOSS) { value } } } }";
    const response = await service.post({ query, variables: { n: 7 } }, { "x-request-id": "log-1" });
    const { extensions } = (await response.json()) as { extensions: { cost: { requested: number } } };
    expect(lines().find(({ requestId }) => requestId === "log-1")).toMatchObject({
      level: 30,
      operation: "Best",
      hash: createHash("sha256").update(query).digest("hex"),
      cost: extensions.cost.requested,
      // The score of all runs is read once, and kept in memory.
      rows: 128,
      statements: 1,
      statementMilliseconds: expect.any(Number) as number,
      outcome: "ok",
      status: 200,
      milliseconds: expect.any(Number) as number,
    });
  });

  test.each([
    ["{ nothing }", "refused", "GRAPHQL_VALIDATION_FAILED"],
    ["{", "refused", "GRAPHQL_PARSE_FAILED"],
    ["{ runs(first: 100000000) { nodes { id } } }", "refused", "LIMIT_EXCEEDED"],
    ['{ dataset(name: "no") { name } }', "refused", "UNKNOWN_NAME"],
  ])("%s is %s", async (query, outcome, code) => {
    await service.post({ query });
    expect(lines().at(-1)).toMatchObject({ outcome, codes: [code] });
  });

  test("has no values of variables, and no query", async () => {
    await service.post({
      query: "query ($s: String!) { dataset(name: $s) { name } }",
      variables: { s: "hush-hush" },
    });
    expect(JSON.stringify(service.logged)).not.toMatch(/hush-hush|dataset\(name/);
  });

  test("has what was turned away before it came to a query", async () => {
    await service.post(
      { query: "{ __typename }" },
      { origin: "https://example.org", "x-request-id": "away-1" },
    );
    expect(service.logged.at(-1)).toMatchObject({
      requestId: "away-1",
      msg: "turned away",
      status: 403,
      path: "/graphql",
    });
  });
});

describe("probes", () => {
  test("tell that the process lives, and which data it serves", async () => {
    const health = await get("/health");
    expect([health.status, await health.text()]).toEqual([200, "alive\n"]);
    expect(health.headers.get("x-request-id")).not.toBeNull();
    expect(health.headers.get("x-yoga-id")).toBeNull();
    const ready = await get("/ready");
    expect([ready.status, await ready.text()]).toEqual([
      200,
      `ready ${service.snapshot.catalogue.version}\n`,
    ]);
    expect((await fetch(new URL("/health", service.server.url), { method: "HEAD" })).status).toBe(200);
  });

  test("answer no question that ends like their path", async () => {
    const path = "/graphql?query={__typename}&for=/health";
    expect(await (await get(path)).json()).toMatchObject({ data: { __typename: "Query" } });
  });

  test("tell that it is stopping", async () => {
    const snapshots = new Snapshots(service.snapshot);
    const app = createApp(snapshots, { log: pino({ level: "silent" }) });
    const status = async (path: string) => (await app.yoga.fetch(`http://localhost${path}`)).status;
    expect([await status("/ready"), await status("/health")]).toEqual([200, 200]);
    await app.drain(0);
    expect([await status("/ready"), await status("/health")]).toEqual([503, 200]);
  });
});

describe("metrics", () => {
  test("count requests by outcome, cost, statements, rows and what the caches held", async () => {
    const before = await figures();
    // The first reads the score of all 128 runs; the second finds it in memory, the last the answer itself.
    const query = "{ runs(first: 9) { nodes { line score(of: TEST_RAW_LOSS) { value } } } }";
    await service.ask(query);
    await service.ask(query, { unused: 1 });
    await service.ask(query, { unused: 1 });
    await service.ask("{ nothing }");
    const after = await figures();
    const grown = (name: string): number => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    expect(grown('sweepql_request_seconds_count{outcome="ok"}')).toBe(3);
    expect(grown('sweepql_answers_total{cache="hit"}')).toBe(1);
    expect(grown('sweepql_answers_total{cache="miss"}')).toBe(2);
    expect(after.get("sweepql_answer_cache_bytes")).toBeGreaterThan(100);
    expect(grown('sweepql_request_seconds_count{outcome="refused"}')).toBe(1);
    expect(grown("sweepql_request_cost_count")).toBe(3);
    expect(grown('sweepql_statement_seconds_count{outcome="ok"}')).toBe(1);
    expect(grown("sweepql_rows_total")).toBe(128);
    expect(
      grown('sweepql_prepared_statements_total{cache="hit"}') +
        grown('sweepql_prepared_statements_total{cache="miss"}'),
    ).toBe(1);
  });

  test("tell of the data: age, runs and refused lines a dataset", async () => {
    const read = await figures();
    expect(read.get("sweepql_snapshot_age_seconds")).toBeGreaterThan(0);
    expect(read.get('sweepql_runs{dataset="llama-33m_tuning"}')).toBe(64);
    expect(read.get('sweepql_rejected_lines{dataset="llama-33m_tuning"}')).toBe(0);
    expect(read.get("sweepql_requests_waiting")).toBe(0);
    expect(read.has("process_resident_memory_bytes")).toBe(true);
  });

  test("do not count another server's statements of the same process", async () => {
    const other = await services.start();
    const before = await figures();
    await other.ask('{ dataset(name: "llama-33m_tuning") { configurations(first: 9) { nodes { id } } } }');
    expect((await figures()).get("sweepql_rows_total")).toBe(before.get("sweepql_rows_total"));
  });
});

test("traces go to the collector that the environment names, without variables", async () => {
  const received: { path: string; body: string }[] = [];
  const collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({ path: request.url ?? "", body: Buffer.concat(chunks).toString() });
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] =
    `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  try {
    const tracing = startTracing();
    const app = createApp(new Snapshots(service.snapshot), {
      log: pino({ level: "silent" }),
      plugins: [tracing.plugin],
    });
    const answer = await app.yoga.fetch("http://localhost/graphql", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        query: "query Traced($s: String!) { runs(where: { dataset: { eq: $s } }) { totalCount } }",
        variables: { s: "llama-33m_tuning" },
      }),
    });
    expect(((await answer.json()) as { data: unknown }).data).toBeDefined();
    await app.drain(0);
    await tracing.close();
    expect(received.map(({ path }) => path)).toEqual(["/v1/traces"]);
    const spans = received.map(({ body }) => body).join();
    expect(spans).toContain("query.Traced");
    expect(spans).not.toMatch(/llama-33m_tuning|totalCount/);
  } finally {
    delete process.env["OTEL_EXPORTER_OTLP_ENDPOINT"];
    await new Promise((resolve) => collector.close(resolve));
  }
});

test("traces tell no more of an internal error than its code", () => {
  const exported: ReadableSpan[] = [];
  const exporter = new ErrorCodesOnly({
    export: (spans, done) => {
      exported.push(...spans);
      done({ code: 0 });
    },
    shutdown: () => Promise.resolve(),
  });
  const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const record = (message: string): void => {
    const span = tracer.getTracer("test").startSpan("query.Q");
    span.setStatus({ code: 2, message });
    span.recordException({ name: "graphql.error", message, stack: "at /inside.ts:1:1" });
    span.end();
  };
  record(
    JSON.stringify([
      { message: "/data/inside: no such file" },
      { message: "SELECT 1", extensions: { code: "TIMEOUT" } },
    ]),
  );
  record("SELECT inside");
  record('[null, {"extensions": null}]');
  expect(exported.flatMap(({ events }) => events.map(({ attributes }) => attributes))).toEqual([
    { "exception.message": "INTERNAL, TIMEOUT" },
    { "exception.message": "INTERNAL" },
    { "exception.message": "INTERNAL" },
  ]);
  expect(exported.map(({ name, status }) => [name, status])).toEqual(Array(3).fill(["query.Q", { code: 2 }]));
});
