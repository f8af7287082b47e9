import type { Builder } from "../builder.js";
import type { Catalogue, Dataset } from "../catalogue.js";
import type { AddedLines, DatasetChange, RunsAdded } from "../changes.js";
import type { Context } from "../context.js";
import { badInput, fault } from "../faults.js";
import { limits } from "../limits.js";
import type { Names } from "../names.js";
import { type Filters, toFilter } from "./filters.js";
import type { Refs } from "./refs.js";
import { connectRuns, type RunConnections } from "./run-connections.js";

/** `Subscription`: what changes of the data, once it is served. */
export function defineSubscriptions(
  builder: Builder,
  refs: Refs,
  catalogue: Catalogue,
  names: Names,
  filters: Filters,
  connections: RunConnections,
): void {
  const kind = builder.enumType("DatasetChangeKind", {
    description: "What happened to a dataset.",
    values: {
      ADDED: { value: "added", description: "It was not served before." },
      GROWN: { value: "grown", description: "Lines came at the end of its file; those before are the same." },
      REPLACED: { value: "replaced", description: "Its file has other content." },
      REMOVED: { value: "removed", description: "Its file is gone." },
    } as const,
  });
  const change = builder.objectRef<DatasetChange>("DatasetChange").implement({
    description: "A dataset that differs from what the subscriber was told last.",
    fields: (t) => ({
      change: t.field({ type: kind, description: "What happened.", resolve: (it) => it.kind }),
      name: t.exposeString("name", { description: "The name of the dataset." }),
      dataset: t.field({
        type: refs.dataset,
        nullable: true,
        description: "The dataset as it is served now; null where it was removed.",
        resolve: ({ name }): Dataset | null => catalogue.datasets.find((one) => one.name === name) ?? null,
      }),
    }),
  });
  builder.subscriptionType({
    description:
      "What changes of the data, as soon as it is served: a server that follows its files (--watch) sends it over server-sent events, and others refuse with the code NOT_FOLLOWING. A subscriber that is slow is told of several changes at once, and loses none. A subscription ends with the code SCHEMA_CHANGED when the data bring other fields.",
    fields: (t) => ({
      datasetChanged: t.field({
        type: change,
        description: "Each dataset that was added, grew, was replaced or removed.",
        subscribe: (_, __, context) => changesOf(context).datasets(),
        resolve: (it: DatasetChange) => it,
      }),
      runsAdded: t.field({
        type: connections.connection,
        description:
          "Runs whose lines came at the end of a file, or with a new file, and for which the filter holds; nothing is sent where it holds for none.",
        args: {
          where: t.arg({ type: filters.runFilter, description: "Which runs. Default: all." }),
          first: t.arg.int({
            description: `At most so many of them: 1 to ${limits.maxPage}; totalCount says how many there are. Default: ${limits.defaultPage}.`,
          }),
        },
        subscribe: (_, { where, first }, context) => {
          // What is wrong with the arguments is told at once, not when runs come.
          toFilter(names, context.catalogue, where);
          if (typeof first === "number" && (first < 1 || first > limits.maxPage))
            throw badInput("first", first, `1 to ${limits.maxPage} are allowed`);
          return changesOf(context).runs();
        },
        resolve: async (added: RunsAdded, { where, first }, context, info) => {
          const both = { and: [where ?? {}, { or: added.files.map(linesFilter) }] };
          const found = await connectRuns(
            { kind: "all" },
            { where: both, first: first ?? null },
            context,
            info,
            names,
          );
          added.isEmpty = found.page.rows.length === 0;
          return found;
        },
      }),
    }),
  });
}

const linesFilter = ({ dataset, after }: AddedLines) => ({ dataset: { eq: dataset }, line: { gt: after } });

function changesOf({ changes }: Context) {
  if (!changes) throw fault("UNFIT_DATA", "Nothing can be subscribed to here: the data do not change.");
  return changes;
}
