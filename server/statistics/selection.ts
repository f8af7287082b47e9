import { requireProbability } from "./checks.js";
import { rankOf } from "./empirical.js";
import type { Goal } from "./empirical.js";

/** The run at a quantile of the runs in order from worst to best. */
export interface SelectedRun {
  readonly quantile: number;
  /** From 1, the worst run, on. */
  readonly rank: number;
  /** Position in the given scores, from 0 on. */
  readonly index: number;
  readonly score: number;
  /** How many runs share its score; among them the earlier line ranks first. */
  readonly tied: number;
}

/**
 * Positions of scores from worst to best: scores that are not finite (diverged or missing runs) first,
 * equal ones in their given order.
 */
export function worstFirst(scores: readonly number[], goal: Goal): number[] {
  const sign = goal === "minimize" ? 1 : -1;
  const badness = Float64Array.from(scores, (score) => (Number.isFinite(score) ? sign * score : Infinity));
  const sorted = badness.slice().sort().reverse();
  // Where the next of equal ones goes: first the place of the first of them.
  const next = new Map<number, number>();
  for (let place = sorted.length - 1; place >= 0; place--) next.set(sorted[place]!, place);
  const order = new Array<number>(scores.length);
  badness.forEach((bad, index) => {
    const place = next.get(bad)!;
    order[place] = index;
    next.set(bad, place + 1);
  });
  return order;
}

/**
 * The runs at the quantiles q of the order from worst to best: rank ⌈q n⌉ (a q n within 1e-9 of a whole
 * number is that number), at least 1. This is how the residual experiment's configurations were chosen.
 * RangeError for no scores or a q outside [0, 1]. Source: the data's README.
 */
export function selectByQuantiles(
  scores: readonly number[],
  quantiles: readonly number[],
  goal: Goal,
): SelectedRun[] {
  if (scores.length === 0) throw new RangeError("scores must hold at least 1 number, got none");
  const order = worstFirst(scores, goal);
  const kindOf = (score: number): number => (Number.isFinite(score) ? score : Infinity);
  const counts = new Map<number, number>();
  for (const score of scores) counts.set(kindOf(score), (counts.get(kindOf(score)) ?? 0) + 1);
  return quantiles.map((quantile) => {
    requireProbability("quantile", quantile);
    const rank = Math.max(1, rankOf(quantile, scores.length));
    const index = order[rank - 1]!;
    const score = scores[index]!;
    return { quantile, rank, index, score, tied: counts.get(kindOf(score))! };
  });
}
