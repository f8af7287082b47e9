import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { tableFromIPC } from "apache-arrow";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Store } from "../../schema/store.js";
import { openSnapshot } from "../../server/duckdb/open.js";
import { createApp } from "../../server/http/app.js";
import { listen } from "../../server/http/listen.js";
import { Snapshots } from "../../server/snapshots.js";
import { formatNames } from "../../server/export/formats/format.js";
import type { Pool } from "../../server/duckdb/pool.js";
import { Loader } from "../../server/duckdb/open.js";
import { makeFolder } from "../server/folder.js";
import { type Service, Services } from "../service/serve-with.js";
import { readBack } from "./read-back.js";
import { join } from "node:path";
import { until } from "../until.js";

/** What becomes of exports that fail when some of them has been sent, or that nobody waits for any more. */

const ENDLESS = "SELECT sum(sqrt(a.range * b.range)) AS endless FROM range(1000000) a, range(1000000) b";

const services = new Services();
const folder = makeFolder();
let pool: Pool;
beforeAll(async () => {
  const file = join(folder.path, "engine.duckdb");
  const loader = await Loader.open(file, 1);
  await loader.pool.withConnection((connection) =>
    connection.execute("CREATE TABLE snapshot.t AS SELECT 1 AS n"),
  );
  await loader.finish();
  pool = await openSnapshot(file, { connections: 2, threads: 2 });
});
afterAll(async () => {
  await services.stop();
  void pool.close();
  folder.remove();
});

/** A store that reads runs and points many times over: enough to fill what lies between server and client; then does something else. */
const thenElse =
  (batches: number, otherwise: (signal: AbortSignal) => Promise<never>) =>
  (store: Store): Store => {
    let left = batches;
    return new Proxy(store, {
      get(target, name) {
        if (name === "values")
          return async (...given: Parameters<Store["values"]>) => {
            const read = await target.values(...given);
            const times = <T>(list: readonly T[]): T[] => Array.from({ length: 2000 }, () => list).flat();
            return {
              id: times(read.id),
              dataset: [],
              line: [],
              values: new Map([...read.values].map(([key, list]) => [key, times(list)])),
            };
          };
        if (name === "lookUpColumns")
          return (...given: Parameters<Store["lookUpColumns"]>) => {
            left -= 1;
            return left < 0 ? otherwise(given[1]) : target.lookUpColumns(...given);
          };
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
  };

const broken = (): Promise<never> => Promise.reject(new Error("a secret of the engine"));
let started = (): void => undefined;
const nextStart = (): Promise<void> => new Promise((resolve) => (started = resolve));
const endless = async (signal: AbortSignal): Promise<never> => {
  started();
  await pool.query(ENDLESS, [], signal);
  throw new Error("it was to be endless");
};

const urlOf = (service: Service, path: string): string => new URL(`/export/${path}`, service.server.url).href;

/** All that comes of an answer, and whether its end came. */
async function received(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number | undefined; bytes: Buffer; isWhole: boolean }> {
  const [response] = (await once(get(url, { headers }), "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  response.on("data", (chunk: Buffer) => chunks.push(chunk));
  response.on("error", () => undefined);
  await new Promise((resolve) => response.once("close", resolve));
  return { status: response.statusCode, bytes: Buffer.concat(chunks), isWhole: response.complete };
}

const logLine = async (service: Service): Promise<Record<string, unknown> | undefined> => {
  const found = () => service.logged.find(({ msg }) => msg === "request");
  await until(() => found() !== undefined);
  return found();
};

/** Both connections answer at once, so no statement holds one. */
const expectIdle = async (service: Service): Promise<void> => {
  expect((await Promise.all([pool.query("SELECT 1"), pool.query("SELECT 2")])).length).toBe(2);
  const working = async (): Promise<string | undefined> =>
    /^sweepql_exports_working (\d+)$/m.exec(
      await (await fetch(new URL("/metrics", service.server.url))).text(),
    )?.[1];
  await expect.poll(working).toBe("0");
};

test("a client that gets no chunks, to whom a part would look whole, is refused", async () => {
  const service = await services.start();
  const { hostname, port } = new URL(service.server.url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET /export/runs.csv HTTP/1.0\r\nHost: ${hostname}\r\n\r\n`);
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece as Buffer);
  const answer = Buffer.concat(pieces).toString();
  expect(answer).toMatch(/^HTTP\/1\.1 505 /);
  expect(answer).toContain("HTTP_VERSION_NOT_SUPPORTED");
});

describe("a failure when some has been sent", () => {
  test.each(formatNames)(
    "breaks the answer of %s off, and its file cannot be taken for whole",
    async (format) => {
      const service = await services.start({ store: thenElse(5, broken) });
      const { status, bytes, isWhole } = await received(urlOf(service, `runs.${format}`));
      expect([status, isWhole]).toEqual([200, false]);
      expect(bytes.length).toBeGreaterThan(0);
      expect(bytes.toString("latin1")).not.toContain("secret");
      // What has an end of its own lacks it.
      if (format === "parquet")
        await expect(readBack(bytes, format)).rejects.toThrow(/magic bytes|too small|footer/i);
      if (format === "arrow") expect(() => tableFromIPC(bytes).numRows).toThrow();
      const again = await services.start({ store: thenElse(5, broken) });
      const fetched = fetch(urlOf(again, `runs.${format}`)).then((response) => response.arrayBuffer());
      await expect(fetched).rejects.toThrow();
      expect(await logLine(service)).toMatchObject({ outcome: "failed", codes: ["INTERNAL"], status: 200 });
      expect(service.logged.find(({ msg }) => msg === "a field failed")).toMatchObject({
        err: { message: "a secret of the engine" },
      });
      await expectIdle(service);
    },
  );

  test("breaks a compressed answer off, too", async () => {
    const service = await services.start({ store: thenElse(20, broken) });
    const { bytes, isWhole } = await received(urlOf(service, "runs.csv"), { "accept-encoding": "gzip" });
    expect(isWhole).toBe(false);
    expect(bytes.length).toBeGreaterThan(0);
    expect(() => gunzipSync(bytes)).toThrow("unexpected end of file");
    expect(await logLine(service)).toMatchObject({ outcome: "failed", codes: ["INTERNAL"] });
    await expectIdle(service);
  });

  test("before anything has been sent is an answer of its own", async () => {
    const service = await services.start({ store: thenElse(0, broken) });
    const response = await fetch(urlOf(service, "runs.csv"), { headers: { "x-request-id": "mine" } });
    expect([response.status, await response.json()]).toEqual([
      500,
      {
        errors: [
          {
            message: "Internal error. The log has it under request id mine.",
            extensions: { code: "INTERNAL" },
          },
        ],
      },
    ]);
    await expectIdle(service);
  });
});

describe("an export", () => {
  test("out of time is broken off, and its statement is gone", async () => {
    const service = await services.start({ limits: { exportTimeout: 5 }, store: thenElse(3, endless) });
    const { status, isWhole } = await received(urlOf(service, "runs.csv"));
    expect([status, isWhole]).toEqual([200, false]);
    expect(await logLine(service)).toMatchObject({ outcome: "timeout", codes: ["TIMEOUT"] });
    await expectIdle(service);
  });

  test("out of time before its first row is refused", async () => {
    const service = await services.start({ limits: { exportTimeout: 1 }, store: thenElse(0, endless) });
    const response = await fetch(urlOf(service, "runs.csv"));
    expect(response.status).toBe(504);
    expect(await response.text()).toContain("--export-timeout");
    await expectIdle(service);
  });

  test.each([0, 3])("whose client goes away leaves nothing behind (after %i batches)", async (batches) => {
    const service = await services.start({ store: thenElse(batches, endless) });
    const client = new AbortController();
    const running = nextStart();
    const gone = fetch(urlOf(service, "runs.csv"), { signal: client.signal })
      .then((response) => response.text())
      .catch((error: Error) => error.name);
    await running;
    client.abort();
    expect(await gone).toBe("AbortError");
    const line = await logLine(service);
    expect(line).toMatchObject({ outcome: "aborted", status: null });
    expect(line).not.toHaveProperty("codes");
    await expectIdle(service);
  });

  test("is read no faster than it is taken", async () => {
    let read = 0;
    const service = await services.start({
      store: (store) => {
        const many = thenElse(1e9, broken)(store);
        return new Proxy(many, {
          get(target, name) {
            if (name === "lookUpColumns") read += 1;
            return Reflect.get(target, name) as unknown;
          },
        });
      },
    });
    const [response] = (await once(get(urlOf(service, "runs.ndjson")), "response")) as [IncomingMessage];
    await once(response, "readable");
    let before = -1;
    while (read !== before) {
      before = read;
      await wait(300);
    }
    // 256,000 rows are some 90 batches.
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(40);
    response.destroy();
    await logLine(service);
    await expectIdle(service);
  });

  test("goes on reading its version of the data when another is served", async () => {
    const real = await services.snapshot();
    let isClosed = false;
    const before = {
      ...real,
      store: thenElse(1e9, broken)(real.store),
      close: () => {
        isClosed = true;
        return Promise.resolve();
      },
    };
    const after = {
      ...real,
      catalogue: { ...real.catalogue, version: "after" },
      close: () => Promise.resolve(),
    };
    const snapshots = new Snapshots(before, { keepFor: 0 });
    const server = await listen(createApp(snapshots, { log: pino({ level: "silent" }) }), {
      host: "127.0.0.1",
      port: 0,
    });
    const response = await fetch(new URL("/export/runs.csv?columns=line,configuration", server.url));
    snapshots.swap(after);
    expect(isClosed).toBe(false);
    expect(response.headers.get("x-data-version")).toBe(real.catalogue.version);
    expect((await response.text()).split("\n")).toHaveLength(128 * 2000 + 2);
    await expect.poll(() => isClosed).toBe(true);
    const next = await fetch(new URL("/export/runs.csv?first=1", server.url), { method: "HEAD" });
    expect(next.headers.get("x-data-version")).toBe("after");
    await server.stop(100);
  });

  test("under way when the server stops is broken off", async () => {
    const service = await services.start({ store: thenElse(3, endless) });
    const running = nextStart();
    const answer = received(urlOf(service, "runs.csv"));
    await running;
    await service.server.stop(50);
    expect((await answer).isWhole).toBe(false);
    expect(await logLine(service)).toMatchObject({
      outcome: "stopping",
      codes: ["SERVER_STOPPING"],
      status: 200,
    });
  });
});

describe("exports at once", () => {
  test("sixteen are all answered, a few at a time", async () => {
    const service = await services.start({ limits: { maxExports: 3, maxQueue: 16 } });
    const texts = await Promise.all(
      Array.from({ length: 16 }, async (_, index) => {
        const response = await fetch(urlOf(service, index % 2 === 0 ? "runs.csv" : "points.csv"));
        return [response.status, (await response.text()).split("\n").length];
      }),
    );
    const points = service.snapshot.catalogue.datasets.reduce((sum, { pointCount }) => sum + pointCount, 0);
    expect(texts).toEqual(
      Array.from({ length: 16 }, (_, index) => [200, (index % 2 === 0 ? 128 : points) + 2]),
    );
    await expectIdle(service);
  });

  test("too many are turned away, and queries go on", async () => {
    const service = await services.start({
      limits: { maxExports: 1, maxQueue: 0 },
      store: thenElse(0, endless),
    });
    const client = new AbortController();
    const running = nextStart();
    const busy = fetch(urlOf(service, "runs.csv"), { signal: client.signal }).catch(() => null);
    await running;
    const refused = await fetch(urlOf(service, "runs.csv"));
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "2"]);
    expect((await service.ask("{ datasets { name } }")).errors).toBeUndefined();
    client.abort();
    await busy;
    await expectIdle(service);
  });
});
