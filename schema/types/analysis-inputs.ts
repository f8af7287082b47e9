import type { BandMethod, BandRequest } from "../analyses.js";
import type { Builder } from "../builder.js";
import type { Context } from "../context.js";
import { badInput } from "../faults.js";
import { limits } from "../limits.js";
import type { Names } from "../names.js";
import type { NonFiniteRule, SampleRequest } from "../score-sample.js";
import { type Filters, toFilter } from "./filters.js";
import { type Measures, type ScoreInput, toScore, withGoal } from "./measures.js";

export interface ScoresInput {
  of: ScoreInput;
  where?: object | null;
  subset?: { size: number; seed?: number | null } | null;
  nonFinite?: NonFiniteRule | null;
  support?: { lower?: number | null; upper?: number | null } | null;
}

export interface BandInput {
  confidence?: number | null;
  method?: BandMethod | null;
}

export interface RunsInput {
  runs?: readonly number[] | null;
  upTo?: number | null;
  points?: number | null;
}

/** Inputs that analyses share: which scores, which band, at which numbers of runs. */
export function defineAnalysisInputs(builder: Builder, filters: Filters, measures: Measures) {
  const bandMethod = builder.enumType("BandMethod", {
    description:
      "How a simultaneous confidence band for a cdf is made. All are free of assumptions on the distribution of the scores.",
    values: {
      DKW: {
        value: "DKW",
        description: "Dvoretzky-Kiefer-Wolfowitz with Massart's constant: of one width, conservative, cheap.",
      },
      KS: { value: "KS", description: "Kolmogorov-Smirnov: of one width, exact." },
      LD_EQUAL_TAILED: {
        value: "LD_EQUAL_TAILED",
        description:
          "Learned-Miller and DeStefano, from equal-tailed intervals of the order statistics; exact.",
      },
      LD_HIGHEST_DENSITY: {
        value: "LD_HIGHEST_DENSITY",
        description:
          "The same from the shortest intervals: the narrowest where tuning looks; exact. Needs two runs.",
      },
    } as const,
  });
  const nonFiniteRule = builder.enumType("NonFiniteRule", {
    description: "What becomes of a score that is NaN, infinite or missing.",
    values: {
      WORST: {
        value: "worst",
        description:
          "It counts as the metric's worst value: +∞ for a loss without bound, 0 for an accuracy. The paper's rule.",
      },
      FINITE_ONLY: {
        value: "finiteOnly",
        description: "The run is left out, and the answer is about the others alone.",
      },
    } as const,
  });
  const subset = builder.inputType("SubsetInput", {
    description:
      "A random subset of the runs, the same for the same seed in every version: what would 48 of the 1,024 have shown?",
    fields: (t) => ({
      size: t.int({ required: true, description: "How many runs." }),
      seed: t.field({ type: "SafeInt", defaultValue: 0, description: "From 0." }),
    }),
  });
  const support = builder.inputType("SupportInput", {
    description: "The values that a score can take, in its unit. Default: the metric's bounds.",
    fields: (t) => ({
      lower: t.float({ description: "The least; at most the least score." }),
      upper: t.float({ description: "The greatest; at least the greatest score." }),
    }),
  });
  const band = builder.inputType("BandInput", {
    description: "A simultaneous confidence band.",
    fields: (t) => ({
      confidence: t.float({
        defaultValue: 0.8,
        description: "The probability that the band holds everywhere at once; strictly between 0 and 1.",
      }),
      method: t.field({
        type: bandMethod,
        defaultValue: "LD_HIGHEST_DENSITY",
        description: "How it is made.",
      }),
    }),
  });
  if (!measures.score) return null;
  const scoreType = measures.score;
  const selection = builder.inputType("ScoreSelection", {
    description: "The scores of some runs, under a name.",
    fields: (t) => ({
      name: t.string({ required: true, description: "What the answer calls it." }),
      of: t.field({ type: scoreType, required: true, description: "The score." }),
      where: t.field({ type: filters.runFilter, description: "Which runs. Default: all." }),
      subset: t.field({ type: subset, description: "Only a random subset of them." }),
      nonFinite: t.field({
        type: nonFiniteRule,
        defaultValue: "worst",
        description: "What becomes of scores that are not finite.",
      }),
      support: t.field({ type: support, description: "The values that a score can take." }),
    }),
  });
  return { bandMethod, nonFiniteRule, subset, support, band, score: scoreType, selection };
}

export type AnalysisInputs = NonNullable<ReturnType<typeof defineAnalysisInputs>>;

/** @throws a fault where the metric has no goal: without one there is no best of n. */
export function toSampleRequest(
  input: ScoresInput,
  names: Names,
  context: Context,
  path = "",
): SampleRequest {
  const below = path === "" ? "" : `${path}.`;
  const score = toScore(names, input.of.metric, input.of.at, `${below}of`);
  withGoal(
    score.metric,
    `${below}of.metric`,
    "which every analysis needs, at whatever point the metric is read",
  );
  return {
    path,
    score,
    where: toFilter(names, context.catalogue, input.where, `${below}where`),
    subset: input.subset ? { size: input.subset.size, seed: input.subset.seed ?? 0 } : null,
    nonFinite: input.nonFinite ?? "worst",
    support: input.support
      ? { lower: input.support.lower ?? null, upper: input.support.upper ?? null }
      : null,
  };
}

/** @throws a fault where the confidence is none. */
export function toBand(input: BandInput | null | undefined, path: string): BandRequest {
  const confidence = input?.confidence ?? 0.8;
  if (!(confidence > 0 && confidence < 1))
    throw badInput(`${path}.confidence`, confidence, "it must lie strictly between 0 and 1");
  return { confidence, method: input?.method ?? "LD_HIGHEST_DENSITY" };
}

export const runsArgs = {
  runs: "At these numbers of runs, which may be fractional. Default: evenly spaced on a logarithmic scale.",
  upTo: "From 1 to this number of runs, where `runs` is not given. Default: as many as there are scores.",
  points: "About so many numbers, where `runs` is not given. Default: 50.",
};

/** The numbers of runs at which a curve is asked for. */
export function toRuns(
  { runs, upTo, points }: RunsInput,
  count: number,
  context: Context,
): readonly number[] {
  const asked = runs?.length ?? points ?? 50;
  if (asked > limits.maxCurvePoints)
    throw badInput(runs ? "runs" : "points", asked, `at most ${limits.maxCurvePoints} points are computed`);
  if (runs) {
    const bad = runs.findIndex((n) => !(n > 0 && n < Infinity));
    if (bad >= 0) throw badInput(`runs[${bad}]`, runs[bad], "a finite number of runs above 0 is wanted");
    return runs;
  }
  if (typeof upTo === "number" && !(upTo >= 1 && upTo <= 1e9))
    throw badInput("upTo", String(upTo), "1 to 1e9 runs are allowed");
  return context.analyses.spacedRuns(upTo ?? count, points ?? 50);
}

/** @throws a fault where the level lies outside [0, 1]. */
export function toLevel(quantile: number | null | undefined, path = "quantile"): number {
  const level = quantile ?? 0.5;
  if (!(level >= 0 && level <= 1)) throw badInput(path, level, "a level from 0 to 1 is wanted");
  return level;
}
