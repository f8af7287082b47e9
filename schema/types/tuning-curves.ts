import type { BandRequest, Estimate, TrivialRuns, TuningCurve } from "../analyses.js";
import type { Builder } from "../builder.js";
import type { Context } from "../context.js";
import { limits } from "../limits.js";
import { type Cost, measureKey } from "../measure.js";
import { planKey } from "../plan.js";
import { isTied, type ScoreSample } from "../score-sample.js";
import type { Selection } from "../selection.js";
import { finiteOrNull, stateOf } from "../values.js";
import {
  type AnalysisInputs,
  type BandInput,
  type RunsInput,
  toBand,
  toLevel,
  toRuns,
} from "./analysis-inputs.js";
import type { Curves } from "./curves.js";
import type { Enums } from "./enums.js";

export interface TuningCurveSource {
  readonly sample: ScoreSample;
  readonly curve: TuningCurve;
  readonly quantile: number;
  readonly band: BandRequest;
}

interface Point {
  readonly source: TuningCurveSource;
  readonly index: number;
}

/** A number as GraphQL carries it. */
export const asValue = (value: number | null | undefined) => ({
  value: finiteOrNull(value),
  state: stateOf(value),
});

/** `TuningCurve`, its points, and where its band says nothing. */
export function defineTuningCurves(builder: Builder, enums: Enums, curves: Curves, inputs: AnalysisInputs) {
  const trivial = builder.objectRef<TrivialRuns>("TrivialRuns").implement({
    description: "Numbers of runs at which a side of a band says no more than the metric's bounds do.",
    fields: (t) => ({
      betterFrom: t.field({
        type: curves.measureValue,
        description:
          "From this number of runs on, the side of better scores is the bound. POSITIVE_INFINITY: never.",
        resolve: (it) => asValue(it.betterFrom),
      }),
      worseBelow: t.field({
        type: curves.measureValue,
        description:
          "Below this number of runs, the side of worse scores is the bound. POSITIVE_INFINITY: always.",
        resolve: (it) => asValue(it.worseBelow),
      }),
    }),
  });
  const point = builder.objectRef<Point>("TuningCurvePoint").implement({
    description: "The best score of so many runs. Infinite values are null, and their state says so.",
    fields: (t) => {
      const value = (
        description: string,
        read: (curve: TuningCurve, index: number) => number | null | undefined,
      ) =>
        t.field({
          type: curves.measureValue,
          description,
          resolve: ({ source, index }: Point) => asValue(read(source.curve, index)),
        });
      return {
        runs: t.float({
          description: "The number of runs; may be fractional.",
          resolve: ({ source, index }) => source.curve.runs[index] as number,
        }),
        cost: t.float({
          nullable: true,
          description:
            "What so many runs cost on average: their number times the mean cost of a run of these; null where no run tells.",
          args: { in: t.arg({ type: enums.cost, required: true, description: "What is counted." }) },
          resolve: async ({ source, index }, args, context) => {
            const mean = await meanCost(source.sample, args.in, context);
            return mean === null ? null : finiteOrNull(mean * (source.curve.runs[index] as number));
          },
        }),
        value: value("The quantile of the best score.", (curve, index) => curve.value[index]),
        lower: value("The band's least value.", (curve, index) => curve.lower?.[index]),
        upper: value("The band's greatest value.", (curve, index) => curve.upper?.[index]),
        average: value(
          "The mean of the best score. Infinite for a loss without bound once a run diverged.",
          (curve, index) => curve.estimates.average?.[index],
        ),
        naive: value(
          "The best of the first so many runs in order of dataset and line; missing at fractional numbers.",
          (curve, index) => curve.estimates.naive?.[index],
        ),
        vEstimate: value(
          "The V-estimate of the mean of the best (drawn with replacement; biased); missing at fractional numbers.",
          (curve, index) => curve.estimates.v?.[index],
        ),
        uEstimate: value(
          "The U-estimate of the mean of the best (over all subsets; unbiased); missing at fractional numbers.",
          (curve, index) => curve.estimates.u?.[index],
        ),
      };
    },
  });
  return builder.objectRef<TuningCurveSource>("TuningCurve").implement({
    description: "The best score of n runs as a function of n, with a band that holds for every n at once.",
    fields: (t) => ({
      quantile: t.exposeFloat("quantile", {
        description: "Which quantile of the best score; 0.5 is the median.",
      }),
      confidence: t.float({ description: "The band's.", resolve: (it) => it.band.confidence }),
      method: t.field({
        type: inputs.bandMethod,
        description: "The band's.",
        resolve: (it) => it.band.method,
      }),
      criticalValue: t.float({
        nullable: true,
        description:
          "DKW and KS: the band's half width in probability. LD: the coverage of each order statistic's interval. Exact, never simulated.",
        resolve: (it) => it.curve.critical,
      }),
      conservative: t.boolean({
        description: "Whether equal scores make the band cover more often than its confidence.",
        resolve: (it) => isTied(it.sample),
      }),
      trivial: t.field({
        type: trivial,
        nullable: true,
        description: "Where the band says nothing.",
        resolve: (it) => it.curve.trivial,
      }),
      points: t.field({
        type: [point],
        description: "In the order asked for.",
        resolve: (source) => source.curve.runs.map((_, index) => ({ source, index })),
      }),
    }),
  });
}

export type TuningCurves = ReturnType<typeof defineTuningCurves>;

export const tuningCurveArgs = {
  quantile:
    "Which quantile of the best score, from 0 to 1. Default: 0.5, the median. With a loss, 0.9 is a pessimistic curve.",
  band: "The band. Default: 80 %, LD_HIGHEST_DENSITY.",
};

/** The curve that a field asks for; a band and estimates only where they are selected. */
export async function askTuningCurve(
  sample: ScoreSample,
  args: RunsInput & { quantile?: number | null; band?: BandInput | null },
  selection: Selection,
  context: Context,
): Promise<TuningCurveSource> {
  const quantile = toLevel(args.quantile);
  const band = toBand(args.band, "band");
  const runs = toRuns(args, sample.scores.length, context);
  const points = new Set(
    selection.named("points").flatMap(({ selection: below }) => below.fields().map(({ name }) => name)),
  );
  const wantsBand =
    points.has("lower") || points.has("upper") || selection.has("trivial") || selection.has("criticalValue");
  const estimates = (Object.keys(estimateFields) as Estimate[]).filter((name) =>
    points.has(estimateFields[name]),
  );
  const curve = await context.analyses.tuningCurve(
    sample,
    { runs, quantile, band: wantsBand ? band : null, estimates },
    context.signal,
  );
  return { sample, curve, quantile, band };
}

const estimateFields: Readonly<Record<Estimate, string>> = {
  average: "average",
  naive: "naive",
  v: "vEstimate",
  u: "uEstimate",
};

const meanCosts = new WeakMap<ScoreSample, Map<Cost, Promise<number | null>>>();

/** The mean cost of the runs that tell theirs; computed once for all points of a sample's curves. */
function meanCost(sample: ScoreSample, cost: Cost, context: Context): Promise<number | null> {
  const known = meanCosts.get(sample) ?? new Map<Cost, Promise<number | null>>();
  meanCosts.set(sample, known);
  const mean = known.get(cost) ?? readMeanCost(sample, cost, context);
  known.set(cost, mean);
  return mean;
}

async function readMeanCost(sample: ScoreSample, cost: Cost, context: Context): Promise<number | null> {
  const { where } = sample.request;
  const measure = { kind: "cost", cost } as const;
  const columns = await context.once(`costs ${cost} ${planKey(where)}`, () =>
    context.store.values(
      { columns: [{ kind: "value", measure }], where, maxRuns: limits.maxAnalysedRuns },
      context.signal,
    ),
  );
  const costs = columns.values.get(measureKey(measure)) ?? [];
  const ids = new Set(sample.runs.map(({ id }) => id));
  const known = costs.filter(
    (value, index): value is number =>
      typeof value === "number" && Number.isFinite(value) && ids.has(columns.id[index] as number),
  );
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
