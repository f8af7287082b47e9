import gammaincinv from "@stdlib/math-base-special-gammaincinv";
import chiSquareQuantile from "@stdlib/stats-base-dists-chisquare-quantile";
import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import { requireConfidence, requireFiniteNumbers, requireNumbers, requireWhole } from "./checks.js";

/** An interval for a standard deviation, in the scores' unit. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** What the replicates of one configuration say. Only the finite scores count. */
export interface SeedNoise {
  /** Number of finite scores, and of the others, the failures. */
  readonly n: number;
  readonly failures: number;
  /** Null without a finite score. */
  readonly mean: number | null;
  /** Standard deviation of the sample (divisor n − 1); null for fewer than 2 finite scores. */
  readonly sd: number | null;
  /** Interval for the standard deviation, right for normal scores; null for fewer than 2 finite scores. */
  readonly interval: Interval | null;
}

/**
 * What each of several independent intervals leaves out where they hold together with `confidence`; that
 * and not its own confidence, which may round to 1. Source: Z. Šidák (1967).
 */
export function sidakMissing(confidence: number, groups: number): number {
  requireConfidence(confidence);
  requireWhole("the number of groups", groups, 1);
  return -Math.expm1(Math.log(confidence) / groups);
}

/**
 * What a normal sample's standard deviation is multiplied by for an interval of the distribution's, from
 * the chi-square quantiles with n − 1 degrees of freedom that leave out `missing` in equal tails.
 * RangeError for n < 2.
 */
export function sdIntervalFactors(n: number, missing: number): Interval {
  requireWhole("the number of replicates", n, 2);
  const degrees = n - 1;
  return {
    lower: Math.sqrt(degrees / (2 * gammaincinv(missing / 2, degrees / 2, true))),
    upper: Math.sqrt(degrees / chiSquareQuantile(missing / 2, degrees)),
  };
}

/** Mean of finite numbers. */
export function sampleMean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard deviation of a sample of at least 2 finite numbers, divisor n − 1. */
export function sampleSd(values: readonly number[]): number {
  const mean = sampleMean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/**
 * Mean and standard deviation of each configuration's scores, with intervals for the standard deviations
 * that hold together with `confidence` (Šidák over the groups that have one). Infinities and NaN are
 * failures. RangeError for no groups or a confidence outside (0, 1). Source: Lourie, He & Cho (2025).
 */
export function seedNoise(groups: readonly (readonly number[])[], confidence = 0.95): SeedNoise[] {
  if (groups.length === 0) throw new RangeError("groups must hold at least 1 configuration, got none");
  const finite = groups.map((scores) => scores.filter((score) => Number.isFinite(score)));
  const measured = finite.filter((scores) => scores.length >= 2).length;
  const missing = sidakMissing(confidence, Math.max(measured, 1));
  // Of many configurations, most have as many replicates as others.
  const known = new Map<number, Interval>();
  const factorsOf = (n: number): Interval => {
    let factors = known.get(n);
    if (!factors) known.set(n, (factors = sdIntervalFactors(n, missing)));
    return factors;
  };
  return finite.map((scores, i) => {
    const n = scores.length;
    const failures = groups[i]!.length - n;
    const mean = n === 0 ? null : sampleMean(scores);
    if (n < 2) return { n, failures, mean, sd: null, interval: null };
    const sd = sampleSd(scores);
    const factors = factorsOf(n);
    return { n, failures, mean, sd, interval: { lower: sd * factors.lower, upper: sd * factors.upper } };
  });
}

/**
 * The plain mean of the last `best` standard deviations, of configurations in order from worst to best: the
 * noise near the optimum. RangeError for none, or one that is not finite. Source: Lourie, He & Cho (2025), with the last three.
 */
export function pooledSd(sds: readonly number[], best = 3): number {
  requireFiniteNumbers("standard deviations", sds);
  requireWhole("the number of best configurations", best, 1);
  return sampleMean(sds.slice(-best));
}

/** Points of a normal plot: each score against the standard normal's quantile at (i − 1/2) / n. */
export interface NormalPlot {
  readonly expected: readonly number[];
  readonly scores: readonly number[];
}

/** The normal plot of a sample, scores ascending; infinite scores stay at the ends. RangeError for no scores or NaN. */
export function normalPlot(scores: readonly number[]): NormalPlot {
  requireNumbers("scores", scores);
  const sorted = Float64Array.from(scores).sort();
  return {
    expected: Array.from(sorted, (_, i) => normalQuantile((i + 0.5) / sorted.length, 0, 1)),
    scores: [...sorted],
  };
}
