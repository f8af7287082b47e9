import { describe, expect, test } from "vitest";
import { numberOf, type Value } from "./harness.js";
import { least, useSample } from "./sources.js";

interface Step {
  readonly value: Value;
  readonly cdf: number;
}

interface Scores {
  readonly runCount: number;
  readonly matchedCount: number;
  readonly distribution: { readonly steps: readonly Step[] };
}

describe("random subsets of the sample", () => {
  const sample = useSample(1024);
  const ask = async <T = Scores>(
    subset: string,
    below = "runCount matchedCount distribution { steps { value { value state } cdf } }",
    where = '{dataset: {eq: "llama-33m_tuning"}}',
    more = "",
  ): Promise<T> => {
    const { scores } = await sample().service.ask<{ scores: T }>(
      `{ scores(of: {metric: VAL_RAW_LOSS}, where: ${where}, subset: ${subset} ${more}) { ${below} } }`,
    );
    return scores;
  };
  /** The scores of a subset, by its cdf's steps. */
  const scoresOf = ({ runCount, distribution }: Scores): number[] => {
    let before = 0;
    return distribution.steps.flatMap(({ value, cdf }) => {
      const count = Math.round((cdf - before) * runCount);
      before = cdf;
      return Array.from({ length: count }, () => numberOf(value));
    });
  };

  test("have so many of the runs, the same for the same seed, others for another", async () => {
    const all = sample()
      .tuning.map((run) => least(run, "val_raw_loss"))
      .sort((a, b) => a - b);
    const seeds = ["", ", seed: 0", ", seed: 1", ", seed: 4294967296", ", seed: 9007199254740991"];
    const drawn = await Promise.all(seeds.map((seed) => ask(`{size: 48${seed}}`)));
    for (const scores of drawn) {
      expect(scores).toMatchObject({ runCount: 48, matchedCount: 1024 });
      expect(scoresOf(scores)).toHaveLength(48);
      for (const score of scoresOf(scores)) expect(all).toContain(score);
    }
    expect(drawn[1]).toEqual(drawn[0]);
    expect(await ask("{size: 48, seed: 1}")).toEqual(drawn[2]);
    expect(new Set(drawn.map((scores) => JSON.stringify(scoresOf(scores)))).size).toBe(4);
    expect(scoresOf(await ask("{size: 1024, seed: 5}"))).toEqual(all);
  });

  test("take every run about as often", async () => {
    const draws = 200;
    const lines = new Map<number, number>();
    const where = '{dataset: {eq: "llama-33m_tuning"}, line: {lte: 8}}';
    const quantiles = "selection(quantiles: [0.5, 1]) { run { line } }";
    for (let seed = 0; seed < draws; seed++) {
      const { selection } = await ask<{ selection: readonly { run: { line: number } }[] }>(
        `{size: 2, seed: ${seed}}`,
        quantiles,
        where,
      );
      for (const { run } of selection) lines.set(run.line, (lines.get(run.line) ?? 0) + 1);
    }
    // 50 each of 400; five standard deviations of a binomial either way.
    expect([...lines.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    for (const count of lines.values()) expect(Math.abs(count - 50)).toBeLessThan(31);
  });

  test("carry every analysis", async () => {
    const scores = await ask<{
      runCount: number;
      tuningCurve: { criticalValue: number; points: readonly { runs: number; naive: Value; value: Value }[] };
      noisyQuadratic: { runCount: number; observedCount: number };
      selection: readonly { rank: number; run: { line: number } }[];
      importance: readonly { explained: { runCount: number } }[];
      runsUntilGainBelow: number | null;
    }>(
      "{size: 48, seed: 3}",
      `runCount tuningCurve(points: 6) { criticalValue points { runs naive { value state } value { value state } cost(in: TOKENS) } }
       noisyQuadratic { runCount observedCount } selection { rank run { line } }
       importance { explained { runCount } } runsUntilGainBelow(gain: 0.01)`,
    );
    expect(scores.runCount).toBe(48);
    // The exact critical value at n = 48 and 80 %, as the design's table has it.
    expect(scores.tuningCurve.criticalValue).toBeCloseTo(0.9830953634, 9);
    expect(scores.tuningCurve.points.at(-1)!.runs).toBe(48);
    expect(scores.noisyQuadratic.runCount).toBe(48);
    expect(scores.selection.map(({ rank }) => rank)).toEqual([6, 12, 18, 24, 30, 36, 42, 48]);
    for (const { explained } of scores.importance) expect(explained.runCount).toBe(48);
    const best = scores.selection.at(-1)!.run.line;
    expect(numberOf(scores.tuningCurve.points.at(-1)!.naive)).toBe(
      least(sample().tuning[best - 1]!, "val_raw_loss"),
    );
  });

  test("are drawn before runs without a finite score are left out", async () => {
    const runs = sample().tuning.map((run) => least(run, "val_raw_loss"));
    const finite = runs.filter(Number.isFinite).length;
    expect(finite).toBeLessThan(1024);
    const scores = await ask<{
      runCount: number;
      excludedCount: number;
      matchedCount: number;
      nanCount: number;
      nullCount: number;
    }>(
      "{size: 1000, seed: 2}",
      "runCount excludedCount matchedCount nanCount nullCount",
      undefined,
      ", nonFinite: FINITE_ONLY",
    );
    expect(scores.runCount + scores.excludedCount).toBe(1000);
    expect(scores.excludedCount).toBe(scores.nanCount + scores.nullCount);
    expect(scores.excludedCount).toBeLessThanOrEqual(1024 - finite);
    expect(scores.matchedCount).toBe(1024);
  });
});
