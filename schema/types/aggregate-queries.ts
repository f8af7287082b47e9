import { limits } from "../limits.js";
import type { Builder } from "../builder.js";
import type { Context } from "../context.js";
import { badInput } from "../faults.js";
import type { PointMeasure } from "../measure.js";
import type { Names } from "../names.js";
import type {
  Aggregate,
  AggregatePlan,
  CorrelationMethod,
  Direction,
  GroupOrder,
  Having,
  HavingTest,
  QuantileMethod,
  Statistic,
} from "../plan.js";
import { Selection } from "../selection.js";
import { askGroups, correlationOf, runAggregates } from "./aggregates.js";
import { toWindow } from "./curves.js";
import type { Enums } from "./enums.js";
import { type ComparisonInput, type Filters, toFilter } from "./filters.js";
import { type GroupByInput, type GroupKey, type Groups, keysOf, toGroupBy } from "./groups.js";
import { type MeasureInput, type Measures, toNumericMeasure } from "./measures.js";
import { toDirection } from "./run-connections.js";
import { type Group, quantileOf, type Summaries, summaryAggregates } from "./summaries.js";

interface CurveGroup {
  readonly keys: readonly GroupKey[];
  readonly points: readonly Group[];
}

interface GroupAggregateInput {
  count?: { where?: object | null } | null;
  statistic?: { of: MeasureInput; statistic: Statistic } | null;
  quantile?: { of: MeasureInput; p: number; method?: QuantileMethod | null } | null;
  correlation?: { x: MeasureInput; y: MeasureInput; method?: CorrelationMethod | null } | null;
}

interface GroupOrderInput {
  by: { key?: number | null; aggregate?: GroupAggregateInput | null };
  direction?: Direction | "best" | null;
}

/** `Query.aggregateRuns` and `Query.aggregateCurves`, with their inputs. */
export function defineAggregateQueries(
  builder: Builder,
  names: Names,
  enums: Enums,
  filters: Filters,
  measures: Measures,
  groups: Groups,
  summaries: Summaries,
): void {
  const { having, order } = defineGroupInputs(builder, enums, filters, measures);
  builder.queryField("aggregateRuns", (t) =>
    t.field({
      type: [groups.group],
      description: "Statistics by group. Without groupBy: one group of all runs.",
      args: {
        where: t.arg({ type: filters.runFilter, description: "Which runs. Default: all." }),
        groupBy: t.arg({
          type: [groups.groupBy],
          description: "What sets the groups apart; several keys combine.",
        }),
        having: t.arg({ type: [having], description: "Only groups for which all of these hold." }),
        orderBy: t.arg({ type: [order], description: "Default: by key, in the order of groupBy." }),
        first: t.arg.int({
          description: `Only so many groups: 1 to ${limits.maxGroups}. Default: all; more than ${limits.maxGroups} are refused.`,
        }),
      },
      resolve: async (_, args, context, info): Promise<Group[]> => {
        const plan: AggregatePlan = {
          where: toFilter(names, context.catalogue, args.where),
          groupBy: toGroupBy(args.groupBy ?? [], names),
          curve: null,
          aggregates: runAggregates(Selection.below(info), names, context),
          having: toHaving(args.having ?? [], names, context),
          order: toGroupOrder(args.orderBy ?? [], args.groupBy ?? [], names, context),
          first: toFirst(args.first),
          maxGroups: limits.maxGroups,
          partition: null,
        };
        return (await askGroups(plan, context)).map((row) => ({ plan, row }));
      },
    }),
  );
  const point = builder.objectRef<Group>("CurveGroupPoint").implement({
    description: "What the curves of a group logged at one axis value.",
    fields: (t) => ({
      axis: t.float({
        description: "The axis value (step, epoch).",
        resolve: ({ row }) => row.axis as number,
      }),
      runCount: t.int({
        description: "How many runs of the group logged this point.",
        resolve: ({ row }) => row.runCount,
      }),
      ...(enums.metricName && {
        metric: t.field({
          type: summaries,
          description: "Statistics of a metric over the runs, at this point.",
          args: { of: t.arg({ description: "The metric.", type: enums.metricName, required: true }) },
          resolve: (group, { of }) => ({
            ...group,
            of: { kind: "point" as const, metric: names.metric(of) },
          }),
        }),
      }),
    }),
  });
  const curveGroup = builder.objectRef<CurveGroup>("CurveGroup").implement({
    description: "The learning curves of runs that share their keys, summarised point by point.",
    fields: (t) => ({
      keys: t.field({
        type: [groups.key],
        description: "One for each entry of groupBy, in its order.",
        resolve: (it) => it.keys,
      }),
      points: t.field({
        type: [point],
        description: "In ascending order of the axis.",
        resolve: (it) => it.points,
      }),
    }),
  });
  builder.queryField("aggregateCurves", (t) =>
    t.field({
      type: [curveGroup],
      description:
        "Learning curves summarised by group and axis value: bands across runs. Curves over different axes are refused unless grouped by dataset.",
      args: {
        where: t.arg({ type: filters.runFilter, description: "Which runs. Default: all." }),
        groupBy: t.arg({
          type: [groups.groupBy],
          description: "What sets the groups apart. Default: one group.",
        }),
        from: t.arg.float({ description: "Least axis value, included." }),
        to: t.arg.float({ description: "Greatest axis value, included." }),
        every: t.arg.int({ description: "Keep only each nth point that a run logged. Default: 1." }),
      },
      resolve: async (_, args, context, info): Promise<CurveGroup[]> => {
        const plan: AggregatePlan = {
          where: toFilter(names, context.catalogue, args.where),
          groupBy: toGroupBy(args.groupBy ?? [], names),
          curve: toWindow(args, "aggregateCurves"),
          aggregates: pointAggregates(Selection.below(info), names),
          having: [],
          order: [],
          first: null,
          maxGroups: limits.maxCurveGroupPoints,
          partition: null,
        };
        return curveGroups((await askGroups(plan, context)).map((row) => ({ plan, row })));
      },
    }),
  );
}

function defineGroupInputs(builder: Builder, enums: Enums, filters: Filters, measures: Measures) {
  const count = builder.inputType("CountInput", {
    description: "How many runs.",
    fields: (t) => ({
      where: t.field({
        type: filters.runFilter,
        description: "Count only these runs. Default: all of the group.",
      }),
    }),
  });
  const statistic = builder.inputType("StatisticInput", {
    description: "A statistic of one measure.",
    fields: (t) => ({
      of: t.field({ description: "What is measured.", type: measures.measure, required: true }),
      statistic: t.field({ description: "Which statistic.", type: enums.statistic, required: true }),
    }),
  });
  const quantile = builder.inputType("QuantileInput", {
    description: "A quantile of one measure.",
    fields: (t) => ({
      of: t.field({ description: "What is measured.", type: measures.measure, required: true }),
      p: t.float({ required: true, description: "From 0 to 1." }),
      method: t.field({
        description: "How it is computed.",
        type: enums.quantileMethod,
        defaultValue: "linear",
      }),
    }),
  });
  const correlation = builder.inputType("CorrelationInput", {
    description: "A correlation of two measures.",
    fields: (t) => ({
      x: t.field({ description: "The one measure.", type: measures.measure, required: true }),
      y: t.field({ description: "The other.", type: measures.measure, required: true }),
      method: t.field({
        description: "How it is computed.",
        type: enums.correlationMethod,
        defaultValue: "pearson",
      }),
    }),
  });
  const aggregate = builder.inputType("GroupAggregate", {
    isOneOf: true,
    description: "One number about a group.",
    fields: (t) => ({
      count: t.field({ description: "How many runs the group has.", type: count }),
      statistic: t.field({ description: "Which statistic.", type: statistic }),
      quantile: t.field({ description: "A quantile of one measure.", type: quantile }),
      correlation: t.field({ description: "A correlation of two measures.", type: correlation }),
    }),
  });
  const having = builder.inputType("GroupFilter", {
    description: "A condition on a group's number.",
    fields: (t) => ({
      of: t.field({ description: "What is measured.", type: aggregate, required: true }),
      is: t.field({ description: "What must hold for it.", type: filters.float, required: true }),
    }),
  });
  const orderKey = builder.inputType("GroupOrderKey", {
    description: "A key, or a number about the group.",
    isOneOf: true,
    fields: (t) => ({
      key: t.int({ description: "Position of the key in groupBy, from 0." }),
      aggregate: t.field({ description: "A number about the group.", type: aggregate }),
    }),
  });
  const order = builder.inputType("GroupOrder", {
    description:
      "What groups are put in order by. Null comes last in every direction; ties are in order of the keys.",
    fields: (t) => ({
      by: t.field({ description: "What is compared.", type: orderKey, required: true }),
      direction: t.field({ description: "Which come first.", type: enums.direction, defaultValue: "asc" }),
    }),
  });
  return { having, order };
}

function requireFew(path: string, count: number): void {
  if (count > limits.maxOrders)
    throw badInput(path, `${count} entries`, `at most ${limits.maxOrders} are allowed`);
}

function toFirst(first: number | null | undefined): number | null {
  if (typeof first !== "number") return null;
  if (first < 1 || first > limits.maxGroups)
    throw badInput("first", first, `1 to ${limits.maxGroups} are allowed`);
  return first;
}

function toAggregate(
  { count, statistic, quantile, correlation }: GroupAggregateInput,
  names: Names,
  context: Context,
  path: string,
): Aggregate {
  if (statistic)
    return {
      kind: "statistic",
      of: toNumericMeasure(names, statistic.of, `${path}.statistic.of`),
      statistic: statistic.statistic,
    };
  if (quantile)
    return quantileOf(
      toNumericMeasure(names, quantile.of, `${path}.quantile.of`),
      quantile.p,
      quantile.method ?? "linear",
    );
  if (correlation) return correlationOf(correlation, names, `${path}.correlation`);
  return { kind: "count", where: toFilter(names, context.catalogue, count?.where, `${path}.count.where`) };
}

function toHaving(inputs: readonly { of: object; is: object }[], names: Names, context: Context): Having[] {
  requireFew("having", inputs.length);
  return inputs.map(({ of, is }, index) => ({
    of: toAggregate(of as GroupAggregateInput, names, context, `having[${index}].of`),
    is: Object.entries(is as ComparisonInput).flatMap(([operator, value]): HavingTest[] => {
      if (value === null)
        throw badInput(`having[${index}].is.${operator}`, null, "use isNull to ask for missing values");
      if (value === undefined) return [];
      return [(Array.isArray(value) ? { operator, values: value } : { operator, value }) as HavingTest];
    }),
  }));
}

function toGroupOrder(
  inputs: readonly GroupOrderInput[],
  groupBy: readonly GroupByInput[],
  names: Names,
  context: Context,
): GroupOrder[] {
  requireFew("orderBy", inputs.length);
  return inputs.map(({ by, direction }, index) => {
    const path = `orderBy[${index}]`;
    if (typeof by.key === "number") {
      if (by.key < 0 || by.key >= groupBy.length)
        throw badInput(`${path}.by.key`, by.key, `groupBy has ${groupBy.length} keys, counted from 0`);
      return {
        by: { kind: "key", index: by.key },
        direction: toDirection(direction, null, `${path}.direction`),
      };
    }
    const aggregate = toAggregate(by.aggregate ?? {}, names, context, `${path}.by.aggregate`);
    const measure = "of" in aggregate && aggregate.of.kind !== "point" ? aggregate.of : null;
    return {
      by: aggregate,
      direction: toDirection(direction, measure, `${path}.direction`),
    };
  });
}

function pointAggregates(selection: Selection, names: Names): Aggregate[] {
  const metrics = selection.named("points").flatMap((points) => points.selection.named("metric"));
  return metrics.flatMap(({ args, selection: below }) => {
    const of: PointMeasure = { kind: "point", metric: names.metric(args["of"] as string) };
    return summaryAggregates(below, of);
  });
}

/** Rows come in order of their keys; those of equal keys are one group. */
function curveGroups(rows: readonly Group[]): CurveGroup[] {
  const groups: { key: string; keys: GroupKey[]; points: Group[] }[] = [];
  for (const group of rows) {
    const key = JSON.stringify(group.row.keys);
    const last = groups.at(-1);
    if (last?.key === key) last.points.push(group);
    else groups.push({ key, keys: keysOf(group.plan.groupBy, group.row.keys), points: [group] });
  }
  return groups;
}
