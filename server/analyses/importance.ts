import type { ExplainedShare, Importance, Variable } from "../../schema/analyses.js";
import { explainedShare, explainedSharePair, rankBins, spearman } from "../statistics/ranks.js";
import { checkStop, type ShouldStop } from "../statistics/stop.js";

/**
 * What bins of each variable, or of each pair, explain of the scores' ranks. Missing values are a bin of
 * their own; a variable of which no run has a value explains nothing that could be told.
 */
export function importance(
  scores: readonly number[],
  variables: readonly Variable[],
  of: "variables" | "pairs",
  shouldStop?: ShouldStop,
): Importance {
  const binned = variables.map(binsOf);
  const isAbsent = variables.map(({ values }) => values.every((value) => value === null));
  const told = (explained: ExplainedShare, ...places: readonly number[]): ExplainedShare => {
    checkStop(shouldStop);
    return places.some((place) => isAbsent[place])
      ? { ...explained, share: null, adjusted: null }
      : explained;
  };
  if (of === "variables") {
    const alone = variables.map((variable, index) => ({
      spearman: correlation(scores, variable),
      explained: told(explainedShare(scores, binned[index] ?? []), index),
    }));
    return { alone, pairs: [] };
  }
  const pairs = binned.flatMap((one, first) =>
    binned.slice(first + 1).map((other, offset) => {
      const second = first + 1 + offset;
      return { first, second, explained: told(explainedSharePair(scores, one, other), first, second) };
    }),
  );
  return { alone: [], pairs };
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
