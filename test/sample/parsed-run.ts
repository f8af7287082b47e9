import type { SampleOptions } from "../../server/sample/generate.js";
import { residualLines, tuningLines } from "../../server/sample/generate.js";

export type ParsedPoint = Record<string, number | null>;

export interface ParsedRun {
  iteration: number;
  nan_train_loss: boolean;
  hyperparameters: Record<string, number>;
  synthetic: boolean;
  learning_curve: ParsedPoint[];
}

/** Lines read as a reader of strict JSON would have to: NaN as null. */
export function parseLines(lines: Iterable<string>): ParsedRun[] {
  return Array.from(lines, (line) => JSON.parse(line.replaceAll(": NaN", ": null")) as ParsedRun);
}

export const readTuning = (options: SampleOptions): ParsedRun[] => parseLines(tuningLines(options));
export const readResidual = (options: SampleOptions): ParsedRun[] => parseLines(residualLines(options));

/** The paper's score: the least raw validation loss, infinite where there is none. */
export function scoreOf(run: ParsedRun): number {
  return Math.min(Infinity, ...run.learning_curve.map((point) => point["val_raw_loss"] ?? Infinity));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

export function shareAtMost(values: readonly number[], bound: number): number {
  return values.filter((value) => value <= bound).length / values.length;
}

/** The greatest distance between the values' distribution and a continuous one. */
export function kolmogorovDistance(values: readonly number[], cdf: (value: number) => number): number {
  const n = values.length;
  return values
    .toSorted((a, b) => a - b)
    .reduce((worst, value, i) => Math.max(worst, (i + 1) / n - cdf(value), cdf(value) - i / n), 0);
}

/** Pearson's correlation. */
export function correlation(xs: readonly number[], ys: readonly number[]): number {
  const x = mean(xs);
  const y = mean(ys);
  const products = xs.map((value, i) => (value - x) * ((ys[i] ?? NaN) - y));
  return mean(products) / (deviation(xs) * deviation(ys)) / (1 - 1 / xs.length);
}

/** Places in ascending order, from 0; ties in file order. */
export function ranks(values: readonly number[]): number[] {
  const order = values
    .map((_, i) => i)
    .sort((a, b) => Math.sign((values[a] ?? 0) - (values[b] ?? 0)) || a - b);
  const places = new Array<number>(values.length);
  order.forEach((index, place) => (places[index] = place));
  return places;
}
