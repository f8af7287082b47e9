import { appendFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { line, lines, makeDataFolder, ownTemporary } from "./data-files.js";
import { serveLive } from "./live-server.js";

interface Data {
  readonly datasets: readonly { readonly name: string; readonly runCount: number }[];
  readonly servingFaults: readonly { readonly dataset: string | null }[];
}
const DATA = "{ datasets { name runCount } servingFaults { dataset } }";
const counts = ({ datasets }: Data): Record<string, number> =>
  Object.fromEntries(datasets.map(({ name, runCount }) => [name, runCount]));

/** A server of two files, and where it keeps its temporary files. */
async function served() {
  const folder = makeDataFolder();
  const temporary = ownTemporary();
  const [a, b] = [join(folder, "a.jsonl"), join(folder, "b.jsonl")];
  writeFileSync(a, lines(3));
  writeFileSync(b, lines(2));
  const live = await serveLive(folder);
  const paths = (ending: RegExp): string[] =>
    readdirSync(temporary, { recursive: true, encoding: "utf8" })
      .filter((name) => ending.test(name))
      .map((name) => join(temporary, name));
  const remove = (ending: RegExp): number => {
    const found = paths(ending);
    for (const path of found) rmSync(path, { recursive: true });
    return found.length;
  };
  return { a, b, live, remove };
}

/** Every state that is served until one is as wanted. */
async function statesUntil(live: Awaited<ReturnType<typeof serveLive>>, holds: (data: Data) => boolean) {
  const seen = new Set<string>();
  await live.until<Data>(DATA, ({ data }) => {
    seen.add(JSON.stringify(data.datasets.map(({ name }) => name)));
    return holds(data);
  });
  return [...seen];
}

test.each([
  ["one copy", /-0\.jsonl$/, 1],
  ["all copies", /-\d\.jsonl$/, 2],
])("files are copied again where somebody removed %s", async (_, ending, count) => {
  const { a, b, live, remove } = await served();
  expect(remove(ending)).toBe(count);
  appendFileSync(a, line(9));
  expect(await statesUntil(live, (data) => counts(data)["a"] === 4)).toEqual(['["a","b"]']);
  appendFileSync(b, line(9));
  const { data } = await live.until<Data>(DATA, (answer) => counts(answer.data)["b"] === 3);
  expect([counts(data), data.servingFaults]).toEqual([{ a: 4, b: 3 }, []]);
  // They are what they were, and only grew.
  const loads = live.logged.filter(({ msg }) => msg === "new data are served");
  expect(loads.map(({ isWhole }) => isWhole)).toEqual([false, false]);
  expect(live.logged.filter(({ level }) => Number(level) > 30)).toEqual([]);
});

test("temporary folders are made again where somebody removed them all", async () => {
  const { a, b, live, remove } = await served();
  expect(remove(/^sweepql-[^/]*$/)).toBeGreaterThan(0);
  appendFileSync(b, line(9));
  expect(await statesUntil(live, (data) => counts(data)["b"] === 3)).toEqual(['["a","b"]']);
  appendFileSync(a, line(9));
  const { data } = await live.until<Data>(DATA, (answer) => counts(answer.data)["a"] === 4);
  expect([counts(data), data.servingFaults]).toEqual([{ a: 4, b: 3 }, []]);
});

test("a file that turned bad keeps its last good version though its copy was removed", async () => {
  const { a, b, live, remove } = await served();
  writeFileSync(a, "no JSON\n");
  await live.until<Data>(DATA, ({ data }) => data.servingFaults.length === 1);
  expect(remove(/-\d\.jsonl$/)).toBeGreaterThan(0);
  appendFileSync(b, line(9));
  expect(await statesUntil(live, (data) => counts(data)["b"] === 3)).toEqual(['["a","b"]']);
  const { data } = await live.ask<Data>(DATA);
  expect([counts(data), data.servingFaults]).toEqual([{ a: 3, b: 3 }, [{ dataset: "a" }]]);
  writeFileSync(a, lines(5));
  const mended = await live.until<Data>(DATA, (answer) => counts(answer.data)["a"] === 5);
  expect(mended.data.servingFaults).toEqual([]);
});
