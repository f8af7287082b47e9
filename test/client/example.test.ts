import { afterAll, beforeAll, expect, test } from "vitest";
import { runScript } from "./run-script.js";
import { type Served, serveSample } from "./serve.js";

let served: Served;
beforeAll(async () => {
  served = await serveSample();
});
afterAll(() => served.close());

test("the example prints the best runs and the band", async () => {
  const printed = await runScript("client/example/best-runs.ts", [served.url]);
  const [title, header, ...lines] = printed.trimEnd().split("\n");
  expect(title).toBe("The best of 64 runs of llama-33m_residual, by valRawLoss:");
  expect(header?.trim().split(/ +/).slice(0, 4)).toEqual(["line", "valRawLoss", "step", "warmupSteps"]);
  const gap = lines.indexOf("");
  expect(gap).toBe(10);
  expect(lines.slice(gap + 1, gap + 3)).toEqual([
    "valRawLoss over the runs of llama-33m_residual:",
    expect.stringMatching(/^ *step +10 % +50 % +90 % +runs$/),
  ]);
  expect(lines.slice(gap + 3)).toHaveLength(10);
});

test("without a server it says so, and fails", async () => {
  await expect(runScript("client/example/best-runs.ts", ["http://127.0.0.1:1/graphql"])).rejects.toThrow(
    /NetworkError/,
  );
});
