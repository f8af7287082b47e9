import type { GraphQLResolveInfo } from "graphql";
import type { Builder } from "../builder.js";
import type { Catalogue, Dataset } from "../catalogue.js";
import type { Context } from "../context.js";
import { encodeId } from "../ids.js";
import { type Measure, measureKey } from "../measure.js";
import type { Names } from "../names.js";
import { columnKey, type RunColumn, type RunField } from "../plan.js";
import { Selection } from "../selection.js";
import type { ConfigurationRow, RunRow, StoredValue } from "../store.js";
import { finiteOrNull, stateOf } from "../values.js";
import { type CurvePoint, type Curves, loadCurve, pointsOf } from "./curves.js";
import type { Enums } from "./enums.js";
import type { Hyperparameters } from "./hyperparameters.js";
import { configurationHyperparameters } from "./hyperparameters.js";
import {
  type MeasureInput,
  type Measures,
  type ScoreAtInput,
  toNumericMeasure,
  toScore,
} from "./measures.js";
import type { Refs } from "./refs.js";
import { defineScore, readRun, scoreKeysOf } from "./run-scores.js";

/** `Run`. */
export function defineRuns(
  builder: Builder,
  refs: Refs,
  catalogue: Catalogue,
  names: Names,
  enums: Enums,
  measures: Measures,
  curves: Curves,
  hyperparameters: Hyperparameters,
): void {
  const score = defineScore(builder, names, enums, curves);
  const scoreKeys = scoreKeysOf(names);
  const windowArgs = {
    from: "Least axis value, included.",
    to: "Greatest axis value, included.",
    every: "Keep only each nth point that the run logged: the nth, the 2nth, and so on. Default: 1.",
  };
  builder.objectType(refs.run, {
    interfaces: [refs.node],
    description: "One training run: a line of a dataset's file.",
    fields: (t) => ({
      id: t.id({
        description: "The same after a restart.",
        resolve: (run) => encodeId("Run", `${datasetOf(catalogue, run).name}:${run.line}`),
      }),
      dataset: t.field({
        description: "The dataset whose file holds the run.",
        type: refs.dataset,
        resolve: (run) => datasetOf(catalogue, run),
      }),
      line: t.exposeInt("line", { description: "1-based line of the dataset's file." }),
      iteration: t.field({
        type: "SafeInt",
        nullable: true,
        description: "The iteration of random search, as the file has it.",
        resolve: (run) => fieldOf(run, "iteration") as number | null,
      }),
      nanTrainLoss: t.boolean({
        nullable: true,
        description:
          "The file's own flag: whether the loss became NaN during training. Null where the file has none.",
        resolve: (run) => fieldOf(run, "nanTrainLoss") as boolean | null,
      }),
      diverged: t.boolean({
        nullable: true,
        description:
          "Whether training failed: the run's own flag; where it has none, that no metric with a goal is finite at the last logged point (an empty curve has none). It depends on which metrics have goals: one that stays finite, like an accuracy, speaks for the run, so that a manifest's `failureFlag`, or fewer goals, may tell more. Null without flag and goals.",
        resolve: (run) => fieldOf(run, "diverged") as boolean | null,
      }),
      complete: t.boolean({
        nullable: true,
        description: "Whether the curve reaches the planned end; null where no plan is known.",
        resolve: (run) => fieldOf(run, "complete") as boolean | null,
      }),
      lastStep: t.float({
        nullable: true,
        description: "Axis value of the last logged point (steps or epochs); null for an empty curve.",
        resolve: (run) => finiteOrNull(fieldOf(run, "lastStep")),
      }),
      pointCount: t.int({
        description: "How many points the learning curve has.",
        resolve: (run) => fieldOf(run, "pointCount") as number,
      }),
      trainSeconds: t.float({
        nullable: true,
        description:
          "Seconds of training, evaluation left out: Σ (end of training − end of the evaluation before).",
        resolve: (run) => finiteOrNull(fieldOf(run, "trainSeconds")),
      }),
      evalSeconds: t.float({
        nullable: true,
        description: "Seconds of evaluation: Σ (end of evaluation − end of training).",
        resolve: (run) => finiteOrNull(fieldOf(run, "evalSeconds")),
      }),
      totalSeconds: t.float({
        nullable: true,
        description: "Seconds from the start of training to the last logged point.",
        resolve: (run) => finiteOrNull(fieldOf(run, "totalSeconds")),
      }),
      tokens: t.field({
        type: "SafeInt",
        nullable: true,
        description: "Tokens seen in training, up to the last logged point.",
        resolve: (run) => finiteOrNull(fieldOf(run, "tokens")),
      }),
      configuration: t.field({
        type: refs.configuration,
        description: "The searched hyperparameters, which the run shares with every run of the same ones.",
        resolve: (run, _, context, info): Promise<ConfigurationRow> =>
          context.configuration(
            configurationHyperparameters(Selection.below(info), catalogue),
            fieldOf(run, "configuration") as number,
          ),
      }),
      ...(hyperparameters.typed && {
        hyperparameters: t.field({
          type: hyperparameters.typed,
          description:
            "Every served hyperparameter as a typed field; null where this run's dataset has no such one.",
          resolve: (run) => run.values,
        }),
      }),
      hyperparameterValues: t.field({
        type: [hyperparameters.value],
        description:
          "The hyperparameters of this run's dataset by name and value: for programs that know no names beforehand.",
        resolve: (run) =>
          datasetOf(catalogue, run).hyperparameters.map(({ hyperparameter, original }) => ({
            hyperparameter,
            original,
            value: run.values.get(hyperparameter.column) ?? null,
          })),
      }),
      measure: t.field({
        type: curves.measureValue,
        description: "Any numeric measure, by name.",
        args: { of: t.arg({ description: "What is read.", type: measures.measure, required: true }) },
        resolve: (run, { of }) => {
          const value = valueOf(run, toNumericMeasure(names, of, "measure.of"));
          return {
            value: finiteOrNull(value),
            state: typeof value === "number" ? stateOf(value) : "missing",
          };
        },
      }),
      ...(enums.metricName && {
        score: t.field({
          type: score,
          description:
            "A metric at one point of the curve; by default at its best finite value, by the metric's goal.",
          args: {
            of: t.arg({ description: "What is read.", type: enums.metricName, required: true }),
            at: t.arg({
              description: "The point at which it is read. Default: the metric's own best.",
              type: measures.scoreAt,
            }),
          },
          resolve: (run, args) => ({ run, keys: scoreKeys(args) }),
        }),
      }),
      curve: t.field({
        type: [curves.point],
        description: "The learning curve, an object a point, in the order logged.",
        args: {
          from: t.arg.float({ description: windowArgs.from }),
          to: t.arg.float({ description: windowArgs.to }),
          every: t.arg.int({ description: windowArgs.every }),
        },
        resolve: async (run, args, context, info): Promise<CurvePoint[]> =>
          pointsOf(
            await loadCurve(run.id, { args, selection: Selection.below(info) }, context, names, "curve"),
          ),
      }),
      series: t.field({
        type: curves.series,
        description: "The learning curve by column: a list a metric, each one leaf. Fast, for plots.",
        args: {
          from: t.arg.float({ description: windowArgs.from }),
          to: t.arg.float({ description: windowArgs.to }),
          every: t.arg.int({ description: windowArgs.every }),
        },
        resolve: (run, args, context, info) =>
          loadCurve(run.id, { args, selection: Selection.below(info) }, context, names, "series"),
      }),
    }),
  });
}

/** The columns that a selection on `Run` reads, so that its plan asks for those alone. */
export function runColumns(selection: Selection, catalogue: Catalogue, names: Names): RunColumn[] {
  const columns = new Map<string, RunColumn>();
  const add = (column: RunColumn): void => void columns.set(columnKey(column), column);
  for (const { name, args, selection: below } of selection.fields("Run")) {
    if (runFields.has(name)) add({ kind: "field", field: name as RunField });
    else if (name === "hyperparameters") {
      for (const field of below.fields()) {
        const hyperparameter = catalogue.hyperparameters.find((one) => one.name === field.name);
        if (hyperparameter) add({ kind: "value", measure: { kind: "hyperparameter", hyperparameter } });
      }
    } else if (name === "hyperparameterValues") {
      for (const hyperparameter of catalogue.hyperparameters)
        add({ kind: "value", measure: { kind: "hyperparameter", hyperparameter } });
    } else if (name === "measure") {
      add({ kind: "value", measure: toNumericMeasure(names, args["of"] as MeasureInput, "measure.of") });
    } else if (name === "score") {
      const score = toScore(names, args["of"] as string, args["at"] as ScoreAtInput | undefined, "score");
      if (below.has("value") || below.has("state")) add({ kind: "value", measure: score });
      if (below.has("step")) add({ kind: "scoreStep", score });
      if (below.has("point")) add({ kind: "scorePoint", score });
    }
  }
  return [...columns.values()];
}

/** The columns that the field being resolved, which answers runs, reads. */
export const runColumnsBelow = (info: GraphQLResolveInfo, context: Context, names: Names): RunColumn[] =>
  runColumns(Selection.below(info), context.catalogue, names);

const runFields: ReadonlySet<string> = new Set<RunField>([
  "iteration",
  "nanTrainLoss",
  "diverged",
  "complete",
  "lastStep",
  "pointCount",
  "trainSeconds",
  "evalSeconds",
  "totalSeconds",
  "tokens",
  "configuration",
]);

export function datasetOf(catalogue: Catalogue, run: RunRow): Dataset {
  const dataset = catalogue.datasets[run.dataset];
  if (!dataset)
    throw new Error(`Run ${run.id} is of dataset ${run.dataset}, which the catalogue does not have.`);
  return dataset;
}

const fieldOf = (run: RunRow, field: RunField): StoredValue =>
  readRun(run, columnKey({ kind: "field", field }));

const valueOf = (run: RunRow, measure: Measure): StoredValue => readRun(run, measureKey(measure));
