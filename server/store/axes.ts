import type { Catalogue } from "../../schema/catalogue.js";
import type { AggregatePlan } from "../../schema/plan.js";

/** For each dataset by index, which axis its curves have; empty where all have the same. */
export function axisOfDatasets({ datasets }: Catalogue): readonly number[] {
  const axes = datasets.map(({ axis }) => axis.field);
  const distinct = [...new Set(axes)];
  return distinct.length > 1 ? axes.map((axis) => distinct.indexOf(axis)) : [];
}

/** Whether statistics are of axis values, which mean nothing over several axes. */
export const readsAxis = ({ curve, aggregates }: AggregatePlan): boolean =>
  curve !== null ||
  aggregates.some(
    (aggregate) => "of" in aggregate && aggregate.of.kind === "cost" && aggregate.of.cost === "lastStep",
  );

/** Whether a plan could be over several axes. */
export const mayMixAxes = (plan: AggregatePlan, catalogue: Catalogue): boolean =>
  readsAxis(plan) && axisOfDatasets(catalogue).length > 0;
