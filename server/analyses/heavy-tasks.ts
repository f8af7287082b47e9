import type {
  BimodalSplit,
  GainRequest,
  GoodnessOfFit,
  Importance,
  NoisyQuadratic,
  NormalPlot,
  QuadraticGoodness,
  Sample,
  ScoreDistribution,
  SeedNoise,
  SelectedRun,
  Separation,
  TuningCurve,
  Variable,
} from "../../schema/analyses.js";
import type { Distribution } from "../../schema/catalogue.js";
import { bimodalSplit } from "../statistics/bimodal-split.js";
import { type CdfBand, cdfBand } from "../statistics/cdf-band.js";
import type { BandMethod } from "../statistics/critical-value.js";
import { empirical, quantile } from "../statistics/empirical.js";
import { type DrawnFrom, goodnessOfFit } from "../statistics/goodness-of-fit.js";
import { quadraticCdf, quadraticPdf } from "../statistics/noisy-quadratic.js";
import { empiricalRunsUntilGainBelow } from "../statistics/planning.js";
import { type FitConstraints, fitNoisyQuadratic, type QuadraticFit } from "../statistics/quadratic-fit.js";
import { quadraticAverageCurve, quadraticQuantileCurve } from "../statistics/quadratic-curves.js";
import { goodnessWithin } from "../statistics/quadratic-goodness.js";
import { suggestThreshold, type ThresholdSuggestion } from "../statistics/quadratic-threshold.js";
import { normalPlot, seedNoise } from "../statistics/seed-noise.js";
import { selectByQuantiles } from "../statistics/selection.js";
import { separations } from "../statistics/separation.js";
import type { ShouldStop } from "../statistics/stop.js";
import { importance } from "./importance.js";
import { inferDistribution } from "./infer-distribution.js";
import { scoreDistribution } from "./score-distribution.js";
import { type CurveTask, tuningCurve } from "./tuning-curve.js";

/** What may take long enough to hold up other requests, and then runs in a worker; plain data in and out. */
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
  tuningCurve: { readonly request: CurveTask; readonly answer: TuningCurve };
  distribution: {
    readonly request: { readonly sample: Sample; readonly band: CdfBand | null };
    readonly answer: ScoreDistribution;
  };
  quantile: {
    readonly request: { readonly sample: Sample; readonly p: number };
    readonly answer: number;
  };
  select: {
    readonly request: { readonly sample: Sample; readonly quantiles: readonly number[] };
    readonly answer: readonly SelectedRun[];
  };
  quadraticGoodness: {
    readonly request: {
      readonly sample: Sample;
      readonly fit: NoisyQuadratic;
      readonly threshold: number | null;
      readonly band: CdfBand;
    };
    readonly answer: QuadraticGoodness;
  };
  quadraticValues: {
    readonly request: {
      readonly fit: NoisyQuadratic;
      readonly of: "cdf" | "density";
      readonly at: readonly number[];
    };
    readonly answer: readonly number[];
  };
  quadraticCurve: {
    readonly request: {
      readonly fit: NoisyQuadratic;
      readonly of: "quantile" | "average";
      readonly runs: readonly number[];
      readonly quantile: number;
    };
    readonly answer: readonly number[];
  };
  seedNoise: {
    readonly request: { readonly groups: readonly (readonly number[])[]; readonly confidence: number };
    readonly answer: readonly SeedNoise[];
  };
  normalPlot: { readonly request: { readonly scores: readonly number[] }; readonly answer: NormalPlot };
  bimodalSplit: {
    readonly request: { readonly scores: readonly number[] };
    readonly answer: BimodalSplit | null;
  };
  goodnessOfFit: {
    readonly request: { readonly values: readonly Drawn[]; readonly drawnFrom: DrawnFrom };
    readonly answer: GoodnessOfFit;
  };
  inferDistribution: {
    readonly request: { readonly values: readonly Drawn[] };
    readonly answer: Distribution | null;
  };
}

type Drawn = number | string | boolean;

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
  tuningCurve,
  distribution: ({ sample, band }) => scoreDistribution(sample, band),
  quantile: ({ sample: { scores, support }, p }) => quantile(empirical(scores, { support }), p),
  select: ({ sample: { scores, goal }, quantiles }) => selectByQuantiles(scores, quantiles, goal),
  quadraticGoodness: ({ sample: { scores, support }, fit, threshold, band }) =>
    goodnessWithin(fit, threshold, empirical(scores, { support }), band),
  quadraticValues: ({ fit, of, at }) => (of === "cdf" ? quadraticCdf(fit, at) : quadraticPdf(fit, at)),
  quadraticCurve: ({ fit, of, runs, quantile: q }, shouldStop) => {
    const goal = fit.convex ? "minimize" : "maximize";
    return of === "quantile"
      ? quadraticQuantileCurve(fit, runs, q, goal, shouldStop)
      : quadraticAverageCurve(fit, runs, goal, shouldStop);
  },
  seedNoise: ({ groups, confidence }) => seedNoise(groups, confidence),
  normalPlot: ({ scores }) => normalPlot(scores),
  bimodalSplit: ({ scores }) => bimodalSplit(scores),
  goodnessOfFit: ({ values, drawnFrom }) => goodnessOfFit(values, drawnFrom),
  inferDistribution: ({ values }) => inferDistribution(values),
};

const banded = ({ sample: { scores, support }, band }: BandedSample) => ({
  distribution: empirical(scores, { support }),
  band,
});
