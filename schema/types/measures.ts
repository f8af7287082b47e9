import type { Builder } from "../builder.js";
import type { CurveField } from "../catalogue.js";
import type { Names } from "../names.js";
import { badInput, fault } from "../faults.js";
import {
  type Cost,
  isNumeric,
  type Measure,
  measureLabel,
  type ScoreAt,
  type ScoreMeasure,
} from "../measure.js";
import type { Enums } from "./enums.js";

export interface ScoreAtInput {
  best?: string | null;
  final?: boolean | null;
  step?: number | null;
}

export interface ScoreInput {
  metric: string;
  at?: ScoreAtInput | null;
}

export interface MeasureInput {
  score?: ScoreInput | null;
  hyperparameter?: string | null;
  iteration?: boolean | null;
  cost?: Cost | null;
}

/** Inputs that name a value of a run: one vocabulary to filter, order, group, aggregate and correlate by. */
export function defineMeasures(builder: Builder, enums: Enums) {
  const { metricName, hyperparameterName } = enums;
  const scoreAt = builder.inputRef<ScoreAtInput>("ScoreAt").implement({
    isOneOf: true,
    description: "The point of the learning curve at which a metric is read. Default: the metric's own best.",
    fields: (t) => ({
      ...(metricName && {
        best: t.field({
          type: metricName,
          description:
            "Where this metric is best: test loss at the checkpoint that is best on validation, say.",
        }),
      }),
      final: t.boolean({ description: "true: the last logged point, non-finite values kept." }),
      step: t.float({
        description:
          "The point of this axis value (step, epoch); the score is missing where none was logged.",
      }),
    }),
  });
  const score =
    metricName &&
    builder.inputRef<ScoreInput>("ScoreInput").implement({
      description: "A metric, read at one point of the learning curve.",
      fields: (t) => ({
        metric: t.field({ description: "The metric.", type: metricName, required: true }),
        at: t.field({ type: scoreAt, description: "Default: at the metric's own best." }),
      }),
    });
  const measure = builder.inputRef<MeasureInput>("Measure").implement({
    isOneOf: true,
    description:
      "One value of a run: the same vocabulary wherever runs are filtered, ordered, grouped, aggregated or correlated.",
    fields: (t) => ({
      ...(score && { score: t.field({ type: score, description: "A metric, by default at its best." }) }),
      ...(hyperparameterName && {
        hyperparameter: t.field({ description: "A hyperparameter.", type: hyperparameterName }),
      }),
      iteration: t.boolean({ description: "true: the iteration of random search." }),
      cost: t.field({ description: "What the run cost.", type: enums.cost }),
    }),
  });
  return { scoreAt, score, measure };
}

export type Measures = ReturnType<typeof defineMeasures>;

/**
 * The measure that an input names.
 * @param path the argument, for messages.
 * @throws a fault where a metric of unknown goal is asked for its best.
 */
export function toMeasure(names: Names, input: MeasureInput, path: string): Measure {
  if (input.score) return toScore(names, input.score.metric, input.score.at, `${path}.score`);
  if (input.hyperparameter)
    return { kind: "hyperparameter", hyperparameter: names.hyperparameter(input.hyperparameter) };
  if (input.cost) return { kind: "cost", cost: input.cost };
  if (input.iteration === true) return { kind: "iteration" };
  throw badInput(`${path}.iteration`, input.iteration ?? null, "only true names a measure");
}

/** A measure whose values are numbers, for whatever counts, bins or averages. */
export function toNumericMeasure(names: Names, input: MeasureInput, path: string): Measure {
  const measure = toMeasure(names, input, path);
  if (!isNumeric(measure)) {
    throw fault(
      "UNFIT_DATA",
      `${path}: ${measureLabel(measure)} holds strings or booleans, and a number is needed here.`,
    );
  }
  return measure;
}

/** The score that `of` and `at` name. */
export function toScore(
  names: Names,
  of: string,
  at: ScoreAtInput | null | undefined,
  path: string,
): ScoreMeasure {
  const metric = names.metric(of);
  return { kind: "score", metric, at: toScoreAt(names, metric, at, `${path}.at`) };
}

function toScoreAt(
  names: Names,
  metric: CurveField,
  at: ScoreAtInput | null | undefined,
  path: string,
): ScoreAt {
  if (at?.final === false) throw badInput(`${path}.final`, false, "only true names a point");
  if (at?.final) return { kind: "final" };
  if (typeof at?.step === "number") return { kind: "step", step: at.step };
  return { kind: "best", of: withGoal(at?.best ? names.metric(at.best) : metric, path) };
}

/**
 * The metric, where its goal is known.
 * @param otherwise what can be asked without one, for the message.
 */
export function withGoal(
  metric: CurveField,
  path: string,
  otherwise = "or read it {final: true} or at a step",
): CurveField {
  if (metric.goal !== null) return metric;
  const key = `metrics.${metric.originals[0] ?? metric.name}`;
  const { goals } = metric;
  const other = goals.find(({ goal }) => goal !== goals[0]?.goal);
  const why =
    goals[0] && other
      ? `the manifests of its datasets disagree: ${goals[0].dataset} says ${goals[0].goal}, ${other.dataset} says ${other.goal}. ` +
        `Correct ${key}.goal in one of them, or set ${key}.name there, which makes it a metric of its own`
      : `nothing says whether lower or higher is better. Set ${key}.goal to "minimize" or "maximize" in the data's manifest`;
  throw fault("GOAL_UNKNOWN", `${path}: ${metric.name} has no best, for ${why}; ${otherwise}.`);
}
