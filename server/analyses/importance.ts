import type { Importance, Variable } from "../../schema/analyses.js";
import { explainedShare, explainedSharePair, rankBins, spearman } from "../statistics/ranks.js";

/** What bins of each variable, and of each pair, explain of the scores' ranks. Missing values are a bin of their own. */
export function importance(scores: readonly number[], variables: readonly Variable[]): Importance {
  const binned = variables.map(binsOf);
  return {
    alone: variables.map((variable, index) => ({
      spearman: correlation(scores, variable),
      explained: explainedShare(scores, binned[index] ?? []),
    })),
    pairs: binned.flatMap((first, i) =>
      binned.slice(i + 1).map((second, offset) => ({
        first: i,
        second: i + 1 + offset,
        explained: explainedSharePair(scores, first, second),
      })),
    ),
  };
}

/** Few different values are bins as they are; more are cut by rank. */
function binsOf({ values, bins }: Variable): string[] {
  const labels = values.map(String);
  if (new Set(labels).size <= bins || !values.every((value) => value === null || typeof value === "number"))
    return labels;
  const present = values.flatMap((value, index) => (Number.isFinite(value) ? [index] : []));
  const cut = rankBins(
    present.map((index) => values[index] as number),
    bins,
  );
  present.forEach((index, place) => {
    labels[index] = `bin ${cut[place]}`;
  });
  return labels;
}

function correlation(scores: readonly number[], { values }: Variable): number | null {
  const present = values.flatMap((value, index) =>
    typeof value === "number" && !Number.isNaN(value) ? [index] : [],
  );
  if (present.length < 2) return null;
  return spearman(
    present.map((index) => values[index] as number),
    present.map((index) => scores[index] as number),
  );
}
