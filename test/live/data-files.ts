import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder that goes when the test is over. */
export function makeDataFolder(): string {
  const path = mkdtempSync(join(tmpdir(), "sweepql-live-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A line of a small experiment; the learning rate tells runs apart. */
export const line = (lr: number, more: Readonly<Record<string, unknown>> = {}): string =>
  `${JSON.stringify({
    hyperparameters: { lr, ...more },
    learning_curve: [
      { step: 1, loss: 2 * lr },
      { step: 2, loss: lr },
    ],
  })}\n`;

/** So many lines, from a number on. */
export const lines = (count: number, from = 1): string =>
  Array.from({ length: count }, (_, index) => line(from + index)).join("");

/** A folder of temporary files for one test's servers alone. */
export function ownTemporary(): string {
  const before = process.env["TMPDIR"];
  const path = mkdtempSync(join(tmpdir(), "sweepql-own-"));
  process.env["TMPDIR"] = path;
  onTestFinished(() => {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}
