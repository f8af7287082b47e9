import { requireFinite, requireWhole } from "./checks.js";
import { integrate } from "./gauss-legendre.js";
import { normalCdf, normalDensity } from "./normal.js";
import { narrowQuadratic } from "./narrow-quadratic.js";
import type { ConvexQuadratic } from "./narrow-quadratic.js";
import { farEdge } from "./quadratic-edge.js";
import { positivePartMoment } from "./positive-part-moment.js";
import { findRoot } from "./root.js";
import type { Level } from "./tuning-curve.js";

/**
 * The noisy quadratic distribution: scores near a quadratic optimum under random search, with normal
 * noise. Source: Lourie, He & Cho (2025).
 */
export interface NoisyQuadratic {
  /** Bounds of the noiseless score; the better one is the best achievable mean score. alpha <= beta. */
  readonly alpha: number;
  readonly beta: number;
  /** Effective number of hyperparameters, a whole number from 1 on. */
  readonly gamma: number;
  /** Standard deviation of the noise, zero or more. */
  readonly sigma: number;
  /** True for scores that are minimised. */
  readonly convex: boolean;
}

/** Beyond this many standard deviations the noise counts for nothing (1e-19). */
const REACH = 9;
/** Below this width in units of sigma one quadrature rule covers it all. */
const NARROW = 4;
/** Above this cdf, 1 − F has lost digits enough to be computed by itself. */
const SATURATED = 0.999;
export const MOST_GAMMA = 64;

/** Throws a RangeError for parameters that make no distribution. */
export function requireNoisyQuadratic({ alpha, beta, gamma, sigma }: NoisyQuadratic): void {
  requireFinite("alpha", alpha);
  requireFinite("beta", beta);
  if (alpha > beta) throw new RangeError(`alpha must be at most beta, ${beta}, got ${alpha}`);
  requireWhole("gamma", gamma, 1);
  if (gamma > MOST_GAMMA) throw new RangeError(`gamma must be at most ${MOST_GAMMA}, got ${gamma}`);
  if (!(sigma >= 0 && sigma < Infinity))
    throw new RangeError(`sigma must be 0 or more and finite, got ${sigma}`);
}

function noiseless(alpha: number, beta: number, gamma: number): ConvexQuadratic {
  const width = beta - alpha;
  const half = gamma / 2;
  const below = (y: number): number => (y < alpha ? 0 : y >= beta ? 1 : ((y - alpha) / width) ** half);
  return {
    below,
    above: (y) => (y <= alpha ? 1 : y >= beta ? 0 : -Math.expm1(half * Math.log((y - alpha) / width))),
    density: (y) => (y < alpha || y > beta ? 0 : (half / width) * ((y - alpha) / width) ** (half - 1)),
  };
}

/** Sigma, or 0 where doubles near alpha and beta cannot tell it from nothing. */
export function noiseOf(alpha: number, beta: number, sigma: number): number {
  return sigma <= 64 * Number.EPSILON * Math.max(Math.abs(alpha), Math.abs(beta)) ? 0 : sigma;
}

/**
 * F(y) = ∫₀¹ Φ((y − α − (β − α) t²) / σ) γ t^(γ−1) dt in one of two exact forms: that integral where the
 * noise is wide; otherwise r^(−γ/2) H(w), less what the edge at β cuts off, with w = (y − α) / σ and
 * r = (β − α) / σ. Both to about 1e-14, and relative in the lower tail.
 */
export function convexQuadratic(alpha: number, beta: number, gamma: number, sigma: number): ConvexQuadratic {
  if (noiseOf(alpha, beta, sigma) === 0) return noiseless(alpha, beta, gamma);
  const r = (beta - alpha) / sigma;
  if (r < NARROW) return narrowQuadratic(alpha, r, gamma, sigma);
  const half = gamma / 2;
  const power = (t: number): number => gamma * t ** (gamma - 1);
  // Near β only the t above this one matter; x = (y − β) / σ.
  const nearOne = (x: number): number =>
    Math.sqrt(Math.max(0, 1 - (Math.sqrt(x * x + REACH * REACH) - x) / r));
  const survival = (y: number): number => {
    const w = (y - alpha) / sigma;
    return integrate((t) => normalCdf(r * t * t - w) * power(t), nearOne((y - beta) / sigma), 1, 2);
  };
  const { value, slope } = positivePartMoment(gamma);
  const edge = farEdge(gamma, r);
  const scale = r ** -half;
  const below = (y: number): number => {
    const x = (y - beta) / sigma;
    if (x >= REACH) return 1;
    const whole = scale * value((y - alpha) / sigma);
    if (x <= -REACH) return whole;
    return Math.min(1, edge(x, whole));
  };
  return {
    below,
    above: (y) => {
      const p = below(y);
      return p > SATURATED ? survival(y) : 1 - p;
    },
    density: (y) => {
      const x = (y - beta) / sigma;
      if (x >= REACH)
        return (
          integrate((t) => normalDensity(x + r * (1 - t) * (1 + t)) * power(t), nearOne(x), 1, 2) / sigma
        );
      const whole = scale * slope((y - alpha) / sigma);
      if (x <= -REACH) return whole / sigma;
      const cut = (u: number): number => (half / r) * (1 + u / r) ** (half - 1) * normalDensity(x - u);
      return Math.max(0, whole - integrate(cut, 0, x + REACH, 2)) / sigma;
    },
  };
}

/** The convex distribution that this one, or its mirror image, is. */
function convexOf({ alpha, beta, gamma, sigma, convex }: NoisyQuadratic): ConvexQuadratic {
  return convex ? convexQuadratic(alpha, beta, gamma, sigma) : convexQuadratic(-beta, -alpha, gamma, sigma);
}

/** Beyond these the noise is too unlikely to count, and scores far out would overflow. */
const reachOf = ({ alpha, beta, sigma }: NoisyQuadratic): { lower: number; upper: number } => ({
  lower: alpha - 40 * sigma,
  upper: beta + 40 * sigma,
});

/** P(score <= y) for each y. RangeError for impossible parameters. */
export function quadraticCdf(distribution: NoisyQuadratic, ys: readonly number[]): number[] {
  requireNoisyQuadratic(distribution);
  const { below, above } = convexOf(distribution);
  const { lower, upper } = reachOf(distribution);
  return ys.map((y) => (y < lower ? 0 : y > upper ? 1 : distribution.convex ? below(y) : above(-y)));
}

/** Density at each y, per unit of score; infinite at the edge of a noiseless γ = 1. RangeError for impossible parameters. */
export function quadraticPdf(distribution: NoisyQuadratic, ys: readonly number[]): number[] {
  requireNoisyQuadratic(distribution);
  const { density } = convexOf(distribution);
  const { alpha, beta, sigma } = distribution;
  const atPoint = alpha === beta && noiseOf(alpha, beta, sigma) === 0;
  const { lower, upper } = reachOf(distribution);
  return ys.map((y) => {
    if (y < lower || y > upper) return 0;
    if (atPoint) return y === alpha ? Infinity : 0;
    return density(distribution.convex ? y : -y);
  });
}

function convexQuantile(distribution: NoisyQuadratic, { below: p, above: q }: Level): number {
  const { alpha, beta, gamma, sigma } = distribution;
  const width = beta - alpha;
  const start = alpha + width * (p < 0.5 ? p ** (2 / gamma) : Math.exp((2 / gamma) * Math.log1p(-q)));
  if (noiseOf(alpha, beta, sigma) === 0) return start;
  if (p === 0) return -Infinity;
  if (q === 0) return Infinity;
  const { below, above, density } = convexQuadratic(alpha, beta, gamma, sigma);
  const f = p < 0.5 ? (y: number) => Math.log(below(y) / p) : (y: number) => Math.log(q / above(y));
  return findRoot(f, {
    lower: alpha - 40 * sigma,
    upper: beta + 40 * sigma,
    start,
    slope:
      Math.max(density(start), Number.MIN_VALUE) / Math.max(Math.min(below(start), above(start)), 1e-300),
    tolerance: 1e-14 * (width + sigma),
  });
}

/** The score at a level of one draw; infinite at levels 0 and 1 where there is noise. */
export function quadraticQuantileAt(distribution: NoisyQuadratic, level: Level): number {
  const { alpha, beta, convex } = distribution;
  if (convex) return convexQuantile(distribution, level);
  return -convexQuantile(
    { ...distribution, alpha: -beta, beta: -alpha },
    { below: level.above, above: level.below },
  );
}

/** The score at each level p in [0, 1]; infinite at 0 and 1 where there is noise. RangeError for impossible parameters. */
export function quadraticQuantile(distribution: NoisyQuadratic, ps: readonly number[]): number[] {
  requireNoisyQuadratic(distribution);
  for (const p of ps)
    if (!(p >= 0 && p <= 1)) throw new RangeError(`a level must lie between 0 and 1, got ${p}`);
  return ps.map((p) => quadraticQuantileAt(distribution, { below: p, above: 1 - p }));
}

/** Mean score. */
export function quadraticMean({ alpha, beta, gamma, convex }: NoisyQuadratic): number {
  return alpha + ((beta - alpha) * (convex ? gamma : 2)) / (gamma + 2);
}

/** Variance of the score, the noise included. */
export function quadraticVariance({ alpha, beta, gamma, sigma }: NoisyQuadratic): number {
  return sigma ** 2 + ((beta - alpha) ** 2 * 4 * gamma) / ((gamma + 2) ** 2 * (gamma + 4));
}
