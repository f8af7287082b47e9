import type { CurveRole, Distribution, Goal, ModelSize, Role, ValueType } from "./catalogue.js";

/**
 * What a data file cannot say of itself: goals, units, bounds, roles, search distributions, kind of
 * experiment, attribution. Built-in manifests (`documented/`) are matched by the keys that a file
 * has; a user's own lies beside the data (see README) and wins.
 */
export interface Manifest {
  /** Short name: `llama`. */
  readonly name: string;
  readonly model?: string;
  readonly task?: string;
  readonly description?: string;
  readonly attribution?: string;
  readonly citation?: string;
  readonly licence?: string;
  /** Keys that a run's line must have (nested ones joined by a dot), for a built-in manifest to match. */
  readonly requiredKeys: readonly string[];
  /** Runs' own flag for a training that failed. */
  readonly failureFlag?: string;
  /** Hyperparameter that holds the axis value at which a complete curve ends, and what to subtract from it. */
  readonly completeAt?: { readonly hyperparameter: string; readonly minus?: number };
  readonly axis?: { readonly key: string; readonly unit?: string; readonly description?: string };
  /** Cumulative clocks, in seconds: either one, or the interleaved ends of training and evaluation. */
  readonly clock?: { readonly elapsed: string } | { readonly trainEnd: string; readonly evalEnd: string };
  /** Curve key that counts tokens seen so far. */
  readonly tokens?: string;
  readonly hyperparameters: Readonly<Record<string, HyperparameterNote>>;
  readonly metrics: Readonly<Record<string, MetricNote>>;
  /** What differs from file to file, matched by the dataset's name (a pattern with `*`) and by the content. */
  readonly datasets?: readonly DatasetNote[];
  /** The same of the user's own manifests, matched by the name alone: the first match holds, and wins. */
  readonly userDatasets?: readonly DatasetNote[];
  readonly sequenceLength?: number;
  readonly vocabularySize?: number;
  readonly schedule?: string;
  readonly weightAveraging?: string;
  readonly evaluationInterval?: number;
  /** Documented sizes; a run's `n_embd`, `n_layer` and `n_head` tell which one a file is of. */
  readonly modelSizes?: readonly ModelSize[];
  /** The curve's key, where several could be it, and names for the columns of unlabelled tuples, the axis first. */
  readonly curve?: { readonly key?: string; readonly columns?: readonly string[] };
}

export interface HyperparameterNote {
  readonly type?: ValueType;
  readonly role?: Role;
  readonly unit?: string;
  readonly description?: string;
  readonly distribution?: Distribution;
  /** A name other than the one made from the key. */
  readonly name?: string;
}

export interface MetricNote {
  readonly role?: Exclude<CurveRole, "axis">;
  readonly goal?: Goal;
  readonly unit?: string;
  readonly description?: string;
  readonly split?: string;
  readonly quantity?: string;
  readonly weightAveraged?: boolean;
  readonly lowerBound?: number;
  readonly upperBound?: number;
  readonly name?: string;
}

export interface DatasetNote {
  readonly match: string;
  readonly kind: "tuning" | "residual";
  readonly model?: string;
  readonly description?: string;
  readonly replicates?: number;
  readonly blockQuantiles?: readonly number[];
  /** Name of the tuning dataset that a residual one was made from; a `*` stands for what `match`'s stood for. */
  readonly tuningDataset?: string;
}

/** What a manifest's section says of a key; only of keys that it names itself (`constructor` is one like any other). */
export const noteOf = <N>(notes: Readonly<Record<string, N>> | undefined, key: string): N | undefined =>
  notes && Object.hasOwn(notes, key) ? notes[key] : undefined;

/** Whether the manifest says that the curve key counts time or tokens. */
export const isCounter = ({ clock, tokens }: Manifest, key: string): boolean =>
  key === tokens || Object.values(clock ?? {}).includes(key);
