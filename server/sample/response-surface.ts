import { exp, log, log10 } from "./elementary-functions.js";
import type { Hyperparameters } from "./hyperparameters.js";
import {
  evaluationInterval,
  evaluations,
  fullRateSteps,
  learningRateFraction,
  totalSteps,
} from "./schedule.js";

/*
 * The shape of the loss over hyperparameters and time. The forms and coefficients are ours, fitted by
 * hand to the eight published configurations and to the curves in the authors' figures.
 */

const bestPower = -2.3; // log10 of a learning rate of 5e-3.

/** The best validation loss, in nats per token, that a run which trains without mishap should reach. */
export function expectedLoss(at: Hyperparameters): number {
  const power = log10(at.lr);
  const effective = power + log10(fullRateSteps(totalSteps, at.warmupSteps) / (0.9 * totalSteps));
  const below = Math.max(0, bestPower - effective);
  const above = Math.max(0, power - bestPower);
  const decayed = overDecayed(at);
  const hastyBeta2 = Math.max(0, 0.97 - at.beta2);
  const lazyBeta2 = Math.max(0, at.beta2 - 0.99) / 0.01;
  const offBeta1 = (0.9 - at.beta1) / 0.2;
  const lazyBeta1 = Math.max(0, at.beta1 - 0.97) / 0.03;
  return (
    3.515 +
    below * below * (0.1 + 0.0205 * below * below) +
    above * above * (0.1 + 0.04 * above * above) +
    0.085 * decayed * decayed * decayed +
    0.3 * hastyBeta2 +
    0.04 * lazyBeta2 * lazyBeta2 +
    0.04 * offBeta1 * offBeta1 +
    0.25 * lazyBeta1 * lazyBeta1 +
    0.5 * at.dropout
  );
}

/** The log-odds that training blows up: high learning rates, short warm-ups and long memories do it. */
export function instability(at: Hyperparameters): number {
  return (
    12 * (log10(at.lr) + 1.42) +
    10 * (at.beta2 - 0.93) +
    100 * Math.max(0, at.beta1 - 0.96) +
    0.0016 * (1500 - at.warmupSteps)
  );
}

/** Where a run stands above its own end at each evaluation, in nats per token, were there no noise. */
export interface Excess {
  readonly total: Float64Array;
  /** The part that comes of the learning rate's jitter: averaging weights, or the decay, takes it away. */
  readonly jitter: Float64Array;
}

/** The excess of a run that trains without mishap, at each of its evaluations. */
export function excessOverEnd(at: Hyperparameters): Excess {
  const total = new Float64Array(evaluations);
  const jitter = new Float64Array(evaluations);
  const height = jitterHeight(at);
  const untrainedAtEnd = untrained(at.lr * fullRateSteps(totalSteps, at.warmupSteps));
  for (let i = 0; i < evaluations; i++) {
    const step = (i + 1) * evaluationInterval;
    const slow = untrained(at.lr * fullRateSteps(step, at.warmupSteps)) - untrainedAtEnd;
    const early = 28 * (1 / Math.sqrt(step) - 1 / Math.sqrt(totalSteps));
    const rate = learningRateFraction(step, at.warmupSteps);
    jitter[i] = height * rate * (1.5 - 0.5 * rate);
    total[i] = Math.sqrt(slow * slow + early * early) + (jitter[i] ?? 0);
  }
  return { total, jitter };
}

/** Nats that a constant learning rate costs, and its decay regains. */
function jitterHeight(at: Hyperparameters): number {
  return 0.22 * exp(0.3 * log(at.lr / 0.0055)) + 0.17 * overDecayed(at);
}

/** Powers of ten by which learning rate times weight decay exceeds what does no harm. */
function overDecayed(at: Hyperparameters): number {
  return Math.max(0, log10(at.lr * at.weightDecay) + 3.5);
}

/** Nats left to learn after steps whose learning rates add up to `distance`. */
function untrained(distance: number): number {
  return 7.33 / (1 + exp(0.6 * log(distance / 0.0134)));
}
