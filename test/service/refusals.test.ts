import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { serverSettings } from "../../server/config.js";
import { type Answer, Services } from "./serve-with.js";

const services = new Services();
afterAll(() => services.stop());

/** What the server answers to bytes on the wire. */
const raw = (port: number, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let received = "";
    const socket = connect(port, "127.0.0.1", () => socket.end(text));
    socket.setEncoding("utf8").on("data", (piece: string) => (received += piece));
    socket.once("close", () => resolve(received));
    socket.once("error", reject);
  });

const PARSERS_WORDS = /originalError|SyntaxError|Unexpected|Expected property|position/;

describe("what is refused before it comes to a question", () => {
  test("is counted by its status", async () => {
    const { server, post } = await services.start({ limits: { maxBody: 1000 } });
    const counts = async (): Promise<Record<string, number>> => {
      const text = await (await fetch(new URL("/metrics", server.url))).text();
      const found = text.matchAll(/^sweepql_turned_away_total\{status="(\d+)"\} (\d+)$/gm);
      return Object.fromEntries([...found].map(([, status = "", count]) => [status, Number(count)]));
    };
    expect(await counts()).toEqual({});
    await post("{ not JSON", { accept: "application/graphql-response+json" });
    await post("{ not JSON");
    await post({ query: "#".repeat(2000) });
    await post({ query: "{ __typename }" }, { origin: "https://elsewhere.example" });
    await raw(server.port, "GET / HTTP/1.1\r\nHost: %%%\r\nConnection: close\r\n\r\n");
    await post({ query: "{ __typename }" });
    expect(await counts()).toEqual({ 400: 3, 403: 1, 413: 1 });
  });

  test("is told nothing of what a parser of ours said of it", async () => {
    const { post, server } = await services.start();
    const exported = await fetch(new URL("/export/runs.csv", server.url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{ not JSON",
    });
    const told = await exported.text();
    expect([exported.status, told]).toEqual([400, expect.stringContaining("The body is not JSON")]);
    expect(told).not.toMatch(PARSERS_WORDS);
    for (const accept of ["application/json", "application/graphql-response+json"]) {
      const response = await post("{ not JSON", { accept });
      const text = await response.text();
      expect(response.status).toBe(400);
      expect((JSON.parse(text) as Answer).errors?.[0]?.extensions?.code).toBe("BAD_REQUEST");
      expect(text).not.toMatch(PARSERS_WORDS);
    }
  });

  test("for naming no place has an id, a content policy and a line in the log as others have", async () => {
    const { server, logged } = await services.start();
    const answer = await raw(
      server.port,
      "GET / HTTP/1.1\r\nHost: %%%\r\nX-Request-Id: no-place\r\nConnection: close\r\n\r\n",
    );
    expect(answer).toMatch(/^x-request-id: no-place\r$/im);
    expect(answer).toMatch(/^content-security-policy: default-src 'none'/im);
    expect(logged.filter(({ requestId }) => requestId === "no-place")).toMatchObject([
      { msg: "turned away", status: 400, method: "GET" },
    ]);
  });
});

/** A store that answers no aggregate before it is let go. */
function held() {
  let letGo = (): void => undefined;
  let begin = (): void => undefined;
  const free = new Promise<void>((resolve) => (letGo = resolve));
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const service = services.start({
    limits: { timeout: 1, maxRequests: 1 },
    store: (real) => ({
      ...real,
      catalogue: real.catalogue,
      aggregate: async (plan, signal) => {
        begin();
        await free;
        return real.aggregate(plan, signal);
      },
    }),
  });
  return { service, begun, letGo };
}
const SLOW = "{ aggregateRuns { count } }";

test("a request that only waited is told so, and not to ask for less", async () => {
  const { service, begun, letGo } = held();
  const { ask } = await service;
  const first = ask(SLOW);
  await begun;
  const second = await ask(SLOW.replace("count", "n: count"));
  letGo();
  const messageOf = ({ errors }: Answer) => [errors?.[0]?.extensions?.code, errors?.[0]?.message];
  expect(messageOf(second)).toEqual(["TIMEOUT", expect.stringContaining("waited 1 s for its turn")]);
  expect(messageOf(await first)).toEqual(["TIMEOUT", expect.stringContaining("took longer than 1 s")]);
});

test("while the server stops, a probe finds no connection", async () => {
  const { service, begun, letGo } = held();
  const { server, ask } = await service;
  const ready = new URL("/ready", server.url);
  expect((await fetch(ready, { headers: { connection: "close" } })).status).toBe(200);
  const slow = ask(SLOW).catch(() => null);
  await begun;
  const stopped = server.stop(500);
  await expect(fetch(ready, { headers: { connection: "close" } })).rejects.toThrow();
  letGo();
  await Promise.all([slow, stopped, wait(0)]);
});

test("--watch has a variable, too, and the flag wins", () => {
  expect(serverSettings({}, {}).watch).toBe(false);
  expect(serverSettings({}, { SWEEPQL_WATCH: "1" }).watch).toBe(true);
  expect(serverSettings({ watch: true }, { SWEEPQL_WATCH: "0" }).watch).toBe(true);
});
