import { drawCurve } from "./curve.js";
import { normalQuantile } from "./elementary-functions.js";
import { formatLine } from "./line.js";
import { type PublishedBlock, publishedBlocks } from "./published.js";
import { Random } from "./random.js";
import { type Fate, seedsOf, steady } from "./run.js";
import { selectLines } from "./selection.js";
import { type TuningPlan, tuningRun } from "./tuning.js";

/** How one retraining goes. */
interface Retraining {
  readonly fate: Fate;
  readonly score: number;
}

// The published jumps come between steps 2000 and 8500: evaluations 4 to 16, counted from 0.
const firstTurn = 4;
const lastTurn = 16;

/**
 * The residual file's lines, in order, without newlines: the configurations that the documented
 * procedure selects from the tuning runs, each retrained with an eighth of the tuning file's number of seeds.
 */
export function* formatResidual(plan: TuningPlan): Generator<string, void, undefined> {
  const selected = selectLines(plan.scores);
  const perBlock = Math.floor(plan.scores.length / selected.length);
  for (const [index, published] of publishedBlocks.entries()) {
    const { hyperparameters } = tuningRun(plan, selected[index] ?? NaN);
    const retrainings = drawRetrainings(published, perBlock, new Random(plan.seed, index, 3));
    for (const [nth, { fate, score }] of retrainings.entries()) {
      const line = index * perBlock + nth;
      const { seed, dataSeed } = seedsOf(plan.seed, plan.scores.length + line);
      yield formatLine({
        iteration: line + 1,
        nanTrainLoss: false,
        hyperparameters,
        seed,
        dataSeed,
        curve: drawCurve(hyperparameters, fate, score, new Random(seed, dataSeed)),
      });
    }
  }
}

function drawRetrainings(block: PublishedBlock, count: number, random: Random): Retraining[] {
  const stuckCount = block.stuck ? Math.round((count * block.stuck.of128) / 128) : 0;
  const steadyScores = stratifiedNormal(count - stuckCount, random);
  const stuckScores = stratifiedNormal(stuckCount, random);
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  random.shuffle(order);
  return Array.from(order, (i) => {
    const z = stuckScores[i];
    if (!block.stuck || z === undefined) {
      return {
        fate: steady,
        score: block.steady.mean + block.steady.sd * (steadyScores[i - stuckCount] ?? 0),
      };
    }
    return { fate: stuckAfter(z, random), score: block.stuck.mean + block.stuck.sd * Math.max(-2.2, z) };
  });
}

/** The sooner the jump, the worse the score that a run had reached. */
function stuckAfter(z: number, random: Random): Fate {
  const middle = (firstTurn + lastTurn) / 2;
  const turn = Math.round(middle - 3.2 * z + 1.2 * random.noise());
  return { kind: "stuck", turn: Math.min(lastTurn, Math.max(firstTurn, turn)), ends: false };
}

/** Normal draws, ascending, one from each of `count` equally likely intervals: blocks of 128 then keep the published spread. */
function stratifiedNormal(count: number, random: Random): Float64Array {
  return Float64Array.from({ length: count }, (_, i) =>
    normalQuantile((i + Math.max(1e-9, random.uniform())) / count),
  );
}
