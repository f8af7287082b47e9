import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exampleQueries } from "../../schema/examples/examples.js";
import { sha256 } from "../../server/http/security/persisted.js";
import { Tokens } from "../../server/http/security/tokens.js";
import { Services } from "../service/serve-with.js";

import { counted, hear, type Heard, JSON_BODY, LARGE, RUNS } from "./hear.js";

const services = new Services();
let plain: Awaited<ReturnType<Services["start"]>>;
beforeAll(async () => {
  plain = await services.start();
});
afterAll(() => services.stop());

const withoutOwn = ({ status, headers, body }: Heard): unknown => {
  const {
    "x-request-id": id,
    date,
    connection,
    "keep-alive": keepAlive,
    "transfer-encoding": coding,
    "content-length": length,
    ...rest
  } = headers;
  void [id, date, connection, keepAlive, coding, length];
  return { status, headers: rest, text: body.toString() };
};

describe("what the front answers is what is behind it answers", () => {
  const examples = async () => exampleQueries((await services.snapshot()).catalogue);

  test("for every example, and for what is refused", async () => {
    const asked: { query: string; variables?: unknown }[] = [
      ...(await examples()).map(({ query, variables }) => ({ query, variables })),
      { query: LARGE },
      { query: "{ nothing }" },
      { query: "{ runs(first: 5001) { nodes { id } } }" },
      { query: "query Q($n: Int!) { runs(first: $n) { nodes { id } } }", variables: { n: "x" } },
      { query: "{ __schema { queryType { name } } }" },
      { query: "query A { __typename } query B { __typename }" },
    ];
    for (const [index, body] of asked.entries()) {
      // What no other request takes: a door that is not open yet.
      const fresh = { ...JSON_BODY, accept: `application/json, application/x-fresh-${index}` };
      const behind = await hear(plain.server.url, fresh, body);
      await hear(plain.server.url, fresh, { query: "{ __typename }" });
      const front = await hear(plain.server.url, fresh, { ...body, extensions: {} });
      expect(withoutOwn(front), body.query).toEqual(withoutOwn(behind));
      const again = await hear(plain.server.url, fresh, { ...body, extensions: {} });
      expect(withoutOwn(again), body.query).toEqual(withoutOwn(behind));
    }
  });

  test("for what is malformed, or named by nothing", async () => {
    const { url } = plain.server;
    const query = `query=${encodeURIComponent("query Q($first: Int) { runs(first: $first) { nodes { line } } }")}`;
    const asked: [string, object | null][] = [
      ...[
        "variables={bad",
        "variables=",
        "extensions={bad",
        "variables=null",
        "variables=[1]",
        "variables=1",
      ].map((rest): [string, null] => [`${url}?${query}&${rest}`, null]),
      [`${url}?${query}&operationName=R`, null],
      [url, { query: "{ __typename }", operationName: "" }],
      [url, { query: "query Q { __typename }", operationName: "R" }],
    ];
    for (const [index, [to, body]] of asked.entries()) {
      const fresh = { ...(body && JSON_BODY), accept: `application/json, application/x-bad-${index}` };
      const behind = await hear(to, fresh, body);
      await hear(url, { ...JSON_BODY, ...fresh }, { query: "{ __typename }" });
      await hear(`${url}?query={__typename}`, fresh, null);
      expect(withoutOwn(await hear(to, fresh, body)), to).toEqual(withoutOwn(behind));
    }
  });

  test("whatever headers come with it that decide nothing", async () => {
    const body = { query: RUNS(7) };
    for (const id of ["trace-1", "trace-2", "trace-3"])
      await hear(
        plain.server.url,
        { ...JSON_BODY, "x-amzn-trace-id": id, baggage: id, "x-request-id": id },
        body,
      );
    const last = plain.logged.findLast(({ requestId, msg }) => requestId === "trace-3" && msg === "request");
    expect(last).toMatchObject({ cached: true, statements: 0 });
  });

  test("by GET, and in the media type asked for", async () => {
    const url = `${plain.server.url}?query=${encodeURIComponent(RUNS(3))}`;
    for (const accept of ["application/json", "application/graphql-response+json", "*/*"]) {
      const [first, second, third] = [
        await hear(url, { accept }, null),
        await hear(url, { accept }, null),
        await hear(url, { accept }, null),
      ];
      expect(withoutOwn(second)).toEqual(withoutOwn(first));
      expect(withoutOwn(third)).toEqual(withoutOwn(first));
      expect(first.headers["content-type"]).toContain(accept === "*/*" ? "json" : accept);
    }
  });

  test("with the client's own request id, in the answer and in the log", async () => {
    for (const id of ["front-1", "front-2", "front-3"]) {
      const { headers } = await hear(
        plain.server.url,
        { ...JSON_BODY, "x-request-id": id },
        { query: RUNS(2) },
      );
      expect(headers["x-request-id"]).toBe(id);
      expect(plain.logged.filter(({ requestId, msg }) => requestId === id && msg === "request")).toHaveLength(
        1,
      );
    }
    expect(plain.logged.findLast(({ requestId }) => requestId === "front-3")).toMatchObject({
      cached: true,
      outcome: "ok",
      statements: 0,
      status: 200,
    });
  });
});

describe("an open door lets in nobody else", () => {
  test("without the token, from another site, or by another name", async () => {
    const token = "0123456789abcdef0123456789abcdef";
    const guarded = await services.start({ security: { tokens: new Tokens([token]) } });
    const bearer = { ...JSON_BODY, authorization: `Bearer ${token}` };
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await hear(guarded.server.url, headers, { query: RUNS(4) })).status;
    for (let time = 0; time < 3; time += 1) expect(await status(bearer)).toBe(200);
    expect(await status(JSON_BODY)).toBe(401);
    expect(await status({ ...bearer, authorization: `Bearer ${token}x` })).toBe(401);
    expect(await status({ ...bearer, origin: "https://example.org" })).toBe(403);
    expect(await status({ ...bearer, "sec-fetch-site": "cross-site" })).toBe(403);
    for (let time = 0; time < 3; time += 1)
      expect((await hear(plain.server.url, JSON_BODY, { query: RUNS(4) })).status).toBe(200);
    expect(
      (await hear(plain.server.url, { ...JSON_BODY, host: "evil.example" }, { query: RUNS(4) })).status,
    ).toBe(421);
  });

  test("nor what is asked in another way", async () => {
    const preflighted = await services.start({ security: { requirePreflight: true } });
    expect((await hear(preflighted.server.url, JSON_BODY, { query: RUNS(4) })).status).toBe(200);
    const url = `${preflighted.server.url}?query=${encodeURIComponent(RUNS(4))}`;
    expect((await hear(url, {}, null)).status).toBe(403);
    const hidden = await services.start({ security: { introspection: false } });
    const types = { query: "{ __schema { types { name } } }" };
    for (const query of [RUNS(4), RUNS(5)]) await hear(hidden.server.url, JSON_BODY, { query });
    const { body } = await hear(hidden.server.url, JSON_BODY, types);
    expect(body.toString()).toContain("introspection");
    expect(body.toString()).not.toContain("queryType");
  });

  test("nor any document where only stored ones are answered", async () => {
    const hash = sha256(RUNS(4));
    const stored = await services.start({ security: { persisted: new Map([[hash, RUNS(4)]]) } });
    const named = { extensions: { persistedQuery: { version: 1, sha256Hash: hash } } };
    for (let time = 0; time < 3; time += 1)
      expect((await hear(stored.server.url, JSON_BODY, named)).status).toBe(200);
    const unknown = { extensions: { persistedQuery: { version: 1, sha256Hash: sha256(RUNS(5)) } } };
    const refused = await hear(stored.server.url, JSON_BODY, unknown);
    expect(refused.body.toString()).toContain("PERSISTED_QUERY_NOT_FOUND");
    for (const body of [{ query: RUNS(4) }, { query: RUNS(4), ...named }]) {
      const answer = await hear(stored.server.url, JSON_BODY, body);
      expect(answer.body.toString()).toContain("PERSISTED_QUERY_REQUIRED");
    }
  });
});

test("what is refused is not kept in memory", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const service = await services.start();
  const refuse = async (): Promise<void> => {
    const padding = "x".repeat(200_000);
    const { body } = await hear(service.server.url, JSON_BODY, {
      query: '{ dataset(name: "no") { name } }',
      variables: { padding },
    });
    expect(body.toString()).toContain("UNKNOWN_NAME");
  };
  const held = (): number => {
    collect();
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    return arrayBuffers + heapUsed;
  };
  await hear(service.server.url, JSON_BODY, { query: "{ __typename }" });
  for (let time = 0; time < 20; time += 1) await refuse();
  const before = held();
  for (let time = 0; time < 200; time += 1) await refuse();
  // 200 bodies would be 40 MB. V8 frees buffers on another thread, a while after it found them.
  await expect.poll(() => held() - before, { timeout: 30_000 }).toBeLessThan(20_000_000);
});

describe("the cache", () => {
  test("answers the same question of the same data, and no other, without a statement", async () => {
    const { calls, watch } = counted();
    const service = await services.start({ store: watch });
    const ask = async (body: object): Promise<number> => {
      const before = calls.count;
      expect((await hear(service.server.url, JSON_BODY, body)).status).toBe(200);
      return calls.count - before;
    };
    await ask({ query: "{ __typename }" });
    const query = "query Q($first: Int) { runs(first: $first) { nodes { line } } }";
    expect(await ask({ query, variables: { first: 2 } })).toBe(1);
    expect(await ask({ query, variables: { first: 2 } })).toBe(0);
    expect(await ask({ query, variables: { first: 3 } })).toBe(1);
    expect(await ask({ query, variables: { first: 2 } })).toBe(0);
    service.snapshots.faults = [{ dataset: null, message: "newer data cannot be read" }];
    expect(await ask({ query, variables: { first: 2 } })).toBe(1);
    service.snapshots.faults = [{ dataset: null, message: "newer data cannot be read" }];
    expect(await ask({ query, variables: { first: 2 } })).toBe(0);
    service.snapshots.faults = [];
    expect(await ask({ query, variables: { first: 2 } })).toBe(1);
  });

  test("tells of newer data that cannot be read as soon as they cannot", async () => {
    const service = await services.start();
    const body = { query: "{ servingFaults { message } }" };
    const ask = async (): Promise<string> =>
      (await hear(service.server.url, JSON_BODY, body)).body.toString();
    const before = [await ask(), await ask(), await ask()];
    expect(new Set(before).size).toBe(1);
    service.snapshots.faults = [{ dataset: null, message: "half a file" }];
    expect(await ask()).toContain("half a file");
    expect(await ask()).toContain("half a file");
    service.snapshots.faults = [];
    expect(await ask()).toBe(before[0]);
  });

  test("keeps no errors", async () => {
    let isBroken = true;
    const { watch } = counted({
      async runs(...args) {
        if (isBroken) throw new Error("a disk gave up");
        return (await services.snapshot()).store.runs(...args);
      },
    });
    const service = await services.start({ store: watch });
    await hear(service.server.url, JSON_BODY, { query: "{ __typename }" });
    const ask = () => hear(service.server.url, JSON_BODY, { query: RUNS(2) });
    const failed = await ask();
    expect(failed.body.toString()).toContain("INTERNAL");
    isBroken = false;
    expect(JSON.parse((await ask()).body.toString())).not.toHaveProperty("errors");
  });
});

describe("tags", () => {
  const url = (query: string): string => `${plain.server.url}?query=${encodeURIComponent(query)}`;

  test("of answers to GET name what is asked and the data, and spare the body of an answer held", async () => {
    const tags: unknown[] = [];
    for (let time = 0; time < 3; time += 1) tags.push((await hear(url(RUNS(6)), {}, null)).headers["etag"]);
    expect(tags[0]).toMatch(/^W\/"[\w-]{22}"$/);
    expect(new Set(tags).size).toBe(1);
    const other = await hear(url(RUNS(7)), {}, null);
    expect(other.headers["etag"]).not.toBe(tags[0]);
    expect(other.headers["cache-control"]).toBe("private, no-cache");
    // Behind the front, at it, and from the cache.
    const fresh: Record<string, string> = { "x-fresh": "tag" };
    for (const headers of [fresh, fresh, {}]) {
      const held = await hear(url(RUNS(6)), { ...headers, "if-none-match": `"x", ${String(tags[0])}` }, null);
      expect([held.status, held.body.length, held.headers["etag"]]).toEqual([304, 0, tags[0]]);
      const changed = await hear(url(RUNS(6)), { ...headers, "if-none-match": '"x"' }, null);
      expect([changed.status, changed.body.length > 0]).toEqual([200, true]);
    }
  });

  test("change with what is told of newer data", async () => {
    const service = await services.start();
    const asked = `${service.server.url}?query=${encodeURIComponent("{ servingFaults { message } }")}`;
    const tag = (await hear(asked, {}, null)).headers["etag"] as string;
    expect((await hear(asked, { "if-none-match": tag }, null)).status).toBe(304);
    service.snapshots.faults = [{ dataset: null, message: "half a file" }];
    const after = await hear(asked, { "if-none-match": tag }, null);
    expect([after.status, after.headers["etag"] === tag]).toEqual([200, false]);
  });

  test("are the same for the same question, whoever answers it", async () => {
    const service = await services.start();
    for (const rest of ["", "&variables=null", "&variables={}", "&operationName="]) {
      const asked = `${service.server.url}?query=${encodeURIComponent(RUNS(9))}${rest}`;
      const accept = `application/json, application/x-tag-${rest.length}`;
      const [behind, front] = [await hear(asked, { accept }, null), await hear(asked, { accept }, null)];
      expect(front.headers["etag"], rest).toBe(behind.headers["etag"]);
      const tag = { accept, "if-none-match": front.headers["etag"] as string };
      const held = [
        await hear(asked, tag, null),
        await hear(asked, { ...tag, accept: `${accept}-new` }, null),
      ];
      for (const { status, headers } of held) {
        expect(status).toBe(304);
        expect(headers["content-type"]).toBeUndefined();
        expect(headers["content-security-policy"]).toBe(front.headers["content-security-policy"]);
      }
    }
    const any = { "if-none-match": "*" };
    for (let time = 0; time < 2; time += 1) {
      expect(
        (await hear(`${service.server.url}?query=${encodeURIComponent(RUNS(9))}`, any, null)).status,
      ).toBe(304);
      const failing = `${service.server.url}?query=${encodeURIComponent('{ run(dataset: "nope", line: 1) { id } }')}`;
      expect((await hear(failing, any, null)).body.toString()).toContain("errors");
    }
  });

  test("are not on answers to POST, nor on errors", async () => {
    for (let time = 0; time < 2; time += 1) {
      expect((await hear(plain.server.url, JSON_BODY, { query: RUNS(6) })).headers["etag"]).toBeUndefined();
      expect((await hear(url("{ nothing }"), {}, null)).headers["etag"]).toBeUndefined();
    }
  });
});
