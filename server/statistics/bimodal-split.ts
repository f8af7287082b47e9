import { requireFiniteNumbers } from "./checks.js";
import { normalDensity } from "./normal.js";
import { sampleMean } from "./seed-noise.js";

/** One side of a split. */
export interface SplitPart {
  readonly n: number;
  readonly mean: number;
  readonly sd: number;
}

/** A sample parted in two. */
export interface BimodalSplit {
  /** Midway between the two scores that it parts; the lower part holds what is at or below. */
  readonly threshold: number;
  readonly low: SplitPart;
  readonly high: SplitPart;
  /** The two normals' least density between their means, as a share of the lower of their two peaks. */
  readonly valley: number;
  /** How much more likely (natural logarithm) two normals make the sample than one does. */
  readonly gain: number;
}

/** Too few scores have a standard deviation near zero by chance. */
const LEAST_PART = 4;
/** A uniform sample cut in the middle has a valley of 0.45, a skewed one hardly any. */
const SHALLOWEST_VALLEY = 0.25;
const GRID = 256;

/**
 * The two-way split of a bimodal sample, or null where one normal distribution does as well. Of all
 * thresholds that leave at least 4 scores on either side, the one under which two normals, each with its
 * own share, mean and standard deviation, make the parted sample most likely; accepted where the
 * logarithm of that likelihood exceeds one normal's by 4 ln n and their density falls below a quarter of
 * either peak's between them. RangeError for no scores, NaN or infinities.
 */
export function bimodalSplit(scores: readonly number[]): BimodalSplit | null {
  requireFiniteNumbers("scores", scores);
  const sorted = [...scores].sort((a, b) => a - b);
  const n = sorted.length;
  if (n < 2 * LEAST_PART) return null;
  // Sums about the mean, so that squares lose nothing.
  const centre = sampleMean(sorted);
  const sums = [0];
  const squares = [0];
  for (const score of sorted) {
    sums.push(sums.at(-1)! + (score - centre));
    squares.push(squares.at(-1)! + (score - centre) ** 2);
  }
  const part = (from: number, to: number): { mean: number; variance: number } => {
    const mean = (sums[to]! - sums[from]!) / (to - from);
    return { mean, variance: Math.max((squares[to]! - squares[from]!) / (to - from) - mean * mean, 0) };
  };
  const whole = part(0, n).variance;
  if (whole === 0) return null;
  // Scores that agree to the last digits still have a likelihood.
  const floor = whole * 1e-12;
  let best: { k: number; logLikelihood: number } | null = null;
  for (let k = LEAST_PART; k <= n - LEAST_PART; k++) {
    if (sorted[k - 1] === sorted[k]) continue;
    const logLikelihood =
      k * (Math.log(k / n) - 0.5 * Math.log(Math.max(part(0, k).variance, floor))) +
      (n - k) * (Math.log((n - k) / n) - 0.5 * Math.log(Math.max(part(k, n).variance, floor)));
    if (best === null || logLikelihood > best.logLikelihood) best = { k, logLikelihood };
  }
  if (best === null) return null;
  const { k } = best;
  const gain = best.logLikelihood + 0.5 * n * Math.log(whole);
  const [low, high] = [part(0, k), part(k, n)];
  const threshold = (sorted[k - 1]! + sorted[k]!) / 2;
  const density = (y: number): number =>
    [
      { share: k / n, ...low },
      { share: (n - k) / n, ...high },
    ].reduce((sum, { share, mean, variance }) => {
      const sd = Math.sqrt(Math.max(variance, floor));
      return sum + (share / sd) * normalDensity((y - centre - mean) / sd);
    }, 0);
  const [from, to] = [centre + low.mean, centre + high.mean];
  const between = Array.from({ length: GRID - 1 }, (_, i) => density(from + ((to - from) * (i + 1)) / GRID));
  const valley = Math.min(density(threshold), ...between) / Math.min(density(from), density(to));
  if (!(gain > 4 * Math.log(n) && valley < SHALLOWEST_VALLEY)) return null;
  const sd = (variance: number, count: number): number => Math.sqrt((variance * count) / (count - 1));
  return {
    threshold,
    low: { n: k, mean: centre + low.mean, sd: sd(low.variance, k) },
    high: { n: n - k, mean: centre + high.mean, sd: sd(high.variance, n - k) },
    valley,
    gain,
  };
}
