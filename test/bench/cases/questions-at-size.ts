import { limits } from "../../../schema/limits.js";
import type { Client } from "../client.js";
import type { World } from "../world.js";
import { newConfidence } from "./analyses.js";
import { AGGREGATES, BANDS, GROUPS } from "./aggregates.js";
import { asked, variables } from "./asked.js";
import { PAGE, RUN } from "./runs.js";

/** A question over all runs of both files, as its nth repetition asks it. */
export interface Question {
  readonly name: string;
  ask(client: Client, repetition: number): Promise<unknown>;
}

const SCORES = "of: { metric: VAL_RAW_LOSS }";
/** Exact bands are made for so many at most; a tail's threshold is suggested by such a band. */
const SOME = `${SCORES}, subset: { size: $size }`;

const CURVE = `query Curve($size: Int!, $confidence: Float!) {
  scores(${SOME}) {
    tuningCurve(band: { confidence: $confidence }) {
      points { runs value { value } lower { value state } upper { value state } }
    }
  }
}`;
const FIT = "{ alpha beta gamma sigma share }";
const FIT_SUGGESTED = `query Fit($size: Int!, $seed: SafeInt!) {
  scores(${SCORES}, subset: { size: $size, seed: $seed }) { noisyQuadratic ${FIT} }
}`;
const FIT_BELOW = `query Fit($threshold: Float!) { scores(${SCORES}) { noisyQuadratic(threshold: $threshold) ${FIT} } }`;
const IMPORTANCE = `query Importance($bins: Int!) {
  scores(${SCORES}) { importance(bins: $bins) { hyperparameter explained { adjusted } } }
}`;
const PAIRS = `query Pairs($bins: Int!) {
  scores(${SCORES}) { pairImportance(bins: $bins) { hyperparameters explained { adjusted } } }
}`;

/** Every repetition asks for something that was not computed before, unless nothing of it is kept. */
export function analysesAtSize({ runs }: World): Question[] {
  const size = Math.min(limits.maxBandRuns, 2 * runs);
  const most = `at most ${limits.maxBandRuns.toLocaleString("en-US")} runs`;
  return [
    {
      name: `tuning curve with its band, ${most}`,
      ask: (client) => client.data(CURVE, { size, confidence: newConfidence() }),
    },
    {
      name: `noisy quadratic fit, threshold suggested, ${most}`,
      ask: (client, seed) => client.data(FIT_SUGGESTED, { size, seed }),
    },
    {
      name: "noisy quadratic fit, all runs",
      ask: (client, index) => client.data(FIT_BELOW, { threshold: 3.695 + index * 1e-4 }),
    },
    { name: "importance, all runs", ask: (client, index) => client.data(IMPORTANCE, { bins: 8 + index }) },
    { name: "pair importance, all runs", ask: (client, index) => client.data(PAIRS, { bins: 8 + index }) },
  ];
}

/** What is asked most, of the tuning file. */
export const readings = (world: World): Question[] =>
  Object.entries({ AGGREGATES, GROUPS, BANDS, PAGE, RUN }).map(([name, query]) => ({
    name,
    ask: (client, repetition) => client.data(query, variables(asked(world, repetition))),
  }));
