import type { BinRule } from "./plan.js";
import type { Bin } from "./store.js";

/** Significant digits that are enough for most bins. */
const FEWEST_DIGITS = 4;

/** How far rounding may move an edge, as a share of the bin: little enough to tell bins apart, and where they lie. */
const TOLERANCE = 0.01;

/**
 * `[0.001, 0.003162)`: edges that were asked for as they were written, others with the digits that tell
 * them apart. The exact edges stand in the bin.
 */
export function intervalLabel({ lower, upper, upperClosed }: Bin, { kind }: BinRule): string {
  const digits = kind === "edges" ? null : digitsFor(lower, upper);
  const written = (edge: number): string => String(digits === null ? edge : rounded(edge, digits));
  return `${lower === null ? "(−∞" : `[${written(lower)}`}, ${upper === null ? "∞" : written(upper)}${upperClosed ? "]" : ")"}`;
}

/** The fewest that put both edges where they are, to within the tolerance; null for all. */
function digitsFor(lower: number | null, upper: number | null): number | null {
  if (lower === null || upper === null) return null;
  const allowed = (upper - lower) * TOLERANCE;
  for (let digits = FEWEST_DIGITS; digits < 17; digits += 1) {
    if ([lower, upper].every((edge) => Math.abs(rounded(edge, digits) - edge) <= allowed)) return digits;
  }
  return null;
}

const rounded = (edge: number, digits: number): number => Number(edge.toPrecision(digits));
