import { once } from "node:events";
import { type IncomingHttpHeaders, type IncomingMessage, request as send } from "node:http";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Store } from "../../schema/store.js";
import { exampleQueries } from "../../schema/examples/examples.js";
import { sha256 } from "../../server/http/security/persisted.js";
import { Tokens } from "../../server/http/security/tokens.js";
import { Services } from "../service/serve-with.js";

interface Heard {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const JSON_BODY = { "content-type": "application/json" };

/** A request with these headers and no others; rejects where the answer breaks off. */
async function hear(
  url: string,
  headers: Record<string, string>,
  body: object | null,
  method = body === null ? "GET" : "POST",
): Promise<Heard> {
  const asked = send(url, { method, headers });
  asked.end(body === null ? undefined : JSON.stringify(body));
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces) };
}

const RUNS = (first: number) => `{ runs(first: ${first}) { nodes { id line diverged } } }`;
const CURVE = "curve { axis trainRawLoss valRawLoss testRawLoss valWeightAveragedLoss }";
/** More than a million characters: sent in pieces. */
const large = (curves: number): string =>
  `{ runs(first: 128) { nodes { ${Array.from({ length: curves }, (_, index) => `c${index}: ${CURVE}`).join(" ")} } } }`;
const LARGE = large(5);

/** Counts calls of the store's methods, and lets one of them be replaced. */
function counted(instead: Partial<Store> = {}) {
  const calls = { count: 0 };
  const watch = (store: Store): Store =>
    new Proxy(store, {
      get(target, name) {
        const value: unknown = instead[name as keyof Store] ?? Reflect.get(target, name);
        if (typeof value !== "function") return value;
        return (...args: unknown[]): unknown => {
          calls.count += 1;
          return Reflect.apply(value, target, args) as unknown;
        };
      },
    });
  return { calls, watch };
}

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
    for (const body of asked) {
      // A header that no other request has: a door that is not open yet.
      const fresh = { ...JSON_BODY, "x-fresh": String(Math.random()) };
      const behind = await hear(plain.server.url, fresh, body);
      await hear(plain.server.url, fresh, { query: "{ __typename }" });
      const front = await hear(plain.server.url, fresh, { ...body, extensions: {} });
      expect(withoutOwn(front), body.query).toEqual(withoutOwn(behind));
      const again = await hear(plain.server.url, fresh, { ...body, extensions: {} });
      expect(withoutOwn(again), body.query).toEqual(withoutOwn(behind));
    }
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

  test("are not on answers to POST, nor on errors", async () => {
    for (let time = 0; time < 2; time += 1) {
      expect((await hear(plain.server.url, JSON_BODY, { query: RUNS(6) })).headers["etag"]).toBeUndefined();
      expect((await hear(url("{ nothing }"), {}, null)).headers["etag"]).toBeUndefined();
    }
  });
});

describe("large answers", () => {
  const gzip = { ...JSON_BODY, "accept-encoding": "br, gzip;q=0.5" };
  const query = "{ runs(first: 128) { nodes { id line curve { axis valRawLoss } } } }";

  test("are compressed for whoever takes it, in pieces or whole", async () => {
    for (const asked of [query, LARGE]) {
      const expected = (await hear(plain.server.url, JSON_BODY, { query: asked })).body;
      for (let time = 0; time < 3; time += 1) {
        const { headers, body } = await hear(plain.server.url, gzip, { query: asked });
        const text = headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
        expect(text.equals(expected)).toBe(true);
        if (time > 0) expect(headers["content-encoding"]).toBe("gzip");
      }
    }
    for (const coding of ["gzip;q=0", "identity", "br"]) {
      const { headers } = await hear(
        plain.server.url,
        { ...JSON_BODY, "accept-encoding": coding },
        { query },
      );
      expect(headers["content-encoding"]).toBeUndefined();
    }
  });

  test("that fail on their way break off visibly", async () => {
    const { watch } = counted({
      async curves(...args) {
        const columns = await (await services.snapshot()).store.curves(...args);
        // A required number that is none, in a point near the end.
        const axis = Array.from(columns.axis);
        axis[axis.length - 5] = NaN;
        return { ...columns, axis };
      },
    });
    const service = await services.start({ store: watch });
    await hear(service.server.url, JSON_BODY, { query: "{ __typename }" });
    await expect(hear(service.server.url, JSON_BODY, { query: LARGE })).rejects.toThrow("aborted");
    const compressed = { ...JSON_BODY, "accept-encoding": "gzip" };
    await hear(service.server.url, compressed, { query: "{ __typename }" });
    await expect(hear(service.server.url, compressed, { query: LARGE })).rejects.toThrow("aborted");
    expect(service.logged.some(({ msg }) => msg === "an answer was not sent")).toBe(true);
    // One that is small enough to be looked at whole is answered with its error.
    const small = await hear(service.server.url, JSON_BODY, {
      query: `{ runs(first: 128) { nodes { ${CURVE} } } }`,
    });
    expect(JSON.parse(small.body.toString())).toMatchObject({
      errors: [{ extensions: { code: "INTERNAL" } }],
    });
  });

  test("end with a client that takes nothing any more", async () => {
    const service = await services.start();
    await hear(service.server.url, JSON_BODY, { query: "{ __typename }" });
    const asked = send(service.server.url, {
      method: "POST",
      headers: { ...JSON_BODY, "x-request-id": "leaves" },
    });
    await hear(service.server.url, JSON_BODY, { query: "{ __typename }" });
    asked.end(JSON.stringify({ query: large(40) }));
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    response.destroy();
    await expect
      .poll(() => service.logged.find(({ requestId, msg }) => requestId === "leaves" && msg === "request"))
      .toMatchObject({ outcome: "aborted", status: null });
  });
});
