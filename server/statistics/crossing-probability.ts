import type { OrderIntervals } from "./order-intervals.js";

/** Poisson weights smaller than this share of the largest are left out. */
const NEGLIGIBLE = 1e-19;
const LONGEST_KERNEL = 4096;

/** Fills `kernel` with Poisson(mean) weights and answers how many matter. */
function poissonWeights(mean: number, kernel: Float64Array, most: number): number {
  kernel[0] = Math.exp(-mean);
  let length = 1;
  let largest = kernel[0];
  for (; length < most; length++) {
    const weight = (kernel[length - 1]! * mean) / length;
    kernel[length] = weight;
    if (weight > largest) largest = weight;
    else if (weight < largest * NEGLIGIBLE) break;
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

/**
 * P(lower[i − 1] <= U_(i) <= upper[i − 1] for every i) for the order statistics of n independent
 * uniforms; both arrays ascend. Exact but for rounding (about 1e-13): the number of points so far is a
 * Poisson process conditioned on n points, carried from one end of an interval to the next, keeping only
 * the counts that the intervals allow. No term is negative. Source: E. Khmaladze & E. Shinjikashvili
 * (2001), A. Moscovich & B. Nadler (2017).
 */
export function stayingProbability({ lower, upper }: OrderIntervals): number {
  const n = lower.length;
  const counts = new Float64Array(n + 1);
  const kernel = new Float64Array(LONGEST_KERNEL + 1);
  counts[0] = 1;
  let least = 0;
  let most = 0;
  let time = 0;
  let log = 0;
  let started = 0;
  let ended = 0;
  while (started < n && lower[started]! <= 0) started++;
  while (time < 1) {
    const start = started < n ? lower[started]! : 1;
    const end = ended < n ? upper[ended]! : 1;
    const next = Math.min(start, end, 1);
    const last = next === 1;
    const ends = end <= start && end < 1;
    const nextLeast = last ? n : ends ? ended + 1 : ended;
    const nextMost = last ? n : started;
    if (nextLeast > nextMost) return 0;
    const gap = Math.max(next - time, 0);
    const length = poissonWeights(n * gap, kernel, Math.min(nextMost - least + 1, LONGEST_KERNEL));
    let sum = 0;
    for (let k = nextMost; k >= nextLeast; k--) {
      const from = k - length + 1 > least ? k - length + 1 : least;
      const to = k < most ? k : most;
      let total = 0;
      for (let j = from; j <= to; j++) total += counts[j]! * kernel[k - j]!;
      counts[k] = total;
      sum += total;
    }
    if (sum === 0) return 0;
    if (sum < 1e-100) {
      for (let k = nextLeast; k <= nextMost; k++) counts[k] = counts[k]! / sum;
      log += Math.log(sum);
    }
    least = nextLeast;
    most = nextMost;
    time = next;
    if (last) break;
    if (ends) ended++;
    else started++;
  }
  return Math.min(1, Math.exp(log + Math.log(counts[n]!) - logPoissonAtMean(n)));
}
