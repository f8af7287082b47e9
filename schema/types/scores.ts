import type { SelectedRun } from "../analyses.js";
import type { Builder } from "../builder.js";
import { badInput } from "../faults.js";
import { limits } from "../limits.js";
import type { Names } from "../names.js";
import { distinctCount, isTied, readSample, type ScoreSample } from "../score-sample.js";
import { Selection } from "../selection.js";
import type { RunRow } from "../store.js";
import { type AnalysisInputs, runsArgs, toBand, toLevel, toSampleRequest } from "./analysis-inputs.js";
import type { Curves } from "./curves.js";
import { askImportance, defineImportance } from "./importance.js";
import { defineDistribution, type DistributionSource } from "./score-distributions.js";
import type { Enums } from "./enums.js";
import type { Filters } from "./filters.js";
import { askFit, type NoisyQuadratics } from "./noisy-quadratics.js";
import type { Refs } from "./refs.js";
import { runColumnsBelow } from "./runs.js";
import { askSeedNoise, type defineSeedNoise } from "./seed-noise.js";
import { asValue, askTuningCurve, type TuningCurves, tuningCurveArgs } from "./tuning-curves.js";

interface Selected {
  readonly sample: ScoreSample;
  readonly selected: SelectedRun;
}

/** `Scores`: the scores of some runs, and every analysis of them. */
export function defineScores(
  builder: Builder,
  refs: Refs,
  names: Names,
  enums: Enums,
  curves: Curves,
  inputs: AnalysisInputs,
  tuningCurve: TuningCurves,
  noisyQuadratic: NoisyQuadratics,
  seedNoise: ReturnType<typeof defineSeedNoise>,
) {
  const distribution = defineDistribution(builder, curves, inputs);
  const selected = builder.objectRef<Selected>("SelectedRun").implement({
    description: "The run at a quantile of all runs in order from worst to best.",
    fields: (t) => ({
      quantile: t.float({ description: "The quantile.", resolve: ({ selected: it }) => it.quantile }),
      rank: t.int({
        description: "⌈quantile × runs⌉, from 1, the worst, on.",
        resolve: ({ selected: it }) => it.rank,
      }),
      tiedCount: t.int({
        description: "How many runs have this score; among them the earlier line ranks first.",
        resolve: ({ selected: it }) => it.tied,
      }),
      score: t.field({
        type: curves.measureValue,
        description: "Its score, as logged.",
        resolve: ({ sample, selected: it }) => asValue(sample.logged[it.index] as number | null),
      }),
      run: t.field({
        type: refs.run,
        description: "The run.",
        resolve: ({ sample, selected: it }, _, context, info): Promise<RunRow> =>
          context.run(runColumnsBelow(info, context, names), sample.runs[it.index]?.id ?? -1),
      }),
    }),
  });
  const importance = defineImportance(builder, enums);
  return builder.objectRef<ScoreSample>("Scores").implement({
    description: "The scores of some runs. Every analysis says on how many of them it rests.",
    fields: (t) => ({
      label: t.exposeString("label", { description: "What is scored, for people." }),
      goal: t.field({
        type: enums.goal,
        description: "Which way the score is better.",
        resolve: (it) => it.goal,
      }),
      matchedCount: t.exposeInt("matchedCount", { description: "Runs that the filter holds for." }),
      runCount: t.int({
        description: "Scores that the analyses rest on: those of the subset, less the excluded.",
        resolve: (it) => it.scores.length,
      }),
      distinctCount: t.int({
        description: "Different scores among them.",
        resolve: distinctCount,
      }),
      tied: t.boolean({
        description: "Whether any two scores are equal: bands then cover more often than their confidence.",
        resolve: isTied,
      }),
      nanCount: t.exposeInt("nanCount", { description: "Scores logged as NaN." }),
      infCount: t.exposeInt("infCount", { description: "Scores logged as infinite." }),
      nullCount: t.exposeInt("nullCount", { description: "Scores that are missing." }),
      replacedCount: t.exposeInt("replacedCount", {
        description: "Scores that count as the worst value for not being finite.",
      }),
      excludedCount: t.exposeInt("excludedCount", {
        description: "Runs left out for not having a finite score.",
      }),
      worst: t.field({
        type: curves.measureValue,
        description: "The value that non-finite scores count as.",
        resolve: (it) => asValue(it.worst),
      }),
      supportLower: t.field({
        type: curves.measureValue,
        description: "The least value that a score can take.",
        resolve: (it) => asValue(it.support.lower),
      }),
      supportUpper: t.field({
        type: curves.measureValue,
        description: "The greatest value that a score can take.",
        resolve: (it) => asValue(it.support.upper),
      }),
      tuningCurve: t.field({
        type: tuningCurve,
        description: "The best score of n runs as a function of n, with its band.",
        args: {
          quantile: t.arg.float({ description: tuningCurveArgs.quantile }),
          band: t.arg({ type: inputs.band, description: tuningCurveArgs.band }),
          runs: t.arg.floatList({ description: runsArgs.runs }),
          upTo: t.arg.float({ description: runsArgs.upTo }),
          points: t.arg.int({ description: runsArgs.points }),
        },
        resolve: (sample, args, context, info) =>
          askTuningCurve(sample, args, Selection.below(info), context),
      }),
      distribution: t.field({
        type: distribution,
        description: "The scores' cdf, with its band.",
        args: { band: t.arg({ type: inputs.band, description: tuningCurveArgs.band }) },
        resolve: async (sample, args, context, info): Promise<DistributionSource> => {
          const band = toBand(args.band, "band");
          const steps = Selection.below(info).named("steps");
          const wanted = steps.some(({ selection }) => selection.has("lower") || selection.has("upper"));
          return {
            sample,
            band,
            distribution: await context.analyses.distribution(sample, wanted ? band : null, context.signal),
          };
        },
      }),
      runsUntilGainBelow: t.int({
        nullable: true,
        description:
          "The least number of runs from which on going on improves the quantile curve by less than the gain: where tuning stops paying. Null where that holds for none up to `upTo`.",
        args: {
          gain: t.arg.float({ required: true, description: "An improvement, in the score's unit; above 0." }),
          factor: t.arg.float({ description: "Going on means so many times the runs. Default: 2." }),
          additional: t.arg.float({ description: "…and so many more. Default: 0." }),
          quantile: t.arg.float({ description: tuningCurveArgs.quantile }),
          upTo: t.arg.int({
            description: "The last number of runs to look at. Default: as many as there are scores.",
          }),
        },
        resolve: (sample, { gain, factor, additional, quantile, upTo }, context) => {
          const last = upTo ?? sample.scores.length;
          if (last < 1 || last > limits.maxAnalysedRuns)
            throw badInput("upTo", last, `1 to ${limits.maxAnalysedRuns} are allowed`);
          const level = toLevel(quantile);
          const asked = {
            gain,
            quantile: level,
            factor: factor ?? 2,
            additional: additional ?? 0,
            upTo: last,
          };
          return context.analyses.runsUntilGainBelow(sample, asked, context.signal);
        },
      }),
      noisyQuadratic: t.field({
        type: noisyQuadratic,
        description: "A noisy quadratic distribution, fitted to the tail of the best scores.",
        args: {
          threshold: t.arg.float({
            description: "Where the tail ends, in the score's unit. Default: one is suggested.",
          }),
          maxGamma: t.arg.int({
            description:
              "The greatest effective number of hyperparameters to try. Default: that of the searched ones, at most 10.",
          }),
        },
        resolve: (sample, args, context) => askFit(sample, args, context),
      }),
      seedNoise: t.field({
        type: seedNoise,
        description: "How much scores vary over seeds, by configuration; needs replicates.",
        args: {
          confidence: t.arg.float({
            description: "With which the intervals hold for all groups at once. Default: 0.95.",
          }),
          minRuns: t.arg.int({ description: "Configurations with fewer runs are left out. Default: 2." }),
          best: t.arg.int({
            description: "How many of the best groups the pooled standard deviation is of. Default: 3.",
          }),
        },
        resolve: (sample, args, context) => askSeedNoise(sample, args, context),
      }),
      selection: t.field({
        type: [selected],
        description:
          "The runs at these quantiles of all runs in order from worst to best (not finite first): how a residual experiment chooses its configurations.",
        args: {
          quantiles: t.arg.floatList({ description: `From 0 to 1 each; at most ${limits.maxQuantiles}.` }),
          count: t.arg.int({
            description:
              "So many quantiles, evenly spaced up to 1, where none are given. Default: 8 (0.125, 0.25, …, 1).",
          }),
        },
        resolve: async (sample, { quantiles, count }, context) => {
          const number = quantiles?.length ?? count ?? 8;
          if (number < 1 || number > limits.maxQuantiles)
            throw badInput(
              quantiles ? "quantiles" : "count",
              number,
              `1 to ${limits.maxQuantiles} are allowed`,
            );
          const levels = quantiles ?? Array.from({ length: number }, (_, index) => (index + 1) / number);
          const found = await context.analyses.select(sample, levels, context.signal);
          return found.map((one) => ({ sample, selected: one }));
        },
      }),
      ...(importance && {
        importance: t.field({
          type: [importance.alone],
          description: `How much of the scores' ranks each hyperparameter explains, ${importance.order}`,
          args: importance.args(t.arg),
          resolve: async (sample, args, context) =>
            (await askImportance(sample, args, "variables", names, context)).alone,
        }),
        pairImportance: t.field({
          type: [importance.pair],
          description: `How much of the scores' ranks each pair of hyperparameters explains together, ${importance.order}`,
          args: importance.args(t.arg),
          resolve: async (sample, args, context) =>
            (await askImportance(sample, args, "pairs", names, context)).pairs,
        }),
      }),
    }),
  });
}

/** `Query.scores`. */
export function defineScoresQuery(
  builder: Builder,
  names: Names,
  filters: Filters,
  inputs: AnalysisInputs,
  scores: ReturnType<typeof defineScores>,
): void {
  builder.queryField("scores", (t) =>
    t.field({
      type: scores,
      description:
        "The scores of some runs, for tuning curves with confidence bands, fits, seed noise, selection and importance.",
      args: {
        of: t.arg({
          type: inputs.score,
          required: true,
          description: "The score: a metric with a goal, by default at its best.",
        }),
        where: t.arg({ type: filters.runFilter, description: "Which runs. Default: all." }),
        subset: t.arg({ type: inputs.subset, description: "Only a random subset of them." }),
        nonFinite: t.arg({
          type: inputs.nonFiniteRule,
          defaultValue: "worst",
          description: "What becomes of scores that are not finite.",
        }),
        support: t.arg({
          type: inputs.support,
          description: "The values that a score can take. Default: the metric's bounds.",
        }),
      },
      resolve: (_, args, context) => readSample(toSampleRequest(args, names, context), context),
    }),
  );
}
