import type { Random } from "./random.js";
import type { Excess } from "./response-surface.js";
import type { Fate } from "./run.js";
import { evaluations, learningRateFraction, evaluationInterval } from "./schedule.js";

/**
 * The raw validation loss at each evaluation that a run logged, in nats per token: NaN after a
 * divergence, and otherwise with the score as its least value, exactly. A run without any finite value
 * has an infinite score.
 */
export function drawValidationCurve(fate: Fate, score: number, excess: Excess, random: Random): Float64Array {
  const losses = new Float64Array(fate.ends ? fate.turn : evaluations);
  if (score === Infinity) return losses.fill(NaN);
  if (fate.kind === "stuck" && fate.turn === 0) return neverLearns(losses, score, random);
  const best = bestIndex(fate, random);
  const end = excess.total[best] ?? 0;
  for (let i = 0; i < losses.length; i++) {
    const spread = 0.002 + 0.03 * (excess.jitter[i] ?? 0);
    const above = (excess.total[i] ?? 0) - end + spread * random.noise();
    losses[i] = score + Math.max(above, 0.0004 + 0.004 * random.uniform());
  }
  losses[best] = score;
  if (fate.kind === "spikes") addSpike(losses, fate.turn, random);
  if (fate.kind === "stuck") getStuck(losses, fate.turn, score, random);
  if (fate.kind === "diverges") losses.fill(NaN, fate.turn);
  return losses;
}

function bestIndex(fate: Fate, random: Random): number {
  if (fate.kind !== "steady" && fate.kind !== "spikes") return fate.turn - 1;
  return random.uniform() < 0.06 ? evaluations - 2 : evaluations - 1;
}

function addSpike(losses: Float64Array, turn: number, random: Random): void {
  let height = 1.2 + 2.6 * random.uniform();
  for (let i = turn; i < evaluations - 2; i++, height *= 0.35) losses[i] = (losses[i] ?? 0) + height;
}

function getStuck(losses: Float64Array, turn: number, score: number, random: Random): void {
  const level = Math.max(score + 0.3, 7.5 + 0.6 * random.uniform());
  let overshoot = 0.7 * random.uniform();
  for (let i = turn; i < losses.length; i++, overshoot *= 0.4) {
    losses[i] = Math.max(score + 0.05, level + overshoot + 0.06 * random.noise());
  }
}

function neverLearns(losses: Float64Array, score: number, random: Random): Float64Array {
  for (let i = 0; i < losses.length; i++) {
    const rate = learningRateFraction((i + 1) * evaluationInterval, 0);
    const unsettled = 0.3 * rate * (1 + 0.3 * random.noise()) + (0.6 * random.uniform()) / (i + 1);
    losses[i] = score + Math.max(0.002, unsettled);
  }
  losses[losses.length - 1] = score;
  return losses;
}
