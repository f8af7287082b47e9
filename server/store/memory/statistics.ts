import type { Statistic } from "../../../schema/plan.js";
import type { Operand } from "./operands.js";
import { quantile } from "./quantiles.js";

/** A statistic of one group of an operand's rows; null where it has none. */
type Compute = (of: Operand, group: number) => number | null;

/** Every statistic, as `server/sql/aggregates.ts` has it; one that overflows is not finite. */
export const statistics: Readonly<Record<Statistic, Compute>> = {
  count: (of, group) => of.finite(group).length,
  nullCount: (of, group) => of.count(group, "missing"),
  nanCount: (of, group) => of.count(group, "nan"),
  infCount: (of, group) => of.count(group, "infinite"),
  distinctCount: (of, group) => new Set(of.finite(group)).size,
  min: (of, group) => extreme(of.finite(group), Math.min),
  max: (of, group) => extreme(of.finite(group), Math.max),
  mean: (of, group) => mean(of.finite(group)),
  sum: (of, group) => (of.finite(group).length === 0 ? null : sum(of.finite(group), 1)),
  stddev: (of, group) => spread(of.finite(group), 1),
  variance: (of, group) => squared(spread(of.finite(group), 1)),
  stddevPopulation: (of, group) => spread(of.finite(group), 0),
  variancePopulation: (of, group) => squared(spread(of.finite(group), 0)),
  median: (of, group) => quantile(of.ranked(group), 0.5, "linear"),
  argMin: (of, group) => of.extremeRun(group, 1),
  argMax: (of, group) => of.extremeRun(group, -1),
};

function extreme(values: Float64Array, choose: (a: number, b: number) => number): number | null {
  if (values.length === 0) return null;
  let found = values[0] as number;
  for (let index = 1; index < values.length; index += 1) found = choose(found, values[index] as number);
  return found;
}

/** Values of this size and beyond are summed at a smaller scale; where all are below the other, their squares are at a greater one. */
const [HUGE, TINY] = [1e150, 1e-140];
const [DOWN, UP] = [1e-160, 1e160];

function greatestSize(values: Float64Array): number {
  let found = 0;
  for (let index = 0; index < values.length; index += 1)
    found = Math.max(found, Math.abs(values[index] as number));
  return found;
}

function mean(values: Float64Array): number | null {
  if (values.length === 0) return null;
  return greatestSize(values) >= HUGE
    ? (sum(values, DOWN) / values.length) * UP
    : sum(values, 1) / values.length;
}

/** The sum at a scale, with what rounding loses added in the end (Neumaier). */
function sum(values: Float64Array, scale: number): number {
  let [total, lost] = [0, 0];
  for (let index = 0; index < values.length; index += 1) {
    const value = (values[index] as number) * scale;
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return Number.isFinite(lost) ? total + lost : total;
}

/** The standard deviation over n less so many; null where that leaves nothing. */
function spread(values: Float64Array, less: 0 | 1): number | null {
  if (values.length <= less) return null;
  const size = greatestSize(values);
  const [scale, back] = size >= HUGE ? [DOWN, UP] : size < TINY ? [UP, DOWN] : [1, 1];
  // From the first value on, so that equal ones have no spread at all.
  const first = (values[0] as number) * scale;
  const shifted = values.map((value) => value * scale - first);
  const middle = sum(shifted, 1) / shifted.length;
  let squares = 0;
  for (let index = 0; index < shifted.length; index += 1)
    squares += ((shifted[index] as number) - middle) ** 2;
  return Math.sqrt(squares / (values.length - less)) * back;
}

const squared = (value: number | null): number | null => (value === null ? null : value ** 2);
