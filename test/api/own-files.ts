import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve, type Service } from "./harness.js";

/** A service over lines written for one test. */
export async function over(
  files: Readonly<Record<string, readonly object[] | string>>,
  test: (service: Service) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sweepql-corner-"));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(
      join(folder, name),
      typeof content === "string" ? content : content.map((line) => JSON.stringify(line)).join("\n"),
    );
  }
  const own = await serve([folder]);
  try {
    await test(own);
  } finally {
    await own.close();
  }
}

/** A manifest: less loss is better. */
export const goal = JSON.stringify({ metrics: { loss: { goal: "minimize" } } });
/** A line with a curve of one metric, `loss`. */
export const runOf = (hyperparameters: object, losses: readonly number[]): object => ({
  hyperparameters,
  learning_curve: losses.map((loss, index) => ({ step: index + 1, loss })),
});
