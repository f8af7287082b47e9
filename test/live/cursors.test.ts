import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { line, lines, makeDataFolder } from "./data-files.js";
import { type Answer, serveLive } from "./live-server.js";

interface Page {
  readonly runs: {
    readonly totalCount: number;
    readonly nodes: readonly { readonly line: number }[];
    readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
  };
}
const PAGE =
  "query ($after: String) { runs(first: 3, after: $after) { totalCount nodes { line } pageInfo { endCursor hasNextPage } } }";
const COUNT = "{ runs(first: 0) { totalCount } }";

test("paging through a growing file ends, complete, in the version that it began in", async () => {
  const folder = makeDataFolder();
  const file = join(folder, "a.jsonl");
  writeFileSync(file, lines(12));
  const live = await serveLive(folder);
  const found: number[] = [];
  const versions = new Set<string>();
  let after: string | null = null;
  for (let page = 0; ; page += 1) {
    const { data, extensions }: Answer<Page> = await live.ask<Page>(PAGE, { after });
    versions.add(extensions.dataVersion);
    found.push(...data.runs.nodes.map((run) => run.line));
    expect(data.runs.totalCount).toBe(12);
    if (!data.runs.pageInfo.hasNextPage) break;
    after = data.runs.pageInfo.endCursor;
    appendFileSync(file, line(100 + page));
    await live.until<Page>(COUNT, ({ data: { runs } }) => runs.totalCount === 13 + page);
  }
  expect(found).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  expect(versions.size).toBe(1);
  // A cursor that is written out pins its version as one in a variable does.
  const written = await live.ask<Page>(
    PAGE.replace("$after)", JSON.stringify(after) + ")").replace("($after: String)", ""),
  );
  expect(written.extensions.dataVersion).toBe([...versions][0]);
  // What names no version is answered from the newest.
  expect((await live.ask<Page>(COUNT)).data.runs.totalCount).toBe(15);
});

test("a cursor of a version that is kept no longer is refused by name", async () => {
  const folder = makeDataFolder();
  const file = join(folder, "a.jsonl");
  writeFileSync(file, lines(12));
  const live = await serveLive(folder, { keepFor: 1 });
  const first = await live.ask<Page>(PAGE);
  appendFileSync(file, line(99));
  await live.until<Page>(COUNT, ({ data }) => data.runs.totalCount === 13);
  await expect.poll(() => live.snapshots.older.length, { timeout: 30_000 }).toBe(0);
  const stale = await live.ask<Page>(PAGE, { after: first.data.runs.pageInfo.endCursor });
  expect(stale.errors?.[0]?.extensions.code).toBe("STALE_CURSOR");
});

test("at most a few older versions are kept, and none whose cursors nobody has", async () => {
  const folder = makeDataFolder();
  const file = join(folder, "a.jsonl");
  writeFileSync(file, lines(12));
  const live = await serveLive(folder, { keepAtMost: 2 });
  const begun: { readonly version: string; readonly cursor: string }[] = [];
  for (let count = 13; count < 17; count += 1) {
    const { data, extensions } = await live.ask<Page>(PAGE);
    begun.push({ version: extensions.dataVersion, cursor: data.runs.pageInfo.endCursor });
    appendFileSync(file, line(count));
    await live.until<Page>(COUNT, (answer) => answer.data.runs.totalCount === count);
  }
  expect(live.snapshots.older.map(({ catalogue }) => catalogue.version)).toEqual(
    begun
      .slice(-2)
      .map(({ version }) => version)
      .reverse(),
  );
  const codes = [];
  for (const { cursor } of begun)
    codes.push((await live.ask<Page>(PAGE, { after: cursor })).errors?.[0]?.extensions.code);
  expect(codes).toEqual(["STALE_CURSOR", "STALE_CURSOR", undefined, undefined]);
});

test("a version that is paged through stays while others come whose cursors nobody uses", async () => {
  const folder = makeDataFolder();
  const file = join(folder, "a.jsonl");
  writeFileSync(file, lines(12));
  const live = await serveLive(folder, { keepAtMost: 2 });
  const grow = async (count: number): Promise<void> => {
    appendFileSync(file, line(count));
    await live.until<Page>(COUNT, (answer) => answer.data.runs.totalCount === count);
  };
  const next = async (after: string | null): Promise<Answer<Page>> => live.ask<Page>(PAGE, { after });
  const first = await next(null);
  await grow(13);
  const second = await next(first.data.runs.pageInfo.endCursor);
  const begun: string[] = [];
  for (let count = 14; count < 17; count += 1) {
    begun.push((await next(null)).data.runs.pageInfo.endCursor);
    await grow(count);
  }
  const third = await next(second.data.runs.pageInfo.endCursor);
  expect(third.errors).toBeUndefined();
  expect(third.data.runs.nodes.map((run) => run.line)).toEqual([7, 8, 9]);
  expect(third.data.runs.totalCount).toBe(12);
  const codes = [];
  for (const cursor of begun) codes.push((await next(cursor)).errors?.[0]?.extensions.code);
  expect(codes).toEqual(["STALE_CURSOR", "STALE_CURSOR", undefined]);
});
