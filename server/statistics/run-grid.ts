import { requirePositive, requireWhole } from "./checks.js";

/** Settings of {@link spacedRuns}. */
export interface SpacedRuns {
  /** About how many numbers (at least 2); fewer where whole numbers coincide. 50 unless given. */
  readonly points?: number | undefined;
  /** The first number; 1 unless given. */
  readonly from?: number | undefined;
  /** True for numbers with a fraction. */
  readonly fractional?: boolean | undefined;
}

/** `value` with its `digits` leading digits. */
const rounded = (value: number, digits: number): number => Number(value.toPrecision(digits));

/**
 * Numbers of runs for a curve's axis, ascending from 1 (or `from`) to `upTo`, both included: evenly
 * spaced on a logarithmic scale and rounded to two leading digits (three for fractional ones).
 */
export function spacedRuns(upTo: number, options: SpacedRuns = {}): number[] {
  const { points = 50, from = 1, fractional = false } = options;
  requirePositive("the last number of runs", upTo);
  requirePositive("the first number of runs", from);
  requireWhole("points", points, 2);
  if (from > upTo)
    throw new RangeError(`the first number of runs must be at most the last, ${upTo}, got ${from}`);
  const grid = [from];
  for (let i = 1; i < points - 1; i++) {
    const exact = from * (upTo / from) ** (i / (points - 1));
    const value = fractional ? rounded(exact, 3) : Math.round(rounded(exact, 2));
    if (value > grid.at(-1)! && value < upTo) grid.push(value);
  }
  if (upTo > from) grid.push(upTo);
  return grid;
}
