import type { CdfBand } from "./cdf-band.js";
import { requirePositive } from "./checks.js";
import { boundQuantile } from "./curve-band.js";
import type { Empirical, Goal } from "./empirical.js";
import { levelOfBest, runsAtLevel } from "./tuning-curve.js";

/** A selection of runs with the band made for their number. */
export interface BandedSelection {
  readonly distribution: Empirical;
  readonly band: CdfBand;
}

/** Numbers of runs over which two curves' bands do not touch. */
export interface Separation {
  readonly from: number;
  readonly to: number;
  /** The least whole number of runs among them. */
  readonly firstWhole: number | null;
  /** Which of the two has the better curve. */
  readonly better: 0 | 1;
}

/** Settings of {@link separations}. */
export interface SeparationOptions {
  /** Numbers of runs to look at: from 1 to the larger selection's number of runs unless given. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

const BELOW_ONE = 1 - Number.EPSILON / 2;

/**
 * Every stretch of numbers of runs over which the bands of two quantile curves do not touch, ascending.
 * Exact: the bands are steps, looked at between every two of their jumps. Each band has its own
 * confidence c, so two together hold with at least c₁ + c₂ − 1. RangeError for q outside (0, 1).
 */
export function separations(
  first: BandedSelection,
  second: BandedSelection,
  q: number,
  goal: Goal,
  options: SeparationOptions = {},
): Separation[] {
  const { from = 1, to = Math.max(first.band.n, second.band.n) } = options;
  requirePositive("the first number of runs", from);
  requirePositive("the last number of runs", to);
  if (from > to)
    throw new RangeError(`the first number of runs must be at most the last, ${to}, got ${from}`);
  if (!(q > 0 && q < 1)) throw new RangeError(`quantile must lie strictly between 0 and 1, got ${q}`);
  const ends = [levelOfBest(q, from, goal).below, levelOfBest(q, to, goal).below];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const jumps = [first, second]
    .flatMap(({ band }) => [...band.lower, ...band.upper])
    .filter((p) => p > low && p < high)
    .sort((a, b) => a - b);
  // Between two jumps both bands are constant, the upper end included.
  const levels = [low, ...jumps, high];
  const runs = (p: number): number =>
    p === ends[0] ? from : p === ends[1] ? to : runsAtLevel(q, { below: p, above: 1 - p }, goal);
  const found: Separation[] = [];
  let lastLevel = -1;
  levels.forEach((p, position) => {
    const better = betterAt(first, second, p, goal);
    if (better === null) return;
    const before = position === 0 ? p : levels[position - 1]!;
    const previous = found.at(-1);
    const stretch =
      goal === "minimize" ? { from: runs(p), to: runs(before) } : { from: runs(before), to: runs(p) };
    if (previous !== undefined && previous.better === better && lastLevel === position - 1) {
      const joined = { from: Math.min(previous.from, stretch.from), to: Math.max(previous.to, stretch.to) };
      found[found.length - 1] = { ...joined, firstWhole: null, better };
    } else {
      found.push({ ...stretch, firstWhole: null, better });
    }
    lastLevel = position;
  });
  return found
    .map((stretch) => ({ ...stretch, firstWhole: firstWhole(first, second, stretch, q, goal) }))
    .sort((a, b) => a.from - b.from);
}

function betterAt(first: BandedSelection, second: BandedSelection, level: number, goal: Goal): 0 | 1 | null {
  const p = Math.min(level, BELOW_ONE);
  const ends = ({ distribution, band }: BandedSelection): { lower: number; upper: number } => ({
    lower: boundQuantile(distribution, band.upper, p),
    upper: boundQuantile(distribution, band.lower, p),
  });
  const [a, b] = [ends(first), ends(second)];
  if (a.upper < b.lower) return goal === "minimize" ? 0 : 1;
  if (b.upper < a.lower) return goal === "minimize" ? 1 : 0;
  return null;
}

function firstWhole(
  first: BandedSelection,
  second: BandedSelection,
  stretch: Separation,
  q: number,
  goal: Goal,
): number | null {
  // Which end belongs to the stretch depends on the goal, and rounding may move a whole end.
  const start = Math.floor(stretch.from);
  for (const n of [start, start + 1, start + 2]) {
    const inside = n >= stretch.from * (1 - 1e-12) && n <= stretch.to * (1 + 1e-12);
    if (inside && betterAt(first, second, levelOfBest(q, n, goal).below, goal) === stretch.better) return n;
  }
  return null;
}
