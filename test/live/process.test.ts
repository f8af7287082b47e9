import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { serve } from "../server/command.js";
import { line, lines, makeDataFolder } from "./data-files.js";
import { eventsOf } from "./server-sent-events.js";
import { until } from "../until.js";

interface Count {
  readonly data: { readonly runs: { readonly totalCount: number } };
}

const countAt = async (url: string): Promise<number> => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "{ runs(first: 0) { totalCount } }" }),
  });
  return ((await response.json()) as Count).data.runs.totalCount;
};

/** A place for temporary files of one test's servers, so that what they leave there is seen. */
function makeTemporary(): string {
  const path = mkdtempSync(join(tmpdir(), "sweepql-tmp-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const oursIn = (temporary: string): string[] =>
  readdirSync(temporary).filter((name) => name.startsWith("sweepql-"));

test("a server killed in the middle of a load leaves no builder behind, and starts again clean", async () => {
  const folder = makeDataFolder();
  const file = join(folder, "a.jsonl");
  writeFileSync(file, lines(4));
  const temporary = makeTemporary();
  const settings = { cwd: folder, env: { TMPDIR: temporary } };
  const words = ["--watch", "--data", folder];
  const killed = await serve(words, settings);
  expect(await countAt(killed.url)).toBe(4);
  const before = oursIn(temporary).length;
  appendFileSync(file, lines(30_000, 100));
  // The folder of the next snapshot tells that the load has begun.
  await until(() => oursIn(temporary).length > before);
  await killed.stop("SIGKILL");
  const again = await serve(words, settings);
  expect(await countAt(again.url)).toBe(30_004);
  // Nothing but the new server's own copies and snapshot is left.
  await until(() => oursIn(temporary).length === 2);
  expect(await again.stop("SIGTERM")).toBe(0);
  await until(() => oursIn(temporary).length === 0);
});

test("SIGTERM ends subscriptions and a load under way in bounded time", async () => {
  const folder = makeDataFolder();
  const file = join(folder, "a.jsonl");
  writeFileSync(file, lines(4));
  const temporary = makeTemporary();
  const server = await serve(["--watch", "--data", folder], { cwd: folder, env: { TMPDIR: temporary } });
  const events = await eventsOf(server.url, { query: "subscription { datasetChanged { name } }" });
  const before = oursIn(temporary).length;
  appendFileSync(file, lines(30_000, 100));
  await until(() => oursIn(temporary).length > before);
  const stopped = server.stop("SIGTERM");
  const last = await events.next();
  expect(last).toMatchObject({ errors: [{ extensions: { code: "SERVER_STOPPING" } }] });
  expect(await Promise.race([stopped, wait(60_000, "still running", { ref: false })])).toBe(0);
  expect(oursIn(temporary)).toEqual([]);
});

test("what is served by the command follows its files", async () => {
  const folder = makeDataFolder();
  const file = join(folder, "a.jsonl");
  writeFileSync(file, lines(2));
  const server = await serve(["--watch", "--data", folder], { cwd: folder });
  appendFileSync(file, line(3));
  await until(async () => (await countAt(server.url)) === 3);
  expect(await server.stop("SIGTERM")).toBe(0);
});
