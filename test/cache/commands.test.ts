import { rmSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { contentHash } from "../../server/cache/content.js";
import { readEntry, writeRecord } from "../../server/cache/entry.js";
import { run, type Service, serve, type Settings } from "../server/command.js";
import { KeptData } from "./kept-data.js";
import { until } from "../until.js";

const settings = (data: KeptData): Settings => ({ cwd: data.folder, env: { SWEEPQL_CACHE: data.cache } });

const said = (service: Service, words: string): Promise<void> =>
  until(
    () => service.printed().includes(words),
    () => `${words}\n${service.printed()}`,
  );

async function countAt({ url }: Service): Promise<number> {
  const response = await fetch(`${url}?query=${encodeURIComponent("{ runs { totalCount } }")}`);
  return ((await response.json()) as { data: { runs: { totalCount: number } } }).data.runs.totalCount;
}

test("a server says that it started from the cache, and when it has been read in full", async () => {
  const data = await KeptData.make();
  const first = await run(["check", data.a, data.b], settings(data));
  expect(first.code).toBe(0);
  expect(data.entries()).toHaveLength(1);

  expect((await run(["check", data.a, data.b], settings(data))).stdout).toBe(first.stdout);
  const service = await serve(["--data", data.a, data.b], settings(data));
  await said(service, "the cache was read in full: it is what the files hold");
  expect(service.printed()).toMatch(/\(ready in \d+\.\d s, from the cache\)/);
  expect(service.printed()).not.toContain("the files are loaded");
  expect(await countAt(service)).toBe(6);
  expect(await service.stop("SIGTERM")).toBe(0);
});

test("--no-cache neither reads nor keeps anything", async () => {
  const data = await KeptData.make();
  await data.rates();
  const service = await serve(["--no-cache", "--data", data.folder], settings(data));
  expect(service.printed()).toMatch(/\(ready in \d+\.\d s\)/);
  await service.stop("SIGTERM");
  rmSync(data.cache, { recursive: true });
  await run(["query", "--no-cache", "{ runs { totalCount } }"], {
    ...settings(data),
    env: { SWEEPQL_DATA: data.folder, SWEEPQL_CACHE: data.cache },
  });
  expect(() => data.entries()).toThrow("ENOENT");
});

test("where the cache proves wrong, a server says so, and serves the files instead", async () => {
  const data = await KeptData.make();
  await data.rates();
  // As if a write had gone unnoticed: what was loaded is not what the files hold.
  const [folder = ""] = data.entries();
  const { record } = await readEntry(folder);
  const other = await contentHash(data.manifest);
  await writeRecord({
    folder,
    record: { ...record, files: record.files.map((file) => ({ ...file, hash: other })) },
  });
  const service = await serve(["--data", data.folder], settings(data));
  expect(service.printed()).toContain("from the cache");
  await said(service, "what is served is right again");
  expect(service.printed()).toContain("a.jsonl has changed, though its size and times have not");
  expect(await countAt(service)).toBe(6);
  await service.stop("SIGTERM");
});

test("a query says what is wrong with the cache, and answers", async () => {
  const data = await KeptData.make();
  await data.rates();
  writeFileSync(data.kept("record"), "");
  const outcome = await run(["query", "{ runs { totalCount } }", "--data", data.folder], settings(data));
  expect(outcome.stderr).toMatch(
    /^sweepql: the files are loaded: the cache entry .* cannot be used: its record is damaged\n$/,
  );
  expect(JSON.parse(outcome.stdout)).toEqual({ runs: { totalCount: 6 } });
});
