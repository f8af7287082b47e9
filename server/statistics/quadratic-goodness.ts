import type { CdfBand } from "./cdf-band.js";
import { rankAt } from "./empirical.js";
import type { Empirical } from "./empirical.js";
import { requireFitting } from "./curve-band.js";
import { quadraticCdf } from "./noisy-quadratic.js";
import type { NoisyQuadratic } from "./noisy-quadratic.js";

/** How a distribution compares with a sample over a tail. */
export interface Goodness {
  /** True where its cdf stays inside the band over the whole tail. */
  readonly within: boolean;
  /** How many distinct scores the tail has, and at how many of them the cdf is outside. */
  readonly scores: number;
  readonly outside: number;
  /** The most extreme score (from the tail's tip inwards) at which it is outside; null where it is not. */
  readonly leavesAt: number | null;
  /** The greatest distance between the cdf and the empirical one. */
  readonly largestDistance: number;
}

/**
 * Compares a distribution's cdf with the simultaneous band of the sample's, from the tip of the tail (the
 * least score when convex) to the threshold, between the scores too. RangeError for a band of another
 * number of runs.
 */
export function goodnessWithin(
  fitted: NoisyQuadratic,
  threshold: number | null,
  distribution: Empirical,
  band: CdfBand,
): Goodness {
  requireFitting(distribution, band);
  const { values, ranks, n } = distribution;
  const { convex } = fitted;
  const tail: number[] = [];
  values.forEach((y, j) => {
    if (threshold === null || (convex ? y <= threshold : y > threshold)) tail.push(j);
  });
  if (!convex) tail.reverse();
  const cdfs = quadraticCdf(
    fitted,
    tail.map((j) => values[j]!),
  );
  let outside = 0;
  let leavesAt: number | null = null;
  let largestDistance = 0;
  tail.forEach((j, i) => {
    const p = cdfs[i]!;
    const before = j === 0 ? 0 : ranks[j - 1]!;
    const rank = ranks[j]!;
    largestDistance = Math.max(largestDistance, Math.abs(p - rank / n), Math.abs(p - before / n));
    // Just below a score the band is still that of the count before it.
    if (p < band.lower[rank]! || p > band.upper[before]!) {
      outside++;
      leavesAt ??= values[j]!;
    }
  });
  let within = outside === 0;
  if (threshold !== null) {
    const [p] = quadraticCdf(fitted, [threshold]);
    const k = rankAt(distribution, threshold);
    if (convex ? p! > band.upper[k]! : p! < band.lower[k]!) {
      within = false;
      leavesAt ??= threshold;
    }
  }
  return { within, scores: tail.length, outside, leavesAt, largestDistance };
}
