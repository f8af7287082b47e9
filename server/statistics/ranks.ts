import { requireNumbers, requireWhole } from "./checks.js";

/** Rank of each value from 1 on, ascending; equal values share their mean rank. Infinities are legal, NaN is not. */
export function averageRanks(values: readonly number[]): number[] {
  requireNumbers("values", values);
  const order = [...values.keys()].sort((i, j) => {
    const [a, b] = [values[i]!, values[j]!];
    return a < b ? -1 : a > b ? 1 : 0;
  });
  const ranks = new Array<number>(values.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let i = from; i < to; i++) ranks[order[i]!] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

/** Pearson's correlation; null where a side does not vary. */
function correlation(a: readonly number[], b: readonly number[]): number | null {
  const n = a.length;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / n;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [aa, bb, ab] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [x, y] = [a[i]! - meanA, b[i]! - meanB];
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  return aa === 0 || bb === 0 ? null : Math.min(1, Math.max(-1, ab / Math.sqrt(aa * bb)));
}

/** Spearman's rank correlation, ties by mean ranks; null where a side does not vary. RangeError for unlike lengths or NaN. */
export function spearman(a: readonly number[], b: readonly number[]): number | null {
  requireSameLength(a, b);
  return correlation(averageRanks(a), averageRanks(b));
}

function requireSameLength(a: readonly unknown[], b: readonly unknown[]): void {
  if (a.length !== b.length)
    throw new RangeError(`both sides must be as long, got ${a.length} and ${b.length}`);
}

/**
 * A bin for each value: the values in order are cut in `count` bins of about equally many, and equal
 * values stay together (in the bin of their mean rank). Bins count from 0; some may stay empty.
 */
export function rankBins(values: readonly number[], count: number): number[] {
  requireWhole("the number of bins", count, 1);
  return averageRanks(values).map((rank) =>
    Math.min(count - 1, Math.floor(((rank - 0.5) * count) / values.length)),
  );
}

/** How much of the scores' ranks the bins of a variable, or of a pair, explain. */
export interface ExplainedShare {
  readonly n: number;
  /** How many bins hold a run. */
  readonly bins: number;
  /** Share of the variance of the ranks that lies between the bins (eta squared); null where ranks do not vary. */
  readonly share: number | null;
  /** What unrelated bins would explain by chance, on average: (bins − 1) / (n − 1). */
  readonly byChance: number;
  /** The share corrected for chance; may fall below zero; null where every run has a bin of its own. */
  readonly adjusted: number | null;
}

/**
 * Share of the variance in the ranks of the scores that one binning explains. Ranks, since a diverged
 * run's score is infinite. RangeError for unlike lengths, no scores or NaN.
 */
export function explainedShare(
  scores: readonly number[],
  bins: readonly (number | string)[],
): ExplainedShare {
  requireSameLength(scores, bins);
  const ranks = averageRanks(scores);
  const n = ranks.length;
  const groups = new Map<number | string, { count: number; sum: number }>();
  ranks.forEach((rank, i) => {
    const group = groups.get(bins[i]!) ?? { count: 0, sum: 0 };
    groups.set(bins[i]!, { count: group.count + 1, sum: group.sum + rank });
  });
  const centre = (n + 1) / 2;
  const total = ranks.reduce((sum, rank) => sum + (rank - centre) ** 2, 0);
  let between = 0;
  for (const { count, sum } of groups.values()) between += count * (sum / count - centre) ** 2;
  const share = total === 0 ? null : Math.min(1, between / total);
  const k = groups.size;
  return {
    n,
    bins: k,
    share,
    byChance: n === 1 ? 0 : (k - 1) / (n - 1),
    adjusted: share === null || k >= n ? null : 1 - ((1 - share) * (n - 1)) / (n - k),
  };
}

/** {@link explainedShare} of a pair of binnings: one bin for each pair of bins that occurs. */
export function explainedSharePair(
  scores: readonly number[],
  first: readonly (number | string)[],
  second: readonly (number | string)[],
): ExplainedShare {
  requireSameLength(first, second);
  return explainedShare(
    scores,
    first.map((bin, i) => JSON.stringify([bin, second[i]!])),
  );
}
