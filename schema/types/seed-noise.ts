import type { BimodalSplit, NormalPlot, SeedNoise, SplitPart } from "../analyses.js";
import type { Builder } from "../builder.js";
import type { Dataset } from "../catalogue.js";
import type { Context } from "../context.js";
import { badInput, fault } from "../faults.js";
import { limits } from "../limits.js";
import type { Names } from "../names.js";
import type { RunColumn } from "../plan.js";
import type { ScoreSample } from "../score-sample.js";
import { Selection } from "../selection.js";
import type { RunRow } from "../store.js";
import { type Origin, originOf } from "./configuration-origin.js";
import type { Curves } from "./curves.js";
import { configurationHyperparameters } from "./hyperparameters.js";
import type { Refs } from "./refs.js";
import { runColumnsBelow } from "./runs.js";
import { asValue } from "./tuning-curves.js";

interface NoiseGroup {
  readonly sample: ScoreSample;
  readonly dataset: Dataset;
  readonly configuration: number;
  /** As logged, in order of dataset and line; the finite ones are what statistics are of. */
  readonly finite: readonly number[];
  readonly noise: SeedNoise;
  readonly origin: () => Promise<Origin | null>;
}

interface NoiseSource {
  readonly groups: readonly NoiseGroup[];
  readonly confidence: number;
  readonly pooled: number | null;
  readonly best: number;
}

/** `SeedNoise`: how much the same configuration's score varies over seeds. */
export function defineSeedNoise(builder: Builder, refs: Refs, names: Names, curves: Curves) {
  const part = builder.objectRef<SplitPart>("SplitPart").implement({
    description: "One side of a split.",
    fields: (t) => ({
      runCount: t.int({ description: "How many runs.", resolve: (it) => it.n }),
      mean: t.exposeFloat("mean", { description: "Mean score." }),
      sd: t.exposeFloat("sd", { description: "Standard deviation of the sample (n − 1)." }),
    }),
  });
  const split = builder.objectRef<BimodalSplit>("BimodalSplit").implement({
    description:
      "Two modes: of all thresholds, the one under which two normal distributions make the scores most likely.",
    fields: (t) => ({
      threshold: t.exposeFloat("threshold", { description: "Midway between the two scores that it parts." }),
      low: t.field({ type: part, description: "The scores at or below it.", resolve: (it) => it.low }),
      high: t.field({ type: part, description: "The scores above it.", resolve: (it) => it.high }),
      valley: t.exposeFloat("valley", {
        description: "The least density between the two means, as a share of the lower peak.",
      }),
      gain: t.exposeFloat("gain", {
        description: "How much more likely two normals make the scores than one does: natural logarithm.",
      }),
    }),
  });
  const interval = builder.objectRef<{ lower: number; upper: number }>("FloatInterval").implement({
    description: "Two bounds, in the score's unit.",
    fields: (t) => ({
      lower: t.exposeFloat("lower", { description: "The lower." }),
      upper: t.exposeFloat("upper", { description: "The upper." }),
    }),
  });
  const plot = builder.objectRef<NormalPlot>("NormalPlot").implement({
    description:
      "Scores against the quantiles of a standard normal distribution: a straight line where they are normal.",
    fields: (t) => ({
      expected: t.floatList({
        description: "Standard normal quantiles at (i − 1/2)/n.",
        resolve: (it) => it.expected,
      }),
      scores: t.floatList({ description: "The finite scores, ascending.", resolve: (it) => it.scores }),
    }),
  });
  const origin = builder.objectRef<Origin & { group: NoiseGroup }>("TuningOrigin").implement({
    description: "The tuning run that a configuration was taken from, against the retrained runs.",
    fields: (t) => ({
      run: t.field({
        type: refs.run,
        description: "The run.",
        resolve: ({ run }, _, context, info): Promise<RunRow> =>
          context.run(runColumnsBelow(info, context, names), run),
      }),
      score: t.field({
        type: curves.measureValue,
        description: "Its score.",
        resolve: ({ score }) => asValue(score),
      }),
      percentile: t.float({
        nullable: true,
        description: "The share of the retrained runs with a finite score at or below its own, from 0 to 1.",
        resolve: ({ score, group: { finite } }) =>
          score === null || !Number.isFinite(score) || finite.length === 0
            ? null
            : finite.filter((one) => one <= score).length / finite.length,
      }),
      standardScore: t.float({
        nullable: true,
        description:
          "(Its score − their mean) / their standard deviation: far below 0 for a loss that was picked for its luck.",
        resolve: ({ score, group: { noise } }) =>
          score === null || !Number.isFinite(score) || noise.mean === null || !noise.sd
            ? null
            : (score - noise.mean) / noise.sd,
      }),
    }),
  });
  const group = builder.objectRef<NoiseGroup>("SeedNoiseGroup").implement({
    description: "The replicates of one configuration.",
    fields: (t) => ({
      dataset: t.field({
        type: refs.dataset,
        description: "The dataset that the replicates are of.",
        resolve: (it) => it.dataset,
      }),
      configuration: t.field({
        type: refs.configuration,
        description: "The configuration.",
        resolve: ({ configuration }, _, context, info) =>
          context.configuration(
            configurationHyperparameters(Selection.below(info), context.catalogue),
            configuration,
          ),
      }),
      runCount: t.int({
        description: "Replicates with a finite score; the statistics are of these.",
        resolve: ({ noise }) => noise.n,
      }),
      failureCount: t.int({
        description: "Replicates without a finite score.",
        resolve: ({ noise }) => noise.failures,
      }),
      mean: t.float({ nullable: true, description: "Mean score.", resolve: ({ noise }) => noise.mean }),
      sd: t.float({
        nullable: true,
        description: "Standard deviation of the sample (n − 1): the noise of the seed.",
        resolve: ({ noise }) => noise.sd,
      }),
      sdInterval: t.field({
        type: interval,
        nullable: true,
        description:
          "Interval for the standard deviation by chi-square, which holds for all groups at once (Šidák). It assumes normal scores: mind the split.",
        resolve: ({ noise }) => noise.interval,
      }),
      scores: t.floatList({
        description: "The finite scores, in order of dataset and line.",
        resolve: ({ finite }) => finite,
      }),
      normalPlot: t.field({
        type: plot,
        nullable: true,
        description: "Whether the scores are normal, for the eye.",
        resolve: ({ finite }, _, context) =>
          finite.length === 0 ? null : context.analyses.normalPlot(finite, context.signal),
      }),
      split: t.field({
        type: split,
        nullable: true,
        description: "The two modes; null where one normal distribution does as well.",
        resolve: ({ finite }, _, context) => context.analyses.bimodalSplit(finite, context.signal),
      }),
      origin: t.field({
        type: origin,
        nullable: true,
        description: "The tuning run that the configuration was taken from; null where none is served.",
        resolve: async (it) => {
          const found = await it.origin();
          return found && { ...found, group: it };
        },
      }),
    }),
  });
  return builder.objectRef<NoiseSource>("SeedNoise").implement({
    description: "How much scores vary over seeds, configuration by configuration.",
    fields: (t) => ({
      groups: t.field({
        type: [group],
        description: "From the worst mean score to the best; configurations without a finite score first.",
        resolve: (it) => it.groups,
      }),
      confidence: t.exposeFloat("confidence", {
        description: "With which the intervals of all groups hold at once.",
      }),
      pooledSd: t.float({
        nullable: true,
        description: "Plain mean of the standard deviations of the best groups: the noise near the optimum.",
        resolve: (it) => it.pooled,
      }),
      pooledGroups: t.int({
        description: "How many of the best groups that is of.",
        resolve: (it) => it.best,
      }),
    }),
  });
}

export interface SeedNoiseArgs {
  confidence?: number | null;
  minRuns?: number | null;
  best?: number | null;
}

/** The replicates among a sample's runs, by configuration. */
export async function askSeedNoise(
  sample: ScoreSample,
  args: SeedNoiseArgs,
  context: Context,
): Promise<NoiseSource> {
  const confidence = args.confidence ?? 0.95;
  const minRuns = args.minRuns ?? 2;
  const best = args.best ?? 3;
  if (!(confidence > 0 && confidence < 1))
    throw badInput("confidence", confidence, "it must lie strictly between 0 and 1");
  if (minRuns < 2) throw badInput("minRuns", minRuns, "a standard deviation needs 2 runs");
  if (best < 1) throw badInput("best", best, "a whole number from 1 is wanted");
  const column: RunColumn = { kind: "field", field: "configuration" };
  const read = await context.store.values(
    { columns: [column], where: sample.request.where, maxRuns: limits.maxAnalysedRuns },
    context.signal,
  );
  const configurations = new Map(
    read.id.map((id, index) => [id, read.values.get("configuration")?.[index] as number]),
  );
  // Runs of two datasets are no replicates: two models may have been searched with the same draws.
  const found = new Map<string, { dataset: Dataset; configuration: number; values: (number | null)[] }>();
  sample.runs.forEach(({ id, dataset: index }, place) => {
    const dataset = context.catalogue.datasets[index] as Dataset;
    const configuration = configurations.get(id) as number;
    const key = `${index} ${configuration}`;
    const group = found.get(key) ?? { dataset, configuration, values: [] };
    group.values.push(sample.logged[place] as number | null);
    found.set(key, group);
  });
  const replicated = [...found.values()].filter(({ values }) => values.length >= minRuns);
  if (replicated.length === 0) {
    throw fault(
      "UNFIT_DATA",
      `No configuration has ${minRuns} or more of the ${sample.scores.length} runs within one dataset: seed noise needs replicates, as a residual dataset has them.`,
    );
  }
  if (replicated.length > limits.maxGroups) {
    throw fault(
      "LIMIT_EXCEEDED",
      `${replicated.length} configurations have ${minRuns} or more runs, and at most ${limits.maxGroups} are told; a filter, or more minRuns, leaves fewer.`,
    );
  }
  const noises = await context.analyses.seedNoise(
    replicated.map(({ values }) => values.map((value) => value ?? Infinity)),
    confidence,
    context.signal,
  );
  const sign = sample.goal === "minimize" ? -1 : 1;
  const groups = replicated
    .map(({ dataset, configuration, values }, index): NoiseGroup => ({
      sample,
      dataset,
      configuration,
      finite: values.filter((value): value is number => Number.isFinite(value)),
      noise: noises[index] as SeedNoise,
      origin: () => originOf(sample, dataset, configuration, context),
    }))
    .sort(
      (a, b) =>
        sign * ((a.noise.mean ?? -sign * Infinity) - (b.noise.mean ?? -sign * Infinity)) ||
        a.configuration - b.configuration,
    );
  const sds = groups.flatMap(({ noise }) => (noise.sd === null ? [] : [noise.sd]));
  return {
    groups,
    confidence,
    best: Math.min(best, sds.length),
    pooled: context.analyses.pooledSd(sds, best),
  };
}
