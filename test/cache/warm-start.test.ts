import {
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  readFileSync,
  chmodSync,
  mkdirSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sampleHash } from "../../server/cache/content.js";
import { Snapshots } from "../../server/snapshots.js";
import { flipByte, KeptData, settle, told } from "./kept-data.js";

describe("a second start over unchanged files", () => {
  test("reads no file, and tells the same of them", async () => {
    const data = await KeptData.make();
    const first = await data.start(async ({ snapshot, isFromCache, loaded }) => {
      expect({ isFromCache, loaded }).toEqual({ isFromCache: false, loaded: ["a.jsonl", "b.jsonl"] });
      return told(snapshot);
    });
    await data.start(async ({ snapshot, isFromCache, loaded, verify }) => {
      expect({ isFromCache, loaded }).toEqual({ isFromCache: true, loaded: [] });
      expect(await told(snapshot)).toEqual(first);
      const [a, b] = snapshot.catalogue.datasets;
      expect(a?.axis.field).toBe(b?.axis.field);
      expect(snapshot.catalogue.curveFields).toContain(a?.axis.field);
      expect(await verify(AbortSignal.timeout(60_000))).toBeNull();
    });
    expect((await data.rates({ verify: "before" })).isFromCache).toBe(true);
    expect(data.notes).toEqual(["the files are loaded: these files were not kept yet"]);
  });

  test("names the same files that cannot be loaded, and looks at those that changed", async () => {
    const data = await KeptData.make();
    const [empty, odd] = [join(data.folder, "empty.jsonl"), join(data.folder, "odd.jsonl")];
    writeFileSync(empty, "");
    writeFileSync(odd, "<html>\n");
    await settle();
    const leftOut = () =>
      data.start(({ snapshot, isFromCache }) => ({
        isFromCache,
        names: snapshot.catalogue.datasets.map(({ name }) => name),
        reasons: snapshot.leftOut.map(({ reason }) => reason),
        faults: new Snapshots(snapshot).faults,
      }));
    const first = await leftOut();
    expect(first).toEqual({
      isFromCache: false,
      names: ["a", "b"],
      reasons: [
        `${empty}: the file is empty.`,
        expect.stringContaining(`${odd}: no line can be used (1 refused)`),
      ],
      faults: [
        { dataset: "empty", message: "empty.jsonl: the file is empty." },
        { dataset: "odd", message: expect.stringMatching(/^odd\.jsonl: no line can be used/) as string },
      ],
    });
    expect(await leftOut()).toEqual({ ...first, isFromCache: true });
    await data.start(async ({ verify }) => expect(await verify(AbortSignal.timeout(60_000))).toBeNull());
    writeFileSync(odd, readFileSync(data.a));
    await settle();
    expect(await leftOut()).toMatchObject({ isFromCache: false, names: ["a", "b", "odd"] });
  });

  test("finds them by content where only their times and inodes are others, once", async () => {
    const data = await KeptData.make();
    await data.rates();
    const record = readFileSync(data.kept("record"));
    utimesSync(data.a, 1, 1);
    writeFileSync(`${data.b}.new`, readFileSync(data.b));
    renameSync(`${data.b}.new`, data.b);
    await settle();
    expect((await data.rates()).isFromCache).toBe(true);
    expect(readFileSync(data.kept("record")).equals(record)).toBe(false);
  });

  test("keeps nothing open to other users", async () => {
    const data = await KeptData.make();
    await data.rates();
    for (const path of [data.cache, ...data.entries(), data.kept("record"), data.kept("snapshot.duckdb")])
      expect(statSync(path).mode & 0o077).toBe(0);
  });
});

describe("files that changed are loaded anew:", () => {
  const changes: Record<string, (data: KeptData) => void> = {
    "a longer file": (data) => data.append(data.a, 4),
    "other content of the same size and modification time": ({ a }) => {
      const { mtime, atime } = statSync(a);
      writeFileSync(a, readFileSync(a, "utf8").replaceAll('"lr":1', '"lr":4'));
      utimesSync(a, atime, mtime);
    },
    "another manifest": ({ manifest }) =>
      writeFileSync(manifest, JSON.stringify({ metrics: { loss: { goal: "maximize" } } })),
    "a manifest less": ({ manifest }) => rmSync(manifest),
    "a file's own manifest": ({ folder }) =>
      writeFileSync(join(folder, "a.manifest.yaml"), "metrics: {loss: {unit: nats}}"),
    "a file more": ({ folder, a }) => writeFileSync(join(folder, "c.jsonl"), readFileSync(a)),
    "a file less": ({ b }) => rmSync(b),
    "a file by another name": ({ folder, b }) => renameSync(b, join(folder, "c.jsonl")),
  };
  test.each(Object.entries(changes))("%s", async (_, change) => {
    const data = await KeptData.make();
    await data.rates();
    change(data);
    await settle();
    const anew = await data.start(({ snapshot, isFromCache }) => {
      expect(isFromCache).toBe(false);
      return told(snapshot);
    });
    await data.start(async ({ snapshot, isFromCache }) => {
      expect(isFromCache).toBe(true);
      expect(await told(snapshot)).toEqual(anew);
    });
  });

  test("the old entry makes way for the new one", async () => {
    const data = await KeptData.make();
    await data.rates();
    data.append(data.a, 4);
    await settle();
    expect((await data.rates()).rates).toEqual([1, 2, 3, 4, 101, 102, 103]);
    expect(data.entries()).toHaveLength(1);
    expect(data.notes.at(-1)).toBe(`the files are loaded: ${data.a} has changed`);
  });
});

describe("a damaged entry is noticed, said, and made again:", () => {
  const shorten = (file: string): void => writeFileSync(file, readFileSync(file).subarray(0, -1));
  const damages: Record<string, (data: KeptData) => void> = {
    "a record cut off": (data) => shorten(data.kept("record")),
    "an empty record": (data) => writeFileSync(data.kept("record"), ""),
    "a byte of the record": (data) => flipByte(data.kept("record"), 200),
    "a database cut off": (data) => shorten(data.kept("snapshot.duckdb")),
    "a byte of the database": (data) => flipByte(data.kept("snapshot.duckdb"), 8200),
    "no database": (data) => rmSync(data.kept("snapshot.duckdb")),
    "a folder for a database": (data) => {
      rmSync(data.kept("snapshot.duckdb"));
      mkdirSync(data.kept("snapshot.duckdb"));
    },
  };
  test.each(Object.entries(damages))("%s", async (_, damage) => {
    const data = await KeptData.make();
    const { rates } = await data.rates();
    damage(data);
    expect(await data.rates()).toEqual({ isFromCache: false, rates });
    expect(data.notes.at(-1)).toMatch(/^the files are loaded: the cache entry .* cannot be used: /);
    expect(await data.rates()).toEqual({ isFromCache: true, rates });
  });

  test("a byte that no sample sees: before the first answer, or as soon as all is read", async () => {
    const data = await KeptData.make(40_000);
    const { rates } = await data.rates();
    const database = data.kept("snapshot.duckdb");
    const sample = await sampleHash(database);
    // Beyond the first block, which the engine reads, and checks, when it opens the file.
    let position = 3e5;
    flipByte(database, position);
    while ((await sampleHash(database)) !== sample) {
      flipByte(database, position);
      position += 2 ** 15;
      flipByte(database, position);
    }
    await data.start(async ({ isFromCache, verify }) => {
      expect(isFromCache).toBe(true);
      expect(await verify(AbortSignal.timeout(60_000))).toMatch(
        /the database of the cache entry .* is damaged/,
      );
    });
    expect(data.entries()).toEqual([]);
    await data.rates();
    flipByte(data.kept("snapshot.duckdb"), position);
    expect(await data.rates({ verify: "before" })).toEqual({ isFromCache: false, rates });
  });
});

describe("without a cache, data are served all the same:", () => {
  const obstacles: Record<string, (data: KeptData) => void> = {
    "a file lies where the folder should be": ({ cache }) => writeFileSync(cache, ""),
    "others may write to the folder": ({ cache }) => {
      mkdirSync(cache);
      chmodSync(cache, 0o777);
    },
  };
  test.each(Object.entries(obstacles))("%s", async (_, hinder) => {
    const data = await KeptData.make();
    hinder(data);
    for (let start = 0; start < 2; start += 1)
      expect(await data.rates()).toEqual({ isFromCache: false, rates: [1, 2, 3, 101, 102, 103] });
    expect(data.notes).toHaveLength(2);
    expect(data.notes[0]).toMatch(/^the cache folder .* is not used: /);
  });

  test("the folder goes while it is written to", async () => {
    const data = await KeptData.make();
    mkdirSync(data.cache, { mode: 0o700 });
    await data.start(({ isFromCache }) => {
      expect(isFromCache).toBe(false);
      rmSync(data.cache, { recursive: true, force: true });
      writeFileSync(data.cache, "");
    });
    expect(data.notes.at(-1)).toMatch(/^what was loaded is not kept for the next start: /);
  });

  test("the limit is too small for it", async () => {
    const data = await KeptData.make();
    await data.start(() => undefined, { limit: 1000 });
    expect(data.entries()).toEqual([]);
    expect(data.notes.at(-1)).toContain("the cache may have 1000");
  });
});
