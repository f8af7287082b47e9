import { limits } from "../limits.js";
import type { GraphQLResolveInfo } from "graphql";
import type { Builder } from "../builder.js";
import type { Context } from "../context.js";
import { type CursorKind, encodeCursor } from "../cursor.js";
import { badInput } from "../faults.js";
import { isNumeric, type Measure, measureGoal, measureKey, measureLabel } from "../measure.js";
import type { Names } from "../names.js";
import {
  type Aggregate,
  type AggregatePlan,
  type Direction,
  type Filter,
  type Partition,
  planKey,
  type RunColumn,
  type RunOrder,
  type RunPlan,
  type Quantiles,
} from "../plan.js";
import { Selection } from "../selection.js";
import type { RunPage, RunRow, StoredValue } from "../store.js";
import { askGroups, type defineAggregates, emptyGroup, runAggregates, ungrouped } from "./aggregates.js";
import type { Enums } from "./enums.js";
import { type Filters, toFilter } from "./filters.js";
import { type MeasureInput, type Measures, toMeasure } from "./measures.js";
import { type definePageInfo, type PageArgs, pageArgs, pageExtras, type PageInfo, toPage } from "./paging.js";
import type { Refs } from "./refs.js";
import { runColumns } from "./runs.js";
import type { Group } from "./summaries.js";

/** A page of runs, and how to aggregate over all that the page was cut from. */
export interface RunConnection {
  readonly page: RunPage;
  readonly cursor: (index: number) => string;
  readonly aggregate: (aggregates: readonly (Aggregate | Quantiles)[]) => Promise<Group>;
}

interface RunEdge {
  readonly node: RunRow;
  readonly cursor: string;
}

/** `RunConnection`, `RunEdge` and `RunOrder`. */
export function defineRunConnections(
  builder: Builder,
  refs: Refs,
  names: Names,
  enums: Enums,
  filters: Filters,
  measures: Measures,
  aggregate: ReturnType<typeof defineAggregates>,
  pageInfo: ReturnType<typeof definePageInfo>,
) {
  const order = builder.inputType("RunOrder", {
    description:
      "What runs are put in order by. Missing and non-finite values come last in every direction; ties are in order of dataset and line.",
    fields: (t) => ({
      by: t.field({ description: "What is compared.", type: measures.measure, required: true }),
      direction: t.field({ description: "Which come first.", type: enums.direction, defaultValue: "asc" }),
    }),
  });
  const edge = builder.objectRef<RunEdge>("RunEdge").implement({
    description: "A run, with its cursor.",
    fields: (t) => ({
      node: t.field({ description: "The run.", type: refs.run, resolve: (it) => it.node }),
      cursor: t.exposeString("cursor", {
        description: "The run's place in this order, in this version of the data.",
      }),
    }),
  });
  const connection = builder.objectRef<RunConnection>("RunConnection").implement({
    description: "A page of runs, and statistics over all runs that it was cut from.",
    fields: (t) => ({
      nodes: t.field({
        type: [refs.run],
        description: "The runs of the page.",
        resolve: ({ page }) => page.rows,
      }),
      edges: t.field({
        type: [edge],
        description: "The runs of the page, each with its cursor.",
        resolve: ({ page, cursor }) => page.rows.map((node, index) => ({ node, cursor: cursor(index) })),
      }),
      pageInfo: t.field({ description: "Where the page lies.", type: pageInfo, resolve: pageInfoOf }),
      totalCount: t.int({
        description: "How many runs the filter holds for, on all pages.",
        resolve: ({ page }) => page.totalCount ?? 0,
      }),
      aggregate: t.field({
        type: aggregate,
        description: "Statistics over all runs that the filter holds for, whatever the page.",
        resolve: (it, _, context, info) => it.aggregate(runAggregates(Selection.below(info), names, context)),
      }),
    }),
  });
  const args = (arg: Parameters<typeof pageArgs>[0]) => ({
    orderBy: arg({
      type: [order],
      description: `By what, the first first; at most ${limits.maxOrders}. Default: by dataset and line.`,
    }),
    ...pageArgs(arg),
  });
  const filteredArgs = (arg: Parameters<typeof pageArgs>[0]) => ({
    where: arg({ type: filters.runFilter, description: "Which runs. Default: all." }),
    ...args(arg),
  });
  return { connection, args, filteredArgs };
}

export type RunConnections = ReturnType<typeof defineRunConnections>;

function pageInfoOf({ page, cursor }: RunConnection): PageInfo {
  const count = page.rows.length;
  return {
    hasNextPage: page.hasNextPage,
    hasPreviousPage: page.hasPreviousPage,
    startCursor: count > 0 ? cursor(0) : null,
    endCursor: count > 0 ? cursor(count - 1) : null,
  };
}

export interface RunConnectionArgs extends PageArgs {
  where?: object | null;
  orderBy?: readonly RunOrderInput[] | null;
}

export interface RunOrderInput {
  by: MeasureInput;
  direction?: Direction | "best" | null;
}

/** What the runs of a connection are: all, those of one dataset or configuration, or those of one group. */
export type RunSet =
  | { readonly kind: "all" }
  | { readonly kind: "dataset" | "configuration"; readonly index: number }
  | { readonly kind: "group"; readonly group: Group };

/** The connection that a field answers; the sets of one level are asked for in one statement. */
export async function connectRuns(
  set: RunSet,
  args: RunConnectionArgs,
  context: Context,
  info: GraphQLResolveInfo,
  names: Names,
): Promise<RunConnection> {
  const where = toFilter(names, context.catalogue, args.where);
  const order = toOrder(args.orderBy ?? [], names);
  const cursors = runCursors(order, context.catalogue.version);
  const selection = Selection.below(info);
  const plan: RunPlan = {
    columns: connectionColumns(selection, context, names),
    where,
    order,
    page: toPage(args, cursors),
    extras: pageExtras(selection),
    partition: null,
  };
  const wanted = ["nodes", "edges", "pageInfo", "totalCount"].some((name) => selection.has(name));
  const page = wanted ? await askPage(set, plan, context) : emptyPage(plan);
  return {
    page,
    cursor: (index) =>
      encodeCursor(cursors, {
        id: (page.rows[index] as RunRow).id,
        values: page.positions[index] as StoredValue[],
      }),
    aggregate: (aggregates) => askAggregate(set, where, aggregates, context),
  };
}

const runCursors = (order: readonly RunOrder[], version: string): CursorKind => ({
  version,
  order: `runs by ${order.map(({ by, direction }) => `${measureKey(by)} ${direction}`).join()}`,
  types: order.map(({ by }) =>
    by.kind === "hyperparameter" && !isNumeric(by)
      ? by.hyperparameter.type === "boolean"
        ? "boolean"
        : "string"
      : "number",
  ),
});

function connectionColumns(selection: Selection, context: Context, names: Names): RunColumn[] {
  const rows = [
    ...selection.named("nodes"),
    ...selection.named("edges").flatMap((edge) => edge.selection.named("node")),
  ];
  const columns = rows.flatMap((row) => runColumns(row.selection, context.catalogue, names));
  return [...new Map(columns.map((column) => [planKey(column), column])).values()];
}

async function askPage(set: RunSet, plan: RunPlan, context: Context): Promise<RunPage> {
  const ask = (partition: Partition | null) => context.store.runs({ ...plan, partition }, context.signal);
  switch (set.kind) {
    case "all":
      return (await ask(null)).get(-1) ?? emptyPage(plan);
    case "group": {
      const groups = { ...set.group.plan, aggregates: [] };
      const pages = await context.once(`runs ${planKey([plan, groups])}`, () => ask({ by: "group", groups }));
      return pages.get(set.group.row.ordinal) ?? emptyPage(plan);
    }
    default: {
      const { kind: by } = set;
      return context.part(
        `runs ${by} ${planKey(plan)}`,
        async (of) => {
          const pages = await ask({ by, of });
          return of.map((one) => pages.get(one) ?? emptyPage(plan));
        },
        set.index,
      );
    }
  }
}

const emptyPage = (plan: RunPlan): RunPage => ({
  rows: [],
  positions: [],
  hasNextPage: false,
  hasPreviousPage: false,
  totalCount: plan.extras.totalCount ? 0 : null,
});

async function askAggregate(
  set: RunSet,
  where: Filter | null,
  aggregates: readonly (Aggregate | Quantiles)[],
  context: Context,
): Promise<Group> {
  const first = async (plan: AggregatePlan): Promise<Group> => {
    const row = (await askGroups(plan, context))[0];
    return row ? { plan, row } : emptyGroup(plan);
  };
  switch (set.kind) {
    case "all":
      return first(ungrouped(where, aggregates));
    case "group": {
      const plan = { ...set.group.plan, aggregates };
      const row = (await askGroups(plan, context)).find(({ ordinal }) => ordinal === set.group.row.ordinal);
      return row ? { plan, row } : emptyGroup(plan);
    }
    default: {
      const { kind: by } = set;
      return context.part(
        `aggregate ${by} ${planKey([where, aggregates])}`,
        async (of) => {
          const plan = ungrouped(where, aggregates, { by, of });
          const rows = new Map((await askGroups(plan, context)).map((row) => [row.part, row]));
          return of.map((one) => {
            const row = rows.get(one);
            return row ? { plan, row } : emptyGroup(plan);
          });
        },
        set.index,
      );
    }
  }
}

/** What runs are put in order by. @throws a fault that names the argument, its value and what is allowed. */
export function toOrder(inputs: readonly RunOrderInput[], names: Names): RunOrder[] {
  if (inputs.length > limits.maxOrders)
    throw badInput("orderBy", `${inputs.length} orders`, `at most ${limits.maxOrders} are allowed`);
  return inputs.map(({ by, direction }, index) => {
    const measure = toMeasure(names, by, `orderBy[${index}].by`);
    return { by: measure, direction: toDirection(direction, measure, `orderBy[${index}].direction`) };
  });
}

/** @throws a fault where the best is wanted of a measure that has no goal. */
export function toDirection(
  direction: Direction | "best" | null | undefined,
  measure: Measure | null,
  path: string,
): Direction {
  if (direction !== "best") return direction ?? "asc";
  const goal = measure && measureGoal(measure);
  if (!goal)
    throw badInput(path, "BEST", `${measure ? measureLabel(measure) : "this"} has no goal; use ASC or DESC`);
  return goal === "minimize" ? "asc" : "desc";
}
