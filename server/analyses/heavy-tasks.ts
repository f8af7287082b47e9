import { type CdfBand, cdfBand } from "../statistics/cdf-band.js";
import type { BandMethod } from "../statistics/critical-value.js";
import { type FitConstraints, fitNoisyQuadratic, type QuadraticFit } from "../statistics/quadratic-fit.js";
import { suggestThreshold, type ThresholdSuggestion } from "../statistics/quadratic-threshold.js";
import type { ShouldStop } from "../statistics/stop.js";

/** What takes long enough to hold up other requests, and therefore runs in a worker; plain data in and out. */
export interface HeavyTasks {
  band: {
    readonly request: { readonly n: number; readonly confidence: number; readonly method: BandMethod };
    readonly answer: CdfBand;
  };
  threshold: {
    readonly request: {
      readonly scores: readonly number[];
      readonly convex: boolean;
      readonly band: CdfBand;
      readonly constraints: FitConstraints;
    };
    readonly answer: ThresholdSuggestion;
  };
  fit: {
    readonly request: {
      readonly scores: readonly number[];
      readonly convex: boolean;
      readonly threshold: number | undefined;
      readonly constraints: FitConstraints;
    };
    readonly answer: QuadraticFit;
  };
}

export type TaskName = keyof HeavyTasks;

type Tasks = {
  readonly [Name in TaskName]: (
    request: HeavyTasks[Name]["request"],
    shouldStop: ShouldStop,
  ) => HeavyTasks[Name]["answer"];
};

export const heavyTasks: Tasks = {
  band: ({ n, confidence, method }, shouldStop) => cdfBand(n, confidence, method, shouldStop),
  threshold: ({ scores, ...options }, shouldStop) => suggestThreshold(scores, { ...options, shouldStop }),
  fit: ({ scores, ...options }, shouldStop) => fitNoisyQuadratic(scores, { ...options, shouldStop }),
};
