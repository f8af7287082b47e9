import type { Goal } from "./empirical.js";
import { integrate } from "./gauss-legendre.js";
import { convexQuadratic, noiseOf, quadraticQuantileAt, requireNoisyQuadratic } from "./noisy-quadratic.js";
import type { NoisyQuadratic } from "./noisy-quadratic.js";
import { levelOfBest } from "./tuning-curve.js";
import type { Level } from "./tuning-curve.js";

/** Quantile q of the best of n draws for each n (above 0, possibly fractional). RangeError for bad parameters, q or n. */
export function quadraticQuantileCurve(
  distribution: NoisyQuadratic,
  ns: readonly number[],
  q: number,
  goal: Goal,
): number[] {
  requireNoisyQuadratic(distribution);
  return ns.map((n) => quadraticQuantileAt(distribution, levelOfBest(q, n, goal)));
}

/** Quantiles of the best of n between which an integrand changes: panels end at them. */
const PANEL_QUANTILES = [1e-9, 1e-5, 1e-3, 0.05, 0.3, 0.7, 0.95, 1 - 1e-3, 1 - 1e-5, 1 - 1e-8, 1 - 1e-12];
/** The probability at which the best of n counts as certain. */
const LOG_NEGLIGIBLE = Math.log(1e-18);

const LEAST_LOG = Math.log(1e-300);

/** The levels of one draw at which the best of n is negligibly unlikely to be below, and above. */
function certainLevels(n: number, goal: Goal): [Level, Level] {
  const rare = Math.max(LOG_NEGLIGIBLE / n, LEAST_LOG);
  const common = Math.min(Math.exp(LOG_NEGLIGIBLE) / n, 0.5);
  return goal === "minimize"
    ? [
        { below: common, above: 1 - common },
        { below: -Math.expm1(rare), above: Math.exp(rare) },
      ]
    : [
        { below: Math.exp(rare), above: -Math.expm1(rare) },
        { below: 1 - common, above: common },
      ];
}

/** The mean of the best of n for a convex distribution: lo + ∫ P(best > y) dy. */
function convexAverage(distribution: NoisyQuadratic, n: number, goal: Goal): number {
  const { alpha, beta, gamma } = distribution;
  const sigma = noiseOf(alpha, beta, distribution.sigma);
  const width = beta - alpha;
  if (sigma === 0 && width === 0) return alpha;
  const { below, above } = convexQuadratic(alpha, beta, gamma, sigma);
  // A power below 1 magnifies what 1 − F has lost.
  const logAbove = (y: number, p: number): number => (p > 0.5 && n < 1 ? Math.log(above(y)) : Math.log1p(-p));
  const bestAbove = (y: number): number => {
    const p = below(y);
    if (goal === "minimize") return Math.exp(n * logAbove(y, p));
    return -Math.expm1(n * Math.log(p));
  };
  const breaks = PANEL_QUANTILES.map((q) => quadraticQuantileAt(distribution, levelOfBest(q, n, goal)));
  const [low, high] = certainLevels(n, goal).map((level) => quadraticQuantileAt(distribution, level)) as [
    number,
    number,
  ];
  if (sigma === 0) {
    // In t = √((y − α) / (β − α)) the integrand is smooth at the edge.
    const ts = [0, ...breaks.map((y) => Math.sqrt((y - alpha) / width)), 1];
    // At the other end a power below 1 is not.
    for (let rest = 0.5; n < 1 && rest > 1e-16; rest /= 4) ts.push(1 - rest);
    ts.sort((a, b) => a - b);
    return alpha + width * panels((t) => 2 * t * bestAbove(alpha + width * t * t), ts);
  }
  for (let reach = -8; reach <= 8; reach += 4) breaks.push(alpha + reach * sigma, beta + reach * sigma);
  for (let reach = 16 * sigma; reach < width; reach *= 3) breaks.push(alpha + reach, beta - reach);
  const inside = breaks.filter((y) => y > low && y < high);
  return (
    low +
    panels(
      bestAbove,
      [low, ...inside, high].sort((a, b) => a - b),
    )
  );
}

function panels(f: (x: number) => number, ends: readonly number[]): number {
  let sum = 0;
  for (let i = 1; i < ends.length; i++) {
    if (ends[i]! > ends[i - 1]!) sum += integrate(f, ends[i - 1]!, ends[i]!, 1);
  }
  return sum;
}

/** Mean of the best of n draws for each n (above 0, possibly fractional), to about 1e-12 of the width. RangeError for bad parameters or n. */
export function quadraticAverageCurve(
  distribution: NoisyQuadratic,
  ns: readonly number[],
  goal: Goal,
): number[] {
  requireNoisyQuadratic(distribution);
  const { alpha, beta, convex } = distribution;
  if (convex) return ns.map((n) => convexAverage(distribution, n, goal));
  const mirror = { ...distribution, alpha: -beta, beta: -alpha, convex: true };
  const mirrorGoal = goal === "minimize" ? "maximize" : "minimize";
  return ns.map((n) => -convexAverage(mirror, n, mirrorGoal));
}
