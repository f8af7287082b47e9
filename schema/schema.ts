import type { GraphQLSchema } from "graphql";
import { createBuilder } from "./builder.js";
import type { Catalogue } from "./catalogue.js";
import { llama } from "./documented/index.js";
import { Names } from "./names.js";
import { defineAnalyses } from "./types/analyses.js";
import { defineAggregateQueries } from "./types/aggregate-queries.js";
import { defineAggregates } from "./types/aggregates.js";
import { defineBins } from "./types/bins.js";
import { defineConfigurations } from "./types/configurations.js";
import { defineCurves } from "./types/curves.js";
import { defineDatasets } from "./types/datasets.js";
import { defineEnums } from "./types/enums.js";
import { defineFilters } from "./types/filters.js";
import { defineGroups } from "./types/groups.js";
import { defineHyperparameters } from "./types/hyperparameters.js";
import { defineMeasures } from "./types/measures.js";
import { definePageInfo } from "./types/paging.js";
import { defineQueries } from "./types/queries.js";
import { createRefs } from "./types/refs.js";
import { defineRunConnections } from "./types/run-connections.js";
import { defineRuns } from "./types/runs.js";
import { defineScalars } from "./types/scalars.js";
import { defineServingFaults } from "./types/serving-faults.js";
import { defineSubscriptions } from "./types/subscriptions.js";
import { defineSummaries } from "./types/summaries.js";

/** The schema of a catalogue: hyperparameters and metrics are its fields and enum values. */
export function buildSchema(catalogue: Catalogue): GraphQLSchema {
  const builder = createBuilder();
  const names = new Names(catalogue);
  const refs = createRefs(builder);
  defineScalars(builder);
  const enums = defineEnums(builder, catalogue);
  const measures = defineMeasures(builder, enums);
  const filters = defineFilters(builder, catalogue, measures);
  const bins = defineBins(builder, enums);
  const pageInfo = definePageInfo(builder);
  const hyperparameters = defineHyperparameters(builder, catalogue, enums);
  const curves = defineCurves(builder, catalogue, names, enums);
  const summaries = defineSummaries(builder, refs, names, enums, bins);
  const aggregate = defineAggregates(builder, names, enums, filters, measures, summaries);
  const connections = defineRunConnections(
    builder,
    refs,
    names,
    enums,
    filters,
    measures,
    aggregate,
    pageInfo,
  );
  const groups = defineGroups(
    builder,
    refs,
    catalogue,
    names,
    enums,
    filters,
    measures,
    bins,
    summaries,
    connections,
  );
  const configurations = defineConfigurations(
    builder,
    refs,
    catalogue,
    names,
    hyperparameters,
    connections,
    pageInfo,
  );
  defineRuns(builder, refs, catalogue, names, enums, measures, curves, hyperparameters);
  defineDatasets(builder, refs, catalogue, names, enums, connections, configurations);
  defineQueries(builder, refs, catalogue, names, connections, llama.modelSizes ?? []);
  defineAggregateQueries(builder, names, enums, filters, measures, groups, summaries);
  defineAnalyses(builder, refs, names, enums, filters, measures, curves);
  defineServingFaults(builder, refs);
  defineSubscriptions(builder, refs, catalogue, names, filters, connections);
  return builder.toSchema();
}
