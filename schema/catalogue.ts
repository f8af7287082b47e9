/**
 * What a data folder turned out to hold, as plain data: the datasets, and the hyperparameters and
 * metrics that they have between them. The schema's fields and enum values are written from it.
 */

/** The type of a hyperparameter; it widens (integer to float, anything to string) where datasets differ. */
export type ValueType = "integer" | "float" | "boolean" | "string";

/** Which way a metric is better. */
export type Goal = "minimize" | "maximize";

/** Why a hyperparameter has the values that it has. A label names or annotates a run, and is no part of its configuration. */
export type Role = "searched" | "fixed" | "seed" | "label";

/** What a column of the learning curve is. The axis is a field of every point too, under its own name. */
export type CurveRole = "axis" | "metric" | "cost" | "schedule";

/** A name as GraphQL carries it, and as the files have it. */
export interface Named {
  /** Field name, camelCase: `weightDecay`. Unique among the catalogue's hyperparameters, or its curve fields. */
  readonly name: string;
  /** Enum value: `WEIGHT_DECAY`. */
  readonly enumValue: string;
  /** Keys of the JSON that are read as this: `weight_decay`; nested keys joined by a dot. */
  readonly originals: readonly string[];
  /** The store's name for it, safe as an identifier (`h3`, `m7`); never derived from a client's text. */
  readonly column: string;
  /** One sentence, from the data's own documentation where that names the thing; null where nothing is known. */
  readonly description: string | null;
  readonly unit: string | null;
}

/** A hyperparameter of the catalogue: of one or more datasets. */
export interface Hyperparameter extends Named {
  readonly type: ValueType;
}

/** A column of the learning curves: the axis, a metric, a cost, or a schedule. Always a double. */
export interface CurveField extends Named {
  readonly role: CurveRole;
  /** Null where no dataset says, or where two datasets differ. */
  readonly goal: Goal | null;
  /** The datasets whose manifests name a goal, and which. */
  readonly goals: readonly { readonly dataset: string; readonly goal: Goal }[];
}

/** How the values of a searched hyperparameter were drawn. */
export type Distribution =
  | { readonly kind: "uniform" | "log-uniform"; readonly lower: number; readonly upper: number }
  | { readonly kind: "discrete-uniform"; readonly lower: number; readonly upper: number }
  | { readonly kind: "choice"; readonly values: readonly (number | string | boolean)[] }
  | { readonly kind: "derived"; readonly formula: string };

/** A hyperparameter as one dataset has it. */
export interface DatasetHyperparameter {
  readonly hyperparameter: Hyperparameter;
  readonly original: string;
  readonly role: Role;
  readonly unit: string | null;
  readonly description: string | null;
  /** Least and greatest finite value found; null for strings and booleans, or where no run has one. */
  readonly lower: number | null;
  readonly upper: number | null;
  readonly distinctCount: number;
  readonly missingCount: number;
  /** From a manifest; null where none says. */
  readonly distribution: Distribution | null;
}

/** A curve column as one dataset has it. */
export interface DatasetMetric {
  readonly field: CurveField;
  readonly original: string;
  readonly goal: Goal | null;
  readonly unit: string | null;
  readonly description: string | null;
  /** The part of the data that it was measured on: `validation`, `test`, `train`, `matched`…; null where unknown. */
  readonly split: string | null;
  /** What is measured: `cross-entropy`, `accuracy`…; null where unknown. */
  readonly quantity: string | null;
  /** Whether it is of the weight-averaged model; null where the question does not arise. */
  readonly weightAveraged: boolean | null;
  /** The least and greatest value that the metric can take; null where unbounded or unknown. */
  readonly lowerBound: number | null;
  readonly upperBound: number | null;
  /** Logged values that are finite, NaN, infinite, and null or absent. */
  readonly finiteCount: number;
  readonly nanCount: number;
  readonly infiniteCount: number;
  readonly missingCount: number;
}

/** Why an experiment was run, and what is known of its model; null where nothing documents it. */
export interface Experiment {
  readonly kind: "tuning" | "residual" | "unknown";
  readonly description: string | null;
  readonly model: string | null;
  readonly task: string | null;
  readonly sequenceLength: number | null;
  readonly vocabularySize: number | null;
  readonly schedule: string | null;
  readonly weightAveraging: string | null;
  /** Steps (or epochs) between two logged points; null where irregular or unknown. */
  readonly evaluationInterval: number | null;
  /** Runs per configuration in successive lines (128 in the residual files); null where not documented, or where the file holds another number of runs. */
  readonly replicates: number | null;
  /** Quantile of each block's configuration in the tuning file's scores, descending: 0.125, 0.25, …; empty where not documented. */
  readonly blockQuantiles: readonly number[];
  /** Name of the tuning dataset whose configurations were retrained; null where not documented, or not served. */
  readonly tuningDataset: string | null;
}

/** A line that was refused: nothing is dropped in silence. */
export interface RejectedLine {
  /** 1-based physical line. */
  readonly line: number;
  /** Path of the offending key (`hyperparameters.lr`, `learning_curve[3].step`); null where the whole line is bad. */
  readonly key: string | null;
  readonly reason: string;
}

/** One JSONL file. */
export interface Dataset {
  /** Position among the catalogue's datasets, which are in order of name; the store's key. */
  readonly index: number;
  /** The file's name less `.jsonl` and `.results`, with as many folders before it as tell it from others. Unique. */
  readonly name: string;
  /** Hash of the content. */
  readonly version: string;
  /** Path as found, relative to the data folder; for logs and `check`, never for an answer. */
  readonly file: string;
  /** True where the content says that it was generated by `sweepql sample`. */
  readonly synthetic: boolean;
  /** Name of the manifest that documents it: `llama`, `alexnet`, `deberta`, or the user's; null where none matches. */
  readonly family: string | null;
  readonly layout: string;
  readonly description: string | null;
  readonly attribution: string | null;
  readonly citation: string | null;
  readonly licence: string | null;
  readonly experiment: Experiment;
  readonly runCount: number;
  readonly pointCount: number;
  /** Different ones among the runs. */
  readonly configurationCount: number;
  readonly divergedCount: number;
  /** Runs that logged an axis value more than once. */
  readonly repeatingCount: number;
  readonly rejectedCount: number;
  /** The first refused lines, at most 100. */
  readonly rejectedLines: readonly RejectedLine[];
  /** Faults that lost nothing: an unknown key, a block whose hyperparameters differ, … */
  readonly warnings: readonly string[];
  readonly hyperparameters: readonly DatasetHyperparameter[];
  /** Without the axis. */
  readonly metrics: readonly DatasetMetric[];
  readonly axis: {
    readonly field: CurveField;
    readonly original: string;
    readonly unit: string;
    readonly description: string | null;
  };
  /** Whether the runs carry a flag of their own for a failed training (`nan_train_loss`). */
  readonly hasFailureFlag: boolean;
  /** Whether train and evaluation seconds, elapsed seconds, and tokens can be read off the curve. */
  readonly costs: {
    readonly trainSeconds: boolean;
    readonly evalSeconds: boolean;
    readonly totalSeconds: boolean;
    readonly tokens: boolean;
  };
}

/** A row of the documented table of model sizes. */
export interface ModelSize {
  readonly parameters: string;
  readonly parameterCount: number;
  readonly nEmbd: number;
  readonly nLayer: number;
  readonly nHead: number;
}

export interface Catalogue {
  /** Hash over the datasets' names, versions and manifests. */
  readonly version: string;
  readonly datasets: readonly Dataset[];
  /** All datasets' hyperparameters, sorted by name. */
  readonly hyperparameters: readonly Hyperparameter[];
  /** All datasets' curve fields, axes included, sorted by name. */
  readonly curveFields: readonly CurveField[];
}
