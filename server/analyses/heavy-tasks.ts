import type { GainRequest, Importance, Sample, Separation, Variable } from "../../schema/analyses.js";
import { type CdfBand, cdfBand } from "../statistics/cdf-band.js";
import type { BandMethod } from "../statistics/critical-value.js";
import { empirical } from "../statistics/empirical.js";
import { empiricalRunsUntilGainBelow } from "../statistics/planning.js";
import { type FitConstraints, fitNoisyQuadratic, type QuadraticFit } from "../statistics/quadratic-fit.js";
import { suggestThreshold, type ThresholdSuggestion } from "../statistics/quadratic-threshold.js";
import { separations } from "../statistics/separation.js";
import type { ShouldStop } from "../statistics/stop.js";
import { importance } from "./importance.js";

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
  gain: {
    readonly request: { readonly sample: Sample; readonly asked: GainRequest };
    readonly answer: number | null;
  };
  separations: {
    readonly request: {
      readonly selections: readonly [BandedSample, BandedSample];
      readonly quantile: number;
    };
    readonly answer: readonly Separation[];
  };
  importance: {
    readonly request: {
      readonly scores: readonly number[];
      readonly variables: readonly Variable[];
      readonly of: "variables" | "pairs";
    };
    readonly answer: Importance;
  };
}

interface BandedSample {
  readonly sample: Sample;
  readonly band: CdfBand;
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
  gain: ({ sample: { scores, support, goal }, asked: { gain, quantile, ...options } }) =>
    empiricalRunsUntilGainBelow(empirical(scores, { support }), quantile, gain, goal, options),
  separations: ({ selections: [first, second], quantile }) =>
    separations(banded(first), banded(second), quantile, first.sample.goal),
  importance: ({ scores, variables, of }, shouldStop) => importance(scores, variables, of, shouldStop),
};

const banded = ({ sample: { scores, support }, band }: BandedSample) => ({
  distribution: empirical(scores, { support }),
  band,
});
