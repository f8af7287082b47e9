import type { ObjectRef } from "@pothos/core";
import type { BandRequest, Separation } from "../analyses.js";
import type { Builder, BuilderTypes } from "../builder.js";
import type { Context } from "../context.js";
import { badInput, fault } from "../faults.js";
import { limits } from "../limits.js";
import type { Names } from "../names.js";
import { readSample, type ScoreSample } from "../score-sample.js";
import { Selection } from "../selection.js";
import {
  type AnalysisInputs,
  type ScoresInput,
  runsArgs,
  toBand,
  toLevel,
  toRuns,
  toSampleRequest,
} from "./analysis-inputs.js";
import { askTuningCurve, type TuningCurves, tuningCurveArgs } from "./tuning-curves.js";

interface Compared {
  readonly name: string;
  readonly sample: ScoreSample;
  /** Of its curve: the same numbers of runs for all. */
  readonly args: Parameters<typeof askTuningCurve>[1];
}

interface ComparisonSource {
  readonly compared: readonly Compared[];
  readonly quantile: number;
  readonly band: BandRequest;
}

interface NamedSeparation {
  readonly first: string;
  readonly second: string;
  readonly better: string;
  readonly separation: Separation;
}

/** `Query.compareTuningCurves`. */
export function defineComparison(
  builder: Builder,
  names: Names,
  inputs: AnalysisInputs,
  tuningCurve: TuningCurves,
  scores: ObjectRef<BuilderTypes, ScoreSample>,
): void {
  const separation = builder.objectRef<NamedSeparation>("Separation").implement({
    description:
      "Numbers of runs over which the bands of two selections do not touch. With bands of confidence c, both hold together with at least 2c − 1.",
    fields: (t) => ({
      first: t.exposeString("first", { description: "Name of the one selection." }),
      second: t.exposeString("second", { description: "Name of the other." }),
      better: t.exposeString("better", { description: "Which of the two has the better curve there." }),
      from: t.float({
        description: "From this number of runs on; may be fractional.",
        resolve: (it) => it.separation.from,
      }),
      to: t.float({ description: "Up to this number of runs.", resolve: (it) => it.separation.to }),
      firstWholeRuns: t.int({
        nullable: true,
        description: "The least whole number of runs among them.",
        resolve: (it) => it.separation.firstWhole,
      }),
    }),
  });
  const compared = builder.objectRef<Compared>("ComparedTuningCurve").implement({
    description: "One of the compared selections.",
    fields: (t) => ({
      name: t.exposeString("name", { description: "As it was asked for." }),
      scores: t.field({
        type: scores,
        description: "Its scores, for further analyses.",
        resolve: (it) => it.sample,
      }),
      tuningCurve: t.field({
        type: tuningCurve,
        description: "Its curve, with its band.",
        resolve: ({ sample, args }, _, context, info) =>
          askTuningCurve(sample, args, Selection.below(info), context),
      }),
    }),
  });
  const comparison = builder.objectRef<ComparisonSource>("TuningCurveComparison").implement({
    description: "The tuning curves of several selections of runs, at the same numbers of runs.",
    fields: (t) => ({
      curves: t.field({
        type: [compared],
        description: "In the order asked for.",
        resolve: (it) => it.compared,
      }),
      separations: t.field({
        type: [separation],
        description:
          "For each pair, the numbers of runs over which their bands do not touch, up to the larger selection's number of runs; none where they always do.",
        resolve: ({ compared: all, quantile, band }, _, context) =>
          separationsOf(all, quantile, band, context),
      }),
    }),
  });
  builder.queryField("compareTuningCurves", (t) =>
    t.field({
      type: comparison,
      description:
        "Two or more selections of runs against each other: two models, a hyperparameter fixed or free, a bin against the rest.",
      args: {
        selections: t.arg({
          type: [inputs.selection],
          required: true,
          description: `From 2 to ${limits.maxSelections}, named apart, of one goal.`,
        }),
        quantile: t.arg.float({ description: tuningCurveArgs.quantile }),
        band: t.arg({ type: inputs.band, description: tuningCurveArgs.band }),
        runs: t.arg.floatList({ description: runsArgs.runs }),
        upTo: t.arg.float({
          description:
            "From 1 to this number of runs, where `runs` is not given. Default: as many as the largest selection has.",
        }),
        points: t.arg.int({ description: runsArgs.points }),
      },
      resolve: async (_, args, context): Promise<ComparisonSource> => {
        const selections = args.selections as (ScoresInput & { name: string })[];
        requireSelections(selections);
        // All are checked before any is read: a fault of the second must not leave the first one's answer unawaited.
        const requests = selections.map((one, index) =>
          toSampleRequest(one, names, context, `selections[${index}]`),
        );
        const samples = await inOrder(requests.map((request) => readSample(request, context)));
        requireOneGoal(selections, samples);
        const runs = toRuns(args, Math.max(...samples.map(({ scores: { length } }) => length)), context);
        const shared = { runs, quantile: args.quantile, band: args.band };
        const all = samples.map((sample, index) => ({
          name: selections[index]?.name ?? "",
          sample,
          args: shared,
        }));
        return { compared: all, quantile: toLevel(args.quantile), band: toBand(args.band, "band") };
      },
    }),
  );
}

function requireSelections(selections: readonly { name: string }[]): void {
  if (selections.length < 2 || selections.length > limits.maxSelections) {
    throw badInput(
      "selections",
      `${selections.length} selections`,
      `2 to ${limits.maxSelections} are compared`,
    );
  }
  const twice = selections.findIndex(
    ({ name }, index) => selections.findIndex((other) => other.name === name) < index,
  );
  if (twice >= 0)
    throw badInput(`selections[${twice}].name`, selections[twice]?.name, "each needs a name of its own");
}

function requireOneGoal(selections: readonly { name: string }[], samples: readonly ScoreSample[]): void {
  const other = samples.findIndex(({ goal }) => goal !== samples[0]?.goal);
  if (other < 0) return;
  throw fault(
    "UNFIT_DATA",
    `selections[${other}]: ${selections[other]?.name ?? ""} is to be ${samples[other]?.goal}d and ${selections[0]?.name ?? ""} ${samples[0]?.goal}d; they cannot be compared.`,
  );
}

/** All of them. @throws what the first in their order throws, whichever failed first. */
async function inOrder<T>(answers: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(answers);
  return Promise.all(answers);
}

async function separationsOf(
  compared: readonly Compared[],
  quantile: number,
  band: BandRequest,
  context: Context,
): Promise<NamedSeparation[]> {
  const pairs = compared.flatMap((first, index) =>
    compared.slice(index + 1).map((second) => [first, second] as const),
  );
  const found = await Promise.all(
    pairs.map(async ([first, second]) => {
      const stretches = await context.analyses.separations(
        first.sample,
        second.sample,
        quantile,
        band,
        context.signal,
      );
      return stretches.map((separation) => ({
        first: first.name,
        second: second.name,
        better: separation.better === 0 ? first.name : second.name,
        separation,
      }));
    }),
  );
  return found.flat();
}
