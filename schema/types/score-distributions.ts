import type { BandRequest, ScoreDistribution } from "../analyses.js";
import type { Builder } from "../builder.js";
import type { ScoreSample } from "../score-sample.js";
import { type AnalysisInputs, toLevel } from "./analysis-inputs.js";
import type { Curves } from "./curves.js";
import { asValue } from "./tuning-curves.js";

export interface DistributionSource {
  readonly sample: ScoreSample;
  readonly band: BandRequest;
  readonly distribution: ScoreDistribution;
}

/** `ScoreDistribution`: the empirical cdf with its band. */
export function defineDistribution(builder: Builder, curves: Curves, inputs: AnalysisInputs) {
  const step = builder
    .objectRef<{ it: ScoreDistribution["steps"]; index: number }>("DistributionStep")
    .implement({
      description: "A step of a cdf, with its band: what holds from this value on up to the next.",
      fields: (t) => ({
        value: t.field({
          type: curves.measureValue,
          description: "The score at which the step is; infinite where the support has no bound.",
          resolve: ({ it, index }) => asValue(it.value[index]),
        }),
        cdf: t.float({
          description: "The share of scores at or below it.",
          resolve: ({ it, index }) => it.cdf[index] as number,
        }),
        lower: t.float({
          nullable: true,
          description: "The band's lower bound on the cdf.",
          resolve: ({ it, index }) => it.lower?.[index] ?? null,
        }),
        upper: t.float({
          nullable: true,
          description: "The band's upper bound on the cdf.",
          resolve: ({ it, index }) => it.upper?.[index] ?? null,
        }),
      }),
    });
  return builder.objectRef<DistributionSource>("ScoreDistribution").implement({
    description: "The empirical distribution of scores, non-finite ones as the worst value.",
    fields: (t) => ({
      confidence: t.float({ description: "The band's.", resolve: (it) => it.band.confidence }),
      method: t.field({
        type: inputs.bandMethod,
        description: "The band's.",
        resolve: (it) => it.band.method,
      }),
      mean: t.field({
        type: curves.measureValue,
        description: "Mean score; infinite where one is.",
        resolve: (it) => asValue(it.distribution.mean),
      }),
      variance: t.field({
        type: curves.measureValue,
        description:
          "Variance of the population (n); NAN where a score is infinite, as the distance from such a mean is.",
        resolve: (it) => asValue(it.distribution.variance),
      }),
      quantile: t.field({
        type: curves.measureValue,
        description:
          "The least score with at least a share p at or below it; the support's lower bound for p = 0.",
        args: { p: t.arg.float({ required: true, description: "From 0 to 1." }) },
        resolve: async ({ sample }, { p }, context) =>
          asValue(await context.analyses.quantile(sample, toLevel(p, "quantile.p"), context.signal)),
      }),
      steps: t.field({
        type: [step],
        description: "The cdf, step by step, in ascending order.",
        resolve: ({ distribution: { steps } }) => steps.value.map((_, index) => ({ it: steps, index })),
      }),
    }),
  });
}
