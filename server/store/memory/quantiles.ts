import type { QuantileMethod } from "../../../schema/plan.js";

/** Finite values of which quantiles are asked. */
export interface Ranked {
  readonly values: Float64Array;
  /** Whether they ascend. */
  readonly isSorted: boolean;
}

/**
 * The p-quantile of finite values, as the engine's: interpolated between neighbours, or (`lower`)
 * the order statistic of rank ⌈p n⌉. Puts the values in another order, unless they are sorted. Null
 * where there are none.
 */
export function quantile({ values, isSorted }: Ranked, p: number, method: QuantileMethod): number | null {
  const count = values.length;
  if (count === 0) return null;
  const at = (place: number): number =>
    isSorted ? (values[place] as number) : orderStatistic(values, place);
  if (method === "lower") {
    // The rank's p is drawn back a hair, so that p n = 7.000000000000001 is 7.
    const share = Math.max(0, p - 1e-12);
    return at(Math.max(1, count - Math.floor(count - count * share)) - 1);
  }
  const place = (count - 1) * p;
  const [below, above] = [Math.floor(place), Math.ceil(place)];
  const low = at(below);
  if (below === above) return low;
  // Of what lies beyond `below`, which the selection has put behind it, the least.
  const high = isSorted ? (values[above] as number) : least(values, below + 1);
  const share = place - below;
  return low * (1 - share) + high * share;
}

function least(values: Float64Array, from: number): number {
  let found = values[from] as number;
  for (let index = from + 1; index < values.length; index += 1) {
    if ((values[index] as number) < found) found = values[index] as number;
  }
  return found;
}

/**
 * The value at a place of the sorted order between two places, the first and the last by default;
 * lesser ones stand before it after, and greater ones behind it.
 */
function orderStatistic(values: Float64Array, place: number, low = 0, high = values.length - 1): number {
  while (low < high) {
    const pivot =
      high - low < SAMPLED_FROM
        ? middleOf(values[low] as number, values[(low + high) >> 1] as number, values[high] as number)
        : likely(values, place, low, high);
    let [left, right] = [low, high];
    while (left <= right) {
      while ((values[left] as number) < pivot) left += 1;
      while ((values[right] as number) > pivot) right -= 1;
      if (left > right) break;
      const swapped = values[left] as number;
      values[left] = values[right] as number;
      values[right] = swapped;
      left += 1;
      right -= 1;
    }
    if (place <= right) high = right;
    else if (place >= left) low = left;
    else break;
  }
  return values[place] as number;
}

/** From so many values on, the place of a value is sooner guessed from a sample of them. */
const SAMPLED_FROM = 600;

/**
 * A value that is close to that at a place of the sorted order, and more likely than not on its far side
 * from the middle: of a sample in the middle of which the place is, so chosen that two partitions nearly
 * always suffice (R. W. Floyd and R. L. Rivest, Expected time bounds for selection, 1975).
 */
function likely(values: Float64Array, place: number, low: number, high: number): number {
  const count = high - low + 1;
  const rank = place - low + 1;
  const size = 0.5 * count ** (2 / 3);
  const margin = 0.5 * Math.sqrt((Math.log(count) * size * (count - size)) / count);
  const shift = rank < count / 2 ? -margin : margin;
  const from = Math.max(low, Math.floor(place - (rank * size) / count + shift));
  const to = Math.min(high, Math.floor(place + ((count - rank) * size) / count + shift));
  return orderStatistic(values, place, from, to);
}

const middleOf = (a: number, b: number, c: number): number =>
  Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
