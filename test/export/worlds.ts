import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Served } from "../api/worlds.js";
import { readWorld } from "../oracle/world.js";

/** Texts that formats and spreadsheets stumble over. */
export const texts = [
  "=1+1",
  "+1",
  "-1",
  "@SUM(A1)",
  "a,b",
  'say "hi"',
  "line\nbreak",
  "carriage\r\nreturn",
  "tab\there",
  "",
  " padded ",
  "NaN",
  "-inf",
  "null",
  "é✓🚀",
  "\\N",
];

/** Numbers at the ends of what a double holds, and those that are none; null is missing. */
const numbers = [
  0.1,
  -0,
  5e-324,
  1.7976931348623157e308,
  1 / 3,
  NaN,
  Infinity,
  -Infinity,
  null,
  1e21,
  123456789.25,
];

/** One run a text, each with a curve of a few of the numbers. */
export function tricky(): Served & { readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "sweepql-tricky-"));
  const file = join(folder, "tricky.jsonl");
  const lines = texts.map((text, index) => {
    const number = (shift: number) => numbers[(index + shift) % numbers.length] ?? null;
    const point = (step: number) =>
      `{"step": ${step}, "loss": ${spell(number(step))}, "accuracy": ${spell(number(2 * step + 1))}}`;
    const points = index === 3 ? "" : [1, 2, 3].map(point).join(", ");
    const flag = index % 3 === 0 ? "null" : String(index % 3 === 1);
    return `{"iteration": ${index}, "hyperparameters": {"note": ${JSON.stringify(text)}, "lr": ${spell(number(0))}, "seed": ${2 ** 53 - 1 - index}, "nesterov": ${flag}}, "learning_curve": [${points}]}\n`;
  });
  writeFileSync(file, lines.join(""));
  writeFileSync(
    join(folder, "tricky.manifest.json"),
    JSON.stringify({
      axis: { key: "step", unit: "steps" },
      hyperparameters: { seed: { role: "seed" } },
      metrics: { loss: { goal: "minimize" }, accuracy: { goal: "maximize" } },
    }),
  );
  const world = readWorld(
    {
      datasets: [
        {
          name: "tricky",
          file,
          hyperparametersUnder: "hyperparameters",
          curveUnder: "learning_curve",
          curve: "objects",
          axis: "step",
          failureFlag: null,
          completeAt: null,
          clock: null,
          tokens: null,
          hyperparameters: { NOTE: "note", LR: "lr", SEED: "seed", NESTEROV: "nesterov" },
          metrics: { LOSS: "loss", ACCURACY: "accuracy" },
          searched: ["NOTE", "LR", "NESTEROV"],
        },
      ],
      hyperparameters: {
        NOTE: { field: "note", type: "string" },
        LR: { field: "lr", type: "float" },
        SEED: { field: "seed", type: "integer" },
        NESTEROV: { field: "nesterov", type: "boolean" },
      },
      metrics: {
        LOSS: { field: "loss", goal: "minimize" },
        ACCURACY: { field: "accuracy", goal: "maximize" },
      },
    },
    () => lines.join(""),
  );
  return { sources: [folder], world, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** As Python writes it. */
const spell = (value: number | null): string => (Object.is(value, -0) ? "-0.0" : String(value));
