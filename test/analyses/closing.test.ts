import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { BandRequest } from "../../schema/analyses.js";
import { Statistics } from "../../server/analyses/statistics.js";

const BAND: BandRequest = { confidence: 0.8, method: "LD_HIGHEST_DENSITY" };
const never = (): AbortSignal => new AbortController().signal;

/** Runs a script of ours as a process of its own, and tells how that ended. */
function run(script: string): { stdout: string; status: number | null; signal: string | null } {
  const folder = mkdtempSync(join(tmpdir(), "sweepql-exit-"));
  try {
    const file = join(folder, "script.mts");
    writeFileSync(file, script);
    const { stdout, status, signal } = spawnSync(process.execPath, ["--import", "tsx", file], {
      encoding: "utf8",
      timeout: 600_000,
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
    });
    return { stdout: stdout.trim(), status, signal };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const path = (file: string): string => JSON.stringify(fileURLToPath(new URL(file, import.meta.url)));

describe("closing the statistics", () => {
  test("settles what is pending", async () => {
    const statistics = new Statistics(1);
    const pending = [20_000, 19_999].map((n) => statistics.planBand(n, 0.5, "minimize", BAND, never()));
    const outcome = Promise.allSettled(pending);
    await statistics.close();
    expect((await outcome).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await statistics.close();
  });

  test("leaves no thread behind that a later question would start", async () => {
    const statistics = new Statistics(1);
    await statistics.planBand(8, 0.5, "minimize", BAND, never());
    await statistics.close();
    await expect(statistics.planBand(9, 0.5, "minimize", BAND, never())).rejects.toThrow();
    await statistics.close();
  });
});

describe("a process", () => {
  test.each([
    ["after an answer, without closing", "console.log((await ask(48)).runs);", "48"],
    [
      "when closed under way",
      "const late = ask(20000).catch(() => console.log('gone')); await statistics.close(); await late;",
      "gone",
    ],
    ["without a question", "console.log('idle');", "idle"],
  ])("ends %s", (_, body, printed) => {
    const ended = run(`
      import { Statistics } from ${path("../../server/analyses/statistics.ts")};
      const statistics = new Statistics(2);
      const band = { confidence: 0.8, method: "LD_HIGHEST_DENSITY" };
      const ask = (n) => statistics.planBand(n, 0.5, "minimize", band, new AbortController().signal);
      ${body}`);
    expect(ended).toEqual({ stdout: printed, status: 0, signal: null });
  });

  test("survives closing after a request that was refused while its other fields still ran", () => {
    const fields = Array.from(
      { length: 12 },
      (
        _,
        index,
      ) => `r${index}: runs(first: ${index + 1}) { totalCount nodes { line curve(from: ${index}) { axis } } }
        s${index}: scores(of: {metric: VAL_RAW_LOSS}, where: {line: {gt: ${index}}}) { runCount }`,
    );
    const query = `{ none: scores(of: {metric: VAL_RAW_LOSS}, where: {line: {gt: 99999}}) { runCount } ${fields.join(" ")} }`;
    const ended = run(`
      import { mkdtempSync, rmSync } from "node:fs";
      import { writeSample } from ${path("../../server/sample/write-sample.ts")};
      import { serve } from ${path("./harness.ts")};
      const directory = mkdtempSync(${JSON.stringify(join(tmpdir(), "sweepql-sample-"))});
      await writeSample({ directory, seed: 1, runs: 512 });
      for (let round = 0; round < 5; round++) {
        const service = await serve([directory]);
        const { errors } = await service.request(${JSON.stringify(query)});
        if (errors[0]?.code !== "UNFIT_DATA") throw new Error(JSON.stringify(errors));
        await service.close();
      }
      rmSync(directory, { recursive: true });
      console.log("closed");`);
    expect(ended).toEqual({ stdout: "closed", status: 0, signal: null });
  });
});
