import type { GraphQLResolveInfo } from "graphql";
import type { Builder } from "../builder.js";
import type { Catalogue, Dataset } from "../catalogue.js";
import type { Context } from "../context.js";
import { type CursorKind, encodeCursor } from "../cursor.js";
import { badInput } from "../faults.js";
import { encodeId } from "../ids.js";
import type { Names } from "../names.js";
import { planKey } from "../plan.js";
import { Selection } from "../selection.js";
import type { ConfigurationPage, ConfigurationRow } from "../store.js";
import { configurationHyperparameters, type Hyperparameters } from "./hyperparameters.js";
import { type definePageInfo, type PageArgs, pageArgs, pageExtras, toPage } from "./paging.js";
import type { Refs } from "./refs.js";
import { connectRuns, type RunConnections } from "./run-connections.js";

interface Connection {
  readonly page: ConfigurationPage;
  readonly cursor: (row: ConfigurationRow) => string;
}

/** `Configuration` and its connection. */
export function defineConfigurations(
  builder: Builder,
  refs: Refs,
  catalogue: Catalogue,
  names: Names,
  hyperparameters: Hyperparameters,
  connections: RunConnections,
  pageInfo: ReturnType<typeof definePageInfo>,
) {
  const seeds = new Set(
    catalogue.datasets.flatMap((dataset) =>
      dataset.hyperparameters
        .filter(({ role }) => role === "seed")
        .map(({ hyperparameter }) => hyperparameter.column),
    ),
  );
  const shared = catalogue.hyperparameters.filter(({ column }) => !seeds.has(column));
  builder.objectType(refs.configuration, {
    interfaces: [refs.node],
    description:
      "Runs that share every searched hyperparameter. A residual dataset's configurations are those of the tuning dataset that they were taken from.",
    fields: (t) => ({
      id: t.id({
        description: "The same after a restart, and whatever else is served.",
        resolve: ({ key }) => encodeId("Configuration", key),
      }),
      block: t.exposeInt("block", {
        nullable: true,
        description:
          "Which block of successive lines of the residual file, from 1; null where there is none.",
      }),
      quantile: t.exposeFloat("quantile", {
        nullable: true,
        description:
          "At which quantile of the tuning scores, worst first, the configuration stood (0.125, 0.25, …, 1); null where not documented.",
      }),
      runCount: t.exposeInt("runCount", { description: "How many runs have it, in all datasets." }),
      ...(hyperparameters.typed && {
        hyperparameters: t.field({
          type: hyperparameters.typed,
          description: "What the runs share: null where they differ, as labels may, and for seeds.",
          resolve: ({ values }) => new Map([...values].filter(([column]) => !seeds.has(column))),
        }),
      }),
      hyperparameterValues: t.field({
        type: [hyperparameters.value],
        description:
          "What the runs share, by name and value, whatever the dataset; seeds, and what differs from run to run, are left out.",
        resolve: ({ values }) =>
          shared.flatMap((hyperparameter) => {
            const value = values.get(hyperparameter.column) ?? null;
            return value === null
              ? []
              : [{ hyperparameter, original: hyperparameter.originals[0] ?? hyperparameter.name, value }];
          }),
      }),
      runs: t.field({
        type: connections.connection,
        description: "The runs of the configuration, in all datasets.",
        args: connections.filteredArgs(t.arg),
        resolve: ({ id }, args, context, info) =>
          connectRuns({ kind: "configuration", index: id }, args, context, info, names),
      }),
    }),
  });
  const edge = builder.objectRef<{ node: ConfigurationRow; cursor: string }>("ConfigurationEdge").implement({
    description: "A configuration, with its cursor.",
    fields: (t) => ({
      node: t.field({
        description: "The configuration.",
        type: refs.configuration,
        resolve: (it) => it.node,
      }),
      cursor: t.exposeString("cursor", {
        description: "Its place among the configurations, in this version of the data.",
      }),
    }),
  });
  const connection = builder.objectRef<Connection>("ConfigurationConnection").implement({
    description: "A page of configurations, in order of their first run.",
    fields: (t) => ({
      nodes: t.field({
        description: "The configurations of the page.",
        type: [refs.configuration],
        resolve: ({ page }) => page.rows,
      }),
      edges: t.field({
        description: "The configurations of the page, each with its cursor.",
        type: [edge],
        resolve: ({ page, cursor }) => page.rows.map((node) => ({ node, cursor: cursor(node) })),
      }),
      pageInfo: t.field({
        description: "Where the page lies.",
        type: pageInfo,
        resolve: ({ page, cursor }) => {
          const [first, last] = [page.rows[0], page.rows.at(-1)];
          return {
            hasNextPage: page.hasNextPage,
            hasPreviousPage: page.hasPreviousPage,
            startCursor: first ? cursor(first) : null,
            endCursor: last ? cursor(last) : null,
          };
        },
      }),
      totalCount: t.int({
        description: "How many configurations, on all pages.",
        resolve: ({ page }) => page.totalCount ?? 0,
      }),
    }),
  });
  const args = (arg: Parameters<typeof pageArgs>[0]) => ({
    minRuns: arg.int({
      defaultValue: 1,
      description:
        "Only configurations with at least so many runs in this dataset: 2 for those with replicates.",
    }),
    ...pageArgs(arg),
  });
  return { connection, args };
}

/** The configurations of a dataset, a page at a time. */
export async function connectConfigurations(
  dataset: Dataset,
  args: PageArgs & { minRuns?: number | null },
  context: Context,
  info: GraphQLResolveInfo,
): Promise<Connection> {
  const minRuns = args.minRuns ?? 1;
  if (minRuns < 1) throw badInput("minRuns", minRuns, "a whole number from 1 is wanted");
  const cursors: CursorKind = {
    version: context.catalogue.version,
    order: "configurations",
    types: [],
  };
  const selection = Selection.below(info);
  const rows = [
    ...selection.named("nodes"),
    ...selection.named("edges").flatMap((edge) => edge.selection.named("node")),
  ];
  const wanted = new Set(
    rows.flatMap((row) => configurationHyperparameters(row.selection, context.catalogue)),
  );
  const plan = {
    minRuns,
    page: toPage(args, cursors),
    extras: pageExtras(selection),
    hyperparameters: [...wanted],
  };
  const empty = { rows: [], hasNextPage: false, hasPreviousPage: false, totalCount: 0 };
  const page = await context.part(
    `configurations ${planKey(plan)}`,
    async (datasets) => {
      const pages = await context.store.configurations({ ...plan, datasets }, context.signal);
      return datasets.map((one) => pages.get(one) ?? empty);
    },
    dataset.index,
  );
  return { page, cursor: ({ id }) => encodeCursor(cursors, { id, values: [] }) };
}
