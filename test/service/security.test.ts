import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serverSettings } from "../../server/config.js";
import { ConfigurationFault } from "../../server/errors.js";
import { sha256 } from "../../server/http/security/persisted.js";
import { Tokens } from "../../server/http/security/tokens.js";
import { type Answer, type Service, Services } from "./serve-with.js";

const TOKEN = "0123456789abcdef-first";
const OTHER = "0123456789abcdef-other";

const services = new Services();
const folder = mkdtempSync(join(tmpdir(), "sweepql-security-"));
let service: Service;
beforeAll(async () => {
  service = await services.start();
});
afterAll(async () => {
  await services.stop();
  rmSync(folder, { recursive: true, force: true });
});

const query = { query: "{ datasets { name } }" };
const codeOf = async (response: Response): Promise<unknown> =>
  ((await response.json()) as Answer).errors?.[0]?.extensions?.code;

/** A request with headers that `fetch` would not let anyone set. */
const raw = (url: string, headers: Record<string, string>): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    httpRequest(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });

describe("settings", () => {
  const faultsOf = (...given: Parameters<typeof serverSettings>): readonly string[] => {
    try {
      serverSettings(...given);
      return [];
    } catch (error) {
      if (error instanceof ConfigurationFault) return error.faults;
      throw error;
    }
  };

  test.each(["0.0.0.0", "::", "192.0.2.1", "example.org"])(
    "%s is served to token holders only, unless anyone may",
    (host) => {
      expect(faultsOf({ host }, {})).toEqual([expect.stringContaining("no token is set")]);
      expect(faultsOf({ host, allowAnyone: true }, {})).toEqual([]);
      expect(faultsOf({ host }, { SWEEPQL_ALLOW_ANYONE: "1" })).toEqual([]);
      expect(faultsOf({ host }, { SWEEPQL_TOKENS: TOKEN })).toEqual([]);
    },
  );

  test.each(["127.0.0.1", "localhost", "::1"])("%s needs no token", (host) => {
    expect(faultsOf({ host }, {})).toEqual([]);
  });

  test("tokens come from a file too, and are never shown", () => {
    const tokenFile = join(folder, "tokens.txt");
    writeFileSync(tokenFile, `# two\n${TOKEN}\n\n${OTHER}\n`);
    const { tokens } = serverSettings({ tokenFile }, {}).service.security;
    expect([TOKEN, OTHER, "", TOKEN.slice(1)].map((one) => tokens?.has(one))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(JSON.stringify(serverSettings({ tokenFile }, {}))).not.toContain(TOKEN);
    const weak = faultsOf({}, { SWEEPQL_TOKENS: "short-secret" });
    expect(weak).toEqual([expect.stringContaining("1 of 1 tokens")]);
    expect(weak.join()).not.toContain("short-secret");
    expect(faultsOf({ tokenFile: join(folder, "none") }, {})[0]).toContain("--token-file");
  });

  test("have limits, each with a flag and a variable", () => {
    const { limits } = serverSettings(
      { maxCost: "5" },
      { SWEEPQL_MAX_COST: "7", SWEEPQL_MAX_DEPTH: "9" },
    ).service;
    expect([limits.maxCost, limits.maxDepth]).toEqual([5, 9]);
    expect(
      faultsOf({ maxCost: "0", memoryLimit: "a lot" }, { SWEEPQL_TIMEOUT: "x", SWEEPQL_PLAYGROUND: "?" }),
    ).toHaveLength(4);
  });
});

describe("bearer tokens", () => {
  let guarded: Service;
  beforeAll(async () => {
    guarded = await services.start({ security: { tokens: new Tokens([TOKEN, OTHER]), hosts: null } });
  });

  test("are wanted for data, page, assets and figures; not for the probes", async () => {
    for (const path of [
      "/graphql",
      "/graphql?query={__typename}",
      "/graphql/playground/x/y.js",
      "/metrics",
      "/",
    ]) {
      const response = await fetch(new URL(path, guarded.server.url));
      expect(response.status, path).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe('Bearer realm="sweepql"');
      expect(await codeOf(response)).toBe("UNAUTHENTICATED");
    }
    for (const path of ["/health", "/ready"])
      expect((await fetch(new URL(path, guarded.server.url))).status, path).toBe(200);
  });

  test("admit each of those set, and no other", async () => {
    const status = async (authorization: string) => (await guarded.post(query, { authorization })).status;
    expect(await status(`Bearer ${TOKEN}`)).toBe(200);
    expect(await status(`bearer ${OTHER}`)).toBe(200);
    for (const wrong of [
      "Bearer",
      "Bearer x",
      `Bearer ${TOKEN}x`,
      `Bearer ${TOKEN.slice(0, -1)}`,
      TOKEN,
      "Basic !",
      `Token ${TOKEN}`,
    ])
      expect(await status(wrong), wrong).toBe(401);
  });

  test("let a browser in that asks its user", async () => {
    const page = (headers: Record<string, string>) =>
      fetch(guarded.server.url, { headers: { accept: "text/html", ...headers } });
    expect((await page({})).headers.get("www-authenticate")).toContain("Basic");
    const authorization = `Basic ${Buffer.from(`anyone:${TOKEN}`).toString("base64")}`;
    expect((await page({ authorization })).status).toBe(200);
  });

  test("are not logged", () => {
    expect(guarded.logged.length).toBeGreaterThan(0);
    expect(JSON.stringify(guarded.logged)).not.toContain(TOKEN);
  });
});

describe("other sites' pages", () => {
  test("are refused, not only kept from reading", async () => {
    for (const origin of ["https://example.org", "null", "http://localhost.example.org"]) {
      const response = await service.post(query, { origin });
      expect([response.status, await codeOf(response)]).toEqual([403, "FOREIGN_ORIGIN"]);
      expect(response.headers.get("access-control-allow-origin")).toBeNull();
    }
    expect(
      await raw(`${service.server.url}?query={__typename}`, {
        "sec-fetch-site": "cross-site",
        "sec-fetch-mode": "no-cors",
      }),
    ).toBe(403);
    expect(
      await raw(service.server.url, {
        accept: "text/html",
        "sec-fetch-site": "cross-site",
        "sec-fetch-mode": "navigate",
      }),
    ).toBe(200);
  });

  test("may ask where the allow list names them, whole", async () => {
    const open = await services.start({
      security: { origins: ["https://example.org"], loopbackOrigins: false },
    });
    const allowed = async (origin: string) => {
      const response = await open.post(query, { origin });
      return [response.status, response.headers.get("access-control-allow-origin")];
    };
    expect(await allowed("https://example.org")).toEqual([200, "https://example.org"]);
    expect(await allowed("https://example.org:444")).toEqual([403, null]);
    expect(await allowed("http://localhost:5173")).toEqual([403, null]);
    expect((await allowed(new URL(open.server.url).origin))[0]).toBe(200);
  });

  test("cannot reach this machine under a name of theirs", async () => {
    for (const path of ["/graphql?query={__typename}", "/health", "/health?x", "/ready"])
      expect(await raw(new URL(path, service.server.url).href, { host: "evil.example.org" }), path).toBe(421);
    const proxied = await services.start({ security: { hosts: ["sweeps.example.org"] } });
    expect(await raw(`${proxied.server.url}?query={__typename}`, { host: "sweeps.example.org" })).toBe(200);
  });

  test("send nothing unasked where a preflight is required", async () => {
    const strict = await services.start({ security: { requirePreflight: true } });
    const url = `${strict.server.url}?query={__typename}`;
    const get = await fetch(url);
    expect([get.status, await codeOf(get)]).toEqual([403, "PREFLIGHT_REQUIRED"]);
    const form = await fetch(strict.server.url, {
      method: "POST",
      body: new URLSearchParams({ query: "{__typename}" }),
    });
    expect(form.status).toBe(403);
    expect((await fetch(url, { headers: { "x-sweepql-preflight": "1" } })).status).toBe(200);
    expect((await strict.post(query)).status).toBe(200);
  });
});

test("every answer has security headers, and the page its own content policy", async () => {
  const urls = ["/graphql?query={__typename}", "/health", "/nowhere", "/graphql?query={", "/metrics"];
  for (const path of urls) {
    const { headers } = await fetch(new URL(path, service.server.url));
    expect(headers.get("x-content-type-options"), path).toBe("nosniff");
    expect(headers.get("content-security-policy"), path).toContain("default-src 'none'");
    expect(headers.get("x-frame-options"), path).toBe("DENY");
    expect(headers.get("referrer-policy"), path).toBe("no-referrer");
  }
  const page = await fetch(service.server.url, { headers: { accept: "text/html" } });
  expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
});

describe("switches", () => {
  test("introspection goes, and names that are like a wrong one with it", async () => {
    const closed = await services.start({ security: { introspection: false } });
    const { errors } = await closed.ask("{ __schema { queryType { name } } }");
    expect(errors?.[0]?.message).toContain("introspection");
    for (const wrong of [
      "{ dataset { name } runz { totalCount } }",
      "{ runs(frist: 1) { totalCount } }",
      "{ datasets { nmae } }",
    ]) {
      expect(JSON.stringify((await service.ask(wrong)).errors)).toContain("Did you mean");
      expect(JSON.stringify((await closed.ask(wrong)).errors)).not.toContain("Did you mean");
    }
    const variables = { m: "VAL_RAW_LOS" };
    const asked = "query ($m: MetricName!) { runs(first: 1) { nodes { score(of: $m) { value } } } }";
    expect(JSON.stringify(await service.ask(asked, variables))).toContain("Did you mean");
    expect(JSON.stringify(await closed.ask(asked, variables))).not.toContain("Did you mean");
    expect((await closed.ask("{ datasets { __typename name } }")).errors).toBeUndefined();
  });

  test("the playground goes", async () => {
    const closed = await services.start({ security: { playground: false } });
    for (const path of ["/", "/graphql/playground/x/playground.js"])
      expect((await fetch(new URL(path, closed.server.url), { redirect: "manual" })).status).toBe(404);
    const page = await fetch(closed.server.url, { headers: { accept: "text/html" } });
    expect(await page.text()).not.toContain("<html");
  });

  test("persisted operations only", async () => {
    const stored = "query Names($n: Int) { runs(first: $n) { nodes { line } } }";
    const closed = await services.start({ security: { persisted: new Map([[sha256(stored), stored]]) } });
    const named = (sha256Hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });
    const answer = (await (
      await closed.post({ ...named(sha256(stored)), variables: { n: 1 } })
    ).json()) as Answer;
    expect(answer.data).toEqual({ runs: { nodes: [{ line: 1 }] } });
    expect(await codeOf(await closed.post(query))).toBe("PERSISTED_QUERY_REQUIRED");
    expect(await codeOf(await closed.post({ ...query, ...named(sha256(stored)) }))).toBe(
      "PERSISTED_QUERY_REQUIRED",
    );
    const unknown = await closed.post(named(sha256("{ other }")), {
      accept: "application/graphql-response+json",
    });
    expect([unknown.status, await codeOf(unknown)]).toEqual([404, "PERSISTED_QUERY_NOT_FOUND"]);
    // The limits hold for stored operations too.
    const greedy = await closed.post({ ...named(sha256(stored)), variables: { n: 1e6 } });
    expect(await codeOf(greedy)).toBe("LIMIT_EXCEEDED");
  });

  test("a file of persisted operations is checked", () => {
    const read = (content: string): unknown => {
      const persisted = join(folder, "persisted.json");
      writeFileSync(persisted, content);
      return serverSettings({ persisted }, {}).service.security.persisted;
    };
    expect(read(JSON.stringify({ [sha256("{a}")]: "{a}" }))).toEqual(new Map([[sha256("{a}"), "{a}"]]));
    expect(() => read("{")).toThrow("it is not JSON");
    expect(() => read('{"a": "b"}')).toThrow("by their SHA-256");
    expect(() => read(JSON.stringify({ [sha256("{a}")]: "{b}" }))).toThrow("is not the SHA-256");
  });
});

describe("a client's strings", () => {
  const secret = join(folder, "secret.csv");
  const target = join(folder, "written.csv");
  writeFileSync(secret, "word\nxyzzy-plugh\n");
  const hostile = [
    `'; COPY (SELECT 1) TO '${target}'; --`,
    `"; ATTACH '${target}' AS x; --`,
    `') OR 1 = 1; INSTALL httpfs; --`,
    `' UNION SELECT * FROM read_csv('${secret}') --`,
    `$$ || (SELECT content FROM read_text('${secret}')) || $$`,
    `x\u0000'; PRAGMA database_list; --`,
    `'; SET lock_configuration = false; --`,
  ];
  const places: readonly (readonly [name: string, query: string])[] = [
    ["dataset by name", "query ($s: String!) { dataset(name: $s) { name } }"],
    [
      "filter by dataset",
      "query ($s: String!) { runs(where: { dataset: { eq: $s } }) { totalCount nodes { id } } }",
    ],
    ["filter by several", "query ($s: String!) { runs(where: { dataset: { in: [$s] } }) { totalCount } }"],
    ["run of a dataset", "query ($s: String!) { run(dataset: $s, line: 1) { id } }"],
    ["after", "query ($s: String!) { runs(first: 1, after: $s) { nodes { id } } }"],
    ["before", "query ($s: String!) { runs(first: 1, before: $s) { nodes { id } } }"],
    ["node", "query ($s: ID!) { node(id: $s) { id } }"],
    ["nodes", "query ($s: ID!) { nodes(ids: [$s]) { id } }"],
    [
      "comparison",
      'query ($s: String!) { compareTuningCurves(selections: [{ name: $s, of: { metric: VAL_RAW_LOSS } }, { name: "b", of: { metric: VAL_RAW_LOSS } }]) { curves { name } } }',
    ],
    ["metric", "query ($s: MetricName!) { runs(first: 1) { nodes { score(of: $s) { value } } } }"],
  ];

  test.each(places)("reach neither files nor the engine: %s", async (_, document) => {
    for (const text of hostile) {
      for (const s of [
        text,
        Buffer.from(text).toString("base64url"),
        Buffer.from(JSON.stringify([service.snapshot.catalogue.version, "line", text])).toString("base64url"),
      ]) {
        const answer = await service.ask(document, { s });
        const shown = JSON.stringify(answer);
        expect(shown).not.toContain("xyzzy-plugh");
        expect(shown).not.toMatch(/"code":"INTERNAL"|SELECT .* FROM runs|duckdb/i);
      }
    }
    expect(existsSync(target)).toBe(false);
    expect((await service.ask("{ runs { totalCount } }")).data).toEqual({ runs: { totalCount: 128 } });
  });

  test("as aliases, operation names and headers do nothing, either", async () => {
    const answers = await Promise.all([
      service.post({
        query: "query ($a: Int) { __typename }",
        operationName: hostile[0],
        variables: { [String(hostile[1])]: 1 },
      }),
      service.post(query, { "x-request-id": "';DROP" }),
      fetch(new URL(`/${encodeURIComponent(String(hostile[3]))}`, service.server.url)),
      fetch(new URL("/graphql/playground/..%2f..%2f..%2fpackage.json", service.server.url)),
    ]);
    for (const response of answers) {
      expect(response.status).not.toBe(500);
      expect(await response.text()).not.toMatch(/xyzzy|node_modules|devDependencies/);
    }
    expect(existsSync(target)).toBe(false);
  });
});
