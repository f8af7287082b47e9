import type { QuantileMethod } from "../../../schema/plan.js";

/**
 * The p-quantile of finite values, as the engine's: interpolated between neighbours, or (`lower`)
 * the order statistic of rank ⌈p n⌉. Puts the values in another order. Null where there are none.
 */
export function quantile(values: Float64Array, p: number, method: QuantileMethod): number | null {
  const count = values.length;
  if (count === 0) return null;
  if (method === "lower") {
    // The rank's p is drawn back a hair, so that p n = 7.000000000000001 is 7.
    const share = Math.max(0, p - 1e-12);
    return orderStatistic(values, Math.max(1, count - Math.floor(count - count * share)) - 1);
  }
  const place = (count - 1) * p;
  const [below, above] = [Math.floor(place), Math.ceil(place)];
  const low = orderStatistic(values, below);
  if (below === above) return low;
  // Of what lies beyond `below`, which the selection has put behind it, the least.
  const high = least(values, below + 1);
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

/** The value at a place of the sorted order; lesser ones stand before it after, and greater ones behind it. */
function orderStatistic(values: Float64Array, place: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = middleOf(
      values[low] as number,
      values[(low + high) >> 1] as number,
      values[high] as number,
    );
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

const middleOf = (a: number, b: number, c: number): number =>
  Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
