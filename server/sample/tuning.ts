import { drawCurve } from "./curve.js";
import type { Hyperparameters } from "./hyperparameters.js";
import { formatLine } from "./line.js";
import { monotoneCurve } from "./monotone-curve.js";
import { publishedBlocks, publishedScores } from "./published.js";
import { Random } from "./random.js";
import { drawRun, type Fate, type Run } from "./run.js";
import { quantileRanks } from "./selection.js";

/** All the scores of a tuning file, in memory; the runs themselves are drawn again when asked for. */
export interface TuningPlan {
  readonly seed: number;
  /** Least raw validation loss by line, in nats per token; Infinity where a run has no finite one. */
  readonly scores: Float64Array;
  /** The published configurations, by the line (from 0) that each was planted in. */
  readonly planted: ReadonlyMap<number, Hyperparameters>;
}

const quantile = monotoneCurve(publishedScores);

/**
 * The scores of `count` tuning runs: the runs are ordered by what their hyperparameters and seeds lead one
 * to expect, and get the published distribution's quantiles in that order, the planted ones theirs.
 */
export function planTuning(seed: number, count: number): TuningPlan {
  const planted = plant(seed, count);
  const expectations: Expectations = {
    qualities: new Float64Array(count),
    jitters: new Float64Array(count),
    hopeless: new Uint8Array(count),
  };
  for (let line = 0; line < count; line++) {
    const run = drawRun(seed, line, planted.get(line));
    expectations.qualities[line] = run.quality;
    expectations.jitters[line] = run.jitter;
    expectations.hopeless[line] = run.fate.kind === "diverges" && run.fate.turn === 0 ? 1 : 0;
  }
  return { seed, scores: scoresByRank(expectations, planted), planted };
}

/** What the scores are given out by, by line. */
interface Expectations {
  readonly qualities: Float64Array;
  readonly jitters: Float64Array;
  /** 1 where the run diverges before its first evaluation. */
  readonly hopeless: Uint8Array;
}

function scoresByRank(
  { qualities, jitters, hopeless }: Expectations,
  planted: ReadonlyMap<number, Hyperparameters>,
): Float64Array {
  const count = qualities.length;
  const scores = new Float64Array(count);
  const plantedLines = [...planted.keys()];
  const quality = (line: number): number => qualities[line] ?? NaN;
  const worstFirst = Uint32Array.from(qualities, (_, line) => line)
    .filter((line) => !planted.has(line))
    .sort((a, b) => quality(b) - quality(a) || a - b);
  let taken = 0;
  for (const [block, rank] of quantileRanks(count).entries()) {
    scores[plantedLines[block] ?? NaN] = publishedBlocks[block]?.tuningScore ?? NaN;
    const above = worstFirst.subarray(taken, rank - 1 - block);
    taken += above.length;
    const withoutScore = block === 0 ? above.findLastIndex((line) => hopeless[line]) + 1 : 0;
    for (const line of above.subarray(0, withoutScore)) scores[line] = Infinity;
    const finite = above.subarray(withoutScore);
    const highest = 1 - block / publishedBlocks.length - withoutScore / count;
    const width = (highest - 1 + (block + 1) / publishedBlocks.length) / finite.length;
    for (const [i, line] of finite.entries()) {
      scores[line] = quantile(highest - width * (i + 0.01 + 0.98 * (jitters[line] ?? 0)));
    }
  }
  return scores;
}

/** The tuning run on a line, counted from 0. */
export function tuningRun(plan: TuningPlan, line: number): Run {
  return drawRun(plan.seed, line, plan.planted.get(line));
}

/** The tuning file's lines, in order, without newlines. */
export function* formatTuning(plan: TuningPlan): Generator<string, void, undefined> {
  for (const [line, score] of plan.scores.entries()) {
    const run = tuningRun(plan, line);
    const fate = score === Infinity ? run.fate : withFiniteStart(run.fate);
    yield formatLine({
      iteration: line + 1,
      nanTrainLoss: fate.kind === "diverges",
      hyperparameters: run.hyperparameters,
      seed: run.seed,
      dataSeed: run.dataSeed,
      curve: drawCurve(run.hyperparameters, fate, score, run.random),
    });
  }
}

/** Where the top eighth has no room left, a run that diverged before its first evaluation does so after it. */
function withFiniteStart(fate: Fate): Fate {
  return fate.kind === "diverges" && fate.turn === 0 ? { ...fate, turn: 1 } : fate;
}

/** A line for each published configuration, in the blocks' order. */
function plant(seed: number, count: number): ReadonlyMap<number, Hyperparameters> {
  const random = new Random(seed, count, 2);
  const planted = new Map<number, Hyperparameters>();
  for (const { hyperparameters } of publishedBlocks) {
    let line = random.below(count);
    while (planted.has(line)) line = random.below(count);
    planted.set(line, hyperparameters);
  }
  return planted;
}
