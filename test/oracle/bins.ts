import { nearestDouble, plus, times, written } from "./rationals.js";
import { quantile } from "./statistics.js";

/** Bins, cut anew from the documented rules. */

export interface BinRule {
  readonly width?: number;
  readonly count?: number;
  readonly edges?: readonly number[];
  readonly quantiles?: number;
}

export type Scale = "LINEAR" | "LOG10";

export interface Bin {
  readonly index: number;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly upperClosed: boolean;
}

/** The bins that a rule cuts the values into. */
export function cutBins(values: readonly number[], rule: BinRule, scale: Scale): Bin[] {
  if (rule.edges) return between([null, ...rule.edges, null], false);
  if (values.length === 0) return [];
  const [min, max] = [Math.min(...values), Math.max(...values)];
  if (rule.width !== undefined) return between(multiples(rule.width, min, max, scale), false);
  const parts = (rule.count ?? rule.quantiles) as number;
  const edges = Array.from({ length: parts + 1 }, (_, index) => {
    const share = index / parts;
    if (rule.quantiles !== undefined) return quantile(values, share, "LINEAR") ?? NaN;
    if (index === 0) return min;
    if (index === parts) return max;
    if (scale === "LOG10") return min * (max / min) ** share;
    return nearestDouble(plus(times(written(min), parts - index, parts), times(written(max), index, parts)));
  });
  const distinct = [...new Set(edges.map((edge) => edge + 0))];
  return between(distinct.length === 1 ? [min, max] : distinct, true);
}

/** From the greatest multiple at or below the least value to the least one above the greatest. */
function multiples(width: number, min: number, max: number, scale: Scale): number[] {
  const edge = (k: number): number => {
    const multiple = nearestDouble(times(written(width), k));
    return scale === "LINEAR" ? multiple : tenTo(multiple);
  };
  const first = Math.floor((scale === "LINEAR" ? min : Math.log10(min)) / width) - 2;
  const edges: number[] = [];
  for (let k = first; edges.length === 0 || (edges.at(-1) ?? 0) <= max; k += 1) edges.push(edge(k));
  while ((edges[1] ?? Infinity) <= min) edges.shift();
  return edges;
}

/** Powers of ten as decimal literals write them, where the exponent is whole. */
const tenTo = (exponent: number): number =>
  Math.abs(exponent - Math.round(exponent)) < 1e-9 ? Number(`1e${Math.round(exponent)}`) : 10 ** exponent;

function between(edges: readonly (number | null)[], lastClosed: boolean): Bin[] {
  return edges.slice(0, -1).map((lower, index) => ({
    index,
    lower,
    upper: edges[index + 1] ?? null,
    upperClosed: lastClosed && index === edges.length - 2,
  }));
}

/** The bin that a value lies in, by comparison with its edges. */
export const contains = ({ lower, upper, upperClosed }: Omit<Bin, "index">, value: number): boolean =>
  (lower === null || value >= lower) && (upper === null || value < upper || (upperClosed && value === upper));
