import type { Builder, BuilderTypes } from "../builder.js";
import type { Context } from "../context.js";
import type { Names } from "../names.js";
import {
  type Aggregate,
  aggregateKey,
  type AggregatePlan,
  type CorrelationMethod,
  planKey,
  type Quantiles,
} from "../plan.js";
import type { SelectedField, Selection } from "../selection.js";
import type { GroupRow } from "../store.js";
import type { Enums } from "./enums.js";
import { type Filters, toFilter } from "./filters.js";
import { type MeasureInput, type Measures, toNumericMeasure } from "./measures.js";
import { type Group, type Summaries, summaryAggregates, valueOf } from "./summaries.js";

/** `RunAggregate`, and the fields that it shares with `RunGroup`. */
export function defineAggregates(
  builder: Builder,
  names: Names,
  enums: Enums,
  filters: Filters,
  measures: Measures,
  summaries: Summaries,
) {
  const aggregate = builder.objectRef<Group>("RunAggregate").implement({
    description: "Statistics over all runs of a connection: its filter holds, its paging does not.",
    fields: (t) => aggregateFields(t, names, enums, filters, measures, summaries),
  });
  return aggregate;
}

/** `count`, `measure` and `correlation`, of the runs of a group. */
export function aggregateFields(
  t: PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, Group>,
  names: Names,
  enums: Enums,
  filters: Filters,
  measures: Measures,
  summaries: Summaries,
) {
  return {
    count: t.int({
      description: "How many runs; with `where`, how many of them it holds for.",
      args: {
        where: t.arg({ description: "Count only these runs. Default: all.", type: filters.runFilter }),
      },
      resolve: (group, { where }, context) => valueOf(group, countOf(where, names, context)) ?? 0,
    }),
    measure: t.field({
      type: summaries,
      description: "Statistics of one measure over the runs.",
      args: { of: t.arg({ description: "What is measured.", type: measures.measure, required: true }) },
      resolve: (group, { of }) => ({ ...group, of: toNumericMeasure(names, of, "measure.of") }),
    }),
    correlation: t.float({
      nullable: true,
      description:
        "Correlation of two measures over the runs where both are finite; null where fewer than two are, or one does not vary.",
      args: {
        x: t.arg({ description: "The one measure.", type: measures.measure, required: true }),
        y: t.arg({ description: "The other.", type: measures.measure, required: true }),
        method: t.arg({
          description: "How it is computed.",
          type: enums.correlationMethod,
          defaultValue: "pearson",
        }),
      },
      resolve: (group, args) => valueOf(group, correlationOf(args, names)),
    }),
  };
}

/** The aggregates that a selection on `RunAggregate` or `RunGroup` reads. */
export function runAggregates(
  selection: Selection,
  names: Names,
  context: Context,
): (Aggregate | Quantiles)[] {
  return distinct(selection.fields().flatMap((field) => aggregatesOf(field, names, context)));
}

/** Each of them once, as many fields as may ask for it. */
export const distinct = <One extends Aggregate | Quantiles>(aggregates: readonly One[]): One[] => [
  ...new Map(aggregates.map((one) => [aggregateKey(one), one])).values(),
];

function aggregatesOf(
  { name, args, selection }: SelectedField,
  names: Names,
  context: Context,
): (Aggregate | Quantiles)[] {
  switch (name) {
    case "count":
      return [countOf(args["where"] as object | null | undefined, names, context)];
    case "measure":
      return summaryAggregates(selection, toNumericMeasure(names, args["of"] as MeasureInput, "measure.of"));
    case "correlation":
      return [correlationOf(args as unknown as CorrelationArgs, names)];
    default:
      return [];
  }
}

const countOf = (where: object | null | undefined, names: Names, context: Context): Aggregate => ({
  kind: "count",
  where: toFilter(names, context.catalogue, where, "count.where"),
});

export interface CorrelationArgs {
  x: MeasureInput;
  y: MeasureInput;
  method?: CorrelationMethod | null;
}

export const correlationOf = (
  { x, y, method }: CorrelationArgs,
  names: Names,
  path = "correlation",
): Aggregate => ({
  kind: "correlation",
  x: toNumericMeasure(names, x, `${path}.x`),
  y: toNumericMeasure(names, y, `${path}.y`),
  method: method ?? "pearson",
});

/** All runs of a filter as one group. */
export const ungrouped = (
  where: AggregatePlan["where"],
  aggregates: readonly (Aggregate | Quantiles)[],
  partition: AggregatePlan["partition"] = null,
): AggregatePlan => ({
  where,
  groupBy: [],
  curve: null,
  aggregates,
  having: [],
  order: [],
  first: null,
  maxGroups: Math.max(1, partition?.of.length ?? 1),
  partition,
});

/** The answer to a plan, asked for once a request. */
export const askGroups = (plan: AggregatePlan, context: Context): Promise<readonly GroupRow[]> =>
  context.once(`aggregate ${keyOf(plan)}`, () => context.store.aggregate(plan, context.signal));

/** An aggregate's own key is shorter than all that it is of, and there may be many thousand. */
const keyOf = (plan: AggregatePlan): string =>
  planKey({ ...plan, aggregates: plan.aggregates.map(aggregateKey) });

/** A group that no run is of. */
export const emptyGroup = (plan: AggregatePlan): Group => ({
  plan,
  row: { ordinal: -1, part: null, keys: [], axis: null, runCount: 0, values: new Map(), lists: new Map() },
});
