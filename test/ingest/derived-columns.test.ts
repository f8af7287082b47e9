import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Loaded, loadSources } from "./load-text.js";

// Six runs worked out by hand: spikes, ties, NaN, infinities, strings for them, nulls, an empty curve, a falling axis.
const fixture = join(import.meta.dirname, "../fixtures/spikes");
const folder = mkdtempSync(join(tmpdir(), "sweepql-derived-"));
let loaded: Loaded;
let runs: Record<string, unknown>[];
const column = (key: string): unknown[] => runs.map((run) => run[key]);

beforeAll(async () => {
  loaded = await loadSources([fixture], join(folder, "snapshot.duckdb"));
  runs = await loaded.table("runs");
});

afterAll(() => {
  void loaded.pool.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("columns derived from the curves", () => {
  test("best loss is the least finite value; else NaN, else an infinity, else null", () => {
    expect(column(`best_${loaded.m("loss")}`)).toEqual([2, 4, NaN, Infinity, null, NaN]);
  });

  test("best accuracy is the greatest finite value", () => {
    expect(column(`best_${loaded.m("acc")}`)).toEqual([0.75, 0.25, NaN, 0.5, null, -Infinity]);
  });

  test("a tie goes to the earliest point, and what is not finite has none", () => {
    // Points are numbered over all runs: 0–2, 3–4, 5–6, 7–9, none, 10–11.
    expect(column(`best_point_${loaded.m("loss")}`)).toEqual([1, 3, null, null, null, null]);
    expect(column(`best_point_${loaded.m("acc")}`)).toEqual([1, 3, null, 7, null, null]);
  });

  test("final is what the last point has", () => {
    expect(column(`final_${loaded.m("loss")}`)).toEqual([2, NaN, Infinity, null, null, -Infinity]);
    expect(column(`final_${loaded.m("acc")}`)).toEqual([0.75, 0, null, 0.25, null, null]);
  });

  test("a failure is what the flag says; without one, that no metric ends finite", () => {
    expect(column("nan_train_loss")).toEqual([false, true, null, null, true, null]);
    expect(column("diverged")).toEqual([false, true, true, false, true, true]);
  });

  test("a run is complete where its curve reaches the documented end", () => {
    expect(column("complete")).toEqual([true, false, false, true, false, null]);
    expect(column("last_step")).toEqual([30, 20, 20, 30, null, 5]);
  });

  test("seconds are split at the ends of training and evaluation", () => {
    // Run 1: training 5 + (11 − 6) + (18 − 13), evaluation 1 + 2 + 1. A null in a clock leaves the parts unknown.
    expect(column("train_seconds")).toEqual([15, 10, null, null, null, null]);
    expect(column("eval_seconds")).toEqual([4, 3, null, null, null, null]);
    expect(column("total_seconds")).toEqual([19, 13, null, null, null, null]);
    expect(column("tokens")).toEqual([300, 200, 200, null, null, null]);
  });

  test("runs that share the searched hyperparameters share a configuration", async () => {
    expect(column("configuration")).toEqual([0, 1, 2, 3, 0, 0]);
    const configurations = await loaded.table("configurations");
    expect(configurations.map((row) => [row["run_count"], row["first_run"], row["block"]])).toEqual([
      [3, 0, null],
      [1, 1, null],
      [1, 2, null],
      [1, 3, null],
    ]);
    for (const { key } of configurations) expect(key).toMatch(/^[0-9a-f]{16}$/);
  });

  test("points stand in order of run and position", async () => {
    const points = await loaded.table("points");
    expect(points.map(({ run }) => run)).toEqual([0, 0, 0, 1, 1, 2, 2, 3, 3, 3, 5, 5]);
    expect(points.map(({ position }) => position)).toEqual([1, 2, 3, 1, 2, 1, 2, 1, 2, 3, 1, 2]);
    expect(points.map(({ axis }) => axis)).toEqual(points.map((point) => point[loaded.m("step")]));
    expect(column("first_point")).toEqual([0, 3, 5, 7, 10, 10]);
    expect(column("point_count")).toEqual([3, 2, 2, 3, 0, 2]);
  });

  test("the catalogue counts what the metrics logged", () => {
    const [dataset] = loaded.catalogue.datasets;
    const loss = dataset?.metrics.find(({ original }) => original === "loss");
    expect(loss).toMatchObject({
      finiteCount: 4,
      nanCount: 3,
      infiniteCount: 4,
      missingCount: 1,
      split: "validation",
    });
    expect(dataset).toMatchObject({
      runCount: 6,
      pointCount: 12,
      divergedCount: 4,
      rejectedCount: 0,
      family: "spikes",
    });
    expect(dataset?.costs).toEqual({
      trainSeconds: true,
      evalSeconds: true,
      totalSeconds: true,
      tokens: true,
    });
    expect(dataset?.warnings).toContain(
      "in 1 of 6 runs the axis `step` falls along the curve, first in line 6",
    );
    expect(dataset?.hyperparameters.map(({ original, role }) => [original, role])).toEqual([
      ["lr", "searched"],
      ["steps", "fixed"],
      ["seed", "seed"],
    ]);
  });
});
