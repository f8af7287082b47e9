import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConfigurationFault } from "../../server/errors.js";
import { residualLines, tuningLines } from "../../server/sample/generate.js";
import { type SampleProgress, writeSample } from "../../server/sample/write-sample.js";

const names = ["llama-33m_tuning.results.jsonl", "llama-33m_residual.results.jsonl"];
const options = { seed: 1, runs: 64 };
const joined = (lines: Iterable<string>): string => Array.from(lines, (line) => `${line}\n`).join("");
const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "sweepql-sample-"));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

describe("writing a sample", () => {
  it("writes both files, whole, and returns their paths", async () => {
    const progress: SampleProgress[] = [];
    const nested = join(directory, "made", "here");
    const paths = await writeSample({
      directory: nested,
      ...options,
      onProgress: (step) => progress.push(step),
    });
    expect(paths).toEqual(names.map((name) => join(nested, name)));
    expect((await readdir(nested)).sort()).toEqual(names.toSorted());
    const [tuning = "", residual = ""] = await Promise.all(paths.map((path) => readFile(path, "utf8")));
    expect(tuning).toBe(joined(tuningLines(options)));
    expect(residual).toBe(joined(residualLines(options)));
    expect(progress.map((step) => [basename(step.file), step.lines, step.bytes])).toEqual([
      [names[0], 64, tuning.length],
      [names[1], 64, residual.length],
    ]);
  });

  it("leaves what was there, and nothing half done, when it is interrupted", async () => {
    const path = join(directory, names[0] ?? "");
    await writeFile(path, "old\n");
    const seen: string[][] = [];
    const interrupted = writeSample({
      directory,
      ...options,
      onProgress: ({ file }) => {
        if (file.includes("residual")) throw new Error("interrupted");
        seen.push([file]);
      },
    });
    await expect(interrupted).rejects.toThrow("interrupted");
    expect(seen).toEqual([[path]]);
    expect(await readdir(directory)).toEqual([names[0]]);
    expect(await readFile(path, "utf8")).toBe("old\n");
  });

  it("gives the same bytes for the same seed, on any machine, and others for another", () => {
    const tuning = joined(tuningLines(options));
    expect(tuning).toBe(joined(tuningLines(options)));
    expect(tuning).not.toBe(joined(tuningLines({ ...options, seed: 2 })));
    expect(hash(tuning + joined(residualLines(options)))).toBe(
      "98e05e019e80d26fece53b5df4c591ccae657f28c875962390d2d75975763e1f",
    );
  });

  it.each([
    { seed: 1, runs: 7 },
    { seed: 1, runs: 8.5 },
    { seed: -1, runs: 64 },
    { seed: NaN, runs: NaN },
  ])("refuses $runs runs of seed $seed", async (wrong) => {
    await expect(writeSample({ directory, ...wrong })).rejects.toThrow(ConfigurationFault);
    expect(() => tuningLines(wrong)).toThrow(/must be a whole number/);
  });
});
