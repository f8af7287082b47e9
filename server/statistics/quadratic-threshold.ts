import type { CdfBand } from "./cdf-band.js";
import { empirical } from "./empirical.js";
import { goodnessWithin } from "./quadratic-goodness.js";
import { fitNoisyQuadratic } from "./quadratic-fit.js";
import type { FitConstraints } from "./quadratic-fit.js";
import type { ShouldStop } from "./stop.js";

/** A threshold that was looked at. */
export interface ThresholdCandidate {
  readonly threshold: number;
  /** The share of all runs that lies in its tail. */
  readonly share: number;
  readonly observed: number;
  readonly within: boolean;
}

/** A suggested end of the asymptotic regime. */
export interface ThresholdSuggestion {
  readonly threshold: number;
  /** False where no candidate's fit stayed in the band: the smallest tail is then suggested. */
  readonly found: boolean;
  /** What was looked at, from the largest tail on, to the one suggested. */
  readonly candidates: readonly ThresholdCandidate[];
}

/** Settings of {@link suggestThreshold}. */
export interface ThresholdOptions {
  readonly convex: boolean;
  /** The sample's simultaneous band; of 80 % by custom. */
  readonly band: CdfBand;
  readonly constraints?: FitConstraints | undefined;
  readonly shouldStop?: ShouldStop | undefined;
}

const SHARES = 20;
const LEAST_OBSERVED = 10;

/**
 * The end of the tail in which a noisy quadratic distribution describes the scores: of the tails that
 * hold 100 %, 95 %, … 5 % of the runs (at least 10 of them, all finite), the largest whose fitted cdf stays
 * inside the sample's simultaneous band over the whole tail. RangeError for fewer than 10 finite runs, or
 * equal ones.
 */
export function suggestThreshold(scores: readonly number[], options: ThresholdOptions): ThresholdSuggestion {
  const { convex, band, constraints, shouldStop } = options;
  requireThresholdScores(scores);
  const distribution = empirical(scores);
  const inwards = Float64Array.from(scores).sort();
  if (!convex) inwards.reverse();
  const n = scores.length;
  const candidates: ThresholdCandidate[] = [];
  for (let part = SHARES; part >= 1; part--) {
    const last = Math.floor((part * n) / SHARES) - 1;
    if (last + 1 < LEAST_OBSERVED || inwards[last] === inwards[0]) break;
    // A concave tail leaves its threshold out, a convex one does not.
    const threshold = convex ? inwards[last]! : (inwards[last + 1] ?? -Infinity);
    if (!Number.isFinite(convex ? threshold : inwards[last]!) || candidates.at(-1)?.threshold === threshold)
      continue;
    const limit = Number.isFinite(threshold) ? threshold : undefined;
    const observed = scores.filter((score) => (convex ? score <= threshold : score > threshold)).length;
    if (observed < LEAST_OBSERVED) continue;
    const fit = fitNoisyQuadratic(scores, { convex, threshold: limit, constraints, rough: true, shouldStop });
    const { within } = goodnessWithin(fit, fit.threshold, distribution, band);
    candidates.push({ threshold, share: observed / n, observed, within });
    if (within) return { threshold, found: true, candidates };
  }
  const smallest = candidates.at(-1);
  if (smallest === undefined) throw new RangeError(noTail(scores));
  return { threshold: smallest.threshold, found: false, candidates };
}

/** Throws a RangeError for fewer finite scores than a tail needs; for as many, the band can be made. */
export function requireThresholdScores(scores: readonly number[]): void {
  const finite = scores.filter((score) => Number.isFinite(score)).length;
  if (finite >= LEAST_OBSERVED) return;
  throw new RangeError(
    `a threshold needs at least ${LEAST_OBSERVED} finite scores in a tail, and only ${finite} of ${scores.length} are finite`,
  );
}

/** Why no tail of the scores can be fitted, finite as enough of them are. */
function noTail(scores: readonly number[]): string {
  const finite = scores.filter((score) => Number.isFinite(score));
  return `a threshold needs a tail of at least ${LEAST_OBSERVED} finite scores that differ, and none does: ${finite.length} of ${scores.length} are finite, with ${new Set(finite).size} different values`;
}
