import { requireNumbers } from "./checks.js";

/** Which way a score is better. */
export type Goal = "minimize" | "maximize";

/** Least and greatest values that a score can have; infinite where there is no bound. */
export interface Support {
  readonly lower: number;
  readonly upper: number;
}

/** Scores as a discrete distribution. Plain data: it may cross to a worker. */
export interface Empirical {
  /** Number of scores. */
  readonly n: number;
  readonly support: Support;
  /** The distinct scores, ascending. */
  readonly values: Float64Array;
  /** How many scores are at or below each of `values`. */
  readonly ranks: Int32Array;
  /** Probability at or below each of `values`, and above it. */
  readonly below: Float64Array;
  readonly above: Float64Array;
  /** True where every score weighs 1/n: quantiles then go by whole ranks. */
  readonly equalWeights: boolean;
  /** True where two scores are equal: bands are then conservative. */
  readonly tied: boolean;
  /** How many scores are infinite. */
  readonly infinite: number;
}

/** Settings of {@link empirical}. */
export interface EmpiricalOptions {
  /** Bounds of the scores; the whole line unless given. */
  readonly support?: Support | undefined;
  /** One weight of zero or more to each score, summing to 1; equal unless given. */
  readonly weights?: readonly number[] | undefined;
}

const WEIGHT_TOLERANCE = 1e-10;
const JUMP_TOLERANCE = 1e-12;
const RANK_TOLERANCE = 1e-9;

/** The whole support line. */
export const UNBOUNDED: Support = { lower: -Infinity, upper: Infinity };

/** ⌈p n⌉, where a p n within 1e-9 of a whole number counts as that number. */
export function rankOf(p: number, n: number): number {
  const rank = p * n;
  const whole = Math.round(rank);
  return Math.abs(rank - whole) <= RANK_TOLERANCE ? whole : Math.ceil(rank);
}

function requireSupport(support: Support, least: number, greatest: number): void {
  const { lower, upper } = support;
  if (Number.isNaN(lower) || Number.isNaN(upper) || lower > upper) {
    throw new RangeError(`support must run from a lower to a higher bound, got [${lower}, ${upper}]`);
  }
  if (lower > least) {
    throw new RangeError(`support's lower bound must be at most the least score ${least}, got ${lower}`);
  }
  if (upper < greatest) {
    throw new RangeError(
      `support's upper bound must be at least the greatest score ${greatest}, got ${upper}`,
    );
  }
}

function normalized(weights: readonly number[], n: number): number[] {
  if (weights.length !== n) {
    throw new RangeError(`weights must be as many as the scores, ${n}, got ${weights.length}`);
  }
  let sum = 0;
  weights.forEach((weight, i) => {
    if (!(weight >= 0)) throw new RangeError(`weights must be 0 or more, got ${weight} at position ${i + 1}`);
    sum += weight;
  });
  if (!(Math.abs(sum - 1) <= WEIGHT_TOLERANCE)) throw new RangeError(`weights must sum to 1, got ${sum}`);
  return weights.map((weight) => weight / sum);
}

/** The places of scores from the least to the greatest, equal ones in their given order. */
function ascendingPlaces(scores: readonly number[]): Int32Array {
  return Int32Array.from(scores.keys()).sort((i, j) => {
    const [a, b] = [scores[i]!, scores[j]!];
    return a < b ? -1 : a > b ? 1 : 0;
  });
}

/**
 * The empirical distribution of scores, in any order; infinities are legal. Equal weights are kept as
 * whole ranks, never accumulated, so that a level on a jump finds its own score. RangeError for no
 * scores, NaN, weights that do not fit, or bounds inside the data.
 */
export function empirical(scores: readonly number[], options: EmpiricalOptions = {}): Empirical {
  requireNumbers("scores", scores);
  const n = scores.length;
  const weights = options.weights === undefined ? null : normalized(options.weights, n);
  const order = weights === null ? null : ascendingPlaces(scores);
  // Without weights it does not matter which of equal scores comes first, and numbers alone sort faster.
  const sorted = order
    ? Float64Array.from(order, (place) => scores[place]!)
    : Float64Array.from(scores).sort();
  const support = options.support ?? UNBOUNDED;
  requireSupport(support, sorted[0]!, sorted[n - 1]!);
  const values: number[] = [];
  const ranks: number[] = [];
  const masses: number[] = [];
  sorted.forEach((score, rank) => {
    if (rank === 0 || score !== values[values.length - 1]) {
      // A zero is a zero, whichever sign it has.
      values.push(score + 0);
      masses.push(0);
      ranks.push(0);
    }
    masses[masses.length - 1]! += order && weights ? weights[order[rank]!]! : 1;
    ranks[ranks.length - 1] = rank + 1;
  });
  const below = new Float64Array(values.length);
  const above = new Float64Array(values.length);
  let sum = 0;
  for (let j = 0; j < values.length; j++) {
    sum += masses[j]!;
    below[j] = weights === null ? ranks[j]! / n : Math.min(sum, 1);
  }
  sum = 0;
  for (let j = values.length - 1; j >= 0; j--) {
    above[j] = weights === null ? (n - ranks[j]!) / n : Math.min(sum, 1);
    sum += masses[j]!;
  }
  return {
    n,
    support: { lower: support.lower, upper: support.upper },
    values: Float64Array.from(values),
    ranks: Int32Array.from(ranks),
    below,
    above,
    equalWeights: weights === null,
    tied: values.length < n,
    infinite: scores.filter((score) => !Number.isFinite(score)).length,
  };
}

/** How many of `values`, ascending, are at or below `y`. */
function countAtOrBelow(values: Float64Array, y: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! <= y) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many scores are at or below `y`. */
export function rankAt(distribution: Empirical, y: number): number {
  const at = countAtOrBelow(distribution.values, y);
  return at === 0 ? 0 : distribution.ranks[at - 1]!;
}

/** P(score <= y): 0 below the support, 1 from its upper bound on. */
export function cdf(distribution: Empirical, y: number): number {
  if (y < distribution.support.lower) return 0;
  if (y >= distribution.support.upper) return 1;
  const at = countAtOrBelow(distribution.values, y);
  return at === 0 ? 0 : distribution.below[at - 1]!;
}

/** P(score = y). */
export function pmf(distribution: Empirical, y: number): number {
  const at = countAtOrBelow(distribution.values, y);
  if (at === 0 || distribution.values[at - 1] !== y) return 0;
  return mass(distribution, at - 1);
}

/** Probability of the distinct score at a position. */
export function mass(distribution: Empirical, position: number): number {
  const { ranks, below, equalWeights, n } = distribution;
  if (equalWeights) return (ranks[position]! - (position === 0 ? 0 : ranks[position - 1]!)) / n;
  return position === 0 ? below[0]! : below[position]! - below[position - 1]!;
}

/**
 * The least value of the support whose cdf reaches p; the support's lower bound at p = 0. RangeError
 * for a p that lies outside [0, 1] by more than 1e-10.
 */
export function quantile(distribution: Empirical, p: number): number {
  if (!(p >= -WEIGHT_TOLERANCE && p <= 1 + WEIGHT_TOLERANCE)) {
    throw new RangeError(`a quantile's level must lie between 0 and 1, got ${p}`);
  }
  const { values, ranks, below, n } = distribution;
  if (p <= 0) return distribution.support.lower;
  const rank = distribution.equalWeights ? Math.max(1, rankOf(Math.min(p, 1), n)) : 0;
  const reached = (j: number): boolean =>
    distribution.equalWeights ? ranks[j]! >= rank : below[j]! + JUMP_TOLERANCE >= p && below[j]! > 0;
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reached(middle)) high = middle;
    else low = middle + 1;
  }
  return values[low]!;
}

/** Σ value × weight, where a value without weight counts for nothing even if infinite; NaN for ∞ − ∞. */
export function weightedSum(values: Float64Array, weight: (position: number) => number): number {
  let sum = 0;
  for (let j = 0; j < values.length; j++) {
    const w = weight(j);
    if (w !== 0) sum += values[j]! * w;
  }
  return sum;
}

/** Mean; infinite where a score that weighs anything is. NaN where both infinities do. */
export function mean(distribution: Empirical): number {
  return weightedSum(distribution.values, (j) => mass(distribution, j));
}

/** Variance of the population (divisor n); NaN where a score that weighs anything is infinite. */
export function variance(distribution: Empirical): number {
  const centre = mean(distribution);
  if (!Number.isFinite(centre)) return NaN;
  return weightedSum(
    distribution.values.map((value) => (value - centre) ** 2),
    (j) => mass(distribution, j),
  );
}
