import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { writeSample } from "../../server/sample/write-sample.js";
import { parseLenient } from "../oracle/lenient-json.js";
import { serve, type Service } from "./harness.js";

const TUNING = "llama-33m_tuning.results.jsonl";
const RESIDUAL = "llama-33m_residual.results.jsonl";

/** A line of a file as it was logged, NaN and infinities as JavaScript has them. */
export interface Run {
  readonly iteration?: number;
  readonly hyperparameters: Readonly<Record<string, number | string | boolean | null>>;
  readonly learning_curve: readonly Readonly<Record<string, number | null>>[];
}

/** The served files, and what their lines say when they are read without the service. */
export interface Sample {
  readonly service: Service;
  readonly tuning: readonly Run[];
  readonly residual: readonly Run[];
}

const readRuns = (path: string): Run[] =>
  readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => parseLenient(line) as Run);

/** Serves a generated sample to the tests of a file. */
export function useSample(runs: number, seed = 1): () => Sample {
  let sample: Sample | undefined;
  let folder = "";
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "sweepql-sample-"));
    await writeSample({ directory: folder, seed, runs });
    const [tuning, residual] = [readRuns(join(folder, TUNING)), readRuns(join(folder, RESIDUAL))];
    sample = { service: await serve([folder]), tuning, residual };
  });
  afterAll(async () => {
    await sample?.service.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return () => sample!;
}

/** Serves hand-made files to the tests of a file: text by file name. */
export function useFiles(files: Readonly<Record<string, string>>): () => Service {
  let service: Service | undefined;
  beforeAll(async () => (service = await serveFiles(files)));
  afterAll(() => service?.close());
  return () => service!;
}

export async function serveFiles(files: Readonly<Record<string, string>>): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), "sweepql-files-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return await serve([folder]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A number as Python's json module writes it. */
const written = (_: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? `@${value}@` : value;

/** Runs as lines of a file, bare NaN and Infinity where they are. */
export const lines = (runs: readonly Run[]): string =>
  runs.map((run) => `${JSON.stringify(run, written).replace(/"@(-?\w+)@"/g, "$1")}\n`).join("");

/** Runs with one point each, that logs one loss. */
export const losses = (scores: readonly number[]): string =>
  lines(
    scores.map((loss, index) => ({
      iteration: index + 1,
      hyperparameters: { lr: (index + 1) / 1000 },
      learning_curve: [{ step: 1, loss }],
    })),
  );

/** A manifest beside the files. */
export const manifest = (content: object): string => JSON.stringify({ name: "tiny", ...content });

/** The best finite value of a metric over a curve to be minimised; +∞ where there is none. */
export const least = (run: Run, metric: string): number =>
  Math.min(...run.learning_curve.map((point) => point[metric] ?? NaN).filter(Number.isFinite));

const opda = process.env["SWEEPQL_OPDA"] ?? "../shared/data/opda";

/** Tests on the real files; skipped, with a message, where they are absent. */
export function describeRealFiles(name: string, tests: (service: () => Service) => void): void {
  if (!existsSync(opda)) {
    console.warn(`SKIPPED: ${name}: needs the files of ${opda}; set SWEEPQL_OPDA to their folder`);
    describe(name, () => test.skip(`no files at ${opda}`, () => undefined));
    return;
  }
  describe(name, () => {
    let service: Service | undefined;
    beforeAll(async () => (service = await serve([opda])));
    afterAll(() => service?.close());
    tests(() => service!);
  });
}
