import { limits } from "../limits.js";
import type { Builder } from "../builder.js";
import type { Catalogue, Dataset, ModelSize } from "../catalogue.js";
import type { Context } from "../context.js";
import { badInput } from "../faults.js";
import { decodeId, encodeId } from "../ids.js";
import type { Names } from "../names.js";
import type { RunColumn } from "../plan.js";
import { Selection } from "../selection.js";
import type { ConfigurationRow, RunRow } from "../store.js";
import { configurationHyperparameters } from "./hyperparameters.js";
import type { Refs } from "./refs.js";
import { connectRuns, type RunConnections } from "./run-connections.js";
import { runColumns } from "./runs.js";

/** `Query`: datasets, runs, nodes and the table of model sizes. */
export function defineQueries(
  builder: Builder,
  refs: Refs,
  catalogue: Catalogue,
  names: Names,
  connections: RunConnections,
  modelSizes: readonly ModelSize[],
): void {
  const modelSize = builder.objectRef<ModelSize>("ModelSize").implement({
    description: "Scaling parameters of one size of the documented Llama models.",
    fields: (t) => ({
      parameters: t.exposeString("parameters", { description: "As documented: 33M." }),
      parameterCount: t.field({
        type: "SafeInt",
        description: "The same as a number: 33000000.",
        resolve: (it) => it.parameterCount,
      }),
      nEmbd: t.exposeInt("nEmbd", { description: "Hidden dimension of the transformer's MLPs." }),
      nLayer: t.exposeInt("nLayer", { description: "Number of transformer layers." }),
      nHead: t.exposeInt("nHead", { description: "Number of attention heads." }),
    }),
  });
  builder.queryType({
    description:
      "Hyperparameter-tuning results: runs, their learning curves, and statistics over them. All of one request reads one version of the data.",
    fields: (t) => ({
      datasets: t.field({
        type: [refs.dataset],
        description: "All datasets, by name.",
        resolve: () => catalogue.datasets,
      }),
      dataset: t.field({
        type: refs.dataset,
        nullable: true,
        description: "A dataset by name; an unknown name is refused.",
        args: { name: t.arg.string({ description: "The name of the dataset.", required: true }) },
        resolve: (_, { name }) => names.dataset(name, "name"),
      }),
      runs: t.field({
        type: connections.connection,
        description: "Runs of all datasets, filtered, ordered and paged.",
        args: connections.filteredArgs(t.arg),
        resolve: (_, args, context, info) => connectRuns({ kind: "all" }, args, context, info, names),
      }),
      run: t.field({
        type: refs.run,
        nullable: true,
        description: "The run of one line of a dataset's file; null where that line holds none.",
        args: {
          dataset: t.arg.string({ description: "The name of the dataset.", required: true }),
          line: t.arg.int({ required: true, description: "1-based." }),
        },
        resolve: async (_, { dataset, line }, context, info): Promise<RunRow | null> => {
          const { index } = names.dataset(dataset, "dataset");
          if (line < 1) throw badInput("line", line, "lines count from 1");
          const columns = runColumns(Selection.below(info), catalogue, names);
          const rows = await context.store.lookUpRuns(
            { columns, by: { lines: [{ dataset: index, line }] } },
            context.signal,
          );
          return rows[0] ?? null;
        },
      }),
      node: t.field({
        type: refs.node,
        nullable: true,
        description: "Anything by its id; null where nothing has it.",
        args: { id: t.arg.id({ description: "The id that an earlier answer gave.", required: true }) },
        resolve: async (_, { id }, context, info) =>
          (await findNodes([id], context, Selection.below(info), names))[0] ?? null,
      }),
      nodes: t.field({
        type: [refs.node],
        nullable: { list: false, items: true },
        description: `Several by their ids, in that order; at most ${limits.maxNodes}.`,
        args: { ids: t.arg.idList({ description: "The ids that earlier answers gave.", required: true }) },
        resolve: (_, { ids }, context, info) => findNodes(ids, context, Selection.below(info), names),
      }),
      modelSizes: t.field({
        type: [modelSize],
        description: "The documented sizes of the Llama models, 33M to 360M parameters.",
        resolve: () => modelSizes,
      }),
    }),
  });
}

type NodeSource = Dataset | RunRow | ConfigurationRow;

/** Runs are found in one statement, and configurations in another. */
async function findNodes(
  ids: readonly string[],
  context: Context,
  selection: Selection,
  names: Names,
): Promise<(NodeSource | null)[]> {
  if (ids.length > limits.maxNodes)
    throw badInput("ids", `${ids.length} ids`, `at most ${limits.maxNodes} are allowed`);
  const { catalogue, store, signal } = context;
  const wanted = ids.map(decodeId);
  const datasets = new Map(catalogue.datasets.map((dataset) => [dataset.name, dataset]));
  const lines = wanted.flatMap((id) => {
    const match = id?.type === "Run" ? /^(.+):(\d{1,9})$/su.exec(id.rest) : null;
    const dataset = match && datasets.get(match[1] as string);
    return dataset ? [{ dataset: dataset.index, line: Number(match[2]) }] : [];
  });
  const keys = wanted.flatMap((id) => (id?.type === "Configuration" ? [id.rest] : []));
  const columns: RunColumn[] = runColumns(selection, catalogue, names);
  const hyperparameters = configurationHyperparameters(selection, catalogue);
  const [runs, configurations] = await Promise.all([
    lines.length > 0 ? store.lookUpRuns({ columns, by: { lines } }, signal) : [],
    keys.length > 0 ? store.lookUpConfigurations({ by: { keys }, hyperparameters }, signal) : [],
  ]);
  const found = new Map<string, NodeSource>([
    ...catalogue.datasets.map((one): [string, NodeSource] => [encodeId("Dataset", one.name), one]),
    ...runs.map((one): [string, NodeSource] => [
      encodeId("Run", `${catalogue.datasets[one.dataset]?.name ?? ""}:${one.line}`),
      one,
    ]),
    ...configurations.map((one): [string, NodeSource] => [encodeId("Configuration", one.key), one]),
  ]);
  return ids.map((id) => found.get(id) ?? null);
}
