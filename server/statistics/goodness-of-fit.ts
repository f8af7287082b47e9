import { requireFiniteNumbers } from "./checks.js";
import { kolmogorovPValue, kolmogorovStatistic } from "./kolmogorov.js";
import { normalCdf, normalDensity } from "./normal.js";

/** A distribution that values were drawn from; both bounds belong to it. */
export type DrawnFrom =
  | { readonly kind: "uniform" | "log-uniform"; readonly lower: number; readonly upper: number }
  | { readonly kind: "discrete-uniform"; readonly lower: number; readonly upper: number }
  | { readonly kind: "choice"; readonly values: readonly (number | string | boolean)[] };

/** A test of drawn values against the distribution that they should come from. */
export interface GoodnessOfFit {
  readonly test: "KOLMOGOROV_SMIRNOV" | "CHI_SQUARE";
  readonly n: number;
  /** The greatest distance of the cdfs, or Pearson's chi-square. */
  readonly statistic: number;
  /** Cells less one; null for Kolmogorov-Smirnov. */
  readonly degreesOfFreedom: number | null;
  /** P(a statistic at least as large) if the distribution is right; 0 where a value lies outside of it. */
  readonly pValue: number;
  /** How many values the distribution cannot give. */
  readonly outside: number;
}

/** Expected count that a cell of the chi-square test must have, and the most cells. */
const LEAST_EXPECTED = 5;
const MOST_CELLS = 50;

/** P(chi-square with a whole number of degrees of freedom > x), by its finite sum of positive terms. */
export function chiSquareSurvival(x: number, degreesOfFreedom: number): number {
  if (!(x > 0)) return 1;
  if (degreesOfFreedom === 0) return 0;
  const even = degreesOfFreedom % 2 === 0;
  const root = Math.sqrt(x);
  let sum = even ? Math.exp(-x / 2) : 2 * normalCdf(-root);
  // (x/2)^k e^(−x/2) / Γ(k + 1), for k = 1, 2, … or 1/2, 3/2, …, from its logarithm: e^(−x/2) alone may vanish.
  let logTerm = even ? -x / 2 : Math.log(2 * root * normalDensity(0)) - x / 2;
  if (!even && degreesOfFreedom >= 3) sum += Math.exp(logTerm);
  for (let k = even ? 1 : 1.5; k <= degreesOfFreedom / 2 - 1; k++) {
    logTerm += Math.log(x / 2 / k);
    sum += Math.exp(logTerm);
  }
  return Math.min(1, sum);
}

function chiSquare(
  counts: readonly number[],
  expected: readonly number[],
  n: number,
  outside: number,
): GoodnessOfFit {
  const statistic = counts.reduce((sum, count, i) => sum + (count - expected[i]!) ** 2 / expected[i]!, 0);
  const degreesOfFreedom = counts.length - 1;
  const pValue =
    outside > 0 ? 0 : degreesOfFreedom === 0 ? 1 : chiSquareSurvival(statistic, degreesOfFreedom);
  return { test: "CHI_SQUARE", n, statistic, degreesOfFreedom, pValue, outside };
}

function requireOrdered(lower: number, upper: number, least: number, strict: boolean): void {
  if (!(
    Number.isFinite(lower) &&
    Number.isFinite(upper) &&
    lower >= least &&
    (strict ? lower < upper : lower <= upper)
  )) {
    throw new RangeError(`the distribution's bounds must be finite and ascend, got ${lower} to ${upper}`);
  }
}

/** The greatest distance of the values' cdf from that of a uniform or log-uniform distribution. */
export function distanceFromUniform(
  values: readonly number[],
  lower: number,
  upper: number,
  log: boolean,
): number {
  requireOrdered(lower, upper, log ? Number.MIN_VALUE : -Infinity, true);
  const at = (value: number): number =>
    log ? Math.log(value / lower) / Math.log(upper / lower) : (value - lower) / (upper - lower);
  return kolmogorovStatistic(
    Float64Array.from(values, (value) => (value < lower ? 0 : value > upper ? 1 : at(value))).sort(),
  );
}

function continuous(values: readonly number[], lower: number, upper: number, log: boolean): GoodnessOfFit {
  const statistic = distanceFromUniform(values, lower, upper, log);
  const outside = values.filter((value) => value < lower || value > upper).length;
  const n = values.length;
  return {
    test: "KOLMOGOROV_SMIRNOV",
    n,
    statistic,
    degreesOfFreedom: null,
    pValue: outside > 0 ? 0 : kolmogorovPValue(n, statistic),
    outside,
  };
}

/** Whole numbers in cells of nearly equally many of them, each with an expected count of at least 5 where possible. */
function discrete(values: readonly number[], lower: number, upper: number): GoodnessOfFit {
  requireOrdered(lower, upper, -Infinity, false);
  const size = upper - lower + 1;
  if (!Number.isInteger(size))
    throw new RangeError(`a discrete distribution's bounds must be whole, got ${lower} to ${upper}`);
  const inside = values.filter(
    (value) => Number.isInteger(value - lower) && value >= lower && value <= upper,
  );
  const cells = Math.max(1, Math.min(size, MOST_CELLS, Math.floor(values.length / LEAST_EXPECTED)));
  const counts = new Array<number>(cells).fill(0);
  const widths = new Array<number>(cells).fill(0);
  for (let cell = 0; cell < cells; cell++) {
    widths[cell] = Math.ceil(((cell + 1) * size) / cells) - Math.ceil((cell * size) / cells);
  }
  for (const value of inside) counts[Math.floor(((value - lower) * cells) / size)]!++;
  const expected = widths.map((width) => (values.length * width) / size);
  return chiSquare(counts, expected, values.length, values.length - inside.length);
}

/** How often each value occurs. */
function occurrences<T>(values: readonly T[]): ReadonlyMap<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/**
 * Tests drawn values against a distribution: Kolmogorov-Smirnov for continuous ones (its p-value exact up
 * to 10,000 values), Pearson's chi-square for discrete ones and choices (its p-value by the limit law).
 * RangeError for no values, infinities, or a distribution that is none.
 */
export function goodnessOfFit(
  values: readonly (number | string | boolean)[],
  drawnFrom: DrawnFrom,
): GoodnessOfFit {
  if (values.length === 0) throw new RangeError("values must hold at least 1 value, got none");
  if (drawnFrom.kind === "choice") {
    const choices = [...new Set(drawnFrom.values)];
    if (choices.length === 0) throw new RangeError("a choice must have at least 1 value, got none");
    const [drawn, listed] = [occurrences(values), occurrences(drawnFrom.values)];
    const counts = choices.map((choice) => drawn.get(choice) ?? 0);
    const inside = counts.reduce((sum, count) => sum + count, 0);
    // A value listed twice is drawn twice as often.
    const expected = choices.map(
      (choice) => (values.length * (listed.get(choice) ?? 0)) / drawnFrom.values.length,
    );
    return chiSquare(counts, expected, values.length, values.length - inside);
  }
  const numbers = values.map((value, i) => {
    if (typeof value !== "number") {
      throw new RangeError(`values must be numbers, got ${JSON.stringify(value)} at position ${i + 1}`);
    }
    return value;
  });
  requireFiniteNumbers("values", numbers);
  const { kind, lower, upper } = drawnFrom;
  return kind === "discrete-uniform"
    ? discrete(numbers, lower, upper)
    : continuous(numbers, lower, upper, kind === "log-uniform");
}
