import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readEntry, writeRecord } from "../../server/cache/entry.js";
import { settle } from "../cache/kept-data.js";
import { line, lines, makeDataFolder } from "./data-files.js";
import { type LiveServer, serveLive } from "./live-server.js";
import { until } from "../until.js";

interface Data {
  readonly datasets: readonly { readonly name: string; readonly version: string }[];
  readonly runs: { readonly nodes: readonly { readonly hyperparameters: { readonly lr: number } }[] };
  readonly servingFaults: readonly unknown[];
}
const DATA =
  "{ datasets { name version } runs { nodes { hyperparameters { lr } } } servingFaults { message } }";
const RUNS = "subscription { runsAdded { totalCount nodes { line hyperparameters { lr } } } }";
const CHANGES = "subscription { datasetChanged { change name } }";
const rates = ({ runs }: Data): number[] => runs.nodes.map(({ hyperparameters }) => hyperparameters.lr);

/** A folder of two files that a first server has kept. */
async function keptFolder() {
  const folder = makeDataFolder();
  const cache = { folder: join(makeDataFolder(), "cache"), limit: 1e9 };
  const [a, b] = [join(folder, "a.jsonl"), join(folder, "b.jsonl")];
  writeFileSync(a, lines(3));
  writeFileSync(b, lines(2, 101));
  await settle();
  const first = await serveLive(folder, { cache });
  expect(databaseOf(first)).not.toContain(cache.folder);
  const entries = (): string[] => (existsSync(cache.folder) ? readdirSync(cache.folder) : []);
  await until(() => entries().some((name) => existsSync(join(cache.folder, name, "record"))));
  const { data, extensions } = await first.ask<Data>(DATA);
  expect(rates(data)).toEqual([1, 2, 3, 101, 102]);
  return { folder, cache, a, b, entries, version: extensions.dataVersion };
}

const databaseOf = ({ snapshots }: LiveServer): string => snapshots.current.databaseFile;
const messages = ({ logged }: LiveServer): unknown[] => logged.map(({ msg }) => msg);
const verified = "the cache was read in full: it is what the files hold";

test("a second start serves what the first one kept, and goes on from there where a file grows", async () => {
  const { folder, cache, a, version } = await keptFolder();
  const live = await serveLive(folder, { cache });
  expect(databaseOf(live)).toContain(cache.folder);
  const { data, extensions } = await live.ask<Data>(DATA);
  expect([rates(data), extensions.dataVersion]).toEqual([[1, 2, 3, 101, 102], version]);
  const [runs, changes] = [await live.subscribe(RUNS), await live.subscribe(CHANGES)];
  appendFileSync(a, line(9));
  expect(await runs.next()).toMatchObject({
    data: { runsAdded: { totalCount: 1, nodes: [{ line: 4, hyperparameters: { lr: 9 } }] } },
  });
  expect(await changes.next()).toEqual(
    expect.objectContaining({ data: { datasetChanged: { change: "GROWN", name: "a" } } }),
  );
  expect(rates((await live.ask<Data>(DATA)).data)).toEqual([1, 2, 3, 9, 101, 102]);
  expect(live.logged).toContainEqual(expect.objectContaining({ msg: "new data are served", isWhole: false }));
  expect(messages(live)).toContain(verified);
});

test("what changes before the files were copied again is seen all the same", async () => {
  const { folder, cache, a, b } = await keptFolder();
  const live = await serveLive(folder, { cache });
  expect(databaseOf(live)).toContain(cache.folder);
  renameSync(b, join(folder, "c.jsonl"));
  writeFileSync(a, lines(2, 50));
  await live.until<Data>(DATA, ({ data }) => String(rates(data)) === "50,51,101,102");
  // Unchanged again, as they were kept: the versions of contents do not depend on the way there.
  renameSync(join(folder, "c.jsonl"), b);
  writeFileSync(a, lines(3));
  await live.until<Data>(DATA, ({ data }) => String(rates(data)) === "1,2,3,101,102");
});

test("what was kept may go while it is served", async () => {
  const { folder, cache, a } = await keptFolder();
  const live = await serveLive(folder, { cache });
  await until(() => messages(live).includes(verified));
  rmSync(cache.folder, { recursive: true });
  appendFileSync(a, line(9));
  await live.until<Data>(DATA, ({ data }) => String(rates(data)) === "1,2,3,9,101,102");
});

test("where it proves wrong, the files are served instead", async () => {
  const { folder, cache, entries, version } = await keptFolder();
  const path = join(cache.folder, entries()[0] ?? "");
  const { record } = await readEntry(path);
  const hash = "0".repeat(16);
  await writeRecord({
    folder: path,
    record: { ...record, files: record.files.map((one) => ({ ...one, hash })) },
  });
  const live = await serveLive(folder, { cache });
  expect(databaseOf(live)).toContain(cache.folder);
  await until(() => !databaseOf(live).includes(cache.folder));
  expect(messages(live)).toContain("what is served is wrong; the files are loaded anew");
  const { extensions } = await live.until<Data>(DATA, ({ data }) => data.servingFaults.length === 0);
  expect(extensions.dataVersion).toBe(version);
  expect(entries()).toEqual([]);
});

test("files that changed since, or whose last line may be half-written, are loaded", async () => {
  const { folder, cache, a } = await keptFolder();
  appendFileSync(a, line(9).trimEnd());
  await settle();
  for (let start = 0; start < 2; start += 1) {
    const live = await serveLive(folder, { cache });
    expect(databaseOf(live)).not.toContain(cache.folder);
    expect(rates((await live.ask<Data>(DATA)).data)).toEqual([1, 2, 3, 9, 101, 102]);
  }
  expect(readFileSync(a, "utf8").endsWith("}")).toBe(true);
});

test("a file that turns bad before it was copied stays as it was kept, beside another that grows", async () => {
  const { folder, cache, a, b } = await keptFolder();
  const live = await serveLive(folder, { cache });
  expect(databaseOf(live)).toContain(cache.folder);
  writeFileSync(a, "no JSON\n");
  appendFileSync(b, line(103));
  const bad = await live.until<Data>(DATA, ({ data }) => rates(data).includes(103));
  expect(rates(bad.data)).toEqual([1, 2, 3, 101, 102, 103]);
  await live.until<Data>(DATA, ({ data }) => data.servingFaults.length === 1);
  writeFileSync(a, lines(3));
  const good = await live.until<Data>(DATA, ({ data }) => data.servingFaults.length === 0);
  expect(rates(good.data)).toEqual([1, 2, 3, 101, 102, 103]);
  writeFileSync(a, lines(1, 7));
  await live.until<Data>(DATA, ({ data }) => String(rates(data)) === "7,101,102,103");
});
