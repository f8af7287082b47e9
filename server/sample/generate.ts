import { ConfigurationFault } from "../errors.js";
import { formatResidual } from "./residual.js";
import { formatTuning, planTuning, type TuningPlan } from "./tuning.js";

/** What a sample is made from: the same values give the same bytes on every machine. */
export interface SampleOptions {
  /** From 0 to 2^32 - 1. */
  readonly seed: number;
  /** Lines of the tuning file, from 8 up to 10 million; the residual file has 8 blocks of an eighth as many. */
  readonly runs: number;
}

/** The sample of the real files' size. */
export const defaultSample: SampleOptions = { seed: 1, runs: 1024 };

/** The tuning file's lines, without newlines. @throws {ConfigurationFault} for options out of range. */
export function tuningLines(options: SampleOptions): Generator<string, void, undefined> {
  return formatTuning(planSample(options));
}

/** The residual file's lines, without newlines. @throws {ConfigurationFault} for options out of range. */
export function residualLines(options: SampleOptions): Generator<string, void, undefined> {
  return formatResidual(planSample(options));
}

/** The scores that both files are written from. @throws {ConfigurationFault} for options out of range. */
export function planSample({ seed, runs }: SampleOptions): TuningPlan {
  const faults = [
    ...(Number.isInteger(runs) && runs >= 8 && runs <= 1e7
      ? []
      : [`The number of runs must be a whole number from 8 to 10000000, not ${runs}.`]),
    ...(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32
      ? []
      : [`The seed must be a whole number from 0 to 4294967295, not ${seed}.`]),
  ];
  if (faults.length > 0) throw new ConfigurationFault(faults);
  return planTuning(seed, runs);
}
