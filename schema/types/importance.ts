import type { ArgBuilder } from "@pothos/core";
import type { ExplainedShare } from "../analyses.js";
import type { Builder, BuilderTypes } from "../builder.js";
import type { Hyperparameter } from "../catalogue.js";
import type { Context } from "../context.js";
import { badInput, fault } from "../faults.js";
import { limits } from "../limits.js";
import { measureKey } from "../measure.js";
import type { Names } from "../names.js";
import { planKey } from "../plan.js";
import type { ScoreSample } from "../score-sample.js";
import type { Enums } from "./enums.js";

interface Explained {
  readonly hyperparameters: readonly Hyperparameter[];
  readonly spearman: number | null;
  readonly explained: ExplainedShare;
}

interface ImportanceArgs {
  hyperparameters?: readonly string[] | null;
  bins?: number | null;
}

/** `HyperparameterImportance` and its pairs; null where there are no hyperparameters. */
export function defineImportance(builder: Builder, enums: Enums) {
  const { hyperparameterName } = enums;
  if (!hyperparameterName) return null;
  const share = builder.objectRef<ExplainedShare>("ExplainedShare").implement({
    description:
      "The share of the variance in the ranks of the scores that lies between bins. Of ranks, because a diverged run's score is infinite.",
    fields: (t) => ({
      runCount: t.int({ description: "Runs that it rests on.", resolve: (it) => it.n }),
      binCount: t.int({ description: "Bins that hold a run.", resolve: (it) => it.bins }),
      share: t.exposeFloat("share", {
        nullable: true,
        description: "From 0 to 1 (eta squared); null where the scores do not vary.",
      }),
      byChance: t.exposeFloat("byChance", { description: "What unrelated bins would explain on average." }),
      adjusted: t.exposeFloat("adjusted", {
        nullable: true,
        description:
          "The share corrected for chance; may fall below 0. Null where no bin holds two runs, which any scores are explained by, and where the share is null.",
      }),
    }),
  });
  const alone = builder.objectRef<Explained>("HyperparameterImportance").implement({
    description: "What one hyperparameter has to do with the scores.",
    fields: (t) => ({
      hyperparameter: t.field({
        type: hyperparameterName,
        description: "The hyperparameter.",
        resolve: (it) => it.hyperparameters[0]?.enumValue ?? "",
      }),
      rankCorrelation: t.float({
        nullable: true,
        description:
          "Spearman's correlation with the score; null for what is no number or does not vary. A U-shape shows none.",
        resolve: (it) => it.spearman,
      }),
      explained: t.field({
        type: share,
        description: "What its bins explain, whatever the shape.",
        resolve: (it) => it.explained,
      }),
    }),
  });
  const pair = builder.objectRef<Explained>("HyperparameterPairImportance").implement({
    description: "What two hyperparameters together have to do with the scores.",
    fields: (t) => ({
      hyperparameters: t.field({
        type: [hyperparameterName],
        description: "The two.",
        resolve: (it) => it.hyperparameters.map(({ enumValue }) => enumValue),
      }),
      explained: t.field({
        type: share,
        description: "What the pairs of their bins explain.",
        resolve: (it) => it.explained,
      }),
    }),
  });
  const args = (arg: ArgBuilder<BuilderTypes>) => ({
    hyperparameters: arg({
      type: [hyperparameterName],
      description:
        "Which; one that none of the runs has is refused. Default: those that were searched, and that a run has.",
    }),
    bins: arg.int({ description: "So many bins of about equal share for numbers: 2 to 100. Default: 8." }),
  });
  const order =
    "the greatest adjusted share first and those without one last. Runs without a value are a bin of their own.";
  return { alone, pair, args, order };
}

/** What the hyperparameters, or pairs of them, explain of the scores, ordered by the adjusted share. */
export async function askImportance(
  sample: ScoreSample,
  args: ImportanceArgs,
  of: "variables" | "pairs",
  names: Names,
  context: Context,
): Promise<{ alone: Explained[]; pairs: Explained[] }> {
  const bins = args.bins ?? 8;
  if (bins < 2 || bins > 100) throw badInput("bins", bins, "2 to 100 are allowed");
  const asked =
    args.hyperparameters?.map((name) => names.hyperparameter(name)) ?? searchedOf(sample, context);
  const measures = asked.map((hyperparameter) => ({ kind: "hyperparameter", hyperparameter }) as const);
  const columns = measures.map((measure) => ({ kind: "value", measure }) as const);
  const read = await context.once(`importance ${planKey([asked, sample.request.where])}`, () =>
    context.store.values(
      { columns, where: sample.request.where, maxRuns: limits.maxAnalysedRuns },
      context.signal,
    ),
  );
  const places = new Map(read.id.map((id, index) => [id, index]));
  const rows = sample.runs.map(({ id }) => places.get(id) as number);
  const found = measures.map((measure) => {
    const values = read.values.get(measureKey(measure)) ?? [];
    return { hyperparameter: measure.hyperparameter, values: rows.map((row) => values[row] ?? null) };
  });
  const known = found.filter(({ values }) => values.some((value) => value !== null));
  const none = found.find((one) => !known.includes(one));
  if (none && args.hyperparameters)
    throw fault(
      "UNFIT_DATA",
      `hyperparameters: none of the ${rows.length} runs asked about has ${none.hyperparameter.enumValue}. Leave it out, or filter for runs that have it.`,
    );
  const hyperparameters = known.map(({ hyperparameter }) => hyperparameter);
  const variables = known.map(({ values }) => ({ values, bins }));
  const { alone, pairs } = await context.analyses.importance(sample.scores, variables, of, context.signal);
  const named = (index: number): Hyperparameter => hyperparameters[index] as Hyperparameter;
  return {
    alone: alone.map((one, index) => ({ ...one, hyperparameters: [named(index)] })).sort(mostFirst),
    pairs: pairs
      .map(({ first, second, explained }) => ({
        spearman: null,
        explained,
        hyperparameters: [named(first), named(second)],
      }))
      .sort(mostFirst),
  };
}

/** By the adjusted share; those that have none tell nothing, and come last. */
function mostFirst({ explained: a }: Explained, { explained: b }: Explained): number {
  if (a.adjusted !== null && b.adjusted !== null) return b.adjusted - a.adjusted;
  return Number(a.adjusted === null) - Number(b.adjusted === null);
}

function searchedOf({ runs }: ScoreSample, { catalogue }: Context): Hyperparameter[] {
  const datasets = new Set(runs.map(({ dataset }) => dataset));
  const searched = new Set(
    catalogue.datasets
      .filter(({ index }) => datasets.has(index))
      .flatMap(({ hyperparameters }) =>
        hyperparameters.filter(({ role }) => role === "searched").map(({ hyperparameter }) => hyperparameter),
      ),
  );
  return catalogue.hyperparameters.filter((one) => searched.has(one));
}
