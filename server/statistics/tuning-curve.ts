import { requireNumbers, requireProbability, requireWhole } from "./checks.js";
import { empirical, mass, quantile } from "./empirical.js";
import type { Empirical, Goal } from "./empirical.js";
import { checkStop, type ShouldStop } from "./stop.js";

/** Throws a RangeError for a number of runs that is not above 0 and finite. */
function requireRuns(ns: readonly number[]): void {
  for (const n of ns) {
    if (!(n > 0 && n < Infinity)) {
      throw new RangeError(`the number of runs must be above 0 and finite, got ${n}`);
    }
  }
}

/** A level of one draw, and what it leaves above: both with the digits that their own size needs. */
export interface Level {
  readonly below: number;
  readonly above: number;
}

/**
 * The level of a single draw at which the best of n (possibly fractional) reaches its quantile q:
 * q^(1/n) when maximising, 1 − (1 − q)^(1/n) when minimising. RangeError for q outside [0, 1], n <= 0.
 */
export function levelOfBest(q: number, n: number, goal: Goal): Level {
  requireProbability("quantile", q);
  requireRuns([n]);
  if (goal === "maximize") {
    const log = Math.log(q) / n;
    return { below: Math.exp(log), above: -Math.expm1(log) };
  }
  const log = Math.log1p(-q) / n;
  return { below: -Math.expm1(log), above: Math.exp(log) };
}

/** The number of draws whose best has its quantile q at the level `level` of a single draw. */
export function runsAtLevel(q: number, level: Level, goal: Goal): number {
  return goal === "maximize"
    ? Math.log(q) / (level.below < 0.5 ? Math.log(level.below) : Math.log1p(-level.above))
    : Math.log1p(-q) / (level.above < 0.5 ? Math.log(level.above) : Math.log1p(-level.below));
}

/**
 * Quantile q of the best of n draws, for each n (above 0, possibly fractional), in the scores' unit.
 * Levels 0 and 1 are the distribution's own. Lourie, Cho & He (2024) recommends q = 0.5, the median.
 */
export function quantileCurve(
  distribution: Empirical,
  ns: readonly number[],
  q: number,
  goal: Goal,
): number[] {
  requireRuns(ns);
  return ns.map((n) => quantile(distribution, levelOfBest(q, n, goal).below));
}

/**
 * Mean of the best of n draws, for each n (above 0, possibly fractional), in the scores' unit. A score
 * of the worst infinity makes it infinite for every n. With equal weights this is the V-estimate.
 */
export function averageCurve(
  distribution: Empirical,
  ns: readonly number[],
  goal: Goal,
  shouldStop?: ShouldStop,
): number[] {
  requireRuns(ns);
  const { values } = distribution;
  const worst = goal === "minimize" ? values.length - 1 : 0;
  const ruined = !Number.isFinite(values[worst]!) && mass(distribution, worst) > 0;
  return ns.map((n) => {
    checkStop(shouldStop);
    return ruined ? values[worst]! : meanOfBest(distribution, n, goal);
  });
}

/** What is left of a sum counts for nothing below this share of its terms' size. */
const NEGLIGIBLE = 1e-18;

/** From the best value on, until all worse ones together are too unlikely to change the sum. */
function meanOfBest({ values, below, above }: Empirical, n: number, goal: Goal): number {
  const last = values.length - 1;
  const most = Math.max(Math.abs(values[0]!), Math.abs(values[last]!));
  let [sum, size, left] = [0, 0, 1];
  for (let k = 0; k <= last; k++) {
    const at = goal === "minimize" ? k : last - k;
    const next = k === last ? 0 : (goal === "minimize" ? above[at]! : below[at - 1]!) ** n;
    const weight = left - next;
    if (weight !== 0) {
      sum += values[at]! * weight;
      size += Math.abs(values[at]!) * weight;
    }
    left = next;
    if (left * most <= size * NEGLIGIBLE) break;
  }
  return sum;
}

function requireWholeRuns(ns: readonly number[]): void {
  for (const n of ns) requireWhole("the number of runs", n, 1);
}

/** Best of the first n scores in the given order, for each whole n; an n beyond the scores counts as all. */
export function naiveEstimates(scores: readonly number[], ns: readonly number[], goal: Goal): number[] {
  requireNumbers("scores", scores);
  requireWholeRuns(ns);
  const better = goal === "minimize" ? Math.min : Math.max;
  const bests: number[] = [];
  for (const score of scores) bests.push(better(score, bests.at(-1) ?? score));
  return ns.map((n) => bests[Math.min(n, bests.length) - 1]!);
}

/** The V-estimate of the mean of the best of n, for each whole n: the mean over draws with replacement (biased). */
export function vEstimates(
  scores: readonly number[],
  ns: readonly number[],
  goal: Goal,
  shouldStop?: ShouldStop,
): number[] {
  requireWholeRuns(ns);
  return averageCurve(empirical(scores), ns, goal, shouldStop);
}

/**
 * The U-estimate of the mean of the best of n, for each whole n: the mean over all subsets of n scores
 * (unbiased up to the number of scores, which greater n count as).
 */
export function uEstimates(
  scores: readonly number[],
  ns: readonly number[],
  goal: Goal,
  shouldStop?: ShouldStop,
): number[] {
  requireNumbers("scores", scores);
  requireWholeRuns(ns);
  const bestFirst = Float64Array.from(scores).sort();
  if (goal === "maximize") bestFirst.reverse();
  const count = bestFirst.length;
  return ns.map((asked) => {
    checkStop(shouldStop);
    const n = Math.min(asked, count);
    // The share of subsets whose best is this one: C(others worse, n − 1) / C(count, n).
    let share = n / count;
    let sum = 0;
    for (let i = 0; i < count && share > 0; i++) {
      sum += bestFirst[i]! * share;
      const worse = count - 1 - i;
      share = worse > 0 ? (share * (worse - n + 1)) / worse : 0;
    }
    return sum;
  });
}
