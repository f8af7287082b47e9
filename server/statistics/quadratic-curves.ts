import type { Goal } from "./empirical.js";
import { nodes, weights } from "./gauss-legendre.js";
import { convexQuadratic, noiseOf, quadraticQuantileAt, requireNoisyQuadratic } from "./noisy-quadratic.js";
import type { NoisyQuadratic } from "./noisy-quadratic.js";
import { checkStop, type ShouldStop } from "./stop.js";
import { levelOfBest } from "./tuning-curve.js";
import type { Level } from "./tuning-curve.js";

/** Quantile q of the best of n draws for each n (above 0, possibly fractional). RangeError for bad parameters, q or n. */
export function quadraticQuantileCurve(
  distribution: NoisyQuadratic,
  ns: readonly number[],
  q: number,
  goal: Goal,
  shouldStop?: ShouldStop,
): number[] {
  requireNoisyQuadratic(distribution);
  return ns.map((n) => {
    checkStop(shouldStop);
    return quadraticQuantileAt(distribution, levelOfBest(q, n, goal));
  });
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

/** What numbers of runs between two share: an integral lo + Σ weight × P(best > y), and what that goes by. */
interface Quadrature {
  readonly lo: number;
  readonly weights: Float64Array;
  /** Of one draw at each node: the logarithm of the probability above it when minimising, below it when maximising. */
  readonly logs: Float64Array;
}

/**
 * The mean of the best of n is lo + ∫ P(best > y) dy. The panels are fit for every n from `least` to `most`,
 * which lie within a factor of two of each other, and on the same side of 1.
 */
function convexQuadrature(
  distribution: NoisyQuadratic,
  [least, most]: readonly [number, number],
  goal: Goal,
): Quadrature {
  const { alpha, beta, gamma } = distribution;
  const sigma = noiseOf(alpha, beta, distribution.sigma);
  const width = beta - alpha;
  const { below, above } = convexQuadratic(alpha, beta, gamma, sigma);
  // A power below 1 magnifies what 1 − F has lost, and a great one what F has near 1.
  const logOf = (y: number): number => {
    const p = below(y);
    if (goal === "minimize") return p > 0.5 && least < 1 ? Math.log(above(y)) : Math.log1p(-p);
    return p > 0.5 ? Math.log1p(-above(y)) : Math.log(p);
  };
  const both = least === most ? [least] : [least, most];
  const breaks = both.flatMap((n) =>
    PANEL_QUANTILES.map((q) => quadraticQuantileAt(distribution, levelOfBest(q, n, goal))),
  );
  if (sigma === 0) {
    // In t = √((y − α) / (β − α)) the integrand is smooth at the edge.
    const ts = [0, ...breaks.map((y) => Math.sqrt((y - alpha) / width)), 1];
    // At the other end a power below 1 is not.
    for (let rest = 0.5; least < 1 && rest > 1e-16; rest /= 4) ts.push(1 - rest);
    const rule = panels(ts);
    return {
      lo: alpha,
      weights: rule.weights.map((weight, i) => weight * width * 2 * rule.at[i]!),
      logs: rule.at.map((t) => logOf(alpha + width * t * t)),
    };
  }
  const certain = both.map((n) =>
    certainLevels(n, goal).map((level) => quadraticQuantileAt(distribution, level)),
  );
  const low = Math.min(...certain.map(([first]) => first!));
  const high = Math.max(...certain.map(([, last]) => last!));
  for (let reach = -8; reach <= 8; reach += 4) breaks.push(alpha + reach * sigma, beta + reach * sigma);
  for (let reach = 16 * sigma; reach < width; reach *= 3) breaks.push(alpha + reach, beta - reach);
  const rule = panels([low, ...breaks.filter((y) => y > low && y < high), high]);
  return { lo: low, weights: rule.weights, logs: rule.at.map(logOf) };
}

/** Nodes and weights of one Gauss-Legendre rule between each two of the ends. */
function panels(ends: readonly number[]): { readonly at: Float64Array; readonly weights: Float64Array } {
  const ascending = Float64Array.from(ends).sort();
  const [at, found]: [number[], number[]] = [[], []];
  for (let i = 1; i < ascending.length; i++) {
    const [from, to] = [ascending[i - 1]!, ascending[i]!];
    if (!(to > from)) continue;
    const half = (to - from) / 2;
    nodes.forEach((node, j) => {
      at.push(from + half + half * node);
      found.push(half * weights[j]!);
    });
  }
  return { at: Float64Array.from(at), weights: Float64Array.from(found) };
}

function averageBy({ lo, weights: shares, logs }: Quadrature, n: number, goal: Goal): number {
  let sum = 0;
  for (let i = 0; i < logs.length; i++) {
    const log = n * logs[i]!;
    sum += shares[i]! * (goal === "minimize" ? Math.exp(log) : -Math.expm1(log));
  }
  return lo + sum;
}

/** Numbers of runs that share a quadrature: those between two powers of two. */
function convexAverages(
  distribution: NoisyQuadratic,
  ns: readonly number[],
  goal: Goal,
  shouldStop?: ShouldStop,
): number[] {
  const { alpha, beta, sigma } = distribution;
  if (alpha === beta && noiseOf(alpha, beta, sigma) === 0) return ns.map(() => alpha);
  const octaves = new Map<number, [number, number]>();
  for (const n of ns) {
    const octave = Math.floor(Math.log2(n));
    const [least, most] = octaves.get(octave) ?? [n, n];
    octaves.set(octave, [Math.min(least, n), Math.max(most, n)]);
  }
  const rules = new Map<number, Quadrature>();
  return ns.map((n) => {
    checkStop(shouldStop);
    const octave = Math.floor(Math.log2(n));
    let rule = rules.get(octave);
    if (!rule) rules.set(octave, (rule = convexQuadrature(distribution, octaves.get(octave)!, goal)));
    return averageBy(rule, n, goal);
  });
}

/** Mean of the best of n draws for each n (above 0, possibly fractional), to about 1e-12 of the width. RangeError for bad parameters or n. */
export function quadraticAverageCurve(
  distribution: NoisyQuadratic,
  ns: readonly number[],
  goal: Goal,
  shouldStop?: ShouldStop,
): number[] {
  requireNoisyQuadratic(distribution);
  const { alpha, beta, convex } = distribution;
  if (convex) return convexAverages(distribution, ns, goal, shouldStop);
  const mirror = { ...distribution, alpha: -beta, beta: -alpha, convex: true };
  const mirrorGoal = goal === "minimize" ? "maximize" : "minimize";
  return convexAverages(mirror, ns, mirrorGoal, shouldStop).map((average) => -average);
}
