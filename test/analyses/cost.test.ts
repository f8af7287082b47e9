import { describe, expect, test } from "vitest";
import { useSample } from "./sources.js";

interface CostPoint {
  readonly runs: number;
  readonly tokens: number | null;
  readonly steps: number | null;
  readonly train: number | null;
  readonly all: number | null;
}

describe("the cost of tuning", () => {
  const sample = useSample(128);
  const ask = async (where: string, more = ""): Promise<readonly CostPoint[]> => {
    const { scores } = await sample().service.ask<{
      scores: { tuningCurve: { points: readonly CostPoint[] } };
    }>(`{ scores(of: {metric: VAL_RAW_LOSS}, where: ${where} ${more}) { tuningCurve(runs: [0.5, 1, 7, 48]) { points {
      runs tokens: cost(in: TOKENS) steps: cost(in: LAST_STEP) train: cost(in: TRAIN_SECONDS) all: cost(in: TOTAL_SECONDS) } } } }`);
    return scores.tuningCurve.points;
  };
  /** The mean of what runs tell at the end of their curves; runs without a point tell nothing. */
  const meanOf = (lines: (index: number) => boolean, key: string): number => {
    const last = sample()
      .tuning.filter((_, index) => lines(index))
      .flatMap(({ learning_curve: curve }) => curve.at(-1)?.[key] ?? [])
      .filter(Number.isFinite);
    return last.reduce((a, b) => a + b, 0) / last.length;
  };

  test("is the number of runs times the mean cost of one", async () => {
    const points = await ask('{dataset: {eq: "llama-33m_tuning"}}');
    expect(points.map(({ runs }) => runs)).toEqual([0.5, 1, 7, 48]);
    for (const { runs, tokens, steps, all } of points) {
      expect(tokens! / (runs * meanOf(() => true, "tokens"))).toBeCloseTo(1, 12);
      expect(steps! / (runs * meanOf(() => true, "step"))).toBeCloseTo(1, 12);
      expect(all! / (runs * meanOf(() => true, "eval_end_time"))).toBeCloseTo(1, 12);
    }
    expect(points[1]!.train!).toBeLessThan(points[1]!.all!);
  });

  test("is of the runs of the analysis: the filter's, of the subset", async () => {
    const points = await ask('{dataset: {eq: "llama-33m_tuning"}, line: {gt: 64}}');
    expect(points[1]!.tokens! / meanOf((index) => index >= 64, "tokens")).toBeCloseTo(1, 12);
    const one = await ask('{dataset: {eq: "llama-33m_tuning"}}', ", subset: {size: 2, seed: 4}");
    const whole = sample().tuning.map(({ learning_curve: curve }) => curve.at(-1)?.["eval_end_time"]);
    const pairs = whole.flatMap((a, i) =>
      whole.slice(i + 1).flatMap((b) => (a != null && b != null ? [(a + b) / 2] : [])),
    );
    expect(pairs.some((mean) => Math.abs(one[1]!.all! / mean - 1) < 1e-12)).toBe(true);
  });
});
