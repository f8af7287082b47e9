import { kolmogorovIntervals } from "./critical-value.js";
import { stayingProbability } from "./crossing-probability.js";
import { requireWhole } from "./checks.js";

/** Beyond this many draws the exact recursion takes seconds; its limit is then right to about 1e-5. */
const MOST_EXACT = 10_000;
/** Below this p-value the two sides of the statistic are independent to all digits. */
const FAR = 1e-6;

/** The greatest distance of a sample's empirical cdf from a cdf; `probabilities` are the cdf at the draws, ascending. */
export function kolmogorovStatistic(probabilities: Float64Array): number {
  const n = probabilities.length;
  return probabilities.reduce((most, p, i) => Math.max(most, p - i / n, (i + 1) / n - p), 0);
}

/** ln k! for whole k by its series. */
function logFactorial(k: number): number {
  let shift = 0;
  let x = k + 1;
  while (x < 16) shift += Math.log(x++);
  const r = 1 / (x * x);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r / 1680))) / x;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/** P(the empirical cdf of n uniforms rises `d` above the cdf anywhere), a sum of positive terms. Source: N. Smirnov (1944), M. Dwass (1959). */
function oneSided(n: number, d: number): number {
  let sum = 0;
  for (let j = 0; j <= Math.floor(n * (1 - d)); j++) {
    const high = 1 - d - j / n;
    if (high <= 0 && j < n) continue;
    const log =
      logFactorial(n) -
      logFactorial(j) -
      logFactorial(n - j) +
      (j - 1) * Math.log(d + j / n) +
      (j === n ? 0 : (n - j) * Math.log(high));
    sum += Math.exp(log);
  }
  return Math.min(1, d * sum);
}

/**
 * P(the Kolmogorov statistic of n draws from a continuous distribution is at least d): exact up to 10,000
 * draws, beyond by the limit law of d √n + 1 / (6 √n) + (d √n − 1) / (4 n). RangeError for n < 1. Source:
 * Kolmogorov (1933), J. Vrbik (2018) for the correction.
 */
export function kolmogorovPValue(n: number, d: number): number {
  requireWhole("the number of draws", n, 1);
  if (Number.isNaN(d)) throw new RangeError("the statistic must be a number, got NaN");
  if (d >= 1) return 0;
  if (d <= 0.5 / n) return 1;
  if (2 * Math.exp(-2 * n * d * d) < FAR) return Math.min(1, 2 * oneSided(n, d));
  if (n <= MOST_EXACT) return Math.max(0, 1 - stayingProbability(kolmogorovIntervals(n, d)));
  const root = Math.sqrt(n);
  const x = d * root + 1 / (6 * root) + (d * root - 1) / (4 * n);
  let sum = 0;
  for (let k = 1; k <= 100; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x);
  return Math.min(1, Math.max(0, sum));
}
