import { describe, expect, it } from "vitest";
import { defaultSample } from "../../server/sample/generate.js";
import { deviation, mean, type ParsedRun, readResidual, readTuning, scoreOf } from "./parsed-run.js";

const searched = ["warmup_steps", "lr", "beta1", "beta2", "weight_decay", "dropout"];

// data-format.md, the table of blocks.
const published = [
  { at: [2691, 1.16137e-5, 0.936556, 0.86896, 0.0325858, 0.0771501], mean: 5.348, sd: 0.0069 },
  { at: [749, 3.2492e-5, 0.777596, 0.961669, 0.613329, 0.0899591], mean: 4.521, sd: 0.007 },
  { at: [1621, 9.40299e-5, 0.876661, 0.904793, 0.303457, 0.0745805], mean: 4.008, sd: 0.0051 },
  { at: [2188, 0.0230652, 0.801746, 0.875048, 0.23422, 0.0570982], mean: 3.766, sd: 0.0055 },
  { at: [2009, 0.0415404, 0.872392, 0.903077, 0.00817632, 0.0403913], mean: 3.777, sd: 0.223 },
  { at: [822, 0.00125068, 0.870602, 0.834747, 0.222796, 0.024949], mean: 3.626, sd: 0.0023 },
  { at: [1587, 0.00765622, 0.897487, 0.907791, 0.000574748, 0.0683224], mean: 3.594, sd: 0.0023 },
  { at: [1448, 0.00552043, 0.939861, 0.977606, 0.000184015, 0.0149305], mean: 3.529, sd: 0.0022 },
];

const configuration = (run: ParsedRun | undefined): (number | undefined)[] =>
  searched.map((name) => run?.hyperparameters[name]);

/** The documented selection, written from the README: sort by best loss, descending, and take the quantiles. */
function selected(tuning: readonly ParsedRun[]): (ParsedRun | undefined)[] {
  const sorted = tuning
    .map((run) => ({ run, score: scoreOf(run) }))
    .sort((a, b) => (a.score === b.score ? a.run.iteration - b.run.iteration : b.score > a.score ? 1 : -1));
  return [12.5, 25, 37.5, 50, 62.5, 75, 87.5, 100].map(
    (percent) => sorted[Math.ceil((percent * tuning.length) / 100) - 1]?.run,
  );
}

const blocksOf = (runs: readonly ParsedRun[]): ParsedRun[][] =>
  Array.from({ length: 8 }, (_, i) => runs.slice((i * runs.length) / 8, ((i + 1) * runs.length) / 8));

describe.each([defaultSample.seed, 2, 3, 20])("the residual file of seed %d", (seed) => {
  const options = { seed, runs: 1024 };
  const residual = readResidual(options);
  const blocks = blocksOf(residual);

  it("retrains what the documented selection finds in the tuning file: the published configurations", () => {
    const chosen = selected(readTuning(options)).map(configuration);
    expect(chosen).toEqual(published.map(({ at }) => at));
    blocks.forEach((block, i) => {
      expect(block).toHaveLength(128);
      for (const run of block) expect(configuration(run)).toEqual(chosen[i]);
    });
  });

  it("has the published means and standard deviations", () => {
    published.forEach((figures, i) => {
      const scores = (blocks[i] ?? []).map(scoreOf);
      console.log(
        `seed ${seed} block ${i + 1}: mean ${mean(scores).toFixed(4)} (${figures.mean}), sd ${deviation(scores).toFixed(4)} (${figures.sd})`,
      );
      expect(Math.abs(mean(scores) - figures.mean)).toBeLessThan(0.05);
      expect(Math.abs(deviation(scores) / figures.sd - 1)).toBeLessThan(0.15);
    });
  });

  it("has whole finite curves everywhere", () => {
    expect(residual.every((run) => !run.nan_train_loss && run.learning_curve.length === 20)).toBe(true);
    expect(
      residual.flatMap((run) => run.learning_curve.flatMap((point) => Object.values(point) as unknown[])),
    ).not.toContain(null);
  });

  it("has block 5's two modes", () => {
    const block = blocks[4] ?? [];
    const sound = block.filter((run) => scoreOf(run) <= 3.7);
    const stuck = block.filter((run) => scoreOf(run) > 3.7);
    expect(sound).toHaveLength(92);
    expect(mean(sound.map(scoreOf))).toBeCloseTo(3.648, 2);
    expect(Math.abs(deviation(sound.map(scoreOf)) / 0.0107 - 1)).toBeLessThan(0.15);
    expect(Math.abs(mean(stuck.map(scoreOf)) - 4.105)).toBeLessThan(0.03);
    expect(Math.abs(deviation(stuck.map(scoreOf)) / 0.161 - 1)).toBeLessThan(0.15);
    const jumps = stuck.map((run) => {
      const losses = run.learning_curve.map((point) => point["val_raw_loss"] ?? NaN);
      const jump = losses.findIndex((loss, i) => loss > (losses[i - 1] ?? Infinity) + 2);
      expect(jump).toBeGreaterThan(0);
      for (const loss of losses.slice(jump)) expect(Math.abs(loss - 7.9)).toBeLessThan(1);
      return (jump + 1) * 500;
    });
    expect(Math.min(...jumps)).toBeGreaterThan(2000);
    expect(Math.max(...jumps)).toBeLessThanOrEqual(8500);
    expect(new Set(jumps).size).toBeGreaterThan(6);
  });

  it("has the curves of the published figures", () => {
    const typical = (block: number, step: number): number =>
      mean(
        (blocks[block - 1] ?? []).map((run) => run.learning_curve[step / 500 - 1]?.["val_raw_loss"] ?? NaN),
      );
    for (const [block, step, loss] of [
      [1, 500, 9.9],
      [1, 5000, 5.9],
      [1, 10000, 5.4],
      [4, 500, 4.9],
      [4, 6000, 4.4],
      [4, 10000, 3.8],
      [8, 500, 4.8],
      [8, 10000, 3.5],
    ] as const) {
      expect(Math.abs(typical(block, step) - loss), `block ${block}, step ${step}`).toBeLessThan(0.25);
    }
  });
});

describe("the residual file of other sizes", () => {
  it.each([8, 9, 16, 37, 100, 257, 2048])("follows the documented selection for %d runs", (runs) => {
    const tuning = readTuning({ seed: 11, runs });
    const residual = readResidual({ seed: 11, runs });
    expect(tuning).toHaveLength(runs);
    expect(residual).toHaveLength(8 * Math.floor(runs / 8));
    expect(blocksOf(residual).map((block) => configuration(block[0]))).toEqual(
      selected(tuning).map(configuration),
    );
  });
});
