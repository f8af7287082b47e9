import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, cpSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { loadingVersion } from "../../server/cache/format.js";
import { type CacheSettings, SnapshotCache } from "../../server/cache/snapshot-cache.js";
import { sourceState } from "../../server/cache/source-state.js";
import { discover } from "../../server/ingest/discover.js";
import { load } from "../../server/ingest/load.js";
import { lines } from "../live/data-files.js";
import { ownedBeginning } from "../../server/process-names.js";
import { run } from "../server/command.js";
import { KeptData, settle } from "./kept-data.js";

/** A file loaded into a database, and a cache. */
async function world() {
  const folder = mkdtempSync(join(tmpdir(), "sweepql-cache-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const source = join(folder, "a.jsonl");
  writeFileSync(source, lines(3));
  await settle();
  const databaseFile = join(folder, "a.duckdb");
  const catalogue = await load({ sources: [source], databaseFile });
  const files = await discover([source]);
  const settings: CacheSettings = { folder: join(folder, "cache"), limit: 1e9 };
  return { folder, source, files, databaseFile, catalogue, settings };
}

test("another version finds nothing, and does not disturb this one's", async () => {
  const { files, catalogue, databaseFile, settings } = await world();
  const [one, other] = [await SnapshotCache.open(settings, "1"), await SnapshotCache.open(settings, "2")];
  expect(
    await one.store(files, await sourceState(files), { catalogue, read: [], leftOut: [], databaseFile }),
  ).toBeNull();
  expect(await other.find(files)).toEqual({ kind: "miss", reason: "these files were not kept yet" });
  expect(
    await other.store(files, await sourceState(files), { catalogue, read: [], leftOut: [], databaseFile }),
  ).toBeNull();
  expect((await one.find(files)).kind).toBe("hit");
  expect((await other.find(files)).kind).toBe("hit");
});

test("the version is another when the code that loads, or what it stands on, is", () => {
  const root = mkdtempSync(join(tmpdir(), "sweepql-cache-test-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const here = new URL("../../", import.meta.url);
  for (const part of ["package.json", "schema", "server/ingest", "server/duckdb"])
    cpSync(new URL(part, here), join(root, part), { recursive: true });
  const version = (): string => loadingVersion(pathToFileURL(`${root}/`));
  const versions = [version()];
  expect(versions[0]).toBe(loadingVersion());
  for (const file of ["server/ingest/load.ts", "schema/documented/llama.ts", "package.json"]) {
    appendFileSync(join(root, file), "\n");
    versions.push(version());
  }
  writeFileSync(join(root, "server/ingest/more.ts"), "");
  versions.push(version());
  expect(new Set(versions).size).toBe(versions.length);
});

test("what changed while it was loaded, or just before, is not kept", async () => {
  const { source, files, catalogue, databaseFile, settings } = await world();
  const cache = await SnapshotCache.open(settings);
  const before = await sourceState(files);
  appendFileSync(source, lines(1, 4));
  expect(await cache.store(files, before, { catalogue, read: [], leftOut: [], databaseFile })).toBe(
    "the files changed while they were loaded",
  );
  writeFileSync(source, lines(3));
  const clock = vi.spyOn(Date, "now").mockReturnValue(Math.ceil(statSync(source).ctimeMs));
  const fresh = await sourceState(files);
  clock.mockRestore();
  expect(await cache.store(files, fresh, { catalogue, read: [], leftOut: [], databaseFile })).toBe(
    `${source} was written to just before it was loaded`,
  );
  expect((await cache.find(files)).kind).toBe("miss");
});

test("a file that holds something else though nothing shows it is found by reading it in full", async () => {
  const { files, catalogue, databaseFile, settings } = await world();
  const cache = await SnapshotCache.open(settings);
  // As if the file system had not noted a write: the content's hash is another than was loaded.
  const datasets = catalogue.datasets.map((dataset) => ({ ...dataset, version: "0".repeat(16) }));
  await cache.store(files, await sourceState(files), {
    catalogue: { ...catalogue, datasets },
    read: [],
    leftOut: [],
    databaseFile,
  });
  const found = await cache.find(files);
  expect(found.kind).toBe("hit");
  if (found.kind === "hit")
    expect(await cache.verify(found.entry)).toContain(
      "a.jsonl has changed, though its size and times have not",
    );
});

test("over the limit, what was used least recently goes", async () => {
  const { folder, catalogue, databaseFile, settings } = await world();
  const named = async (name: string) => {
    const path = join(folder, `${name}.jsonl`);
    writeFileSync(path, lines(3));
    await settle();
    return discover([path]);
  };
  const [x, y, z] = [await named("x"), await named("y"), await named("z")];
  const roomy = await SnapshotCache.open(settings);
  const keep = async (cache: SnapshotCache, files: typeof x): Promise<void> => {
    expect(
      await cache.store(files, await sourceState(files), { catalogue, read: [], leftOut: [], databaseFile }),
    ).toBeNull();
    await settle();
  };
  await keep(roomy, x);
  await keep(roomy, y);
  expect((await roomy.find(x)).kind).toBe("hit");
  await settle();
  const { size } = statSync(databaseFile);
  await keep(await SnapshotCache.open({ ...settings, limit: 2.5 * size }), z);
  expect((await roomy.find(x)).kind).toBe("hit");
  expect((await roomy.find(y)).kind).toBe("miss");
  expect((await roomy.find(z)).kind).toBe("hit");
});

test("what a dead process left unfinished is no entry, and goes; what a living one makes stays", async () => {
  const { files, catalogue, databaseFile, settings } = await world();
  const cache = await SnapshotCache.open(settings);
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "close");
  const names = [child.pid, process.pid].map((pid) => ownedBeginning("unfinished", pid) + "abcdef");
  for (const name of names) cpSync(databaseFile, join(settings.folder, name, "snapshot.duckdb"));
  expect((await cache.find(files)).kind).toBe("miss");
  await cache.store(files, await sourceState(files), { catalogue, read: [], leftOut: [], databaseFile });
  expect(names.map((name) => existsSync(join(settings.folder, name)))).toEqual([false, true]);
  expect((await cache.find(files)).kind).toBe("hit");
});

test("processes that start at once over the same files disturb each other in nothing", async () => {
  const data = await KeptData.make();
  const query = () =>
    run(["query", "{ runs { totalCount } }", "--data", data.folder], {
      cwd: data.folder,
      env: { SWEEPQL_CACHE: data.cache },
    });
  const outcomes = await Promise.all([query(), query(), query()]);
  for (const outcome of outcomes)
    expect(outcome).toEqual({ code: 0, stderr: "", stdout: '{\n  "runs": {\n    "totalCount": 6\n  }\n}\n' });
  expect(data.entries()).toHaveLength(1);
  expect((await data.rates({ verify: "before" })).isFromCache).toBe(true);
});
