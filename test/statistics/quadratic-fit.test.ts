import { describe, expect, test } from "vitest";
import { cdfBand } from "../../server/statistics/cdf-band.js";
import { empirical } from "../../server/statistics/empirical.js";
import { quadraticCdf, quadraticQuantile } from "../../server/statistics/noisy-quadratic.js";
import { fitNoisyQuadratic } from "../../server/statistics/quadratic-fit.js";
import { goodnessWithin } from "../../server/statistics/quadratic-goodness.js";
import { suggestThreshold } from "../../server/statistics/quadratic-threshold.js";
import { spacings, spacingsLoss } from "../../server/statistics/spacings.js";
import { StoppedError } from "../../server/statistics/stop.js";
import { describeReference, scoresOf } from "./reference.js";

const truth = { alpha: 3.58, beta: 4.171, gamma: 1, sigma: 0.028, convex: true };
const perfect = (n: number): number[] =>
  quadraticQuantile(
    truth,
    Array.from({ length: n }, (_, i) => (i + 0.5) / n),
  );
/** A sample whose tail is a noisy quadratic, then leaves it, and diverges at the end. */
const tailed = (n: number): number[] =>
  perfect(n).map((y, i) => (i < 0.45 * n ? y : i < 0.9 * n ? 3.71 + (i / n - 0.45) * 6 : Infinity));

describe("spacings", () => {
  test("are buckets with an extra point at +∞, ties and near ties together", () => {
    const { edges, counts, observed, n } = spacings(
      [3, 1, 1 + 1e-14, 2, 9, Infinity],
      { lower: -Infinity, upper: 2.5 },
      false,
    );
    expect([...edges]).toEqual([1, 2, 2.5]);
    // In (2, 2.5] none, beyond it three and the extra one.
    expect([...counts]).toEqual([2, 1, 0, 4]);
    expect([observed, n]).toEqual([3, 6]);
    const mirrored = spacings([3, 1, 2], { lower: 1.5, upper: Infinity }, true);
    expect([...mirrored.edges]).toEqual([-3, -2, -1.5]);
    expect([...mirrored.counts]).toEqual([1, 1, 1, 1]);
  });

  test("have no loss where every bucket has its share", () => {
    const buckets = spacings([0.25, 0.5, 0.75], { lower: -Infinity, upper: Infinity }, false);
    expect(spacingsLoss(buckets, (y) => y)).toBeCloseTo(0, 15);
    expect(spacingsLoss(buckets, (y) => y * y)).toBeGreaterThan(0);
    expect(spacingsLoss(buckets, () => 0)).toBe(Infinity);
  });
});

describe("a fit by the maximum product of spacings", () => {
  test("recovers the distribution of a perfect sample, whole and tail", () => {
    for (const threshold of [undefined, 3.7]) {
      const fit = fitNoisyQuadratic(perfect(400), {
        convex: true,
        threshold,
        constraints: { gamma: [1, 3] },
      });
      expect(fit.gamma).toBe(1);
      expect(fit.alpha).toBeCloseTo(3.58, 2);
      expect(fit.sigma).toBeCloseTo(0.028, 2);
      expect(fit.loss).toBeLessThan(2e-3);
      expect(fit.share).toBeCloseTo(threshold === undefined ? 1 : quadraticCdf(truth, [3.7])[0]!, 2);
    }
  });

  test("keeps to its constraints", () => {
    const free = fitNoisyQuadratic(perfect(60), { convex: true, constraints: { gamma: [1, 2] } });
    const bound = fitNoisyQuadratic(perfect(60), {
      convex: true,
      constraints: { alpha: [3.6, 4], beta: [4.1, 4.1], sigma: [0.03, 0.05], gamma: [2, 2] },
    });
    expect(bound).toMatchObject({ beta: 4.1, gamma: 2 });
    expect(bound.alpha >= 3.6 && bound.sigma >= 0.03 && bound.sigma <= 0.05).toBe(true);
    expect(bound.loss).toBeGreaterThan(free.loss);
    // A mirror image without noise: scores on the bounds belong to the neighbouring spacings.
    const accuracies = [0, 0.5, 0.75, 1];
    const exact = fitNoisyQuadratic(accuracies, {
      convex: false,
      constraints: { alpha: [0, 0], beta: [1, 1], sigma: [0, 0], gamma: [1, 4] },
    });
    expect([exact.alpha, exact.beta, exact.sigma]).toEqual([0, 1, 0]);
    expect(exact.loss).toBeLessThan(Infinity);
  });

  test("is concave as it is convex of the mirror image, but for the extra point", () => {
    const convex = fitNoisyQuadratic(perfect(300), {
      convex: true,
      threshold: 3.8,
      constraints: { gamma: [1, 2] },
    });
    const concave = fitNoisyQuadratic(
      perfect(300).map((y) => -y),
      { convex: false, threshold: -3.8, constraints: { gamma: [1, 2] } },
    );
    expect(concave.gamma).toBe(1);
    expect(-concave.beta).toBeCloseTo(convex.alpha, 2);
    expect(concave.share).toBeCloseTo(convex.share, 2);
  });

  test("allows infinite scores beyond the threshold only, and refuses too little", () => {
    expect(
      fitNoisyQuadratic(tailed(100), { convex: true, threshold: 3.7, constraints: { gamma: [1, 1] } })
        .observed,
    ).toBe(45);
    expect(() => fitNoisyQuadratic([1, 2, 3, Infinity], { convex: true })).toThrow(
      "scores within the limits must be finite, got Infinity",
    );
    expect(() => fitNoisyQuadratic([1, 2], { convex: true })).toThrow("a fit needs at least 3 runs, got 2");
    expect(() => fitNoisyQuadratic([1, 2, 3, 4], { convex: true, threshold: 2 })).toThrow(
      "threshold must leave at least 3 runs at or below it, and 2 leaves 2 of 4",
    );
    expect(() => fitNoisyQuadratic([1, 2, 3, 4], { convex: true, threshold: 0 })).toThrow(
      "threshold must leave at least 3 runs at or below it, and 0 leaves 0 of 4",
    );
    expect(() => fitNoisyQuadratic([4, 4, 4], { convex: false })).toThrow(
      "a fit needs at least 2 different scores, got 3 of 4",
    );
    expect(() => fitNoisyQuadratic([1, 2, NaN], { convex: true })).toThrow(
      "scores must not hold NaN, found at position 3",
    );
    expect(() => fitNoisyQuadratic([1, 2, 3], { convex: true, constraints: { alpha: [2, 1] } })).toThrow(
      "alpha must have a lower bound",
    );
    expect(() =>
      fitNoisyQuadratic([1, 2, 3], { convex: true, constraints: { alpha: [5, 6], sigma: [0, 0] } }),
    ).toThrow("exclude some of the scores");
    expect(() => fitNoisyQuadratic([1, 2, 3], { convex: true, shouldStop: () => true })).toThrow(
      StoppedError,
    );
  });

  test("answers the same for scores in any order", () => {
    const options = { convex: true, threshold: 3.7, constraints: { gamma: [1, 2] as const } };
    expect(fitNoisyQuadratic(tailed(80).reverse(), options)).toEqual(fitNoisyQuadratic(tailed(80), options));
  });
});

describe("goodness against the band", () => {
  const ys = tailed(200);
  const tail = ys.filter((y) => y <= 3.7).length;
  const distribution = empirical(ys);
  const band = cdfBand(200, 0.8, "LD_HIGHEST_DENSITY");

  test("looks at the tail only", () => {
    expect(goodnessWithin(truth, 3.7, distribution, band)).toMatchObject({
      within: true,
      outside: 0,
      leavesAt: null,
      scores: tail,
    });
    const whole = goodnessWithin(truth, null, distribution, band);
    expect(whole.within).toBe(false);
    expect(whole.leavesAt).toBeGreaterThan(3.7);
    expect(whole.largestDistance).toBeGreaterThan(0.1);
  });

  test("looks at the upper tail of a concave one", () => {
    const mirror = { ...truth, alpha: -truth.beta, beta: -truth.alpha, convex: false };
    const accuracies = empirical(ys.map((y) => -y));
    expect(goodnessWithin(mirror, -3.7, accuracies, band)).toMatchObject({ within: true, scores: tail });
    expect(goodnessWithin({ ...mirror, beta: mirror.beta + 0.1 }, -3.7, accuracies, band).within).toBe(false);
  });
});

describe("the suggested threshold", () => {
  test("ends the tail where the sample leaves the distribution", () => {
    const ys = tailed(512);
    const band = cdfBand(512, 0.8, "LD_HIGHEST_DENSITY");
    const suggestion = suggestThreshold(ys, { convex: true, band, constraints: { gamma: [1, 3] } });
    expect(suggestion.found).toBe(true);
    expect(suggestion.threshold).toBeGreaterThan(3.6);
    expect(suggestion.threshold).toBeLessThan(3.85);
    expect(suggestion.candidates.at(-1)).toMatchObject({ within: true, threshold: suggestion.threshold });
    expect(suggestion.candidates.slice(0, -1).every(({ within }) => !within)).toBe(true);
    const mirror = suggestThreshold(
      ys.map((y) => -y),
      { convex: false, band, constraints: { gamma: [1, 3] } },
    );
    expect(Math.abs(mirror.candidates.at(-1)!.share - suggestion.candidates.at(-1)!.share)).toBeLessThan(
      0.06,
    );
  });

  test("needs ten finite runs in a tail", () => {
    const band = cdfBand(9, 0.8, "DKW");
    expect(() => suggestThreshold([1, 2, 3, 4, 5, 6, 7, 8, 9], { convex: true, band })).toThrow(
      "a threshold needs at least 10 finite scores in a tail, and only 9 of 9 are finite",
    );
    const tied = Array<number>(12).fill(4);
    expect(() => suggestThreshold(tied, { convex: true, band: cdfBand(12, 0.8, "DKW") })).toThrow(
      "a tail of at least 10 finite scores that differ, and none does: 12 of 12 are finite, with 1 different values",
    );
  });
});

describeReference("the reference's fits with the exact cdf", (reference) => {
  test.each(reference.noisy_quadratic_fits_exact_cdf)("$dataset $subset $score", (record) => {
    const errors = scoresOf(reference, `${record.dataset}/${record.subset}`);
    const scores = record.score === "accuracy" ? errors.map((y) => 1 - y) : errors;
    const fit = fitNoisyQuadratic(scores, {
      convex: record.convex,
      threshold: (record.convex ? record.limits[1] : record.limits[0])!,
      constraints: {
        [record.convex ? "alpha" : "beta"]: [0, 1],
        gamma: [1, record.dataset === "alexnet" ? 8 : 5],
      },
    });
    expect(fit.loss).toBeLessThan(record.best_objective + 1e-9);
    expect(fit.gamma).toBe(record.best_c);
    expect(fit.observed).toBe(record.n_observed);
    for (const { c, objective } of record.per_c) {
      expect(fit.perGamma.find(({ gamma }) => gamma === c)!.loss).toBeLessThan(objective + 1e-5);
    }
    // At the reference's parameters the loss is the reference's.
    const at = record.per_c.find(({ c }) => c === record.best_c)!;
    const [alpha, beta] = record.convex ? [at.a, at.b] : [-at.b, -at.a];
    const limits = { lower: record.limits[0] ?? -Infinity, upper: record.limits[1] ?? Infinity };
    const below = (y: number): number =>
      quadraticCdf({ alpha, beta, gamma: at.c, sigma: at.o, convex: true }, [y])[0]!;
    expect(spacingsLoss(spacings(scores, limits, !record.convex), below)).toBeCloseTo(at.objective, 12);
  });
});
