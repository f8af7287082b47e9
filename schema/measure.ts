import type { CurveField, Goal, Hyperparameter } from "./catalogue.js";

/** What a run cost. */
export type Cost = "trainSeconds" | "evalSeconds" | "totalSeconds" | "tokens" | "lastStep";

/** The point of a curve at which a metric is read. */
export type ScoreAt =
  | { readonly kind: "best"; readonly of: CurveField }
  | { readonly kind: "final" }
  | { readonly kind: "step"; readonly step: number };

/** One metric of a run, read at one point of its curve. */
export interface ScoreMeasure {
  readonly kind: "score";
  readonly metric: CurveField;
  readonly at: ScoreAt;
}

/** One value of a run: something to filter, order, group, aggregate and correlate by. */
export type Measure =
  | ScoreMeasure
  | { readonly kind: "hyperparameter"; readonly hyperparameter: Hyperparameter }
  | { readonly kind: "iteration" }
  | { readonly kind: "cost"; readonly cost: Cost };

/** One value of a point of a curve; what statistics over curves are made of. */
export interface PointMeasure {
  readonly kind: "point";
  readonly metric: CurveField;
}

/** A name for the measure that is the same for equal measures, and differs for others. */
export function measureKey(measure: Measure | PointMeasure): string {
  switch (measure.kind) {
    case "score":
      return `score:${measure.metric.column}@${scoreAtKey(measure.at)}`;
    case "hyperparameter":
      return measure.hyperparameter.column;
    case "iteration":
      return "iteration";
    case "cost":
      return `cost:${measure.cost}`;
    case "point":
      return `point:${measure.metric.column}`;
  }
}

function scoreAtKey(at: ScoreAt): string {
  switch (at.kind) {
    case "best":
      return `best:${at.of.column}`;
    case "final":
      return "final";
    case "step":
      return `step:${at.step}`;
  }
}

/** How a person would call the measure: `valRawLoss at its best`. */
export function measureLabel(measure: Measure): string {
  switch (measure.kind) {
    case "score":
      switch (measure.at.kind) {
        case "best":
          return measure.at.of === measure.metric
            ? `best ${measure.metric.name}`
            : `${measure.metric.name} at best ${measure.at.of.name}`;
        case "final":
          return `final ${measure.metric.name}`;
        case "step":
          return `${measure.metric.name} at ${measure.at.step}`;
      }
    case "hyperparameter":
      return measure.hyperparameter.name;
    case "iteration":
      return "iteration";
    case "cost":
      return measure.cost;
  }
}

/** Whether values are numbers that can be averaged and binned, or only told apart. */
export function isNumeric(measure: Measure): boolean {
  return (
    measure.kind !== "hyperparameter" ||
    measure.hyperparameter.type === "integer" ||
    measure.hyperparameter.type === "float"
  );
}

/** Which way the measure is better; null where nothing says. Costs are better low. */
export function measureGoal(measure: Measure): Goal | null {
  switch (measure.kind) {
    case "score":
      return measure.metric.goal;
    case "cost":
      return "minimize";
    default:
      return null;
  }
}
