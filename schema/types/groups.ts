import { limits } from "../limits.js";
import type { Builder } from "../builder.js";
import type { Catalogue } from "../catalogue.js";
import { badInput } from "../faults.js";
import { intervalLabel } from "../interval-label.js";
import { type Measure, measureLabel } from "../measure.js";
import type { Names } from "../names.js";
import type { Flag, GroupBy, Scale } from "../plan.js";
import { Selection } from "../selection.js";
import type { ConfigurationRow, GroupKeyValue } from "../store.js";
import { aggregateFields } from "./aggregates.js";
import { type BinRuleInput, type Bins, toBinSpec } from "./bins.js";
import type { Enums } from "./enums.js";
import type { Filters } from "./filters.js";
import { configurationHyperparameters } from "./hyperparameters.js";
import { type MeasureInput, type Measures, toMeasure, toNumericMeasure } from "./measures.js";
import type { Refs } from "./refs.js";
import { connectRuns, type RunConnections } from "./run-connections.js";
import type { Group, Summaries } from "./summaries.js";

export interface GroupKey {
  readonly by: GroupBy;
  readonly value: GroupKeyValue;
}

interface BinInput {
  of: MeasureInput;
  by: BinRuleInput;
  scale?: Scale | null;
  includeEmpty?: boolean | null;
}

export interface GroupByInput {
  dataset?: boolean | null;
  configuration?: boolean | null;
  nanTrainLoss?: boolean | null;
  diverged?: boolean | null;
  complete?: boolean | null;
  value?: MeasureInput | null;
  bin?: BinInput | null;
}

/** `GroupBy`, `GroupKey` and `RunGroup`. */
export function defineGroups(
  builder: Builder,
  refs: Refs,
  catalogue: Catalogue,
  names: Names,
  enums: Enums,
  filters: Filters,
  measures: Measures,
  bins: Bins,
  summaries: Summaries,
  connections: RunConnections,
) {
  const binInput = builder.inputRef<BinInput>("BinInput").implement({
    description:
      "A measure, cut into bins. Values that are not finite form groups of their own, by their state.",
    fields: (t) => ({
      of: t.field({ description: "What is cut.", type: measures.measure, required: true }),
      by: t.field({ description: "How it is cut.", type: bins.rule, required: true }),
      scale: t.field({
        description: "The scale on which widths and counts are cut.",
        type: enums.scale,
        defaultValue: "linear",
      }),
      includeEmpty: t.boolean({
        defaultValue: false,
        description: "Whether bins that no run falls into are answered too. Curves leave them out.",
      }),
    }),
  });
  const flag = "true: by this flag.";
  const groupBy = builder.inputRef<GroupByInput>("GroupBy").implement({
    isOneOf: true,
    description: "What sets the groups apart.",
    fields: (t) => ({
      dataset: t.boolean({ description: "true: by dataset." }),
      configuration: t.boolean({ description: "true: by configuration." }),
      nanTrainLoss: t.boolean({ description: flag }),
      diverged: t.boolean({ description: flag }),
      complete: t.boolean({ description: flag }),
      value: t.field({ type: measures.measure, description: "Each different value is a group." }),
      bin: t.field({ type: binInput, description: "Each bin is a group." }),
    }),
  });
  const key = builder.objectRef<GroupKey>("GroupKey").implement({
    description:
      "What the runs of a group have in common, for one entry of groupBy. The field that fits is set, the others are null.",
    fields: (t) => ({
      label: t.string({
        description: "For people: the value, or the bin as an interval.",
        resolve: (it) => labelOf(it, catalogue),
      }),
      state: t.field({
        type: enums.valueState,
        description: "FINITE where there is a value; else why there is none.",
        resolve: ({ value }) => value.state,
      }),
      dataset: t.field({
        description: "The dataset, where the key is one.",
        type: refs.dataset,
        nullable: true,
        resolve: ({ by, value }) =>
          by.kind === "dataset" && typeof value.value === "number"
            ? (catalogue.datasets[value.value] ?? null)
            : null,
      }),
      configuration: t.field({
        description: "The configuration, where the key is one.",
        type: refs.configuration,
        nullable: true,
        resolve: ({ by, value }, _, context, info): Promise<ConfigurationRow> | null =>
          by.kind === "configuration" && typeof value.value === "number"
            ? context.configuration(
                configurationHyperparameters(Selection.below(info), catalogue),
                value.value,
              )
            : null,
      }),
      boolean: t.boolean({
        description: "The flag, or the value of a boolean hyperparameter.",
        nullable: true,
        resolve: ({ value }) => (typeof value.value === "boolean" ? value.value : null),
      }),
      integer: t.field({
        type: "SafeInt",
        nullable: true,
        description: "The value of an integer hyperparameter or the iteration.",
        resolve: integerOf,
      }),
      number: t.float({
        nullable: true,
        description: "The value of any numeric measure.",
        resolve: (it) => (isMeasured(it.by) && typeof it.value.value === "number" ? it.value.value : null),
      }),
      string: t.string({
        description: "The value of a string hyperparameter.",
        nullable: true,
        resolve: ({ value }) => (typeof value.value === "string" ? value.value : null),
      }),
      bin: t.field({
        description: "The bin, where the key is one.",
        type: bins.bin,
        nullable: true,
        resolve: ({ value }) => value.bin,
      }),
    }),
  });
  const group = builder.objectRef<Group>("RunGroup").implement({
    description: "Runs that share their keys, and statistics over them.",
    fields: (t) => ({
      keys: t.field({
        type: [key],
        description: "One for each entry of groupBy, in its order.",
        resolve: ({ plan, row }) => keysOf(plan.groupBy, row.keys),
      }),
      ...aggregateFields(t, names, enums, filters, measures, summaries),
      runs: t.field({
        type: connections.connection,
        description: "The runs of the group.",
        args: connections.args(t.arg),
        resolve: (group, args, context, info) =>
          connectRuns({ kind: "group", group }, args, context, info, names),
      }),
    }),
  });
  return { groupBy, key, group };
}

export type Groups = ReturnType<typeof defineGroups>;

export const keysOf = (groupBy: readonly GroupBy[], values: readonly GroupKeyValue[]): GroupKey[] =>
  groupBy.flatMap((by, index) => {
    const value = values[index];
    return value ? [{ by, value }] : [];
  });

/**
 * The keys that an input names.
 * @throws a fault that names the argument, its value and what is allowed.
 */
export function toGroupBy(inputs: readonly GroupByInput[], names: Names): GroupBy[] {
  if (inputs.length > limits.maxKeys)
    throw badInput("groupBy", `${inputs.length} keys`, `at most ${limits.maxKeys} are allowed`);
  return inputs.map((input, index) => {
    const path = `groupBy[${index}]`;
    if (input.value) return { kind: "value", of: toMeasure(names, input.value, `${path}.value`) };
    if (input.bin) {
      return {
        kind: "bin",
        of: toNumericMeasure(names, input.bin.of, `${path}.bin.of`),
        bins: toBinSpec(input.bin.by, input.bin.scale ?? "linear", `${path}.bin.by`),
        includeEmpty: input.bin.includeEmpty ?? false,
      };
    }
    const [name, value] = Object.entries(input)[0] as [string, unknown];
    if (value !== true) throw badInput(`${path}.${name}`, value, "only true names a key");
    return name === "dataset" || name === "configuration"
      ? { kind: name }
      : { kind: "flag", flag: name as Flag };
  });
}

const isMeasured = (by: GroupBy): by is GroupBy & { kind: "value"; of: Measure } => by.kind === "value";

function integerOf({ by, value }: GroupKey): number | null {
  if (!isMeasured(by) || typeof value.value !== "number") return null;
  const { of } = by;
  const whole =
    of.kind === "iteration" || (of.kind === "hyperparameter" && of.hyperparameter.type === "integer");
  return whole ? value.value : null;
}

const stateLabels = {
  nan: "NaN",
  positiveInfinity: "Infinity",
  negativeInfinity: "-Infinity",
  missing: "missing",
  finite: "",
} as const;

function labelOf({ by, value }: GroupKey, catalogue: Catalogue): string {
  if (value.state !== "finite") return stateLabels[value.state];
  if (value.bin && by.kind === "bin")
    return `${measureLabel(by.of)} ${intervalLabel(value.bin, by.bins.rule)}`;
  if (by.kind === "dataset") return catalogue.datasets[value.value as number]?.name ?? "";
  if (by.kind === "configuration") return `configuration ${value.value as number}`;
  if (by.kind === "flag") return `${by.flag} ${String(value.value)}`;
  return by.kind === "value" ? `${measureLabel(by.of)} ${String(value.value)}` : String(value.value);
}
