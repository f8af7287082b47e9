import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Store } from "../../schema/store.js";
import { openSnapshot } from "../../server/duckdb/open.js";
import { Loader } from "../../server/duckdb/open.js";
import { EngineMemoryError } from "../../server/duckdb/memory-error.js";
import type { Pool } from "../../server/duckdb/pool.js";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Answer, type Service, Services, type Wanted } from "./serve-with.js";

const ENDLESS = "SELECT sum(sqrt(a.range * b.range)) AS endless FROM range(1000000) a, range(1000000) b";

const folder = mkdtempSync(join(tmpdir(), "sweepql-engine-"));
const services = new Services();
let pool: Pool;
beforeAll(async () => {
  const file = join(folder, "engine.duckdb");
  const loader = await Loader.open(file, 1);
  await loader.pool.withConnection((connection) =>
    connection.execute(
      "CREATE TABLE snapshot.long AS SELECT range AS n, CAST(hash(range) AS VARCHAR) AS s FROM range(2000000)",
    ),
  );
  await loader.finish();
  pool = await openSnapshot(file, { connections: 2, threads: 2, memoryLimit: "100MB", spillLimit: "20MB" });
});
afterAll(async () => {
  await services.stop();
  void pool.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Puts a real statement that never ends in the place of every page of runs. */
const endless = (store: Store): Store =>
  new Proxy(store, {
    get(target, name) {
      if (name === "runs")
        return async (_: unknown, signal: AbortSignal) => {
          started();
          return pool.query(ENDLESS, [], signal);
        };
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
let started = (): void => undefined;
const nextStart = (): Promise<void> => new Promise((resolve) => (started = resolve));

/** Share of one core that this process, the engine's threads included, is busy with over a quiet while. */
async function busyShare(): Promise<number> {
  const before = process.cpuUsage();
  const from = performance.now();
  await wait(400);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (performance.now() - from);
}

/** Both connections answer at once, so no statement holds one; and nothing computes any more. */
async function expectIdle(): Promise<void> {
  const answers = await Promise.all([pool.query("SELECT 1"), pool.query("SELECT 2")]);
  expect(answers.map(({ rows }) => rows)).toEqual([[[1]], [[2]]]);
  // The engine's two threads were wholly busy; other work of this process may leave a little.
  let share = Infinity;
  for (let tries = 0; tries < 20 && share > 0.5; tries += 1) share = await busyShare();
  expect(share).toBeLessThan(0.5);
}

const QUERY = { query: "{ a: runs(first: 1) { nodes { id } } datasets { name } }" };

/** A first answer opens the front's door: what has the same headers then does not come to Yoga. */
const openDoor = async (service: Service): Promise<void> => void (await service.ask("{ __typename }"));

describe.each(["at the front", "behind it"])("a request %s", (place) => {
  const start = async (wanted: Wanted): Promise<Service> => {
    const service = await services.start(wanted);
    if (place === "at the front") await openDoor(service);
    return service;
  };

  test("at its limit in time is answered 504 without data, and its statement is gone", async () => {
    const service = await start({ limits: { timeout: 1 }, store: endless });
    const response = await service.post(QUERY);
    expect(response.status).toBe(504);
    expect((await response.json()) as Answer).toMatchObject({
      errors: [
        {
          message: expect.stringContaining("1 s, the most that one may (--timeout") as string,
          extensions: { code: "TIMEOUT" },
        },
      ],
    });
    await expectIdle();
    expect(service.logged.findLast(({ msg }) => msg === "request")).toMatchObject({
      outcome: "timeout",
      status: 504,
    });
  });

  test("that gives no other work a turn is answered 504 all the same, when it is done", async () => {
    const blocking = (store: Store): Store =>
      Object.assign(Object.create(store) as Store, {
        runs(...asked: Parameters<Store["runs"]>) {
          const end = performance.now() + 1100;
          while (performance.now() < end);
          return store.runs(...asked);
        },
      });
    const service = await start({ limits: { timeout: 1 }, store: blocking });
    const response = await service.post(QUERY);
    expect(response.status).toBe(504);
    expect(await response.text()).toContain("TIMEOUT");
  });

  test("whose client goes away leaves no statement behind", async () => {
    const service = await start({ store: endless });
    const client = new AbortController();
    const running = nextStart();
    const gone = service.post(QUERY, {}, client.signal).catch((error: Error) => error.name);
    await running;
    // It computes: this is what must end.
    expect(await busyShare()).toBeGreaterThan(0.1);
    client.abort();
    expect(await gone).toBe("AbortError");
    await expectIdle();
    expect(service.logged.findLast(({ msg }) => msg === "request")).toMatchObject({
      outcome: "aborted",
      status: null,
    });
  });

  test("that was cut off by the server's stop is answered as such, never in part", async () => {
    const service = await start({ store: endless });
    const running = nextStart();
    const answer = service.post(QUERY);
    await running;
    const stopped = service.server.stop(50);
    const response = await answer;
    expect(response.status).toBe(503);
    const body = (await response.json()) as Answer;
    expect([body.errors?.[0]?.extensions?.code, "data" in body]).toEqual(["SERVER_STOPPING", false]);
    await stopped;
    await expectIdle();
  });
});

describe("requests at once", () => {
  test("wait for their turn, and are turned away with 503 where too many wait", async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let arrived = 0;
    const holding = (store: Store): Store =>
      new Proxy(store, {
        get(target, name) {
          if (name === "runs")
            return async (...args: Parameters<Store["runs"]>) => {
              arrived += 1;
              await Promise.race([released, once(args[1], "abort")]);
              return target.runs(...args);
            };
          const value: unknown = Reflect.get(target, name);
          return typeof value === "function" ? (value.bind(target) as unknown) : value;
        },
      });
    const service = await services.start({ limits: { maxRequests: 2, maxQueue: 1 }, store: holding });
    const query = { query: "{ runs(first: 1) { nodes { line } } }" };
    const metric = async (name: string): Promise<number> => {
      const text = await (await fetch(new URL("/metrics", service.server.url))).text();
      return Number(new RegExp(`^${name} (.*)$`, "m").exec(text)?.[1]);
    };
    const until = async (name: string, wanted: number): Promise<void> => {
      while ((await metric(name)) !== wanted) await wait(5);
    };
    const working = [service.post(query), service.post(query)];
    await until("sweepql_requests_working", 2);
    const queued = service.post(query);
    await until("sweepql_requests_waiting", 1);
    const refused = await service.post(query);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "2"]);
    expect(((await refused.json()) as Answer).errors?.[0]?.extensions?.code).toBe("OVERLOADED");
    expect(arrived).toBe(2);
    release();
    for (const answer of [...working, queued]) {
      expect((await ((await answer).json() as Promise<Answer>)).data).toMatchObject({
        runs: { nodes: [{ line: 1 }] },
      });
    }
    expect(await metric("sweepql_requests_working")).toBe(0);
    expect(service.logged.filter(({ outcome }) => outcome === "overloaded")).toHaveLength(1);
  });

  test("give up their place in the queue when their client goes away", async () => {
    const service = await services.start({ limits: { maxRequests: 1, maxQueue: 1 }, store: endless });
    const [first, second] = [new AbortController(), new AbortController()];
    const running = nextStart();
    const busy = service.post(QUERY, {}, first.signal).catch(() => null);
    await running;
    const waiting = service.post(QUERY, {}, second.signal).catch(() => null);
    while (
      !(await (await fetch(new URL("/metrics", service.server.url))).text()).includes(
        "sweepql_requests_waiting 1",
      )
    )
      await wait(5);
    second.abort();
    await waiting;
    first.abort();
    await busy;
    expect((await service.ask("{ datasets { name } }")).errors).toBeUndefined();
    await expectIdle();
  });
});

describe("the engine", () => {
  const large = "SELECT list(s ORDER BY s DESC) FROM long";

  test("refuses a statement that memory and spill folder are too small for, alone", async () => {
    const [tooLarge, small] = await Promise.allSettled([
      pool.query(large),
      pool.query("SELECT count(*) FROM long"),
    ]);
    expect(tooLarge.status === "rejected" && tooLarge.reason).toBeInstanceOf(EngineMemoryError);
    expect(small).toMatchObject({ status: "fulfilled", value: { rows: [[2_000_000]] } });
    expect((await pool.query("SELECT max(n) FROM long")).rows).toEqual([[1_999_999]]);
  });

  test("spills to its folder what memory does not hold", async () => {
    const settings = await pool.query(
      "SELECT current_setting('max_temp_directory_size'), current_setting('memory_limit'), current_setting('lock_configuration')",
    );
    expect(settings.rows).toEqual([["19.0 MiB", "95.3 MiB", true]]);
  });

  test("whose memory did not suffice is named by a code, and nothing of it is told", async () => {
    const service = await services.start({
      store: (store) =>
        new Proxy(store, {
          get: (target, name) =>
            name === "runs"
              ? (_: unknown, signal: AbortSignal) => pool.query(large, [], signal)
              : (Reflect.get(target, name) as unknown),
        }),
    });
    const answer = await service.ask("{ runs(first: 1) { nodes { id } } }");
    expect(answer.errors?.[0]).toMatchObject({
      message:
        "This takes more memory than one query may have. Ask for fewer runs, groups or fields at once.",
      extensions: { code: "OUT_OF_MEMORY" },
    });
    expect(JSON.stringify(answer)).not.toMatch(/SELECT|MiB|temp_directory|spill/);
    expect(service.logged.find(({ msg }) => msg === "a statement was refused")).toMatchObject({
      err: { message: expect.stringContaining("MiB") as string },
    });
  });
});
