import { exp } from "./elementary-functions.js";
import { sixDigits } from "./python-float.js";
import type { Random } from "./random.js";

/** What the search varied; everything else is the same in all runs. */
export interface Hyperparameters {
  /** Training steps of learning-rate warm-up. */
  readonly warmupSteps: number;
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly weightDecay: number;
  readonly dropout: number;
}

const lnTen = 2.302585092994046;

/** One draw from the search distribution that the dataset's README gives. */
export function drawHyperparameters(random: Random): Hyperparameters {
  return {
    warmupSteps: random.below(3001),
    lr: sixDigits(logUniform(random, -5, -1)),
    beta1: sixDigits(0.7 + 0.3 * random.uniform()),
    beta2: sixDigits(0.8 + 0.2 * random.uniform()),
    weightDecay: sixDigits(logUniform(random, -4, 0)),
    dropout: sixDigits(0.1 * random.uniform()),
  };
}

function logUniform(random: Random, lowestPower: number, highestPower: number): number {
  return exp((lowestPower + (highestPower - lowestPower) * random.uniform()) * lnTen);
}
