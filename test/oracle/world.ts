import { parseLenient } from "./lenient-json.js";

/**
 * An independent reading of JSONL runs: a description of each file by hand, and from it plain runs
 * whose values have the names that the API is expected to give them. Imports nothing of the service.
 */

/** A value as logged: NaN and infinities are numbers, null is missing. */
export type Value = number | string | boolean | null;

export type Goal = "minimize" | "maximize";

export interface DatasetDescription {
  readonly name: string;
  readonly file: string;
  /** Key of the object that holds the hyperparameters; null where they stand beside the curve. */
  readonly hyperparametersUnder: string | null;
  readonly curveUnder: string;
  /** A list of objects, or a map of lists of `[axis, value]` by split. */
  readonly curve: "objects" | "pairs by split";
  readonly axis: string;
  readonly failureFlag: string | null;
  /** Keys in the file by the enum values of the API. */
  readonly hyperparameters: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, string>>;
  /** Which hyperparameters make the configuration, by enum value. */
  readonly searched: readonly string[];
  readonly completeAt: { readonly key: string; readonly minus: number } | null;
  readonly clock:
    { readonly elapsed: string } | { readonly trainEnd: string; readonly evalEnd: string } | null;
  readonly tokens: string | null;
}

export interface WorldDescription {
  /** In order of name. */
  readonly datasets: readonly DatasetDescription[];
  /** Every hyperparameter by enum value: the name of its field and its type. */
  readonly hyperparameters: Readonly<
    Record<string, { readonly field: string; readonly type: HyperparameterType }>
  >;
  /** Every metric by enum value: the name of its field and its goal. */
  readonly metrics: Readonly<Record<string, { readonly field: string; readonly goal: Goal | null }>>;
}

export type HyperparameterType = "integer" | "float" | "boolean" | "string";

export interface Point {
  readonly axis: number;
  /** By the metric's enum value. */
  readonly values: Readonly<Record<string, number | null>>;
}

export interface Run {
  readonly dataset: DatasetDescription;
  readonly datasetIndex: number;
  /** 1-based physical line. */
  readonly line: number;
  readonly iteration: number | null;
  readonly failed: boolean | null;
  /** By the hyperparameter's enum value. */
  readonly hyperparameters: Readonly<Record<string, Value>>;
  readonly points: readonly Point[];
  /** Same for runs of one configuration. */
  readonly configuration: string;
  /** Points with every key of the file, for clocks. */
  readonly rawPoints: readonly Readonly<Record<string, unknown>>[];
  readonly rawHyperparameters: Readonly<Record<string, unknown>>;
}

export interface World extends WorldDescription {
  /** In order of dataset and line. */
  readonly runs: readonly Run[];
}

export function readWorld(description: WorldDescription, textOf: (file: string) => string): World {
  const runs = description.datasets.flatMap((dataset, index) =>
    textOf(dataset.file)
      .split("\n")
      .flatMap((line, number) =>
        line.trim() === "" ? [] : [readRun(parseLenient(line), dataset, index, number + 1)],
      ),
  );
  return { ...description, runs };
}

type Json = Readonly<Record<string, unknown>>;

function readRun(json: unknown, dataset: DatasetDescription, datasetIndex: number, line: number): Run {
  const record = json as Json;
  const own = (dataset.hyperparametersUnder === null ? record : record[dataset.hyperparametersUnder]) as Json;
  const raw =
    dataset.curve === "objects"
      ? (record[dataset.curveUnder] as Json[])
      : joinSplits(record[dataset.curveUnder] as Record<string, [number, number][]>, dataset.axis);
  const hyperparameters = Object.fromEntries(
    Object.entries(dataset.hyperparameters).map(([name, key]) => [name, (own[key] ?? null) as Value]),
  );
  const flag = dataset.failureFlag === null ? null : record[dataset.failureFlag];
  return {
    dataset,
    datasetIndex,
    line,
    iteration: typeof record["iteration"] === "number" ? record["iteration"] : null,
    failed: typeof flag === "boolean" ? flag : null,
    hyperparameters,
    points: raw.map((point) => ({
      axis: point[dataset.axis] as number,
      values: Object.fromEntries(
        Object.entries(dataset.metrics).map(([name, key]) => [name, (point[key] ?? null) as number | null]),
      ),
    })),
    configuration: JSON.stringify(
      [...dataset.searched].sort().map((name) => {
        const value = hyperparameters[name];
        return [dataset.hyperparameters[name], typeof value === "number" ? String(value) : value];
      }),
    ),
    rawPoints: raw,
    rawHyperparameters: own,
  };
}

/** Side by side at each step that any split has. */
function joinSplits(splits: Record<string, [number, number][]>, axis: string): Json[] {
  const steps = new Set(Object.values(splits).flatMap((pairs) => pairs.map(([step]) => step)));
  return [...steps]
    .sort((a, b) => a - b)
    .map((step) => ({
      [axis]: step,
      ...Object.fromEntries(
        Object.entries(splits).map(([split, pairs]) => [
          split,
          pairs.find(([at]) => at === step)?.[1] ?? null,
        ]),
      ),
    }));
}
