import type { BandPlan } from "../analyses.js";
import type { Builder } from "../builder.js";
import { badInput } from "../faults.js";
import { limits } from "../limits.js";
import { type AnalysisInputs, toBand, toLevel } from "./analysis-inputs.js";
import type { Curves } from "./curves.js";
import type { Enums } from "./enums.js";
import { asValue, tuningCurveArgs } from "./tuning-curves.js";

/** `Query.planBand`. */
export function defineBandPlan(builder: Builder, enums: Enums, curves: Curves, inputs: AnalysisInputs): void {
  const plan = builder.objectRef<BandPlan>("BandPlan").implement({
    description:
      "What a band for so many runs will say, whatever their scores turn out to be. Widths are in probability, of the cdf.",
    fields: (t) => ({
      runs: t.exposeInt("runs", { description: "The planned number of runs." }),
      criticalValue: t.float({
        description: "DKW and KS: the half width. LD: the coverage of each order statistic's interval.",
        resolve: (it) => it.critical,
      }),
      widest: t.exposeFloat("widest", { description: "The greatest distance between the cdf's bounds." }),
      meanWidth: t.exposeFloat("meanWidth", { description: "Their mean distance over the ranks." }),
      medianWidth: t.exposeFloat("medianWidth", { description: "Their distance at the median." }),
      betterTrivialFrom: t.field({
        type: curves.measureValue,
        description:
          "From this number of runs on, the tuning curve's band is open towards better scores. POSITIVE_INFINITY: never.",
        resolve: (it) => asValue(it.trivial.betterFrom),
      }),
      worseTrivialBelow: t.field({
        type: curves.measureValue,
        description: "Below this number of runs, the tuning curve's band is open towards worse scores.",
        resolve: (it) => asValue(it.trivial.worseBelow),
      }),
    }),
  });
  builder.queryField("planBand", (t) =>
    t.field({
      type: plan,
      description: "Before any run is made: how much a band over so many of them will tell.",
      args: {
        runs: t.arg.int({
          required: true,
          description: `The planned number of runs: 1 to ${limits.maxBandRuns}.`,
        }),
        goal: t.arg({
          type: enums.goal,
          defaultValue: "minimize",
          description: "Which way scores are better.",
        }),
        quantile: t.arg.float({ description: tuningCurveArgs.quantile }),
        band: t.arg({ type: inputs.band, description: tuningCurveArgs.band }),
      },
      resolve: (_, { runs, goal, quantile, band }, context) => {
        if (runs < 1 || runs > limits.maxBandRuns)
          throw badInput("runs", runs, `1 to ${limits.maxBandRuns} are allowed`);
        const request = toBand(band, "band");
        if (runs === 1 && request.method === "LD_HIGHEST_DENSITY")
          throw badInput(
            "runs",
            runs,
            `a ${request.method} band needs at least 2; KS, DKW and LD_EQUAL_TAILED make bands of one run`,
          );
        return context.analyses.planBand(
          runs,
          toLevel(quantile),
          goal ?? "minimize",
          request,
          context.signal,
        );
      },
    }),
  );
}
