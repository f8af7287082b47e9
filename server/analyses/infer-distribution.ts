import type { Distribution } from "../../schema/catalogue.js";
import { goodnessOfFit, type DrawnFrom } from "../statistics/goodness-of-fit.js";

/** Values that occur this often on average are choices rather than draws from a range. */
const REPEATS = 8;
const MOST_CHOICES = 50;

/**
 * The simplest distribution that the values may have been drawn from, over the range found: a choice
 * where few different values repeat, else the uniform or log-uniform one that lies nearer; null where
 * the values do not vary.
 */
export function inferDistribution(values: readonly (number | string | boolean)[]): Distribution | null {
  const distinct = [...new Set(values)];
  if (distinct.length < 2) return null;
  if (distinct.length <= MOST_CHOICES && values.length >= REPEATS * distinct.length) {
    return {
      kind: "choice",
      values: distinct.every((value) => typeof value === "number")
        ? distinct.sort((a, b) => Number(a) - Number(b))
        : distinct,
    };
  }
  const numbers = values.filter(
    (value): value is number => typeof value === "number" && Number.isFinite(value),
  );
  if (numbers.length < values.length) return null;
  const lower = numbers.reduce((a, b) => Math.min(a, b));
  const upper = numbers.reduce((a, b) => Math.max(a, b));
  const uniform: DrawnFrom = { kind: "uniform", lower, upper };
  const logarithmic: DrawnFrom = { kind: "log-uniform", lower, upper };
  const nearer =
    lower > 0 && goodnessOfFit(numbers, logarithmic).statistic < goodnessOfFit(numbers, uniform).statistic
      ? logarithmic
      : uniform;
  return nearer.kind === "uniform" && numbers.every(Number.isInteger)
    ? { kind: "discrete-uniform", lower, upper }
    : nearer;
}
