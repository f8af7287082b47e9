import { describe, expect, it } from "vitest";
import { defaultSample } from "../../server/sample/generate.js";
import {
  correlation,
  kolmogorovDistance,
  mean,
  type ParsedRun,
  ranks,
  readTuning,
  scoreOf,
  shareAtMost,
} from "./parsed-run.js";

const tuning = readTuning(defaultSample);
const scores = tuning.map(scoreOf);

const column = (runs: readonly ParsedRun[], name: string): number[] =>
  runs.map((run) => run.hyperparameters[name] ?? NaN);
const metricOf = (run: ParsedRun, name: string): number[] =>
  run.learning_curve.map((point) => point[name] ?? NaN).filter((value) => !Number.isNaN(value));

// data-format.md, "Published figures".
const publishedCdf = [
  [3.54, 0.009],
  [3.56, 0.041],
  [3.58, 0.093],
  [3.6, 0.161],
  [3.62, 0.238],
  [3.64, 0.299],
  [3.66, 0.353],
  [3.68, 0.409],
  [3.71, 0.45],
  [3.76, 0.5],
  [4.01, 0.625],
  [4.52, 0.75],
  [5.35, 0.875],
] as const;

/** The published noisy quadratic's cdf (α, β, γ, σ = 3.580, 4.171, 1, 0.028), by the midpoint rule. */
function noisyQuadratic(score: number): number {
  const nodes = Array.from({ length: 400 }, (_, i) => 3.58 + 0.591 * ((i + 0.5) / 400) ** 2);
  // Page's approximation of the normal cdf, good to 2e-4.
  const normal = (z: number): number => 1 / (1 + Math.exp(-1.5976 * z - 0.07056 * z ** 3));
  return mean(nodes.map((node) => normal((score - node) / 0.028)));
}

describe("the tuning runs' hyperparameters", () => {
  const log10 = Math.log10;
  it.each([
    ["lr", (x: number) => (log10(x) + 5) / 4, 1e-5, 1e-1],
    ["beta1", (x: number) => (x - 0.7) / 0.3, 0.7, 1],
    ["beta2", (x: number) => (x - 0.8) / 0.2, 0.8, 1],
    ["warmup_steps", (x: number) => (x + 0.5) / 3001, 0, 3000],
    ["weight_decay", (x: number) => (log10(x) + 4) / 4, 1e-4, 1],
    ["dropout", (x: number) => x / 0.1, 0, 0.1],
  ])("draws %s from its documented distribution", (name, cdf, lowest, highest) => {
    const values = column(tuning, name);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(lowest);
    expect(Math.max(...values)).toBeLessThanOrEqual(highest);
    expect(values.every((value) => Number(value.toPrecision(6)) === value)).toBe(true);
    const distance = kolmogorovDistance(values, cdf);
    console.log(`${name}: Kolmogorov distance ${distance.toFixed(4)} to its search distribution`);
    expect(distance).toBeLessThan(0.051); // The 1 % critical value, 1.63 / sqrt(1024).
  });

  it("draws them independently of one another", () => {
    const names = ["lr", "beta1", "beta2", "warmup_steps", "weight_decay", "dropout"];
    for (const [i, a] of names.entries()) {
      for (const b of names.slice(i + 1)) {
        expect(Math.abs(correlation(ranks(column(tuning, a)), ranks(column(tuning, b))))).toBeLessThan(0.12);
      }
    }
  });
});

describe("the tuning runs' scores", () => {
  it.each([1, 2, 3, 20, 777, 4294967295])("have the published distribution for seed %d", (seed) => {
    const sample = seed === defaultSample.seed ? scores : readTuning({ seed, runs: 1024 }).map(scoreOf);
    const distance = Math.max(...publishedCdf.map(([x, share]) => Math.abs(shareAtMost(sample, x) - share)));
    const sorted = sample.toSorted((a, b) => a - b);
    const median = ((sorted[511] ?? NaN) + (sorted[512] ?? NaN)) / 2;
    const best = sorted[0] ?? NaN;
    console.log(
      `seed ${seed}: Kolmogorov distance ${distance.toFixed(4)}, best ${best.toFixed(3)}, median ${median.toFixed(3)}`,
    );
    expect(distance).toBeLessThanOrEqual(0.04);
    expect(Math.abs(best - 3.525)).toBeLessThan(0.001);
    expect(Math.abs(median - 3.758)).toBeLessThan(0.003);
  });

  it("keep the published distribution for other numbers of runs", () => {
    for (const runs of [200, 999, 3000]) {
      const sample = readTuning({ seed: 5, runs }).map(scoreOf);
      for (const [x, share] of publishedCdf)
        expect(Math.abs(shareAtMost(sample, x) - share)).toBeLessThan(0.04);
    }
  });

  it("have the published tail and median tuning curve", () => {
    const tail = scores.filter((score) => score <= 3.695);
    const distance = Math.max(
      ...tail.map((score) => Math.abs(shareAtMost(scores, score) - noisyQuadratic(score))),
    );
    const below = shareAtMost(scores, 3.695);
    console.log(
      `below 3.695: ${below.toFixed(4)}; distance ${distance.toFixed(4)} to the noisy quadratic there`,
    );
    expect(Math.abs(below - 0.438)).toBeLessThan(0.02);
    expect(distance).toBeLessThan(0.02);
    const sorted = scores.toSorted((a, b) => a - b);
    for (const [n, median] of [
      [10, 3.571],
      [20, 3.558],
      [40, 3.549],
      [60, 3.544],
      [100, 3.538],
    ] as const) {
      const share = 1 - 0.5 ** (1 / n);
      expect(Math.abs((sorted[Math.ceil(share * 1024) - 1] ?? NaN) - median)).toBeLessThan(0.002);
    }
  });

  it("depend on the learning rate above all", () => {
    const importance = (name: string, optimum: number, scale: (x: number) => number): number => {
      const distance = column(tuning, name).map((x) => Math.abs(scale(x) - optimum));
      return correlation(ranks(distance), ranks(scores));
    };
    const lr = importance("lr", -2.3, Math.log10);
    const others = [
      importance("weight_decay", -4, Math.log10),
      importance("beta1", 0.9, Number),
      importance("beta2", 0.97, Number),
      importance("warmup_steps", 0, Number),
      importance("dropout", 0, Number),
    ];
    console.log(
      `Spearman with the score: lr ${lr.toFixed(3)}, others ${others.map((x) => x.toFixed(3)).join(" ")}`,
    );
    expect(lr).toBeGreaterThan(0.8);
    for (const other of others) expect(Math.abs(other)).toBeLessThan(0.4);
  });
});

describe("the tuning runs' curves", () => {
  it("hold diverged, empty, cut, spiking and stuck runs, a few each", () => {
    const diverged = tuning.filter((run) => run.nan_train_loss);
    const emptied = diverged.filter((run) => run.learning_curve.length === 0);
    const cut = tuning.filter((run) => !run.nan_train_loss && run.learning_curve.length < 20);
    const whole = tuning.filter((run) => !run.nan_train_loss && run.learning_curve.length === 20);
    const jumps = whole.filter((run) => {
      const losses = metricOf(run, "val_raw_loss");
      return losses.some((loss, i) => loss > (losses[i - 1] ?? Infinity) + 0.8);
    });
    const ended = jumps.map((run) => (metricOf(run, "val_raw_loss").at(-1) ?? NaN) - scoreOf(run));
    const stuck = ended.filter((rise) => rise > 2.5).length;
    console.log(
      `diverged ${diverged.length}, of them empty ${emptied.length}, without finite score ` +
        `${scores.filter((score) => score === Infinity).length}; cut ${cut.length}; jumps ${jumps.length}, stuck ${stuck}`,
    );
    expect(diverged.length).toBeGreaterThan(15);
    expect(diverged.length).toBeLessThan(60);
    expect(diverged.some((run) => run.learning_curve.length === 20 && scoreOf(run) < Infinity)).toBe(true);
    expect(emptied.length).toBeGreaterThanOrEqual(2);
    expect(cut.length).toBeGreaterThanOrEqual(4);
    expect(cut.every((run) => run.learning_curve.length > 0)).toBe(true);
    expect(jumps.length).toBeGreaterThanOrEqual(10);
    expect(stuck).toBeGreaterThanOrEqual(4);
    expect(stuck).toBeLessThan(jumps.length - 4);
  });

  it("are NaN from the divergence on, in diverged runs and no others", () => {
    for (const run of tuning) {
      const metrics = run.learning_curve.map((point) =>
        Object.entries(point).filter(([name]) => /_(loss|accuracy)$/.test(name)),
      );
      const missing = metrics.map((entries) => entries.filter(([, value]) => value === null).length);
      const first = missing.findIndex((count) => count > 0);
      const expected = missing.map((_, i) => (first >= 0 && i >= first ? 9 : 0));
      expect(missing).toEqual(expected);
      if (first >= 0) expect(run.nan_train_loss).toBe(true);
      if (run.nan_train_loss) expect(first >= 0 || run.learning_curve.length < 20).toBe(true);
      if (scoreOf(run) === Infinity) expect(run.nan_train_loss).toBe(true);
    }
  });

  it("have raw, averaged, test and train metrics that go together", () => {
    const best = tuning.filter((run) => scoreOf(run) < Infinity);
    const least = (name: string): number[] => best.map((run) => Math.min(...metricOf(run, name)));
    const raw = least("val_raw_loss");
    for (const name of [
      "val_weight_averaged_loss",
      "test_raw_loss",
      "test_weight_averaged_loss",
      "train_raw_loss",
    ]) {
      expect(correlation(raw, least(name)), name).toBeGreaterThan(0.97);
    }
    const points = best
      .flatMap((run) => run.learning_curve)
      .filter((point) => point["val_raw_loss"] !== null);
    const gaps = points.map((point) => (point["test_raw_loss"] ?? NaN) - (point["val_raw_loss"] ?? NaN));
    expect(Math.abs(mean(gaps) - 0.012)).toBeLessThan(0.003);
    expect(Math.max(...gaps.map((gap) => Math.abs(gap)))).toBeLessThan(0.04);
    const averagingGain = (step: number): number =>
      mean(
        best
          .filter((run) => scoreOf(run) < 3.7)
          .map((run) => run.learning_curve.find((point) => point["step"] === step))
          .map((point) => (point?.["val_raw_loss"] ?? NaN) - (point?.["val_weight_averaged_loss"] ?? NaN)),
      );
    console.log(
      `averaging gains ${averagingGain(7500).toFixed(3)} at step 7500, ${averagingGain(10000).toFixed(3)} at the end`,
    );
    expect(averagingGain(7500)).toBeGreaterThan(0.02);
    expect(Math.abs(averagingGain(10000))).toBeLessThan(0.02);
  });
});
