/**
 * The i-th smallest of n independent uniforms has the density of Beta(i, n + 1 − i). These are its
 * density and tails for whole i and n, with the relative precision that far tails need. Points are
 * given by their logit z = ln(x / (1 − x)), so that both ends keep their digits.
 */
export interface OrderStatistics {
  readonly n: number;
  /** For the counts k: P(k + 1 below) / P(k below), without the odds. */
  readonly up: Float64Array;
  /** For the counts k: P(k − 1 below) / P(k below), without the odds. */
  readonly down: Float64Array;
  /** For i = 1..n at i − 1: the density at its mode. */
  readonly peak: Float64Array;
}

const SERIES_FROM = 16;

/** The error of Stirling's formula for ln k! of every whole k up to `most` (series from 16 on, recursion below). */
export function stirlingErrors(most: number): Float64Array {
  const errors = new Float64Array(Math.max(most, SERIES_FROM) + 1);
  for (let k = errors.length - 1; k >= 1; k--) {
    if (k >= SERIES_FROM) {
      const r = 1 / (k * k);
      errors[k] = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r / 1188)))) / k;
    } else {
      errors[k] = errors[k + 1]! + (k + 0.5) * Math.log1p(1 / k) - 1;
    }
  }
  return errors;
}

/** The Poisson weight of `count` at `mean`, given the errors of Stirling's formula up to `count`; as precise as Loader's density. */
export function poissonWeight(errors: Float64Array, count: number, mean: number): number {
  if (count === 0) return Math.exp(-mean);
  const excess = mean - count;
  const near = Math.abs(excess) < count / 2;
  const fall = excess - count * (near ? Math.log1p(excess / count) : Math.log(mean / count));
  return Math.exp(-fall - errors[count]!) / Math.sqrt(2 * Math.PI * count);
}

/**
 * Tables for the order statistics of n uniforms, in memory of 24 n bytes. The density's constant
 * follows C. Loader, "Fast and accurate computation of binomial probabilities" (2000).
 */
export function orderStatistics(n: number): OrderStatistics {
  const up = new Float64Array(n + 1);
  const down = new Float64Array(n + 1);
  for (let k = 0; k <= n; k++) {
    up[k] = (n - k) / (k + 1);
    down[k] = k / (n - k + 1);
  }
  const errors = stirlingErrors(n);
  const peak = new Float64Array(n);
  for (let i = 1; i <= n; i++) {
    const a = i - 1;
    const b = n - i;
    peak[i - 1] =
      a === 0 || b === 0
        ? n
        : n * Math.sqrt((n - 1) / (2 * Math.PI * a * b)) * Math.exp(errors[n - 1]! - errors[a]! - errors[b]!);
  }
  return { n, up, down, peak };
}

/** The logistic function, precise at both ends. */
export const logistic = (z: number): number =>
  z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z));

/** Derivative by the logit of {@link deviance}: (n − 1) x − (i − 1). */
export function devianceSlope(n: number, i: number, z: number): number {
  return z < 0 ? (n - 1) * logistic(z) - (i - 1) : n - i - (n - 1) * logistic(-z);
}

/** How far the log density of the i-th of n lies below its mode, at the logit z; zero or more. */
export function deviance(n: number, i: number, z: number): number {
  const excess = devianceSlope(n, i, z);
  const part = (count: number, change: number): number =>
    count === 0 ? change : change - count * Math.log1p(change / count);
  // Far out, count + change cancels; the logarithm of x itself does not.
  const a = i - 1;
  const b = n - i;
  if (a > 0 && b > 0 && (excess < -0.9 * a || excess > 0.9 * b)) {
    const logX = z < 0 ? z - Math.log1p(Math.exp(z)) : -Math.log1p(Math.exp(-z));
    const mode = a / (n - 1);
    return -a * (logX - Math.log(mode)) - b * (logX - z - Math.log1p(-mode));
  }
  return part(a, excess) + part(b, -excess);
}

/** Logarithm of the density of the i-th of n uniforms at the logit z, per unit of x. */
export function logOrderDensity(table: OrderStatistics, i: number, z: number): number {
  return Math.log(table.peak[i - 1]!) - deviance(table.n, i, z);
}

/** P(the i-th of n uniforms <= x), given its density at x: a sum of positive binomial terms. */
export function lowerTail(table: OrderStatistics, i: number, z: number, density: number): number {
  const { n, up } = table;
  const odds = Math.exp(z);
  let term = (density * logistic(z)) / i;
  let sum = term;
  for (let k = i; k < n && term > sum * 1e-18; k++) {
    term *= up[k]! * odds;
    sum += term;
  }
  return sum;
}

/** P(the i-th of n uniforms > x), given its density at x: a sum of positive binomial terms. */
export function upperTail(table: OrderStatistics, i: number, z: number, density: number): number {
  const { n, down } = table;
  const odds = Math.exp(-z);
  let term = (density * logistic(-z)) / (n - i + 1);
  let sum = term;
  for (let k = i - 1; k > 0 && term > sum * 1e-18; k--) {
    term *= down[k]! * odds;
    sum += term;
  }
  return sum;
}
