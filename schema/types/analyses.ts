import type { Builder } from "../builder.js";
import type { Names } from "../names.js";
import { defineAnalysisInputs } from "./analysis-inputs.js";
import type { Curves } from "./curves.js";
import type { Enums } from "./enums.js";
import type { Filters } from "./filters.js";
import type { Measures } from "./measures.js";
import { defineNoisyQuadratics } from "./noisy-quadratics.js";
import type { Refs } from "./refs.js";
import { defineScores, defineScoresQuery } from "./scores.js";
import { defineSearchSpace } from "./search-space.js";
import { defineSeedNoise } from "./seed-noise.js";
import { defineBandPlan } from "./band-plan.js";
import { defineComparison } from "./tuning-comparison.js";
import { defineTuningCurves } from "./tuning-curves.js";

/** Optimal design analysis: what can be asked of scores. Without a metric there is nothing to ask. */
export function defineAnalyses(
  builder: Builder,
  refs: Refs,
  names: Names,
  enums: Enums,
  filters: Filters,
  measures: Measures,
  curves: Curves,
): void {
  defineSearchSpace(builder, refs);
  const inputs = defineAnalysisInputs(builder, filters, measures);
  if (!inputs) return;
  const tuningCurve = defineTuningCurves(builder, enums, curves, inputs);
  const noisyQuadratic = defineNoisyQuadratics(builder, curves, inputs);
  const seedNoise = defineSeedNoise(builder, refs, names, curves);
  const scores = defineScores(
    builder,
    refs,
    names,
    enums,
    curves,
    inputs,
    tuningCurve,
    noisyQuadratic,
    seedNoise,
  );
  defineScoresQuery(builder, names, filters, inputs, scores);
  defineComparison(builder, names, inputs, tuningCurve, scores);
  defineBandPlan(builder, enums, curves, inputs);
}
