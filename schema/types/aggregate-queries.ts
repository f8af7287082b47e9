import { limits } from "../limits.js";
import type { Builder } from "../builder.js";
import type { PointMeasure } from "../measure.js";
import type { Names } from "../names.js";
import type { Aggregate, AggregatePlan, Quantiles } from "../plan.js";
import { Selection } from "../selection.js";
import { askGroups, distinct, runAggregates } from "./aggregates.js";
import { toWindow } from "./curves.js";
import type { Enums } from "./enums.js";
import { type Filters, toFilter } from "./filters.js";
import { defineGroupInputs, toFirst, toGroupOrder, toHaving } from "./group-inputs.js";
import { type GroupKey, type Groups, keysOf, toGroupBy } from "./groups.js";
import type { Measures } from "./measures.js";
import { type Group, type Summaries, summaryAggregates } from "./summaries.js";

interface CurveGroup {
  readonly keys: readonly GroupKey[];
  readonly points: readonly Group[];
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
          having: toHaving(args.having ?? [], names, context.catalogue),
          order: toGroupOrder(args.orderBy ?? [], args.groupBy ?? [], names, context.catalogue),
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
        description:
          "How many runs of the group logged this axis value; one that logged it more than once counts once, with the last that it logged.",
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

function pointAggregates(selection: Selection, names: Names): (Aggregate | Quantiles)[] {
  const metrics = selection.named("points").flatMap((points) => points.selection.named("metric"));
  const found = metrics.map(({ args, selection: below }) => {
    const of: PointMeasure = { kind: "point", metric: names.metric(args["of"] as string) };
    return summaryAggregates(below, of);
  });
  return distinct(found.flat());
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
