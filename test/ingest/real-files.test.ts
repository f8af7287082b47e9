import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deberta, documentedCatalogue, vision } from "../../schema/documented/index.js";
import { type OracleRun, readJsonl } from "../oracle/read-jsonl.js";
import { type Loaded, loadSources } from "./load-text.js";

const folder = process.env["SWEEPQL_OPDA"] ?? "../shared/data/opda";
const files = ["alexnet_tuning", "deberta-base_tuning", "llama-33m_tuning", "llama-33m_residual"]
  .map((name) => ({ name, path: join(folder, `${name}.results.jsonl`) }))
  .filter(({ path }) => existsSync(path));
if (files.length === 0)
  console.warn(`published files: none in ${folder}, nothing to compare with; set SWEEPQL_OPDA`);

describe.skipIf(files.length === 0)("the published files", () => {
  const scratch = mkdtempSync(join(tmpdir(), "sweepql-real-"));
  let loaded: Loaded;
  let runs: Record<string, unknown>[];
  let points: Record<string, unknown>[];

  beforeAll(async () => {
    loaded = await loadSources(
      files.map(({ path }) => path),
      join(scratch, "snapshot.duckdb"),
    );
    runs = await loaded.table("runs");
    points = await loaded.table("points");
  });
  afterAll(() => {
    void loaded?.pool.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  test.each(files)("$name loads whole, as an independent reader reads it", ({ name, path }) => {
    const dataset = loaded.catalogue.datasets.find((one) => one.name === name);
    expect(dataset).toMatchObject({ rejectedCount: 0, rejectedLines: [] });
    const expected = readJsonl(path);
    const found = runs.filter((run) => run["dataset"] === dataset?.index);
    expect(found).toHaveLength(expected.length);
    const fields = new Map([
      ...(dataset?.metrics ?? []).map(({ original, field }) => [original, field.column] as const),
      [dataset?.axis.original ?? "", dataset?.axis.field.column ?? ""] as const,
    ]);
    const goals = new Map((dataset?.metrics ?? []).map(({ original, goal }) => [original, goal]));
    expected.forEach((run, index) => {
      const row = found[index] ?? {};
      expect(row).toMatchObject({
        line: run.line,
        iteration: run.iteration,
        nan_train_loss: run.nanTrainLoss,
        point_count: run.points.length,
      });
      for (const { original, hyperparameter } of dataset?.hyperparameters ?? []) {
        expect(row[hyperparameter.column], `${original} of line ${run.line}`).toBe(
          run.hyperparameters[original] ?? null,
        );
      }
      const first = row["first_point"] as number;
      run.points.forEach((point, place) => {
        const stored = points[first + place] ?? {};
        expect(stored).toMatchObject({ id: first + place, run: row["id"], position: place + 1 });
        for (const [original, column] of fields) expect(stored[column]).toBe(point[original] ?? null);
      });
      for (const [original, column] of fields) {
        expect(row[`final_${column}`]).toBe(run.points.at(-1)?.[original] ?? null);
        const goal = goals.get(original);
        if (goal) expect(row[`best_${column}`]).toBe(bestOf(run, original, goal === "minimize" ? -1 : 1));
      }
    });
  });

  test.skipIf(!files.some(({ name }) => name === "alexnet_tuning"))(
    "AlexNet's empty curves are those that failed",
    () => {
      const alexnet = loaded.catalogue.datasets.find(({ name }) => name === "alexnet_tuning");
      const found = runs.filter((run) => run["dataset"] === alexnet?.index);
      expect(found.filter((run) => run["point_count"] === 0)).toHaveLength(49);
      for (const run of found) {
        expect(run["diverged"]).toBe(run["nan_train_loss"]);
        expect(run["complete"]).toBe(!run["nan_train_loss"]);
      }
      expect(alexnet?.experiment).toMatchObject({ kind: "tuning", model: "AlexNet" });
    },
  );

  test("have the field types of their manifests", () => {
    const documented = new Map(
      [vision, deberta].flatMap((manifest) =>
        documentedCatalogue(manifest).hyperparameters.map(({ name, type }) => [name, type] as const),
      ),
    );
    for (const dataset of loaded.catalogue.datasets) {
      if (dataset.family === "llama") continue;
      for (const { hyperparameter } of dataset.hyperparameters) {
        expect(hyperparameter.type).toBe(documented.get(hyperparameter.name));
      }
      expect(dataset.warnings.filter((warning) => warning.includes("document"))).toEqual([]);
    }
  });
});

/** The best finite value; else NaN, an infinity, or null. */
function bestOf(run: OracleRun, original: string, sign: 1 | -1): number | null {
  const values = run.points.map((point) => point[original] ?? null).filter((value) => value !== null);
  const finite = values.filter(Number.isFinite);
  if (finite.length > 0) return finite.reduce((best, value) => (sign * value > sign * best ? value : best));
  if (values.some(Number.isNaN)) return NaN;
  return values.includes(Infinity) ? Infinity : values.includes(-Infinity) ? -Infinity : null;
}
