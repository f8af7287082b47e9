import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import {
  deviance,
  devianceSlope,
  logistic,
  logOrderDensity,
  lowerTail,
  orderStatistics,
  upperTail,
} from "./order-statistics.js";

/** An interval for each order statistic of n uniforms: `lower[i - 1] <= U_(i) <= upper[i - 1]`. */
export interface OrderIntervals {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Intervals as a function of the logarithm of the mass that each of them leaves out. */
export type IntervalFamily = (logMissing: number) => OrderIntervals;

const MOST_STEPS = 100;
/** Newton's method has converged where its step is below this: the next would be below its square. */
const SMALL_STEP = 3e-8;

/** By symmetry the upper ends are the lower ones of the mirrored ranks. */
function mirrored(lower: Float64Array): Float64Array {
  return lower.map((_, i) => 1 - lower[lower.length - 1 - i]!);
}

/** About the standard normal's quantile at e^log: where to start from, also far below what its function tells from 0. */
function normalQuantileAt(log: number): number {
  if (log > -30) return normalQuantile(Math.exp(log), 0, 1);
  const square = -2 * log - Math.log(2 * Math.PI);
  return -Math.sqrt(square - Math.log(square));
}

/**
 * The intervals between the equal tails of Beta(i, n + 1 − i). Newton's method on the logarithm of the
 * tail by the logit, which is concave: it converges from anywhere. Each call starts from the last one's
 * answers. Source: Learned-Miller & DeStefano (2008), Lourie, Cho & He (2024).
 */
export function equalTailedIntervals(n: number): IntervalFamily {
  const table = orderStatistics(n);
  const logits = new Float64Array(n).fill(NaN);
  const logTails = new Float64Array(n);
  const slopes = new Float64Array(n);
  return (logMissing) => {
    const target = logMissing - Math.LN2;
    const z0 = normalQuantileAt(target);
    const lower = new Float64Array(n);
    for (let i = 1; i <= n; i++) {
      let z = logits[i - 1]!;
      if (Number.isNaN(z)) {
        const mean = i / (n + 1);
        z = Math.log(i / (n + 1 - i)) + z0 / Math.sqrt((n + 2) * mean * (1 - mean));
      } else {
        z += (target - logTails[i - 1]!) / slopes[i - 1]!;
      }
      for (let step = 0; step < MOST_STEPS; step++) {
        // In units of the density, which vanishes where a guess lies far out.
        const tail = lowerTail(table, i, z, 1);
        const slope = (logistic(z) * logistic(-z)) / tail;
        const logTail = logOrderDensity(table, i, z) + Math.log(tail);
        const change = (target - logTail) / slope;
        logits[i - 1] = z;
        logTails[i - 1] = logTail;
        slopes[i - 1] = slope;
        z += change;
        if (Math.abs(change) < SMALL_STEP) break;
      }
      lower[i - 1] = logistic(z);
    }
    return { lower, upper: mirrored(lower) };
  };
}

/** The logit on one side (−1 below, 1 above) of the mode whose deviance is s² / 2, from a guess. */
function logitAtDeviance(n: number, i: number, side: -1 | 1, s: number, guess: number): number {
  let z = guess;
  for (let step = 0; step < MOST_STEPS; step++) {
    const double = 2 * deviance(n, i, z);
    const root = Math.sqrt(double);
    const slope = devianceSlope(n, i, z);
    // On the square root where that is nearly a line; on the convex deviance itself far outside.
    const change = root > 2 * s ? (s * s - double) / (2 * slope) : (s * root - double) / slope;
    // Newton never has to cross the mode.
    if (!(slope * side > 0)) z += (side * s) / Math.sqrt((n - 1) * logistic(z) * logistic(-z));
    else {
      z += change;
      if (Math.abs(change) < SMALL_STEP) break;
    }
  }
  return z;
}

/**
 * The shortest intervals of Beta(i, n + 1 − i) with a given mass: between two points of equal density.
 * Both ends follow from s, the square root of twice the log density's fall from the mode; the mass left
 * out, a smooth function close to the normal's two tails, is solved for s by Newton's method on its
 * logarithm. Each call starts from the last one's answers. Needs n >= 2. Source: Learned-Miller & DeStefano (2008), Lourie, Cho & He (2024).
 */
export function highestDensityIntervals(n: number): IntervalFamily {
  if (n < 2) throw new RangeError(`highest-density bands need at least 2 runs, got ${n}`);
  const table = orderStatistics(n);
  const half = Math.ceil(n / 2);
  const roots = new Float64Array(half).fill(NaN);
  const logMisses = new Float64Array(half);
  const slopes = new Float64Array(half);
  const below = new Float64Array(half);
  const above = new Float64Array(half);
  return (logMissing) => {
    const lower = new Float64Array(n);
    // The two ranks at the ends have their modes at 0 and 1.
    lower[n - 1] = Math.exp(logMissing / n);
    const edge = -Math.expm1(logMissing / n);
    let s = -normalQuantileAt(logMissing - Math.LN2);
    for (let i = 2; i <= half; i++) {
      const at = i - 1;
      const mode = at / (n - 1);
      if (Number.isNaN(roots[at])) {
        const centre = Math.log(at / (n - i));
        const unit = s / Math.sqrt((n - 1) * mode * (1 - mode));
        below[at] = centre - unit;
        above[at] = centre + unit;
      } else {
        s = roots[at]! + (logMissing - logMisses[at]!) / slopes[at]!;
      }
      for (let step = 0; step < MOST_STEPS; step++) {
        const zl = logitAtDeviance(n, i, -1, s, below[at]!);
        const zu = logitAtDeviance(n, i, 1, s, above[at]!);
        const density = table.peak[at]! * Math.exp((-s * s) / 2);
        const miss = lowerTail(table, i, zl, density) + upperTail(table, i, zu, density);
        const spread =
          (logistic(zl) * logistic(-zl)) / -devianceSlope(n, i, zl) +
          (logistic(zu) * logistic(-zu)) / devianceSlope(n, i, zu);
        const slope = (-density * s * spread) / miss;
        const change = (logMissing - Math.log(miss)) / slope;
        roots[at] = s;
        logMisses[at] = Math.log(miss);
        slopes[at] = slope;
        below[at] = zl;
        above[at] = zu;
        s = Math.max(s + change, s / 4);
        if (Math.abs(change) < SMALL_STEP) break;
      }
      lower[at] = logistic(logitAtDeviance(n, i, -1, s, below[at]!));
      lower[n - i] = logistic(-logitAtDeviance(n, i, 1, s, above[at]!));
    }
    const upper = mirrored(lower);
    lower[0] = 0;
    upper[0] = edge;
    upper[n - 1] = 1;
    return { lower, upper };
  };
}
