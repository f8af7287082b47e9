import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { Engine, type EngineOptions } from "../../server/duckdb/engine.js";
import { Loader } from "../../server/duckdb/open.js";
import { Turns } from "../../server/duckdb/turns.js";

const folder = mkdtempSync(join(tmpdir(), "sweepql-engine-"));
const file = join(folder, "snapshot.duckdb");
beforeAll(async () => {
  const loader = await Loader.open(file, 1);
  await loader.pool.withConnection((connection) =>
    connection.execute("CREATE TABLE snapshot.runs AS SELECT range AS id FROM range(1000)"),
  );
  await loader.finish();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function open(options: EngineOptions): Promise<Engine> {
  const engine = await Engine.open(file, options);
  onTestFinished(() => engine.closeWhenIdle());
  return engine;
}

const memoryOf = async (engine: Engine): Promise<unknown> =>
  (await engine.query("SELECT current_setting('memory_limit'), current_setting('max_temp_directory_size')"))
    .rows[0];

/** A statement that goes on until it is told to end. */
function hold(engine: Engine): { began: Promise<void>; end(): void; done: Promise<unknown> } {
  let [begin, end] = [(): void => undefined, (): void => undefined];
  const began = new Promise<void>((resolve) => (begin = resolve));
  const ended = new Promise<void>((resolve) => (end = resolve));
  const done = engine.withConnection(async (connection) => {
    begin();
    await ended;
    return (await connection.query("SELECT count(*) FROM runs")).rows;
  });
  return { began, end: () => end(), done };
}

test("statements of all versions take their turns together, in the order of asking", async () => {
  const turns = new Turns(2);
  const engines = await Promise.all([1, 2, 3].map(() => open({ connections: 2, turns })));
  let [atOnce, most] = [0, 0];
  const order: number[] = [];
  const asked = Array.from({ length: 12 }, (_, index) =>
    (engines[index % 3] as Engine).withConnection(async (connection) => {
      order.push(index);
      atOnce += 1;
      most = Math.max(most, atOnce);
      await connection.query("SELECT sum(id) FROM runs");
      atOnce -= 1;
    }),
  );
  await Promise.all(asked);
  expect(most).toBe(2);
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect([turns.working, turns.waiting]).toEqual([0, 0]);
});

test("who goes away while waiting leaves the queue", async () => {
  const turns = new Turns(1);
  const engine = await open({ connections: 1, turns });
  const { began, end, done } = hold(engine);
  await began;
  const leaving = new AbortController();
  const waiting = engine.query("SELECT 1", [], leaving.signal);
  leaving.abort(new Error("gone"));
  await expect(waiting).rejects.toThrow("gone");
  expect(turns.waiting).toBe(0);
  end();
  await done;
});

test("a version that is superseded is read on with an eighth of the memory and spill folder", async () => {
  const engine = await open({ connections: 2, memoryLimit: "800MB", spillLimit: "8GB" });
  expect(await memoryOf(engine)).toEqual(["762.9 MiB", "7.4 GiB"]);
  const { began, end, done } = hold(engine);
  await began;
  const superseded = engine.supersede();
  await expect.poll(() => memoryOf(engine)).toEqual(["95.3 MiB", "953.6 MiB"]);
  end();
  expect(await done).toEqual([[1000]]);
  await superseded;
  expect((await engine.query("SELECT max(id) FROM runs")).rows).toEqual([[999]]);
});

test("the configuration of a superseded version is locked as before", async () => {
  const engine = await open({ connections: 1, memoryLimit: "800MB" });
  await engine.supersede();
  const set = engine.withConnection((connection) => connection.execute("SET memory_limit = '1GB'"));
  await expect(set).rejects.toThrow(/locked/);
});
