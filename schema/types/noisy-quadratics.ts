import type { NoisyQuadratic, QuadraticFit, QuadraticGoodness } from "../analyses.js";
import type { Builder } from "../builder.js";
import type { Context } from "../context.js";
import { badInput } from "../faults.js";
import { limits } from "../limits.js";
import type { ScoreSample } from "../score-sample.js";
import { finiteOrNull } from "../values.js";
import { type AnalysisInputs, runsArgs, toBand, toLevel, toRuns } from "./analysis-inputs.js";
import type { Curves } from "./curves.js";
import { asValue, tuningCurveArgs } from "./tuning-curves.js";

export interface FitSource {
  readonly sample: ScoreSample;
  readonly fit: QuadraticFit;
}

interface FittedPoint {
  readonly runs: number;
  readonly value: number;
  readonly average: () => Promise<number>;
}

type Candidate = NonNullable<QuadraticFit["suggestion"]>["candidates"][number];

/** `NoisyQuadraticFit`: scores near the optimum of a random search, after Lourie, He and Cho (2025). */
export function defineNoisyQuadratics(builder: Builder, curves: Curves, inputs: AnalysisInputs) {
  const candidate = builder.objectRef<Candidate>("ThresholdCandidate").implement({
    description: "A threshold that was looked at.",
    fields: (t) => ({
      threshold: t.field({
        type: curves.measureValue,
        description: "In the score's unit; infinite: every run.",
        resolve: (it) => asValue(it.threshold),
      }),
      share: t.exposeFloat("share", { description: "The share of all runs in its tail." }),
      observedCount: t.int({ description: "The number of runs in its tail.", resolve: (it) => it.observed }),
      within: t.exposeBoolean("within", {
        description: "Whether the fitted cdf stays inside the band over the whole tail.",
      }),
    }),
  });
  const goodness = builder.objectRef<QuadraticGoodness>("QuadraticGoodness").implement({
    description: "How the fitted cdf lies in the simultaneous band of the empirical one, over the tail.",
    fields: (t) => ({
      within: t.exposeBoolean("within", { description: "Whether it stays inside everywhere." }),
      scoreCount: t.int({
        description: "How many different scores the tail has.",
        resolve: (it) => it.scores,
      }),
      outsideCount: t.int({
        description: "At how many of them it lies outside.",
        resolve: (it) => it.outside,
      }),
      leavesAt: t.exposeFloat("leavesAt", {
        nullable: true,
        description: "The best score at which it lies outside; null where it does not.",
      }),
      largestDistance: t.exposeFloat("largestDistance", {
        description: "The greatest distance between the fitted and the empirical cdf.",
      }),
    }),
  });
  const fittedPoint = builder.objectRef<FittedPoint>("FittedTuningCurvePoint").implement({
    description: "The best score of so many runs, by the fit.",
    fields: (t) => ({
      runs: t.exposeFloat("runs", {
        description: "The number of runs; may be fractional, and beyond the runs made.",
      }),
      value: t.field({
        type: curves.measureValue,
        description: "The quantile of the best score.",
        resolve: (it) => asValue(it.value),
      }),
      average: t.field({
        type: curves.measureValue,
        description: "The mean of the best score.",
        resolve: async (it) => asValue(await it.average()),
      }),
    }),
  });
  const perGamma = builder.objectRef<NoisyQuadratic & { loss: number }>("NoisyQuadraticOfGamma").implement({
    description: "The best fit of one effective number of hyperparameters.",
    fields: (t) => ({
      gamma: t.exposeInt("gamma", { description: "Effective number of hyperparameters." }),
      alpha: t.exposeFloat("alpha", { description: "Least noiseless score." }),
      beta: t.exposeFloat("beta", { description: "Greatest noiseless score." }),
      sigma: t.exposeFloat("sigma", { description: "Standard deviation of the noise." }),
      loss: t.exposeFloat("loss", { description: "Lower fits better." }),
    }),
  });
  return builder.objectRef<FitSource>("NoisyQuadraticFit").implement({
    description:
      "A noisy quadratic distribution, fitted to the tail of the best scores by the maximum product of spacings, the other runs censored. Near its optimum a loss surface is a quadratic in few directions, plus noise.",
    fields: (t) => {
      const own = (name: "alpha" | "beta" | "sigma" | "share" | "loss", description: string) =>
        t.float({ description, resolve: (it) => it.fit[name] });
      const values = (of: "cdf" | "density", description: string) =>
        t.field({
          type: ["Float"],
          nullable: { list: false, items: true },
          description,
          args: {
            at: t.arg.floatList({ required: true, description: `Scores; at most ${limits.maxCurvePoints}.` }),
          },
          resolve: async ({ fit }, { at }, context) => {
            if (at.length > limits.maxCurvePoints)
              throw badInput(
                `${of}.at`,
                `${at.length} scores`,
                `at most ${limits.maxCurvePoints} are allowed`,
              );
            const found = await context.analyses.quadraticValues(fit, of, at, context.signal);
            return found.map(finiteOrNull);
          },
        });
      return {
        bestScore: t.float({
          description: "The best mean score that the search can reach: alpha of a loss, beta of an accuracy.",
          resolve: ({ fit }) => (fit.convex ? fit.alpha : fit.beta),
        }),
        alpha: own("alpha", "Least noiseless score."),
        beta: own("beta", "Greatest noiseless score."),
        gamma: t.int({
          description: "Effective number of hyperparameters.",
          resolve: ({ fit }) => fit.gamma,
        }),
        sigma: own("sigma", "Standard deviation of the noise, in the score's unit."),
        threshold: t.float({
          nullable: true,
          description: "Where the tail ends; null where it is all runs.",
          resolve: ({ fit }) => fit.threshold,
        }),
        thresholdSuggested: t.boolean({
          description:
            "Whether the threshold was not given, but is the largest tail whose fitted cdf stays inside the 80 % highest-density band of the empirical one.",
          resolve: ({ fit }) => fit.suggestion !== null,
        }),
        suggestionFound: t.boolean({
          nullable: true,
          description:
            "False where no tail's fit stays inside the band, and the smallest was taken; null where the threshold was given.",
          resolve: ({ fit }) => fit.suggestion?.found ?? null,
        }),
        candidates: t.field({
          type: [candidate],
          description:
            "The thresholds that were looked at, from the largest tail to the suggested one; none where it was given.",
          resolve: ({ fit }) => fit.suggestion?.candidates ?? [],
        }),
        runCount: t.int({
          description: "Runs that the fit rests on, censored ones included.",
          resolve: ({ fit }) => fit.n,
        }),
        observedCount: t.int({ description: "Runs in the tail.", resolve: ({ fit }) => fit.observed }),
        fewObserved: t.boolean({
          description: "Whether they are too few for more than the best score to mean much.",
          resolve: ({ fit }) => fit.fewObserved,
        }),
        share: own("share", "The fitted share of runs in the tail: the asymptotic regime."),
        regimeFrom: t.float({
          description: "From this number of runs on, the median of the best lies in the tail.",
          resolve: ({ fit }) => Math.LN2 / -Math.log1p(-Math.min(fit.share, 1 - Number.EPSILON)),
        }),
        loss: own("loss", "Kullback-Leibler estimate a score; lower fits better."),
        perGamma: t.field({
          type: [perGamma],
          description: "The best fit of each effective number of hyperparameters.",
          resolve: ({ fit }) => fit.perGamma,
        }),
        goodness: t.field({
          type: goodness,
          description: "The fit against the empirical band.",
          args: { band: t.arg({ type: inputs.band, description: tuningCurveArgs.band }) },
          resolve: ({ sample, fit }, { band }, context) =>
            context.analyses.quadraticGoodness(sample, fit, toBand(band, "goodness.band"), context.signal),
        }),
        cdf: values("cdf", "Probability of a score at or below each of these."),
        density: values(
          "density",
          "Density at each of these scores, per unit of score; null where it is infinite, at the edge of a noiseless distribution.",
        ),
        tuningCurve: t.field({
          type: [fittedPoint],
          description: "The best score of n runs by the fit, beyond the runs made as well.",
          args: {
            quantile: t.arg.float({ description: tuningCurveArgs.quantile }),
            runs: t.arg.floatList({ description: runsArgs.runs }),
            upTo: t.arg.float({
              description:
                "From 1 to this number of runs, where `runs` is not given. Default: twice the number of scores.",
            }),
            points: t.arg.int({ description: runsArgs.points }),
          },
          resolve: ({ fit }, args, context) => fittedPoints(fit, args, context),
        }),
      };
    },
  });
}

export type NoisyQuadratics = ReturnType<typeof defineNoisyQuadratics>;

/** The curve's points. Their averages are computed with the first that is asked for, all at once. */
async function fittedPoints(
  fit: QuadraticFit,
  args: { quantile?: number | null; runs?: number[] | null; upTo?: number | null; points?: number | null },
  context: Context,
): Promise<FittedPoint[]> {
  const quantile = toLevel(args.quantile);
  const runs = toRuns(args, 2 * fit.n, context);
  const curve = (of: "quantile" | "average"): Promise<readonly number[]> =>
    context.analyses.quadraticCurve(fit, of, runs, quantile, context.signal);
  const values = await curve("quantile");
  let averages: Promise<readonly number[]> | null = null;
  return runs.map((n, index) => ({
    runs: n,
    value: values[index] as number,
    average: async () => (await (averages ??= curve("average")))[index] as number,
  }));
}

/** The fit of a sample's tail. */
export async function askFit(
  sample: ScoreSample,
  args: { threshold?: number | null; maxGamma?: number | null },
  context: Context,
): Promise<FitSource> {
  const maxGamma = args.maxGamma ?? Math.min(10, Math.max(1, searchedCount(sample, context)));
  if (maxGamma < 1 || maxGamma > 64) throw badInput("maxGamma", maxGamma, "1 to 64 are allowed");
  const fit = await context.analyses.fitQuadratic(
    sample,
    { threshold: args.threshold ?? null, maxGamma },
    context.signal,
  );
  return { sample, fit };
}

/** The greatest number of searched hyperparameters among the sample's datasets. */
function searchedCount({ runs }: ScoreSample, { catalogue }: Context): number {
  const datasets = [...new Set(runs.map(({ dataset }) => dataset))].flatMap(
    (index) => catalogue.datasets[index] ?? [],
  );
  return Math.max(
    ...datasets.map(
      ({ hyperparameters }) => hyperparameters.filter(({ role }) => role === "searched").length,
    ),
  );
}
