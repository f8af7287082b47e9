import type { Distribution } from "../../schema/catalogue.js";
import { distanceFromUniform } from "../statistics/goodness-of-fit.js";

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
  const distance = (log: boolean): number => distanceFromUniform(numbers, lower, upper, log);
  if (lower > 0 && distance(true) < distance(false)) return { kind: "log-uniform", lower, upper };
  return { kind: numbers.every(Number.isInteger) ? "discrete-uniform" : "uniform", lower, upper };
}
