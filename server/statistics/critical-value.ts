import { requireConfidence, requireWhole } from "./checks.js";
import { equalTailedIntervals, highestDensityIntervals } from "./order-intervals.js";
import type { OrderIntervals } from "./order-intervals.js";
import { leavingProbability, stayingProbability } from "./crossing-probability.js";
import { findRoot } from "./root.js";
import { checkStop } from "./stop.js";
import type { ShouldStop } from "./stop.js";

/** How a simultaneous confidence band is made. */
export type BandMethod = "DKW" | "KS" | "LD_EQUAL_TAILED" | "LD_HIGHEST_DENSITY";

/** A band's critical value with the intervals that it gives. */
export interface CriticalValue {
  /** DKW and KS: the half-width in probability. LD: the coverage of each order statistic's interval. It may round to 1. */
  readonly value: number;
  /** The interval of each order statistic's cdf value; for DKW and KS not cut off at 0 and 1. */
  readonly intervals: OrderIntervals;
}

/** The order statistics' intervals that bound the Kolmogorov statistic of n uniforms by `epsilon`. */
export function kolmogorovIntervals(n: number, epsilon: number): OrderIntervals {
  const lower = new Float64Array(n);
  const upper = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    lower[i] = (i + 1) / n - epsilon;
    upper[i] = i / n + epsilon;
  }
  return { lower, upper };
}

/** Half-width of the Dvoretzky-Kiefer-Wolfowitz band with Massart's constant (1990). */
export function dkwHalfWidth(n: number, confidence: number): number {
  return Math.sqrt(Math.log(2 / (1 - confidence)) / (2 * n));
}

/** Above this confidence the digits are in what the band leaves out, which takes somewhat longer to sum. */
const NEAR_CERTAIN = 0.9;

/** ln(−ln P(inside the intervals)), which is close to a line in what is solved for. */
function logOfLogStaying(intervals: OrderIntervals, confidence: number): number {
  return Math.log(
    confidence > NEAR_CERTAIN
      ? -Math.log1p(-leavingProbability(intervals))
      : -Math.log(stayingProbability(intervals)),
  );
}

function kolmogorovQuantile(n: number, confidence: number, shouldStop?: ShouldStop): number {
  // A single uniform is within epsilon of both ends with probability 2 epsilon − 1.
  if (n === 1) return (1 + confidence) / 2;
  const target = Math.log(-Math.log(confidence));
  const dkw = dkwHalfWidth(n, confidence);
  const square = findRoot(
    (x) => {
      checkStop(shouldStop);
      return logOfLogStaying(kolmogorovIntervals(n, Math.sqrt(x)), confidence) - target;
    },
    {
      lower: 1 / (4 * n * n),
      upper: Math.min(dkw * dkw, 1),
      start: (dkw - 0.17 / n) ** 2,
      slope: -2 * n,
      tolerance: 1e-13 * dkw * dkw,
    },
  );
  return Math.sqrt(square);
}

function learnedMillerCoverage(
  n: number,
  confidence: number,
  method: "LD_EQUAL_TAILED" | "LD_HIGHEST_DENSITY",
  shouldStop?: ShouldStop,
): CriticalValue {
  const family = method === "LD_EQUAL_TAILED" ? equalTailedIntervals(n) : highestDensityIntervals(n);
  if (n === 1) {
    return { value: confidence, intervals: family(Math.log1p(-confidence)) };
  }
  const target = Math.log(-Math.log(confidence));
  // As many independent intervals would be about as demanding: a fit to n = 5 … 1024.
  const equivalents = 1 + 1.3 * Math.log(n) ** 1.7;
  const logMissing = findRoot(
    (x) => {
      checkStop(shouldStop);
      return logOfLogStaying(family(x), confidence) - target;
    },
    {
      // Between one interval and Bonferroni's bound for n.
      lower: Math.log((1 - confidence) / n) - 1e-9,
      upper: Math.log1p(-confidence) + 1e-9,
      start: Math.log(-Math.expm1(Math.log(confidence) / equivalents)),
      slope: 0.87,
      tolerance: 1e-12,
    },
  );
  return { value: -Math.expm1(logMissing), intervals: family(logMissing) };
}

/**
 * The exact critical value of a simultaneous confidence band for the cdf of n independent draws from a
 * continuous distribution: DKW in closed form, the others such that the probability to stay inside
 * equals `confidence`, to about 1e-12 of 1 − confidence up to the greatest double below 1.
 * Throws RangeError for n < 1 (< 2 for LD_HIGHEST_DENSITY) or a confidence outside (0, 1).
 * Source: Lourie, Cho & He (2024), Learned-Miller & DeStefano (2008), Massart (1990).
 */
export function criticalValue(
  n: number,
  confidence: number,
  method: BandMethod,
  shouldStop?: ShouldStop,
): CriticalValue {
  requireWhole("the number of runs", n, 1);
  requireConfidence(confidence);
  switch (method) {
    case "DKW":
    case "KS": {
      const value =
        method === "DKW" ? dkwHalfWidth(n, confidence) : kolmogorovQuantile(n, confidence, shouldStop);
      return { value, intervals: kolmogorovIntervals(n, value) };
    }
    case "LD_EQUAL_TAILED":
    case "LD_HIGHEST_DENSITY":
      return learnedMillerCoverage(n, confidence, method, shouldStop);
  }
}
