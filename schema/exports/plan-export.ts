import type { Catalogue } from "../catalogue.js";
import { badInput } from "../faults.js";
import { limits } from "../limits.js";
import { Names } from "../names.js";
import type { Aggregate, AggregatePlan, QuantileMethod, Statistic } from "../plan.js";
import { toWindow, type WindowArgs } from "../types/curves.js";
import { toFilter } from "../types/filters.js";
import {
  type GroupAggregateInput,
  type GroupOrderInput,
  toAggregate,
  toFirst,
  toGroupOrder,
  toHaving,
} from "../types/group-inputs.js";
import { type GroupByInput, toGroupBy } from "../types/groups.js";
import { type RunOrderInput, toOrder } from "../types/run-connections.js";
import { quantileOf } from "../types/summaries.js";
import { coerceArguments, type CoercionOptions, type GivenArguments } from "./arguments.js";
import type { ExportedRuns, ExportPlan, ExportTable } from "./export-plan.js";
import { aggregateColumn, keyColumns, usualOfPoints, usualOfRuns, withUniqueNames } from "./group-columns.js";
import { NamedColumns } from "./run-columns.js";

/** All arguments that an export may have, coerced. */
interface ExportArgs extends WindowArgs {
  readonly where?: object;
  readonly orderBy?: readonly object[];
  readonly first?: number;
  readonly columns?: readonly string[];
  readonly groupBy?: readonly GroupByInput[];
  readonly having?: readonly { of: object; is: object }[];
  readonly aggregates?: readonly object[];
}

interface CurveAggregateInput {
  readonly statistic?: { readonly of: string; readonly statistic: Statistic };
  readonly quantile?: { readonly of: string; readonly p: number; readonly method?: QuantileMethod };
}

/** Aggregates of one export. */
const MOST_AGGREGATES = 1000;

/**
 * The plan of an export, by the code that makes the plans of the queries whose arguments it takes.
 * @throws a fault that names the argument, its value and what is allowed.
 */
export function planExport(
  table: ExportTable,
  given: GivenArguments,
  catalogue: Catalogue,
  options: CoercionOptions,
): ExportPlan {
  const args = coerceArguments(table, given, options) as ExportArgs;
  const names = new Names(catalogue);
  switch (table) {
    case "runs": {
      const columns = new NamedColumns(catalogue, names).ofRuns(args.columns);
      return { table, columns, runs: toRuns(args, names, catalogue) };
    }
    case "points": {
      const columns = new NamedColumns(catalogue, names).ofPoints(args.columns);
      return { table, columns, runs: toRuns(args, names, catalogue), window: toWindow(args, "points") };
    }
    case "groups": {
      const aggregates =
        args.aggregates === undefined
          ? usualOfRuns(catalogue.curveFields)
          : few(args.aggregates).map((one, index) =>
              toAggregate(one as GroupAggregateInput, names, catalogue, `aggregates[${index}]`),
            );
      const groupBy = args.groupBy ?? [];
      const orderBy = (args.orderBy ?? []) as readonly GroupOrderInput[];
      return ofGroups(table, {
        ...toGroups(args, names, catalogue),
        aggregates,
        having: toHaving(args.having ?? [], names, catalogue),
        order: toGroupOrder(orderBy, groupBy, names, catalogue),
        first: toFirst(args.first),
        maxGroups: limits.maxGroups,
      });
    }
    case "curve-groups": {
      const aggregates =
        args.aggregates === undefined
          ? usualOfPoints(catalogue.curveFields)
          : few(args.aggregates).map((one) => toPointAggregate(one, names));
      return ofGroups(table, {
        ...toGroups(args, names, catalogue),
        curve: toWindow(args, "curve-groups"),
        aggregates,
        maxGroups: limits.maxCurveGroupPoints,
      });
    }
  }
}

function toRuns(args: ExportArgs, names: Names, catalogue: Catalogue): ExportedRuns {
  const first = args.first ?? null;
  if (first !== null && first < 0) throw badInput("first", first, "a whole number from 0 is wanted");
  return {
    where: toFilter(names, catalogue, args.where),
    order: toOrder((args.orderBy ?? []) as readonly RunOrderInput[], names),
    first,
  };
}

const toGroups = (
  args: ExportArgs,
  names: Names,
  catalogue: Catalogue,
): Omit<AggregatePlan, "aggregates" | "maxGroups"> => ({
  where: toFilter(names, catalogue, args.where),
  groupBy: toGroupBy(args.groupBy ?? [], names),
  curve: null,
  having: [],
  order: [],
  first: null,
  partition: null,
});

const ofGroups = (
  table: "groups" | "curve-groups",
  groups: AggregatePlan & { readonly aggregates: readonly Aggregate[] },
): ExportPlan => ({
  table,
  groups,
  columns: withUniqueNames([
    ...keyColumns(groups.groupBy),
    ...(groups.curve
      ? ([
          { name: "axis", type: "float", from: { kind: "axis" } },
          { name: "runCount", type: "integer", from: { kind: "runCount" } },
        ] as const)
      : ([{ name: "count", type: "integer", from: { kind: "runCount" } }] as const)),
    ...groups.aggregates.map(aggregateColumn),
  ]),
});

function few<T>(aggregates: readonly T[]): readonly T[] {
  if (aggregates.length > MOST_AGGREGATES)
    throw badInput("aggregates", `${aggregates.length} entries`, `at most ${MOST_AGGREGATES} are allowed`);
  return aggregates;
}

function toPointAggregate({ statistic, quantile }: CurveAggregateInput, names: Names): Aggregate {
  const of = (metric: string) => ({ kind: "point", metric: names.metric(metric) }) as const;
  if (statistic) return { kind: "statistic", of: of(statistic.of), statistic: statistic.statistic };
  if (!quantile) throw new Error("The schema lets an aggregate be a statistic or a quantile.");
  return quantileOf(of(quantile.of), quantile.p, quantile.method ?? "linear");
}
