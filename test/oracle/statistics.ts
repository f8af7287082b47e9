import { isFiniteNumber } from "./measures.js";
import type { Value } from "./world.js";

/** Statistics of one set of values, from their definitions. */

export interface NumberSummary {
  readonly count: number;
  readonly nullCount: number;
  readonly nanCount: number;
  readonly infCount: number;
  readonly distinctCount: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly sum: number | null;
  readonly stddev: number | null;
  readonly variance: number | null;
  readonly stddevPopulation: number | null;
  readonly variancePopulation: number | null;
  readonly median: number | null;
}

export const finiteOf = (values: readonly Value[]): number[] => values.filter(isFiniteNumber);

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** Largest magnitude: results are compared with errors of this size in mind. */
export const scaleOf = (values: readonly number[]): number => Math.max(0, ...values.map(Math.abs));

export function summarise(values: readonly Value[]): NumberSummary {
  const finite = finiteOf(values);
  const n = finite.length;
  const [min, max] = [sorted(finite)[0] ?? null, sorted(finite).at(-1) ?? null];
  const mean = n === 0 ? null : finite.reduce((total, value) => total + value / n, 0);
  const spread = (divisor: number): number | null => (divisor < 1 ? null : deviation(finite, divisor));
  const [sample, population] = [spread(n - 1), spread(n)];
  return {
    count: n,
    nullCount: values.filter((value) => value === null).length,
    nanCount: values.filter(Number.isNaN).length,
    infCount: values.filter((value) => value === Infinity || value === -Infinity).length,
    distinctCount: new Set(finite.map((value) => value + 0)).size,
    min,
    max,
    mean,
    sum: n === 0 ? null : representable(finite.reduce((total, value) => total + value, 0)),
    stddev: sample,
    variance: sample === null ? null : representable(sample ** 2),
    stddevPopulation: population,
    variancePopulation: population === null ? null : representable(population ** 2),
    median: quantile(finite, 0.5, "LINEAR"),
  };
}

/** Null where a double cannot carry it. */
const representable = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Root of the mean squared deviation, at a scale that keeps squares from overflowing. */
function deviation(values: readonly number[], divisor: number): number {
  const scale = scaleOf(values) || 1;
  const scaled = values.map((value) => value / scale);
  const mean = scaled.reduce((total, value) => total + value, 0) / scaled.length;
  return scale * Math.sqrt(scaled.reduce((total, value) => total + (value - mean) ** 2, 0) / divisor);
}

/** LINEAR interpolates between the order statistics about (n − 1) p; LOWER is that of rank ⌈p n⌉. */
export function quantile(values: readonly number[], p: number, method: "LINEAR" | "LOWER"): number | null {
  const order = sorted(values);
  const n = order.length;
  if (n === 0) return null;
  if (method === "LOWER") {
    const share = p * n;
    const rank = Math.abs(share - Math.round(share)) < 1e-9 ? Math.round(share) : Math.ceil(share);
    return order[Math.max(rank, 1) - 1] ?? null;
  }
  const place = (n - 1) * p;
  const below = Math.floor(place);
  const lower = order[below] ?? 0;
  const upper = order[Math.min(below + 1, n - 1)] ?? 0;
  return lower + (upper - lower) * (place - below);
}

export function correlation(
  pairs: readonly (readonly [Value, Value])[],
  method: "PEARSON" | "SPEARMAN",
): number | null {
  const both = pairs.filter((pair): pair is readonly [number, number] => pair.every(isFiniteNumber));
  const [x, y] = [both.map(([one]) => one), both.map(([, other]) => other)];
  return method === "PEARSON" ? pearson(x, y) : pearson(ranks(x), ranks(y));
}

function pearson(x: readonly number[], y: readonly number[]): number | null {
  const varies = (values: readonly number[]): boolean => values.some((value) => value !== values[0]);
  if (!varies(x) || !varies(y)) return null;
  const centred = (values: readonly number[]): number[] => {
    const scaled = values.map((value) => value / scaleOf(values));
    const mean = scaled.reduce((total, value) => total + value, 0) / scaled.length;
    return scaled.map((value) => value - mean);
  };
  const [a, b] = [centred(x), centred(y)];
  const dot = (left: readonly number[], right: readonly number[]): number =>
    left.reduce((total, value, index) => total + value * (right[index] ?? 0), 0);
  return Math.min(1, Math.max(-1, dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))));
}

/** From 1; equal values share the mean of their ranks. */
export function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2;
  });
}
