/** Steps of a whole training run. */
export const totalSteps = 10_000;
/** Steps between two evaluations. */
export const evaluationInterval = 500;
/** Evaluations of a whole training run. */
export const evaluations = totalSteps / evaluationInterval;
/** Share of the steps over which the learning rate falls to 0 at the end. */
export const decayFraction = 0.2;
/** 200 sequences of 512 tokens. */
export const tokensPerStep = 102_400;

const decaySteps = totalSteps * decayFraction;
const decayStart = totalSteps - decaySteps;

/** The learning rate after `step` steps as a fraction of its maximum: warm-up, stable, linear decay. */
export function learningRateFraction(step: number, warmupSteps: number): number {
  if (step < warmupSteps) return step / warmupSteps;
  return step <= decayStart ? 1 : (totalSteps - step) / decaySteps;
}

/** The sum of `learningRateFraction` over the first `step` steps: steps at the full rate that do as much. */
export function fullRateSteps(step: number, warmupSteps: number): number {
  if (step < warmupSteps) return (step * step) / (2 * warmupSteps);
  const decayed = Math.max(0, step - decayStart);
  return step - warmupSteps / 2 - (decayed * decayed) / (2 * decaySteps);
}
