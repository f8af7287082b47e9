import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DataFault } from "../../server/errors.js";
import { discover, discoverUsable } from "../../server/ingest/discover.js";
import { fileManifests } from "../../server/ingest/manifest-paths.js";
import { type Folder, makeFolder } from "./load-text.js";

let folder: Folder;

beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());

const names = async (...sources: string[]) => (await discover(sources)).map(({ name }) => name);

describe("sources", () => {
  test("are files, folders with their sub-folders, and patterns", async () => {
    const file = folder.write("z.jsonl", "{}");
    folder.write("deep/er/a.results.jsonl", "{}");
    folder.write("notes.txt", "");
    expect(await names(folder.path)).toEqual(["a", "z"]);
    expect(await names(file)).toEqual(["z"]);
    expect(await names(join(folder.path, "**/*.results.jsonl"))).toEqual(["a"]);
    expect(await names(folder.path, file)).toEqual(["a", "z"]);
  });

  test("are labelled by their place in the folder", async () => {
    folder.write("deep/a.jsonl", "{}");
    expect((await discover([folder.path])).map(({ label }) => label)).toEqual([join("deep", "a.jsonl")]);
  });

  test("of a folder leave the sample out as soon as there is other data", async () => {
    folder.write("sample/s.jsonl", "{}");
    expect(await names(folder.path)).toEqual(["s"]);
    folder.write("own.jsonl", "{}");
    expect(await names(folder.path)).toEqual(["own"]);
    expect(await names(join(folder.path, "sample"))).toEqual(["s"]);
  });

  test("that are missing or empty are named", async () => {
    await expect(discover([join(folder.path, "none.jsonl")])).rejects.toThrow(
      /none\.jsonl: no such file or folder/,
    );
    await expect(discover([folder.path])).rejects.toThrow(/holds no \*\.jsonl file/);
    await expect(discover([join(folder.path, "*.jsonl")])).rejects.toThrow(/no file matches/);
    await expect(discover([folder.path])).rejects.toBeInstanceOf(DataFault);
  });

  test("of one name in several folders are told apart by as few folders as do", async () => {
    folder.write("x/run-a/results.jsonl", "{}");
    folder.write("x/run-b/results.jsonl", "{}");
    folder.write("alone.jsonl", "{}");
    expect(await names(folder.path)).toEqual(["alone", "run-a/results", "run-b/results"]);
    folder.write("y/run-a/results.jsonl", "{}");
    expect(await names(folder.path)).toEqual([
      "alone",
      "x/run-a/results",
      "x/run-b/results",
      "y/run-a/results",
    ]);
    const manifests = (await discover([folder.path])).map((file) => fileManifests(file)[0]);
    expect(manifests[1]).toBe(join(folder.path, "x", "run-a", "results.manifest.json"));
  });

  test("that are compressed are not read, and it is said how they would be", async () => {
    const packed = folder.write("runs.jsonl.gz", "");
    const unpack = "Compressed files are not read; unpack them with gunzip";
    await expect(discover([packed])).rejects.toThrow(unpack);
    await expect(discover([folder.path])).rejects.toThrow(`${unpack}: runs.jsonl.gz.`);
  });

  test("that are compressed, beside others, are among them to be named, but for those unpacked already", async () => {
    folder.write("a.jsonl", "{}");
    folder.write("a.jsonl.gz", "");
    folder.write("deep/b.jsonl.gz", "");
    folder.write("notes.txt.gz", "");
    expect(await names(folder.path)).toEqual(["a", "b.jsonl.gz"]);
  });

  test("of one folder with one dataset name are refused, both files named", async () => {
    const one = folder.write("a.jsonl", "{}");
    const other = folder.write("a.results.jsonl", "{}");
    const error = await discover([folder.path]).then(String, (reason: unknown) => (reason as Error).message);
    expect(error).toContain(one);
    expect(error).toContain(other);
  });

  test("that hold nothing are told without the folders of this machine, and the others are found", async () => {
    folder.write("there.jsonl", "{}");
    const sources = ["gone.jsonl", "gone/", "run-*/*.jsonl"].map((source) => `${folder.path}/${source}`);
    const { files, faults } = await discoverUsable([...sources, folder.path]);
    expect(files.map(({ name }) => name)).toEqual(["there"]);
    expect(faults.map(({ dataset, told }) => [dataset, told])).toEqual([
      ["gone", "gone.jsonl: no such file or folder."],
      [null, "gone: no such file or folder."],
      [null, "run-*/*.jsonl: no file matches the pattern."],
    ]);
    expect(faults.map(({ reason }) => reason.split(": ")[0])).toEqual(sources);
  });

  test("of one folder with one dataset name leave the preferred one, called as if it were alone", async () => {
    const [one, other] = [folder.write("x/a.jsonl", "{}"), folder.write("x/a.results.jsonl", "{}")];
    folder.write("y/a.jsonl", "{}");
    for (const [preferred, left] of [
      [one, other],
      [other, one],
    ] as const) {
      const { files, faults } = await discoverUsable([folder.path], new Set([preferred]));
      expect(files.map(({ name }) => name)).toEqual(["x/a", "y/a"]);
      expect(files[0]?.path).toBe(preferred);
      expect(faults).toMatchObject([{ dataset: "x/a", reason: expect.stringContaining(left) as string }]);
    }
  });
});
