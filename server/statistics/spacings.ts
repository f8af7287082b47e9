import { requireNumbers } from "./checks.js";

/** Scores up to a limit, or beyond it, count one by one; the others are only counted. */
export interface Limits {
  /** Scores at or below this are only counted; −Infinity for none. */
  readonly lower: number;
  /** Scores above this are only counted; Infinity for none. */
  readonly upper: number;
}

/**
 * Censored scores in buckets: bucket j holds the scores in (edges[j − 1], edges[j]], the first and last
 * reaching to infinity, and the last bucket one point more. `mirrored` scores are negated, so that a
 * concave distribution is fitted as a convex one; the extra point is then in the first bucket.
 */
export interface Spacings {
  readonly n: number;
  /** How many scores are not only counted, and the least and greatest of them, negated where mirrored. */
  readonly observed: number;
  readonly least: number;
  readonly greatest: number;
  readonly edges: Float64Array;
  readonly counts: Float64Array;
}

/** Three digits fewer than a double's. */
const SAME = 1000 * Number.EPSILON;

/**
 * Buckets for the maximum product of spacings. RangeError for fewer than 3 scores, NaN, no score within
 * the limits, or an infinite one there. Source: R. Cheng & N. Amin (1983), B. Ranneby (1984).
 */
export function spacings(scores: readonly number[], limits: Limits, mirrored: boolean): Spacings {
  requireNumbers("scores", scores);
  const { lower, upper } = limits;
  if (!(lower < upper))
    throw new RangeError(`limits must run from a lower to a higher score, got (${lower}, ${upper}]`);
  const n = scores.length;
  if (n < 3) throw new RangeError(`a fit needs at least 3 runs, got ${n}`);
  const observed = scores.filter((score) => score > lower && score <= upper).sort((a, b) => a - b);
  if (observed.length === 0)
    throw new RangeError(`a fit needs at least 1 of the ${n} runs in (${lower}, ${upper}], got none`);
  for (const score of observed) {
    if (!Number.isFinite(score))
      throw new RangeError(`scores within the limits must be finite, got ${score}`);
  }
  const low = scores.filter((score) => score <= lower).length;
  const high = n - low - observed.length;
  const edges: number[] = [];
  const counts: number[] = [];
  const add = (edge: number, count: number): void => {
    const last = edges.at(-1);
    if (last !== undefined && edge - last <= SAME * Math.max(Math.abs(edge), Math.abs(last))) {
      counts[counts.length - 1]! += count;
    } else {
      edges.push(edge);
      counts.push(count);
    }
  };
  if (low > 0) add(lower, low);
  for (const score of observed) add(score, 1);
  if (high > 0) add(upper, 0);
  counts.push(high + 1);
  const first = observed[0]!;
  const last = observed[observed.length - 1]!;
  if (!mirrored) {
    return {
      n,
      observed: observed.length,
      least: first,
      greatest: last,
      edges: Float64Array.from(edges),
      counts: Float64Array.from(counts),
    };
  }
  return {
    n,
    observed: observed.length,
    least: -last,
    greatest: -first,
    edges: Float64Array.from(edges, (edge) => -edge).reverse(),
    counts: Float64Array.from(counts).reverse(),
  };
}

/**
 * Drops edges at the bounds of a distribution without noise: the buckets that they would close hold no
 * probability, so their scores belong to the neighbours.
 */
export function closedAt(buckets: Spacings, lower: number, upper: number): Spacings {
  const edges = [...buckets.edges];
  const counts = [...buckets.counts];
  if (edges[0]! <= lower) {
    edges.shift();
    counts.splice(0, 2, counts[0]! + counts[1]!);
  }
  if (edges.length > 0 && edges[edges.length - 1]! >= upper) {
    edges.pop();
    const [before, last] = counts.splice(-2);
    counts.push(before! + last!);
  }
  return { ...buckets, edges: Float64Array.from(edges), counts: Float64Array.from(counts) };
}

/**
 * Minus the mean log spacing, relative to the shares of the scores: an estimate of the Kullback-Leibler
 * divergence, zero for a perfect fit. Infinite where a bucket with scores has no probability.
 */
export function spacingsLoss({ n, edges, counts }: Spacings, below: (y: number) => number): number {
  let sum = 0;
  let before = 0;
  for (let j = 0; j < counts.length; j++) {
    const p = j < edges.length ? below(edges[j]!) : 1;
    const count = counts[j]!;
    if (count > 0) {
      if (!(p > before)) return Infinity;
      sum += count * Math.log(((p - before) * (n + 1)) / count);
    }
    before = p;
  }
  return -sum / (n + 1);
}
