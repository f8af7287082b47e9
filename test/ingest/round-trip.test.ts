import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readJsonl } from "../oracle/read-jsonl.js";
import { type Folder, loadAll, makeFolder } from "./load-text.js";

let folder: Folder;

beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());

/** A number as a file may have it: any double, its infinities and NaN bare. */
const number = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity), fc.integer());
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const text = (value: number | null): string =>
  value === null ? "null" : Object.is(value, -0) ? "-0.0" : String(value);

const points = fc.array(
  fc.record(
    { loss: fc.option(number, { freq: 5 }), acc: fc.option(finite, { freq: 5 }) },
    { requiredKeys: [] },
  ),
  { maxLength: 6 },
);
const line = fc
  .record({ iteration: fc.nat(), lr: number, name: fc.string({ unit: "grapheme" }), points })
  .map(({ iteration, lr, name, points: list }) => {
    const curve = list.map(
      (point, index) =>
        `{${[`"step": ${index + 1}`, ...Object.entries(point).map(([key, value]) => `"${key}": ${text(value)}`)].join(", ")}}`,
    );
    return `{"iteration": ${iteration}, "hyperparameters": {"lr": ${text(lr)}, "optimizer": ${JSON.stringify(name)}}, "learning_curve": [${curve.join(", ")}]}`;
  });
const blank = fc.constantFrom("", "  ");
const files = fc.tuple(
  fc.array(fc.oneof({ weight: 4, arbitrary: line }, { weight: 1, arbitrary: blank }), { maxLength: 12 }),
  line,
);

describe("any runs", () => {
  test("are in the tables as an independent reader reads them", async () => {
    await fc.assert(
      fc.asyncProperty(files, async ([lines, last]) => {
        // Integers beyond 2^53 are refused; as floats they are not.
        const content = [...lines, last].join("\n").replace(/([ :])(-?\d{16,})(?=[,}])/g, "$1$2.0");
        const file = folder.write("runs.jsonl", content);
        const expected = readJsonl(file);
        const { table, pool, catalogue } = await loadAll(folder, [file]);
        try {
          expect(catalogue.datasets[0]?.rejectedLines).toEqual([]);
          const runs = await table("runs");
          const rows = await table("points");
          const column = new Map(
            [...catalogue.hyperparameters, ...catalogue.curveFields].map(({ originals, column: name }) => [
              originals[0] ?? "",
              name,
            ]),
          );
          expect(runs.map((run) => [run["line"], run["iteration"], run["point_count"]])).toEqual(
            expected.map((run) => [run.line, run.iteration, run.points.length]),
          );
          expected.forEach((run, index) => {
            expect(runs[index]?.[column.get("optimizer") ?? ""]).toBe(run.hyperparameters["optimizer"]);
            expect(same(runs[index]?.[column.get("lr") ?? ""], run.hyperparameters["lr"])).toBe(true);
          });
          const all = expected.flatMap((run) => run.points);
          expect(rows).toHaveLength(all.length);
          for (const key of ["step", "loss", "acc"]) {
            const name = column.get(key);
            if (name === undefined) continue;
            all.forEach((point, index) => expect(same(rows[index]?.[name], point[key] ?? null)).toBe(true));
          }
        } finally {
          void pool.close();
        }
      }),
      { numRuns: 40 },
    );
  });
});

const same = (a: unknown, b: unknown): boolean => a === b || (Number.isNaN(a) && Number.isNaN(b));
