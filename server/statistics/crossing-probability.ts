import type { OrderIntervals } from "./order-intervals.js";
import { poissonWeight, stirlingErrors } from "./order-statistics.js";

/** Poisson weights smaller than this share of the largest are left out: where all that stays is summed, and where what leaves is. */
const [NEGLIGIBLE, NEGLIGIBLE_LEAVING] = [1e-19, 1e-40];
const LONGEST_KERNEL = 4096;

/** Fills `kernel` with Poisson(mean) weights and answers how many matter. */
function poissonWeights(mean: number, kernel: Float64Array, most: number, negligible: number): number {
  kernel[0] = Math.exp(-mean);
  let length = 1;
  let largest = kernel[0];
  for (; length < most; length++) {
    const weight = (kernel[length - 1]! * mean) / length;
    kernel[length] = weight;
    if (weight > largest) largest = weight;
    else if (weight < largest * negligible) break;
  }
  return length;
}

/** ln(n^n e^−n / n!): what conditioning on n points divides by. */
function logPoissonAtMean(n: number): number {
  let log = n * Math.log(n) - n;
  if (n < 64) {
    for (let k = 2; k <= n; k++) log -= Math.log(k);
    return log;
  }
  const r = 1 / (n * n);
  return -0.5 * Math.log(2 * Math.PI * n) - (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r / 1680))) / n;
}

/** Ascending points, each by its distances from 0 and from 1, so that both ends keep their digits. */
interface Points {
  readonly from0: Float64Array;
  readonly to1: Float64Array;
}

/** Told of what leaves the intervals: so much mass at this count of points, this far from the end of time. */
type Leaving = (count: number, to1: number, mass: number) => void;

/** The mass that comes to `count` from the counts `least` to `most`. */
function arriving(
  counts: Float64Array,
  kernel: Float64Array,
  length: number,
  least: number,
  most: number,
  count: number,
): number {
  const from = count - length + 1 > least ? count - length + 1 : least;
  const to = count < most ? count : most;
  let total = 0;
  for (let j = from; j <= to; j++) total += counts[j]! * kernel[count - j]!;
  return total;
}

/**
 * ln P(a Poisson process of rate n has the counts that the intervals allow, and n in the end), carried
 * from one end of an interval to the next; −Infinity where it never has.
 */
function carry(lower: Points, upper: Points, leaving: Leaving | null): number {
  const n = lower.from0.length;
  const negligible = leaving ? NEGLIGIBLE_LEAVING : NEGLIGIBLE;
  const counts = new Float64Array(n + 1);
  const kernel = new Float64Array(LONGEST_KERNEL + 1);
  counts[0] = 1;
  let least = 0;
  let most = 0;
  let from0 = 0;
  let to1 = 1;
  let log = 0;
  let started = 0;
  let ended = 0;
  while (started < n && lower.from0[started]! <= 0) started++;
  for (;;) {
    const starts = started < n && lower.to1[started]! > 0;
    const ends =
      ended < n &&
      upper.to1[ended]! > 0 &&
      (!starts ||
        (lower.from0[started]! < 0.5
          ? upper.from0[ended]! <= lower.from0[started]!
          : upper.to1[ended]! >= lower.to1[started]!));
    const last = !starts && !ends;
    const next0 = last ? 1 : ends ? upper.from0[ended]! : lower.from0[started]!;
    const next1 = last ? 0 : ends ? upper.to1[ended]! : lower.to1[started]!;
    const nextLeast = last ? n : ends ? ended + 1 : ended;
    const nextMost = last ? n : started;
    if (nextLeast > nextMost) return -Infinity;
    const gap = Math.max(from0 < 0.5 ? next0 - from0 : to1 - next1, 0);
    const farthest = Math.min((leaving ? n : nextMost) - least + 1, LONGEST_KERNEL);
    const length = poissonWeights(n * gap, kernel, farthest, negligible);
    if (leaving && !last) {
      const leave = (k: number): void =>
        leaving(k, next1, Math.exp(log) * arriving(counts, kernel, length, least, most, k));
      for (let k = least; k < nextLeast; k++) leave(k);
      for (let k = nextMost + 1; k < most + length && k <= n; k++) leave(k);
    }
    let sum = 0;
    for (let k = nextMost; k >= nextLeast; k--) {
      const total = arriving(counts, kernel, length, least, most, k);
      counts[k] = total;
      sum += total;
    }
    if (sum === 0) return -Infinity;
    if (last) return log + Math.log(counts[n]!);
    if (sum < 1e-100) {
      for (let k = nextLeast; k <= nextMost; k++) counts[k] = counts[k]! / sum;
      log += Math.log(sum);
    }
    least = nextLeast;
    most = nextMost;
    from0 = next0;
    to1 = next1;
    if (ends) ended++;
    else started++;
  }
}

const complements = (values: Float64Array): Float64Array => values.map((value) => 1 - value);

/**
 * P(lower[i − 1] <= U_(i) <= upper[i − 1] for every i) for the order statistics of n independent
 * uniforms; both arrays ascend. Exact but for rounding (about 1e-13): the number of points so far is a
 * Poisson process conditioned on n points, of which only the counts that the intervals allow are kept.
 * No term is negative. Source: E. Khmaladze & E. Shinjikashvili (2001), A. Moscovich & B. Nadler (2017).
 */
export function stayingProbability({ lower, upper }: OrderIntervals): number {
  const log = carry(
    { from0: lower, to1: complements(lower) },
    { from0: upper, to1: complements(upper) },
    null,
  );
  return Math.min(1, Math.exp(log - logPoissonAtMean(lower.length)));
}

/**
 * 1 − {@link stayingProbability} with relative precision, however small: the sum of what leaves at each
 * end of an interval and has n points in the end. Needs intervals that mirror each other, as
 * upper[i] = 1 − lower[n − 1 − i]: near 1 those hold the digits that the others have lost.
 */
export function leavingProbability({ lower, upper }: OrderIntervals): number {
  const n = lower.length;
  const errors = stirlingErrors(n);
  let sum = 0;
  carry(
    { from0: lower, to1: upper.toReversed() },
    { from0: upper, to1: lower.toReversed() },
    (count, to1, mass) => {
      sum += mass * poissonWeight(errors, n - count, n * to1);
    },
  );
  return Math.min(1, sum / poissonWeight(errors, n, n));
}
