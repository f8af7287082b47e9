import { appendFileSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { copyFile } from "../../server/watch/copy-file.js";
import type { Copy } from "../../server/watch/kept-file.js";
import { line, lines, makeDataFolder } from "./data-files.js";

const NOT_YET = 60_000;
const bytesOf = ({ path, size }: Copy): string =>
  readFileSync(path ?? "")
    .subarray(0, size)
    .toString();

test("what a file has grown by is written behind the copy that there is", async () => {
  const folder = makeDataFolder();
  const file = join(folder, "a.jsonl");
  writeFileSync(file, lines(3));
  const { copy: first } = await copyFile(file, join(folder, "1"), null, NOT_YET);
  appendFileSync(file, line(4) + line(5).slice(0, 10));
  const { copy: second, due } = await copyFile(file, join(folder, "2"), first, NOT_YET);
  expect(second).toMatchObject({ path: first.path, lineage: first.lineage, lineCount: 4, endsLine: true });
  expect(bytesOf(second)).toBe(lines(4));
  expect(due).toBeGreaterThan(0);
  appendFileSync(file, line(5).slice(10));
  const { copy: third } = await copyFile(file, join(folder, "3"), second, NOT_YET);
  expect(third).toMatchObject({ path: first.path, lineage: first.lineage, lineCount: 5 });
  expect([first, second, third].map(bytesOf)).toEqual([lines(3), lines(4), lines(5)]);
});

test.each([
  ["another file that is longer", lines(9, 100)],
  ["another file that is shorter", lines(1, 100)],
  ["the file less its last line", lines(2)],
  ["a change in its middle, and more", lines(5).replace('"lr":2', '"lr":7')],
])("%s is copied anew, and the copy that there is stays", async (_, content) => {
  const folder = makeDataFolder();
  const file = join(folder, "a.jsonl");
  writeFileSync(file, lines(3));
  const { copy: first } = await copyFile(file, join(folder, "1"), null, NOT_YET);
  writeFileSync(file, content);
  const { copy: second } = await copyFile(file, join(folder, "2"), first, NOT_YET);
  expect(second.path).toBe(join(folder, "2"));
  expect(second.lineage).not.toBe(first.lineage);
  expect([first, second].map(bytesOf)).toEqual([lines(3), content]);
});

test("a last line that was taken without its end may go on: the file is copied anew", async () => {
  const folder = makeDataFolder();
  const file = join(folder, "a.jsonl");
  writeFileSync(file, lines(2) + line(3).slice(0, 10));
  const { copy: first } = await copyFile(file, join(folder, "1"), null, 0);
  expect(first).toMatchObject({ lineCount: 2, endsLine: false });
  appendFileSync(file, line(3).slice(10, 20));
  const { copy: second } = await copyFile(file, join(folder, "2"), first, NOT_YET);
  expect(second).toMatchObject({ lineCount: 2, endsLine: true, lineage: first.lineage });
  expect([first, second].map(bytesOf)).toEqual([lines(2) + line(3).slice(0, 10), lines(2)]);
});

test("a last line without an end counts as finished only where it is a whole object", async () => {
  const folder = makeDataFolder();
  const file = join(folder, "a.jsonl");
  const linesWith = async (end: string): Promise<number> => {
    writeFileSync(file, lines(2) + end);
    return (await copyFile(file, join(folder, "1"), null, 0)).copy.lineCount;
  };
  expect(await linesWith(line(3).trimEnd())).toBe(3);
  expect(await linesWith(line(3))).toBe(3);
  expect(await linesWith(line(3).slice(0, 10))).toBe(2);
  expect(await linesWith("  ")).toBe(2);
  expect(await linesWith("[1]")).toBe(2);
});

test("a file rests from when it was seen first where its time lies in the future", async () => {
  const folder = makeDataFolder();
  const file = join(folder, "a.jsonl");
  const to = join(folder, "1");
  const part = lines(2) + line(3).slice(0, 10);
  writeFileSync(file, part);
  const tomorrow = Date.now() / 1000 + 86_400;
  utimesSync(file, tomorrow, tomorrow);
  const first = await copyFile(file, to, null, NOT_YET);
  expect(bytesOf(first.copy)).toBe(lines(2));
  expect(first.due).toBeLessThanOrEqual(Date.now() + NOT_YET);
  const again = await copyFile(file, to, first.copy, NOT_YET, first);
  expect(again.due).toBe(first.due);
  const taken = await copyFile(file, to, again.copy, NOT_YET, { ...again, due: Date.now() });
  expect([bytesOf(taken.copy), taken.due]).toEqual([part, null]);
  // It stays taken, and a file that has changed rests anew.
  expect((await copyFile(file, join(folder, "2"), taken.copy, NOT_YET, taken)).due).toBe(null);
  utimesSync(file, tomorrow, tomorrow + 1);
  expect((await copyFile(file, join(folder, "3"), taken.copy, NOT_YET, taken)).due).not.toBe(null);
});
