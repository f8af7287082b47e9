const selectedQuantiles = 8;

/** The ranks, from 1, of the quantiles 12.5 % … 100 % of `count` runs: rank ceil(q · count). */
export function quantileRanks(count: number): number[] {
  return Array.from({ length: selectedQuantiles }, (_, i) =>
    Math.ceil(((i + 1) * count) / selectedQuantiles),
  );
}

/**
 * The lines, from 0, that the residual experiment retrains: those at the quantiles of the scores in
 * descending order, ties by line. Infinite scores come first.
 */
export function selectLines(scores: Float64Array): number[] {
  const score = (line: number): number => scores[line] ?? NaN;
  const descending = Uint32Array.from(scores, (_, line) => line).sort((a, b) =>
    score(a) === score(b) ? a - b : score(b) - score(a),
  );
  return quantileRanks(scores.length).map((rank) => descending[rank - 1] ?? NaN);
}
