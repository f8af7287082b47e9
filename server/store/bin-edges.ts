import { limits } from "../../schema/limits.js";
import { badInput, fault } from "../../schema/faults.js";
import type { BinSpec } from "../../schema/plan.js";
import type { Bin } from "../../schema/store.js";
import { decimalMultiples, decimalParts } from "./decimal.js";

/** What was found of the values that are to be binned: finite ones only. */
export interface ValueRange {
  readonly min: number | null;
  readonly max: number | null;
  /** Quantiles 0, 1/n, …, 1 where the rule asks for them; else empty. */
  readonly quantiles: readonly number[];
}

/** Ascending edges. Where open-ended, values below the first and from the last on have bins of their own. */
export interface Edges {
  readonly values: readonly number[];
  readonly openEnded: boolean;
  /** Whether the last edge belongs to the last bin: where that is the greatest value itself. */
  readonly lastClosed: boolean;
  readonly scale: BinSpec["scale"];
}

/**
 * The edges that a rule cuts over the range found.
 * @param label what is binned, for messages.
 * @throws a fault where a logarithmic scale meets values that are not positive, or more than `limits.maxBins` bins come out.
 */
export function cutEdges({ rule, scale }: BinSpec, range: ValueRange, label: string): Edges {
  if (rule.kind === "edges") return { values: rule.edges, openEnded: true, lastClosed: false, scale };
  const { min, max } = range;
  if (min === null || max === null) return { values: [], openEnded: false, lastClosed: false, scale };
  if (scale === "log10" && min <= 0) {
    throw fault(
      "UNFIT_DATA",
      `${label} cannot be binned on a LOG10 scale: its least value is ${min}, and a logarithm needs positive ones. Use LINEAR, or filter the values.`,
    );
  }
  if (rule.kind === "width")
    return { values: multiples(rule.width, min, max, scale), openEnded: false, lastClosed: false, scale };
  const values = rule.kind === "count" ? equalParts(rule.count, min, max, scale) : range.quantiles;
  const distinct = values.filter((edge, index) => index === 0 || edge > (values[index - 1] as number));
  return { values: distinct.length === 1 ? [min, max] : distinct, openEnded: false, lastClosed: true, scale };
}

/** The bins between the edges, in order. */
export function binsOf({ values, openEnded, lastClosed, scale }: Edges): Bin[] {
  const bounds: (number | null)[] = openEnded ? [null, ...values, null] : [...values];
  const last = bounds.length - 2;
  return Array.from({ length: Math.max(0, last + 1) }, (_, index) => {
    const upper = bounds[index + 1] ?? null;
    return { index, lower: bounds[index] ?? null, upper, upperClosed: index === last && lastClosed, scale };
  });
}

/** Edges strictly inside the range: a value's bin is the number of them that it reaches. */
export const innerEdges = ({ values, openEnded }: Edges): readonly number[] =>
  openEnded ? values : values.slice(1, -1);

/**
 * Multiples of the width from at or below `min` to above `max`; powers of ten of them where logarithmic.
 * They are the doubles nearest to decimal multiples, so that a value written as one begins a bin.
 */
function multiples(width: number, min: number, max: number, scale: BinSpec["scale"]): number[] {
  const multiple = decimalMultiples(width);
  const at = (k: number): number => (scale === "log10" ? powerOfTen(multiple(k), width * SNAP) : multiple(k));
  const position = (value: number): number =>
    Math.floor((scale === "log10" ? Math.log10(value) : value) / width);
  let first = position(min);
  let last = position(max) + 1;
  if (!(Number.isSafeInteger(first) && Number.isSafeInteger(last) && last - first <= limits.maxBins)) {
    throw badInput("width", width, `it cuts ${min} … ${max} into more than ${limits.maxBins} bins`);
  }
  // The division rounds: settle by comparison with the edges themselves, as membership does.
  while (at(first) > min) first -= 1;
  while (at(first + 1) <= min) first += 1;
  while (at(last - 1) > max) last -= 1;
  while (at(last) <= max) last += 1;
  return Array.from({ length: last - first + 1 }, (_, index) => at(first + index));
}

/** `count` parts of equal length (equal ratio where logarithmic) that begin and end at the range exactly. */
function equalParts(count: number, min: number, max: number, scale: BinSpec["scale"]): number[] {
  const [from, to] = scale === "log10" ? [Math.log10(min), Math.log10(max)] : [min, max];
  const at = decimalParts(from, to);
  const step = (to - from) / count;
  return Array.from({ length: count + 1 }, (_, index) =>
    index === 0
      ? min
      : index === count
        ? max
        : scale === "log10"
          ? powerOfTen(at(index, count), step * SNAP)
          : at(index, count),
  );
}

/** How near to a whole exponent counts as whole, as a share of a bin: thirds of decades meet decades. */
const SNAP = 1e-9;

/** Whole powers as JSON writes them: `10 ** -5` is one bit off 1e-5. */
function powerOfTen(exponent: number, snap: number): number {
  const whole = Math.round(exponent);
  return Math.abs(exponent - whole) <= snap ? Number(`1e${whole}`) : 10 ** exponent;
}
