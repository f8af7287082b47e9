import type { Distribution, Goal } from "./catalogue.js";

/**
 * What resolvers ask of the statistics, as plain data. Scores are numbers, infinities among them and
 * NaN never. Every method rejects with a fault that carries a code where its arguments make the
 * answer impossible, and with the signal's reason where it is aborted.
 */
export interface Analyses {
  /** Distinct whole numbers of runs from 1 to `upTo`, evenly spaced on a logarithmic scale. */
  spacedRuns(upTo: number, points: number): readonly number[];
  tuningCurve(sample: Sample, request: CurveRequest, signal: AbortSignal): Promise<TuningCurve>;
  distribution(sample: Sample, band: BandRequest | null, signal: AbortSignal): Promise<ScoreDistribution>;
  quantile(sample: Sample, p: number, signal: AbortSignal): Promise<number>;
  /** The least whole number of runs from which on going on improves the quantile curve by less than `gain`. */
  runsUntilGainBelow(sample: Sample, request: GainRequest, signal: AbortSignal): Promise<number | null>;
  planBand(
    runs: number,
    quantile: number,
    goal: Goal,
    band: BandRequest,
    signal: AbortSignal,
  ): Promise<BandPlan>;
  separations(
    first: Sample,
    second: Sample,
    quantile: number,
    band: BandRequest,
    signal: AbortSignal,
  ): Promise<readonly Separation[]>;
  fitQuadratic(sample: Sample, request: QuadraticRequest, signal: AbortSignal): Promise<QuadraticFit>;
  quadraticGoodness(
    sample: Sample,
    fit: QuadraticFit,
    band: BandRequest,
    signal: AbortSignal,
  ): Promise<QuadraticGoodness>;
  quadraticValues(
    fit: NoisyQuadratic,
    of: "cdf" | "density",
    at: readonly number[],
    signal: AbortSignal,
  ): Promise<readonly number[]>;
  quadraticCurve(
    fit: NoisyQuadratic,
    of: "quantile" | "average",
    runs: readonly number[],
    quantile: number,
    signal: AbortSignal,
  ): Promise<readonly number[]>;
  seedNoise(
    groups: readonly (readonly number[])[],
    confidence: number,
    signal: AbortSignal,
  ): Promise<readonly SeedNoise[]>;
  /** Mean of the last `best` of standard deviations that are in order from worst to best. */
  pooledSd(sds: readonly number[], best: number): number | null;
  normalPlot(scores: readonly number[], signal: AbortSignal): Promise<NormalPlot>;
  bimodalSplit(scores: readonly number[], signal: AbortSignal): Promise<BimodalSplit | null>;
  select(sample: Sample, quantiles: readonly number[], signal: AbortSignal): Promise<readonly SelectedRun[]>;
  /** Positions of a seeded random subset, ascending. */
  subset(n: number, size: number, seed: number): readonly number[];
  /** What bins of each variable, or of each pair of them, explain of the scores' ranks. */
  importance(
    scores: readonly number[],
    variables: readonly Variable[],
    of: "variables" | "pairs",
    signal: AbortSignal,
  ): Promise<Importance>;
  goodnessOfFit(
    values: readonly (number | string | boolean)[],
    distribution: Distribution,
    signal: AbortSignal,
  ): Promise<GoodnessOfFit | null>;
  /** The simplest distribution that the values may have been drawn from; null where none comes near. */
  inferDistribution(
    values: readonly (number | string | boolean)[],
    signal: AbortSignal,
  ): Promise<Distribution | null>;
}

export type BandMethod = "DKW" | "KS" | "LD_EQUAL_TAILED" | "LD_HIGHEST_DENSITY";

export interface BandRequest {
  readonly confidence: number;
  readonly method: BandMethod;
}

export interface Sample {
  /** In order of dataset and line: the naive estimate goes by it. */
  readonly scores: readonly number[];
  readonly goal: Goal;
  readonly support: { readonly lower: number; readonly upper: number };
}

export type Estimate = "average" | "naive" | "v" | "u";

export interface CurveRequest {
  readonly runs: readonly number[];
  readonly quantile: number;
  /** Null: no band. */
  readonly band: BandRequest | null;
  readonly estimates: readonly Estimate[];
}

/** Numbers of runs at which a side of a band says no more than the support does. */
export interface TrivialRuns {
  /** Infinity: never. */
  readonly betterFrom: number;
  /** 0: never. */
  readonly worseBelow: number;
}

export interface TuningCurve {
  readonly runs: readonly number[];
  readonly value: readonly number[];
  readonly lower: readonly number[] | null;
  readonly upper: readonly number[] | null;
  readonly critical: number | null;
  readonly trivial: TrivialRuns | null;
  /** Null at numbers of runs that are not whole, where the estimate is of whole ones. */
  readonly estimates: Readonly<Partial<Record<Estimate, readonly (number | null)[]>>>;
}

export interface ScoreDistribution {
  readonly mean: number;
  readonly variance: number;
  /** Steps of the cdf: from each value on up to the next. */
  readonly steps: {
    readonly value: readonly number[];
    readonly cdf: readonly number[];
    readonly lower: readonly number[] | null;
    readonly upper: readonly number[] | null;
  };
}

export interface GainRequest {
  readonly gain: number;
  readonly quantile: number;
  readonly factor: number;
  readonly additional: number;
  readonly upTo: number;
}

export interface BandPlan {
  readonly runs: number;
  readonly critical: number;
  readonly widest: number;
  readonly meanWidth: number;
  readonly medianWidth: number;
  readonly trivial: TrivialRuns;
}

export interface Separation {
  readonly from: number;
  readonly to: number;
  readonly firstWhole: number | null;
  readonly better: 0 | 1;
}

export interface NoisyQuadratic {
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly sigma: number;
  readonly convex: boolean;
}

export interface QuadraticRequest {
  /** Null: suggest one. */
  readonly threshold: number | null;
  readonly maxGamma: number;
}

export interface QuadraticFit extends NoisyQuadratic {
  readonly threshold: number | null;
  readonly loss: number;
  readonly n: number;
  readonly observed: number;
  readonly fewObserved: boolean;
  readonly share: number;
  readonly perGamma: readonly (NoisyQuadratic & { readonly loss: number })[];
  /** How the threshold was chosen; null where it was given. */
  readonly suggestion: {
    readonly found: boolean;
    readonly candidates: readonly {
      readonly threshold: number;
      readonly share: number;
      readonly observed: number;
      readonly within: boolean;
    }[];
  } | null;
}

export interface QuadraticGoodness {
  readonly within: boolean;
  readonly scores: number;
  readonly outside: number;
  readonly leavesAt: number | null;
  readonly largestDistance: number;
}

export interface SeedNoise {
  readonly n: number;
  readonly failures: number;
  readonly mean: number | null;
  readonly sd: number | null;
  readonly interval: { readonly lower: number; readonly upper: number } | null;
}

export interface NormalPlot {
  readonly expected: readonly number[];
  readonly scores: readonly number[];
}

export interface SplitPart {
  readonly n: number;
  readonly mean: number;
  readonly sd: number;
}

export interface BimodalSplit {
  readonly threshold: number;
  readonly low: SplitPart;
  readonly high: SplitPart;
  readonly valley: number;
  readonly gain: number;
}

export interface SelectedRun {
  readonly quantile: number;
  readonly rank: number;
  readonly index: number;
  readonly tied: number;
}

/** Values of a hyperparameter, one a run; null where missing. Numbers are cut in `bins` of about equally many. */
export interface Variable {
  readonly values: readonly (number | string | boolean | null)[];
  readonly bins: number;
}

export interface ExplainedShare {
  readonly n: number;
  readonly bins: number;
  /** Null where the scores do not vary, or a variable has no value at all. */
  readonly share: number | null;
  readonly byChance: number;
  readonly adjusted: number | null;
}

export interface Importance {
  /** One for each variable, where those were asked for; the rank correlation is null for variables that are not numbers, or do not vary. */
  readonly alone: readonly { readonly spearman: number | null; readonly explained: ExplainedShare }[];
  /** Each pair of variables, by position, where pairs were asked for. */
  readonly pairs: readonly {
    readonly first: number;
    readonly second: number;
    readonly explained: ExplainedShare;
  }[];
}

export interface GoodnessOfFit {
  readonly test: "KOLMOGOROV_SMIRNOV" | "CHI_SQUARE";
  readonly n: number;
  readonly statistic: number;
  readonly degreesOfFreedom: number | null;
  readonly pValue: number;
  readonly outside: number;
}
