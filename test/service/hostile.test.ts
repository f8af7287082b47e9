import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { documentCaches, KEPT_CHARACTERS } from "../../server/http/limits/document-cache.js";
import { type Answer, type Service, Services } from "./serve-with.js";

const services = new Services();
let service: Service;
beforeAll(async () => {
  service = await services.start();
});
afterAll(() => services.stop());

/** What the server answers to bytes on the wire. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let received = "";
    const socket = connect(service.server.port, "127.0.0.1", () => socket.end(text));
    socket.setEncoding("utf8").on("data", (piece: string) => (received += piece));
    socket.once("close", () => resolve(received));
    socket.once("error", reject);
  });

const BODY = '{"query":"{ __typename }"}';
const post = (host: string, path = "/graphql"): Promise<string> =>
  raw(
    `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\nConnection: close\r\n\r\n${BODY}`,
  );

describe("a request that names no place", () => {
  test.each(["%%%", "[::1", "user@localhost", "localhost/evil", "localhost\\evil", "localhost:99999", "a b"])(
    "by its Host header %s is refused, and told nothing of the server's inside",
    async (host) => {
      const answer = await post(host);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toContain('"code":"BAD_REQUEST"');
      expect(answer).not.toMatch(/node_modules|\bat .*:\d+:\d+|TypeError/);
    },
  );

  test("by its path is refused in the same way", async () => {
    const answer = await raw("GET //[ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).not.toMatch(/node_modules|TypeError/);
  });

  test.each(["localhost", "127.0.0.1:80", "[::1]:4000", "a.b.localhost"])(
    "is not one of the host %s",
    async (host) => {
      expect(await post(host)).toMatch(/^HTTP\/1\.1 200 /);
    },
  );
});

describe("a request whose target is a whole URL, as to a proxy,", () => {
  const get = async (target: string, host = "localhost", method = "GET"): Promise<string> =>
    raw(`${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  const question = "?query={__typename}";

  test.each([
    `http://localhost/graphql${question}`,
    `HTTP://127.0.0.1:80/graphql${question}`,
    `https://[::1]/graphql${question}`,
  ])("is answered as one by its path is: %s", async (target) => {
    const byPath = await get(`/graphql${question}`);
    expect(byPath).toMatch(/^HTTP\/1\.1 200 /);
    const [, body] = byPath.split("\r\n\r\n");
    // Twice: the front comes to know it.
    for (let time = 0; time < 2; time += 1) {
      const answer = await get(target);
      expect(answer).toMatch(/^HTTP\/1\.1 200 /);
      expect(answer.split("\r\n\r\n")[1]).toBe(body);
    }
    expect(await get(target.replace("/graphql", "/ready"))).toContain("ready");
  });

  test("has its host there: that of the header does not count", async () => {
    expect(await get("http://localhost/ready", "evil.example.org")).toMatch(/^HTTP\/1\.1 200 /);
    for (let time = 0; time < 2; time += 1) {
      const answer = await get(`http://evil.example.org/graphql${question}`);
      expect(answer).toMatch(/^HTTP\/1\.1 421 /);
      expect(answer).toContain('the name \\"evil.example.org\\"');
    }
  });

  test.each(["http://localhost", "http://localhost?", "http://localhost/?x"])(
    "leads to the same page where its path is empty: %s",
    async (target) => {
      const [start] = (await get("/")).split("\r\n");
      expect((await get(target)).split("\r\n")[0]).toBe(start);
    },
  );

  test.each([
    "http:///ready",
    "http://user@localhost/ready",
    "http://localhost:99999/ready",
    "http://a%62/ready",
    "ftp://localhost/ready",
    "*",
  ])("and is none is refused: %s", async (target) => {
    const answer = await get(target);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  test("may be * to ask what the server can do", async () => {
    expect(await get("*", "localhost", "OPTIONS")).toMatch(/^HTTP\/1\.1 20\d /);
  });
});

describe("a request that cannot be read is told why", () => {
  const refusal = async (response: Response): Promise<[number, string | undefined, string | undefined]> => {
    const { errors } = (await response.json()) as Answer;
    return [response.status, errors?.[0]?.extensions?.code, errors?.[0]?.message];
  };

  test.each(["variables", "extensions"])("%s that are no JSON", async (name) => {
    const url = `${service.server.url}?query={__typename}&${name}=%7B`;
    const form = await fetch(service.server.url, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: `query={__typename}&${name}=%7B`,
    });
    for (const response of [await fetch(url), form])
      expect(await refusal(response)).toEqual([
        400,
        "BAD_REQUEST",
        expect.stringContaining("`variables` and `extensions` must each be a JSON object"),
      ]);
  });

  test("a compressed body, which might be any size within", async () => {
    const bomb = gzipSync(BODY + " ".repeat(50_000_000));
    const response = await fetch(service.server.url, {
      method: "POST",
      headers: { "content-type": "application/json", "content-encoding": "gzip" },
      body: bomb,
    });
    expect(await refusal(response)).toEqual([415, "BAD_REQUEST", expect.stringContaining("compressed")]);
  });

  test("another type of content", async () => {
    const response = await service.post(BODY, { "content-type": "text/plain" });
    expect(await refusal(response)).toEqual([
      415,
      "BAD_REQUEST",
      expect.stringContaining("application/json"),
    ]);
  });
});

test("a document that selects a field too often is told of that, and of the bound", async () => {
  const selecting = (times: number) => service.ask(`{ runs(first: 1) { nodes { ${"id ".repeat(times)} } } }`);
  expect((await selecting(700)).errors).toBeUndefined();
  // Two steps for each pair: 710 * 709.
  const { errors } = await selecting(710);
  expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(["LIMIT_EXCEEDED"]);
  expect(errors?.[0]?.message).toMatch(/fields of one name .* more than 500000 steps/);
});

test("an operation's name is logged as far as a line holds it", async () => {
  const headers = { "x-request-id": "long-name" };
  await service.post({ query: "{ __typename }", operationName: "x".repeat(100_000) }, headers);
  const line = service.logged.find(({ requestId, msg }) => requestId === "long-name" && msg === "request");
  expect(line?.["operation"]).toBe("x".repeat(100));
});

test("ever new documents fill no memory: so many characters of them are kept", () => {
  const { documentCache, errorCache } = documentCaches();
  for (let at = 0; at < 200; at += 1) {
    const text = `${at}`.padEnd(10_000, "#");
    documentCache.set(text, { kind: "Document", definitions: [] } as never);
    errorCache.set(text, new Error("none"));
  }
  documentCache.set("#".repeat(KEPT_CHARACTERS), {} as never);
  for (const cache of [documentCache, errorCache]) {
    expect(cache.size).toBeGreaterThan(10);
    expect(cache.calculatedSize).toBeLessThanOrEqual(KEPT_CHARACTERS);
  }
});
