import type { Builder } from "../builder.js";
import type { Catalogue, Dataset, DatasetMetric, RejectedLine } from "../catalogue.js";
import { encodeId } from "../ids.js";
import type { Names } from "../names.js";
import { connectConfigurations, type defineConfigurations } from "./configurations.js";
import type { Enums } from "./enums.js";
import type { Refs } from "./refs.js";
import { connectRuns, type RunConnections } from "./run-connections.js";

/** `Dataset`, and what is known of its hyperparameters, metrics, axis and experiment. */
export function defineDatasets(
  builder: Builder,
  refs: Refs,
  catalogue: Catalogue,
  names: Names,
  enums: Enums,
  connections: RunConnections,
  configurations: ReturnType<typeof defineConfigurations>,
): void {
  const distribution = builder.objectType(refs.searchDistribution, {
    description: "How a hyperparameter's values were drawn.",
    fields: (t) => ({
      kind: t.field({ description: "What it is.", type: enums.distributionKind, resolve: (it) => it.kind }),
      lower: t.float({
        description: "Least value that could be drawn, included; null where the kind has none.",
        nullable: true,
        resolve: (it) => ("lower" in it ? it.lower : null),
      }),
      upper: t.float({
        description: "Greatest value that could be drawn; null where the kind has none.",
        nullable: true,
        resolve: (it) => ("upper" in it ? it.upper : null),
      }),
      values: t.stringList({
        nullable: true,
        description: "The choices, as text.",
        resolve: (it) => (it.kind === "choice" ? it.values.map(String) : null),
      }),
      formula: t.string({
        description: "How it is computed; null where it is not.",
        nullable: true,
        resolve: (it) => (it.kind === "derived" ? it.formula : null),
      }),
    }),
  });
  const hyperparameter = builder.objectType(refs.hyperparameterInfo, {
    description: "A hyperparameter, as one dataset has it.",
    fields: (t) => ({
      name: t.string({ description: "Name of the typed field.", resolve: (it) => it.hyperparameter.name }),
      key: t.string({
        description: "The value of HyperparameterName that names it in a Measure.",
        resolve: (it) => it.hyperparameter.enumValue,
      }),
      originalName: t.string({ description: "Key in the file.", resolve: (it) => it.original }),
      role: t.field({
        description: "Why it has the values that it has.",
        type: enums.role,
        resolve: (it) => it.role,
      }),
      type: t.field({
        description: "Type of its values in the typed fields; it widens where datasets differ.",
        type: enums.valueType,
        resolve: (it) => it.hyperparameter.type,
      }),
      unit: t.exposeString("unit", {
        description: "Unit of its values; null where none is documented.",
        nullable: true,
      }),
      description: t.exposeString("description", {
        description: "What it is, from the data's own documentation; null where nothing documents it.",
        nullable: true,
      }),
      min: t.float({ nullable: true, description: "Least finite value found.", resolve: (it) => it.lower }),
      max: t.float({
        nullable: true,
        description: "Greatest finite value found.",
        resolve: (it) => it.upper,
      }),
      distinctCount: t.exposeInt("distinctCount", { description: "How many different values were found." }),
      missingCount: t.exposeInt("missingCount", { description: "How many runs lack it." }),
      distribution: t.field({
        type: distribution,
        nullable: true,
        description: "The documented search distribution; null where none is.",
        resolve: (it) => it.distribution,
      }),
    }),
  });
  const metric = builder.objectRef<DatasetMetric>("MetricInfo").implement({
    description: "What a dataset's learning curves log, beside their axis.",
    fields: (t) => ({
      name: t.string({ description: "Name of the typed field.", resolve: (it) => it.field.name }),
      key: t.string({
        description: "The value of MetricName that names it in a Measure.",
        resolve: (it) => it.field.enumValue,
      }),
      originalName: t.string({ description: "Key in the file.", resolve: (it) => it.original }),
      role: t.field({
        description: "Why it has the values that it has.",
        type: enums.metricRole,
        resolve: (it) => (it.field.role === "axis" ? "metric" : it.field.role),
      }),
      split: t.exposeString("split", {
        nullable: true,
        description: "The data that it was measured on: train, validation, test, …",
      }),
      quantity: t.exposeString("quantity", {
        nullable: true,
        description: "What is measured: cross-entropy, accuracy, …",
      }),
      weightAveraged: t.exposeBoolean("weightAveraged", {
        nullable: true,
        description: "Whether it is of the model with averaged weights.",
      }),
      unit: t.exposeString("unit", {
        description: "Unit of its values; null where none is documented.",
        nullable: true,
      }),
      description: t.exposeString("description", {
        description: "What it is, from the data's own documentation; null where nothing documents it.",
        nullable: true,
      }),
      goal: t.field({
        type: enums.goal,
        nullable: true,
        description:
          "Which way is better: by metrics.<key>.goal in the dataset's manifest, or where that says nothing, in that of another dataset with the metric, of which `warnings` tells. Null where nothing says, or two datasets disagree.",
        resolve: (it) => it.goal,
      }),
      lowerBound: t.exposeFloat("lowerBound", {
        nullable: true,
        description: "The least value that it can take.",
      }),
      upperBound: t.exposeFloat("upperBound", {
        nullable: true,
        description: "The greatest value that it can take.",
      }),
      finiteCount: t.exposeInt("finiteCount", { description: "How many logged values are finite." }),
      nanCount: t.exposeInt("nanCount", { description: "How many are NaN." }),
      infCount: t.int({ description: "How many are infinite.", resolve: (it) => it.infiniteCount }),
      nullCount: t.int({ description: "How many points lack it.", resolve: (it) => it.missingCount }),
    }),
  });
  const axis = builder.objectRef<Dataset["axis"]>("AxisInfo").implement({
    description: "What a dataset's learning curves run along.",
    fields: (t) => ({
      name: t.string({
        description: "Name of the typed field of CurvePoint.",
        resolve: (it) => it.field.name,
      }),
      originalName: t.string({ description: "Key in the file.", resolve: (it) => it.original }),
      unit: t.exposeString("unit", { description: "Unit of the axis: steps, epochs." }),
      description: t.exposeString("description", {
        description: "What it is, from the data's own documentation; null where nothing documents it.",
        nullable: true,
      }),
    }),
  });
  const experiment = defineExperiment(builder, refs, catalogue, enums);
  const rejected = builder.objectRef<RejectedLine>("RejectedLine").implement({
    description: "A line of the file that was refused.",
    fields: (t) => ({
      line: t.exposeInt("line", { description: "1-based physical line." }),
      key: t.exposeString("key", {
        nullable: true,
        description: "Path of the offending key; null where the whole line is bad.",
      }),
      reason: t.exposeString("reason", {
        description: "Why it was refused, with the value found and what is allowed.",
      }),
    }),
  });
  builder.objectType(refs.dataset, {
    interfaces: [refs.node],
    description: "One JSONL file of runs.",
    fields: (t) => ({
      id: t.id({
        description: "The same after a restart.",
        resolve: ({ name }) => encodeId("Dataset", name),
      }),
      name: t.exposeString("name", { description: "The file's name less .jsonl and .results." }),
      version: t.exposeString("version", { description: "Hash of the file's content." }),
      synthetic: t.exposeBoolean("synthetic", {
        description: "Whether the content says that it was simulated by `sweepql sample`.",
      }),
      family: t.exposeString("family", {
        nullable: true,
        description: "The manifest that documents it; null where none does.",
      }),
      layout: t.exposeString("layout", { description: "How the file's lines are built, in words." }),
      description: t.exposeString("description", {
        description: "What it is, from the data's own documentation; null where nothing documents it.",
        nullable: true,
      }),
      attribution: t.exposeString("attribution", { nullable: true, description: "Whom to credit." }),
      citation: t.exposeString("citation", {
        description: "How to cite the data, as BibTeX; null where not documented.",
        nullable: true,
      }),
      licence: t.exposeString("licence", { nullable: true, description: "Licence of the data." }),
      experiment: t.field({
        description: "Why the runs were made, and with what model.",
        type: experiment,
        resolve: (it) => it.experiment,
      }),
      runCount: t.exposeInt("runCount", { description: "How many runs were loaded." }),
      pointCount: t.exposeInt("pointCount", { description: "Points of all learning curves." }),
      divergedCount: t.exposeInt("divergedCount", {
        description: "Runs that diverged, as `Run.diverged` says.",
      }),
      rejectedLineCount: t.int({
        description: "Lines that were refused.",
        resolve: (it) => it.rejectedCount,
      }),
      rejectedLines: t.field({
        type: [rejected],
        description: "The refused lines, with reasons; the first 100.",
        resolve: (it) => it.rejectedLines,
      }),
      warnings: t.stringList({
        description: "What was odd, though nothing was lost.",
        resolve: (it) => it.warnings,
      }),
      hyperparameters: t.field({
        description: "The hyperparameters of this file, with roles, ranges and search distributions.",
        type: [hyperparameter],
        resolve: (it) => it.hyperparameters,
      }),
      metrics: t.field({
        description: "What the learning curves of this file log, beside their axis.",
        type: [metric],
        resolve: (it) => it.metrics,
      }),
      axis: t.field({
        description: "What the learning curves run along.",
        type: axis,
        resolve: (it) => it.axis,
      }),
      runs: t.field({
        description: "The runs of this file, filtered, ordered and paged.",
        type: connections.connection,
        args: connections.filteredArgs(t.arg),
        resolve: ({ index }, args, context, info) =>
          connectRuns({ kind: "dataset", index }, args, context, info, names),
      }),
      configurations: t.field({
        description: "The configurations of this file, in order of their first run.",
        type: configurations.connection,
        args: configurations.args(t.arg),
        resolve: (dataset, args, context, info) => connectConfigurations(dataset, args, context, info),
      }),
    }),
  });
}

function defineExperiment(builder: Builder, refs: Refs, catalogue: Catalogue, enums: Enums) {
  return builder.objectRef<Dataset["experiment"]>("Experiment").implement({
    description: "Why the runs were made, and what is known of the model; null where nothing documents it.",
    fields: (t) => ({
      kind: t.field({ description: "What it is.", type: enums.experimentKind, resolve: (it) => it.kind }),
      description: t.exposeString("description", {
        description: "What it is, from the data's own documentation; null where nothing documents it.",
        nullable: true,
      }),
      model: t.exposeString("model", { description: "The model that was trained.", nullable: true }),
      task: t.exposeString("task", { nullable: true, description: "What the model is trained on." }),
      sequenceLength: t.exposeInt("sequenceLength", { nullable: true, description: "Tokens." }),
      vocabularySize: t.exposeInt("vocabularySize", { nullable: true, description: "Tokens." }),
      schedule: t.exposeString("schedule", { nullable: true, description: "The learning rate's." }),
      weightAveraging: t.exposeString("weightAveraging", {
        description: "How the averaged weights were made.",
        nullable: true,
      }),
      evaluationInterval: t.exposeFloat("evaluationInterval", {
        nullable: true,
        description: "Axis units between two logged points.",
      }),
      replicates: t.exposeInt("replicates", {
        nullable: true,
        description:
          "Runs of each configuration, in successive lines, as the manifest says. Null where it says nothing, or the file holds another number of runs; `Configuration.runCount` counts them.",
      }),
      blockQuantiles: t.floatList({
        description:
          "At which quantiles of the tuning scores, worst first, the blocks' configurations stood.",
        resolve: (it) => it.blockQuantiles,
      }),
      tuningDataset: t.field({
        type: refs.dataset,
        nullable: true,
        description: "The dataset whose configurations were retrained.",
        resolve: (it) => catalogue.datasets.find(({ name }) => name === it.tuningDataset) ?? null,
      }),
    }),
  });
}
