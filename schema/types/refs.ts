import type { Builder } from "../builder.js";
import type { Dataset, DatasetHyperparameter, Distribution } from "../catalogue.js";
import type { ConfigurationRow, RunRow } from "../store.js";

/** Object types that name each other, before any of them is defined. */
export function createRefs(builder: Builder) {
  const node = builder.interfaceRef<Dataset | RunRow | ConfigurationRow>("Node").implement({
    description: "Anything with an id that lasts.",
    resolveType: (it) => ("key" in it ? "Configuration" : "file" in it ? "Dataset" : "Run"),
    fields: (t) => ({ id: t.id({ description: "The same after a restart.", resolve: unreachable }) }),
  });
  return {
    node,
    dataset: builder.objectRef<Dataset>("Dataset"),
    run: builder.objectRef<RunRow>("Run"),
    configuration: builder.objectRef<ConfigurationRow>("Configuration"),
    hyperparameterInfo: builder.objectRef<DatasetHyperparameter>("HyperparameterInfo"),
    searchDistribution: builder.objectRef<Distribution>("SearchDistribution"),
  };
}

export type Refs = ReturnType<typeof createRefs>;

const unreachable = (): never => {
  throw new Error("Every type that implements Node has an id of its own.");
};
