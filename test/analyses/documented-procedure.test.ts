import { describe, expect, test } from "vitest";
import { numberOf, type Value } from "./harness.js";
import { least, useSample } from "./sources.js";

/** Mean and sd of each block's scores over seeds, as the paper's figures show them. */
const PUBLISHED = [
  { mean: 5.348, sd: 0.0069 },
  { mean: 4.521, sd: 0.007 },
  { mean: 4.008, sd: 0.0051 },
  { mean: 3.766, sd: 0.0055 },
  { mean: 3.777, sd: 0.223 },
  { mean: 3.626, sd: 0.0023 },
  { mean: 3.594, sd: 0.0023 },
  { mean: 3.529, sd: 0.0022 },
];
const QUANTILES = [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1];
const SEARCHED = ["warmup_steps", "lr", "beta1", "beta2", "weight_decay", "dropout"] as const;

interface Part {
  readonly runCount: number;
  readonly mean: number;
  readonly sd: number;
}

interface Group {
  readonly configuration: { readonly block: number | null; readonly quantile: number | null };
  readonly runCount: number;
  readonly failureCount: number;
  readonly mean: number;
  readonly sd: number;
  readonly sdInterval: { readonly lower: number; readonly upper: number };
  readonly scores: readonly number[];
  readonly normalPlot: { readonly expected: readonly number[]; readonly scores: readonly number[] };
  readonly split: { readonly threshold: number; readonly low: Part; readonly high: Part } | null;
  readonly origin: {
    readonly run: { readonly line: number; readonly dataset: { readonly name: string } };
    readonly score: Value;
    readonly percentile: number;
    readonly standardScore: number;
  };
}

interface Noise {
  readonly confidence: number;
  readonly pooledSd: number;
  readonly pooledGroups: number;
  readonly groups: readonly Group[];
}

const noise = `seedNoise { confidence pooledSd pooledGroups groups {
  configuration { block quantile } runCount failureCount mean sd sdInterval { lower upper } scores
  normalPlot { expected scores } split { threshold low { runCount mean sd } high { runCount mean sd } }
  origin { run { line dataset { name } } score { value state } percentile standardScore }
} }`;
const ofTuning = 'of: {metric: VAL_RAW_LOSS}, where: {dataset: {eq: "llama-33m_tuning"}}';
const ofResidual = 'of: {metric: VAL_RAW_LOSS}, where: {dataset: {eq: "llama-33m_residual"}}';

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const sdOf = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, y) => sum + (y - meanOf(values)) ** 2, 0) / (values.length - 1));

describe("the documented procedure on the sample", () => {
  const sample = useSample(1024);

  test("the selection's runs are the residual file's configurations, worst first", async () => {
    const { scores } = await sample().service.ask<{
      scores: {
        selection: readonly {
          quantile: number;
          rank: number;
          tiedCount: number;
          score: Value;
          run: { line: number; configuration: { block: number | null; quantile: number | null } };
        }[];
      };
    }>(`{ scores(${ofTuning}) { selection(count: 8) {
      quantile rank tiedCount score { value state } run { line configuration { block quantile } }
    } } }`);
    const { tuning, residual } = sample();
    const order = tuning
      .map((run, index) => ({ index, score: least(run, "val_raw_loss") }))
      .sort((a, b) => (a.score === b.score ? a.index - b.index : b.score - a.score));
    expect(scores.selection.map(({ quantile }) => quantile)).toEqual(QUANTILES);
    expect(scores.selection.map(({ rank }) => rank)).toEqual(QUANTILES.map((q) => 1024 * q));
    expect(scores.selection.map(({ run }) => run.configuration.block)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(scores.selection.map(({ run }) => run.configuration.quantile)).toEqual(QUANTILES);
    scores.selection.forEach(({ rank, run, score, tiedCount }, block) => {
      const { index, score: expected } = order[rank - 1]!;
      expect(run.line).toBe(index + 1);
      expect(numberOf(score)).toBe(expected);
      expect(tiedCount).toBe(order.filter((other) => other.score === expected).length);
      const [picked, retrained] = [tuning[index]!.hyperparameters, residual[128 * block]!.hyperparameters];
      for (const name of SEARCHED) expect(retrained[name]).toBe(picked[name]);
    });
  });

  test("seed noise has the published means and deviations, from the raw lines", async () => {
    const { scores } = await sample().service.ask<{ scores: { seedNoise: Noise } }>(
      `{ scores(${ofResidual}) { ${noise} } }`,
    );
    const { groups, pooledSd, pooledGroups, confidence } = scores.seedNoise;
    expect(confidence).toBe(0.95);
    expect(groups).toHaveLength(8);
    expect(groups.map(({ mean }) => mean)).toEqual(groups.map(({ mean }) => mean).sort((a, b) => b - a));
    for (const group of groups) {
      const block = group.configuration.block!;
      const raw = sample()
        .residual.slice(128 * (block - 1), 128 * block)
        .map((run) => least(run, "val_raw_loss"));
      expect(group.scores).toEqual(raw);
      expect([group.runCount, group.failureCount]).toEqual([128, 0]);
      expect(group.mean).toBeCloseTo(meanOf(raw), 12);
      expect(group.sd).toBeCloseTo(sdOf(raw), 12);
      expect(Math.abs(group.mean - PUBLISHED[block - 1]!.mean)).toBeLessThan(0.05);
      // Within a quarter: four standard errors of a standard deviation over 128 runs.
      expect(Math.abs(Math.log(group.sd / PUBLISHED[block - 1]!.sd))).toBeLessThan(0.25);
      expect(group.configuration.quantile).toBe(QUANTILES[block - 1]);
      expect(group.normalPlot.scores).toEqual([...raw].sort((a, b) => a - b));
      expect(group.normalPlot.expected).toHaveLength(128);
      expect(group.normalPlot.expected[0]).toBeCloseTo(-group.normalPlot.expected[127]!, 12);
    }
    const best = groups.slice(-3).map(({ sd }) => sd);
    expect(groups.slice(-3).map(({ configuration }) => configuration.block)).toEqual([6, 7, 8]);
    expect(pooledGroups).toBe(3);
    expect(pooledSd).toBeCloseTo(meanOf(best), 12);
  });

  test("the bimodal block, and no other, is split near 3.7", async () => {
    const { scores } = await sample().service.ask<{ scores: { seedNoise: Noise } }>(
      `{ scores(${ofResidual}) { ${noise} } }`,
    );
    const split = scores.seedNoise.groups.filter((group) => group.split !== null);
    expect(split.map(({ configuration }) => configuration.block)).toEqual([5]);
    const { threshold, low, high } = split[0]!.split!;
    const parted = split[0]!.scores;
    const [below, above] = [parted.filter((y) => y <= threshold), parted.filter((y) => y > threshold)];
    expect(threshold).toBeGreaterThan(3.65);
    expect(threshold).toBeLessThan(3.85);
    expect([low.runCount, high.runCount]).toEqual([below.length, above.length]);
    expect([low.mean, high.mean, low.sd, high.sd].map((x) => x.toFixed(10))).toEqual(
      [meanOf(below), meanOf(above), sdOf(below), sdOf(above)].map((x) => x.toFixed(10)),
    );
    expect(Math.abs(low.runCount - 92)).toBeLessThanOrEqual(1);
    expect(parted.filter((y) => y <= 3.7)).toHaveLength(92);
    expect(low.mean).toBeCloseTo(3.648, 1);
    expect(high.mean).toBeCloseTo(4.105, 1);
  });

  test("each group leads to its tuning run, whose score is held against the retrained ones", async () => {
    const { scores } = await sample().service.ask<{ scores: { seedNoise: Noise } }>(
      `{ scores(${ofResidual}) { ${noise} } }`,
    );
    for (const { configuration, origin, scores: retrained, mean, sd } of scores.seedNoise.groups) {
      const searched = sample().residual[128 * (configuration.block! - 1)]!.hyperparameters;
      const line = sample().tuning.findIndex(({ hyperparameters }) =>
        SEARCHED.every((name) => hyperparameters[name] === searched[name]),
      );
      expect(origin.run).toEqual({ line: line + 1, dataset: { name: "llama-33m_tuning" } });
      const score = least(sample().tuning[line]!, "val_raw_loss");
      expect(numberOf(origin.score)).toBe(score);
      expect(origin.percentile).toBeCloseTo(retrained.filter((y) => y <= score).length / 128, 12);
      expect(origin.standardScore).toBeCloseTo((score - mean) / sd, 9);
    }
  });

  test("intervals hold together: wider with more confidence and with more groups, and by Šidák", async () => {
    const ask = async (args: string, where: string): Promise<readonly Group[]> => {
      const answer = await sample().service.ask<{ scores: { seedNoise: Noise } }>(
        `{ scores(of: {metric: VAL_RAW_LOSS}, where: ${where}) { seedNoise(${args}) { groups {
          sd configuration { block } sdInterval { lower upper } } } } }`,
      );
      return answer.scores.seedNoise.groups;
    };
    const all = '{dataset: {eq: "llama-33m_residual"}}';
    const one = '{dataset: {eq: "llama-33m_residual"}, line: {gt: 896}}';
    const eight = (await ask("confidence: 0.95", all)).find(
      ({ configuration }) => configuration.block === 8,
    )!;
    const wider = (await ask("confidence: 0.99", all)).find(
      ({ configuration }) => configuration.block === 8,
    )!;
    const [alone] = await ask(`confidence: ${0.95 ** (1 / 8)}`, one);
    expect(wider.sdInterval.lower).toBeLessThan(eight.sdInterval.lower);
    expect(wider.sdInterval.upper).toBeGreaterThan(eight.sdInterval.upper);
    expect(alone!.sdInterval.lower).toBeCloseTo(eight.sdInterval.lower, 12);
    expect(alone!.sdInterval.upper).toBeCloseTo(eight.sdInterval.upper, 12);
    expect(eight.sdInterval.lower).toBeLessThan(eight.sd);
    expect(eight.sdInterval.upper).toBeGreaterThan(eight.sd);
  });
});
