import type { CdfBand } from "./cdf-band.js";
import { rankAt } from "./empirical.js";
import type { Empirical, Goal } from "./empirical.js";
import { levelOfBest, quantileCurve, runsAtLevel } from "./tuning-curve.js";

/** A quantile tuning curve with its simultaneous confidence band, in the scores' unit. */
export interface CurveBand {
  readonly ns: readonly number[];
  readonly lower: readonly number[];
  readonly point: readonly number[];
  readonly upper: readonly number[];
  /** True where two scores are equal: the band then covers more often than its confidence. */
  readonly tied: boolean;
  readonly trivial: TrivialRuns;
}

/** Numbers of runs at which a side of a curve's band says no more than the support does. */
export interface TrivialRuns {
  /** The side of better scores is the support's bound from this number of runs on (Infinity: never). */
  readonly betterFrom: number;
  /** The side of worse scores is the support's bound below this number of runs (0: never; Infinity: always). */
  readonly worseBelow: number;
}

/** Throws a RangeError unless the band is made for as many runs as the distribution, of equal weight. */
export function requireFitting(distribution: Empirical, band: CdfBand): void {
  if (!distribution.equalWeights) throw new RangeError("a confidence band needs scores of equal weight");
  if (distribution.n !== band.n) {
    throw new RangeError(`the band must be made for the ${distribution.n} runs, got one for ${band.n}`);
  }
}

/** The least k with `bound[k]` >= p, or bound.length where none is. */
function leastCount(bound: Float64Array, p: number): number {
  let low = 0;
  let high = bound.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bound[middle]! >= p) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The least value at which a bound of the band reaches p: a score, or a bound of the support. */
export function boundQuantile(distribution: Empirical, bound: Float64Array, p: number): number {
  const { support, values, ranks } = distribution;
  const k = leastCount(bound, p);
  if (k === 0) return support.lower;
  if (k >= bound.length) return support.upper;
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranks[middle]! >= k) high = middle;
    else low = middle + 1;
  }
  return values[low]!;
}

/** Bounds of the band on P(score <= y). */
export function cdfBandAt(
  distribution: Empirical,
  band: CdfBand,
  y: number,
): { lower: number; upper: number } {
  requireFitting(distribution, band);
  if (y < distribution.support.lower) return { lower: 0, upper: 0 };
  if (y >= distribution.support.upper) return { lower: 1, upper: 1 };
  const k = rankAt(distribution, y);
  return { lower: band.lower[k]!, upper: band.upper[k]! };
}

/** Where a curve's band becomes trivial, whatever the scores are. Source: Lourie, Cho & He (2024). */
export function trivialRuns(band: CdfBand, q: number, goal: Goal): TrivialRuns {
  const first = band.upper[0]!;
  const last = band.lower[band.n]!;
  const atLeastScore = { below: first, above: 1 - first };
  const atGreatestScore = { below: last, above: 1 - last };
  const [better, worse] =
    goal === "minimize" ? [atLeastScore, atGreatestScore] : [atGreatestScore, atLeastScore];
  const runs = (level: typeof better): number => {
    const n = runsAtLevel(q, level, goal);
    // 0 / 0: a level of 0 is the lower bound itself, a level of 1 under a bound of 1 likewise.
    return Number.isNaN(n) ? (goal === "minimize" ? 0 : Infinity) : Math.abs(n);
  };
  return { betterFrom: runs(better), worseBelow: runs(worse) };
}

/**
 * The quantile curve of the best of n runs with its confidence band, for each n (above 0, possibly
 * fractional); valid for every n and q at once. The lower curve comes from the upper cdf bound and
 * conversely. RangeError for a band of another number of runs or unequal weights. Source: Lourie, Cho & He (2024).
 */
export function curveBand(
  distribution: Empirical,
  band: CdfBand,
  ns: readonly number[],
  q: number,
  goal: Goal,
): CurveBand {
  requireFitting(distribution, band);
  const point = quantileCurve(distribution, ns, q, goal);
  const levels = ns.map((n) => levelOfBest(q, n, goal).below);
  return {
    ns: [...ns],
    lower: levels.map((p) => boundQuantile(distribution, band.upper, p)),
    point,
    upper: levels.map((p) => boundQuantile(distribution, band.lower, p)),
    tied: distribution.tied,
    trivial: trivialRuns(band, q, goal),
  };
}

/** A band of the cdf as steps: bounds on P(score <= y) from each y up to the next. */
export interface CdfSteps {
  readonly y: readonly number[];
  readonly lower: readonly number[];
  readonly point: readonly number[];
  readonly upper: readonly number[];
}

/** Where the cdf steps, and how many scores lie at or below: the support's bounds, infinite ones too, and every distinct score. */
function stepsOf({ support, values, ranks, n }: Empirical): { y: number; k: number }[] {
  const steps = Array.from(values, (y, j) => ({ y, k: ranks[j]! }));
  if (support.lower < values[0]!) steps.unshift({ y: support.lower, k: 0 });
  if (support.upper > values[values.length - 1]!) steps.push({ y: support.upper, k: n });
  return steps;
}

/** The cdf of equally weighted scores at its steps, without a band. */
export function plainSteps(distribution: Empirical): Pick<CdfSteps, "y" | "point"> {
  const steps = stepsOf(distribution);
  return { y: steps.map(({ y }) => y), point: steps.map(({ k }) => k / distribution.n) };
}

/** The band of the cdf at its steps. RangeError for a band of another number of runs or unequal weights. */
export function cdfSteps(distribution: Empirical, band: CdfBand): CdfSteps {
  requireFitting(distribution, band);
  const steps = stepsOf(distribution);
  const certain = (y: number): boolean => y >= distribution.support.upper;
  return {
    ...plainSteps(distribution),
    lower: steps.map(({ y, k }) => (certain(y) ? 1 : band.lower[k]!)),
    upper: steps.map(({ y, k }) => (certain(y) ? 1 : band.upper[k]!)),
  };
}
