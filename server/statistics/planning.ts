import type { CdfBand } from "./cdf-band.js";
import { requirePositive, requireWhole } from "./checks.js";
import { trivialRuns } from "./curve-band.js";
import type { TrivialRuns } from "./curve-band.js";
import type { Empirical, Goal } from "./empirical.js";
import { quantileCurve } from "./tuning-curve.js";

/** What a band for a planned number of runs will say, whatever their scores are; widths in probability. */
export interface BandPlan {
  readonly n: number;
  /** The greatest distance between the cdf's bounds, their mean distance over the runs' ranks, and that at the median. */
  readonly widest: number;
  readonly meanWidth: number;
  readonly medianWidth: number;
  /** Where the quantile curve's band becomes trivial. */
  readonly trivial: TrivialRuns;
}

/** How wide a band will be in terms of the cdf, and where the curve of quantile q becomes trivial. */
export function planBand(band: CdfBand, q: number, goal: Goal): BandPlan {
  const widths = band.upper.map((upper, k) => upper - band.lower[k]!);
  return {
    n: band.n,
    widest: widths.reduce((a, b) => Math.max(a, b), 0),
    meanWidth: widths.reduce((a, b) => a + b, 0) / widths.length,
    medianWidth: widths[Math.round(band.n / 2)]!,
    trivial: trivialRuns(band, q, goal),
  };
}

/** What counts as going on from n runs: `factor` × n + `additional` runs; twice as many unless given. */
export interface GainOptions {
  readonly factor?: number | undefined;
  readonly additional?: number | undefined;
  /** The last number of runs to look at. */
  readonly upTo: number;
}

/**
 * The least whole number of runs from which on (up to `upTo`) going on improves the curve by less than
 * `gain`, in the scores' unit; null where that holds for none. A curve that stays infinite gains nothing.
 */
export function runsUntilGainBelow(
  curve: (ns: readonly number[]) => readonly number[],
  gain: number,
  goal: Goal,
  options: GainOptions,
): number | null {
  const { factor = 2, additional = 0, upTo } = options;
  requirePositive("gain", gain);
  requireWhole("the last number of runs", upTo, 1);
  if (!(factor >= 1 && additional >= 0 && factor - 1 + additional > 0 && factor + additional < Infinity)) {
    throw new RangeError(
      `going on must add runs: factor must be at least 1 and additional at least 0, got ${factor} and ${additional}`,
    );
  }
  if (!(upTo * factor + additional < Infinity)) {
    throw new RangeError(
      `factor and additional must lead to a finite number of runs from ${upTo} runs, got ${factor} and ${additional}`,
    );
  }
  const ns = Array.from({ length: upTo }, (_, i) => i + 1);
  const now = curve(ns);
  const later = curve(ns.map((n) => n * factor + additional));
  for (let i = upTo - 1; i >= 0; i--) {
    if (now[i] === later[i]) continue;
    const improvement = goal === "minimize" ? now[i]! - later[i]! : later[i]! - now[i]!;
    if (!(improvement < gain)) return i + 1 < upTo ? i + 2 : null;
  }
  return 1;
}

/** {@link runsUntilGainBelow} for the quantile curve of an empirical distribution. */
export function empiricalRunsUntilGainBelow(
  distribution: Empirical,
  q: number,
  gain: number,
  goal: Goal,
  options: GainOptions,
): number | null {
  return runsUntilGainBelow((ns) => quantileCurve(distribution, ns, q, goal), gain, goal, options);
}
