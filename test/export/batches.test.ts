import { rmSync, writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Store } from "../../schema/store.js";
import { formatNames } from "../../server/export/formats/format.js";
import { serve, type Service } from "../api/harness.js";
import { chunksOf, exportBytes } from "./export-data.js";
import { readBack } from "./read-back.js";

/** However much is exported, a bounded part of it is in memory: no statement answers more than a batch. */

const POINTS = 5000;
const folder = mkdtempSync(join(tmpdir(), "sweepql-batches-"));
let service: Service;
beforeAll(async () => {
  const curve = (length: number): string =>
    Array.from({ length }, (_, index) => `{"step": ${index}, "loss": ${1 / (index + 1)}}`).join(", ");
  const lengths = [3, 0, POINTS, 7, ...Array.from({ length: 400 }, (_, index) => index % 5)];
  writeFileSync(
    join(folder, "long.jsonl"),
    lengths
      .map((length, index) => `{"hyperparameters": {"lr": ${index}}, "learning_curve": [${curve(length)}]}\n`)
      .join(""),
  );
  service = await serve([folder]);
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The store, and how many rows each of its statements for rows answered. */
function counting(store: Store): { store: Store; counts: number[] } {
  const counts: number[] = [];
  const counted = new Proxy(store, {
    get(target, name) {
      if (name === "lookUpColumns")
        return async (...given: Parameters<Store["lookUpColumns"]>) => {
          const read = await target.lookUpColumns(...given);
          counts.push(read.id.length);
          return read;
        };
      if (name === "lookUpPoints")
        return async (...given: Parameters<Store["lookUpPoints"]>) => {
          const read = await target.lookUpPoints(...given);
          counts.push(read.run.length);
          return read;
        };
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  return { store: counted, counts };
}

test.each([
  ["runs", { columns: "line,hyperparameters.lr" }, 404],
  [
    "points",
    { columns: "line,axis", orderBy: "{by: {hyperparameter: LR}, direction: DESC}" },
    POINTS + 10 + 800,
  ],
] as const)("%s are read in bounded batches, a long curve in parts", async (table, args, rows) => {
  const { store, counts } = counting(service.store);
  const wanted = { table, format: "csv", args, batchValues: 200, store };
  const csv = (await exportBytes(service, wanted)).toString();
  expect(csv.trim().split("\n")).toHaveLength(rows + 1);
  expect(Math.max(...counts)).toBeLessThanOrEqual(100);
  expect(counts.length).toBeGreaterThan(rows / 100);
});

test("points come in the order of their runs, each curve as it was logged, whatever the batches", async () => {
  const args = { orderBy: "{by: {hyperparameter: LR}, direction: DESC}", columns: "line,axis,metric.loss" };
  const csv = (batchValues?: number): Promise<Buffer> =>
    exportBytes(service, { table: "points", format: "csv", args, ...(batchValues && { batchValues }) });
  const [whole, parts] = await Promise.all([csv(), csv(30)]);
  expect(parts.equals(whole)).toBe(true);
  const rows = await readBack(whole, "csv");
  const lines = rows.map(({ line }) => Number(line));
  expect(lines).toEqual([...lines].sort((a, b) => b - a));
  expect(rows.filter(({ line }) => line === 3).map(({ axis }) => axis)).toEqual(
    Array.from({ length: POINTS }, (_, index) => index),
  );
});

test("a window is kept when a long curve is read in parts", async () => {
  const args = { from: "4000", every: "7", columns: "line,axis" };
  const csv = await exportBytes(service, { table: "points", format: "csv", args, batchValues: 20 });
  const wanted = Array.from({ length: POINTS }, (_, index) => index).filter(
    (index) => index >= 4000 && (index + 1) % 7 === 0,
  );
  expect((await readBack(csv, "csv")).map(({ axis }) => axis)).toEqual(wanted);
});

test.each(formatNames)("nothing of %s is read before it is asked for", async (format) => {
  const { store, counts } = counting(service.store);
  const chunks = chunksOf(service, { table: "points", format, batchValues: 400, store });
  const first = await chunks.next();
  expect(first.value?.byteLength).toBeGreaterThan(0);
  expect(counts.length).toBeLessThanOrEqual(2);
  await chunks.return();
  expect(counts.length).toBeLessThanOrEqual(2);
});

test("a signal ends the reading with its reason", async () => {
  const stop = new AbortController();
  const chunks = chunksOf(service, { table: "runs", format: "csv", batchValues: 10, signal: stop.signal });
  await chunks.next();
  await chunks.next();
  stop.abort(new Error("enough"));
  await expect(chunks.next()).rejects.toThrow("enough");
});
