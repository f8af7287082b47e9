import { exp } from "./elementary-functions.js";
import type { Hyperparameters } from "./hyperparameters.js";
import type { Random } from "./random.js";
import { excessOverEnd } from "./response-surface.js";
import type { Fate } from "./run.js";
import { evaluationInterval, learningRateFraction } from "./schedule.js";
import { drawValidationCurve } from "./validation-curve.js";

/** What a run logged at one evaluation; losses in nats per token, times in seconds since the start. */
export interface Point {
  readonly step: number;
  readonly lr: number;
  readonly trainEndTime: number;
  readonly evalEndTime: number;
  readonly trainRawLoss: number;
  readonly valRaw: Metric;
  readonly valWeightAveraged: Metric;
  readonly testRaw: Metric;
  readonly testWeightAveraged: Metric;
}

export interface Metric {
  readonly loss: number;
  readonly accuracy: number;
}

const untrainedLoss = 10.83; // ln 50304, the loss of a uniform guess over the vocabulary.

/** The learning curve of a run that went as `fate` says and whose best raw validation loss is `score`. */
export function drawCurve(at: Hyperparameters, fate: Fate, score: number, random: Random): Point[] {
  const excess = excessOverEnd(at);
  const losses = drawValidationCurve(fate, score, excess, random);
  const testOffset = 0.012 + 0.004 * random.noise();
  const secondsPerStep = 0.22 + 0.06 * random.uniform();
  let seconds = 8 + 10 * random.uniform();
  let previous = untrainedLoss;
  return Array.from(losses, (loss, i) => {
    const step = (i + 1) * evaluationInterval;
    const trainEndTime = seconds + secondsPerStep * evaluationInterval * (1 + 0.004 * random.noise());
    seconds = trainEndTime + 10.5 + 0.4 * random.noise();
    const averagingGain = 0.5 * (excess.jitter[i] ?? 0) - 0.08 * Math.max(0, previous - loss);
    const averaged = loss - (wentWrong(fate, i) ? 0 : averagingGain) + 0.001 * random.noise();
    previous = loss;
    const testShift = testOffset + 0.003 * random.noise();
    return {
      step,
      lr: at.lr * learningRateFraction(step, at.warmupSteps),
      trainEndTime,
      evalEndTime: seconds,
      trainRawLoss: Math.fround(loss + 0.4 * at.dropout - 0.01 + 0.022 * random.noise()),
      valRaw: metric(loss, random),
      valWeightAveraged: metric(averaged, random),
      testRaw: metric(loss + testShift, random),
      testWeightAveraged: metric(averaged + testShift + 0.001 * random.noise(), random),
    };
  });
}

function wentWrong(fate: Fate, index: number): boolean {
  return fate.kind !== "steady" && index >= fate.turn;
}

/** The loss with the accuracy that goes with it; about 0.36 at 3.53 nats, 0.03 at 9.5. */
function metric(loss: number, random: Random): Metric {
  return { loss, accuracy: 1.55 * exp(-0.413 * loss) * (1 + 0.002 * random.noise()) };
}
