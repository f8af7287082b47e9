import type { CurveField, CurveRole, Hyperparameter, ValueType } from "./catalogue.js";
import { isCounter, type Manifest, noteOf } from "./manifest.js";
import { assignNames, compareText } from "./naming.js";

/** The keys of one dataset, as its file or its manifest has them. */
export interface DatasetKeys {
  /** The dataset's name. */
  readonly name: string;
  readonly manifest: Manifest | null;
  readonly hyperparameters: readonly {
    readonly original: string;
    readonly type: ValueType;
    /** True where it lies beside the hyperparameters proper, and is named after them. */
    readonly beside?: boolean;
  }[];
  /** The axis included. */
  readonly curve: readonly { readonly original: string; readonly role: CurveRole }[];
}

/** The fields that datasets have between them, and where each dataset's keys went. */
export interface Fields {
  readonly hyperparameters: readonly Hyperparameter[];
  readonly curveFields: readonly CurveField[];
  hyperparameter(manifest: Manifest | null, original: string): Hyperparameter;
  curveField(manifest: Manifest | null, original: string): CurveField;
}

interface Entry {
  readonly manifest: Manifest | null;
  readonly original: string;
  readonly name: string | undefined;
  readonly documented: boolean;
  readonly beside?: boolean | undefined;
}

/**
 * Merges the datasets' keys into fields, sorted by name. Keys are one field where they are the same
 * key, or where manifests give them the same name; what is said of a field is said by the first
 * dataset that documents it.
 */
export function mergeFields(datasets: readonly DatasetKeys[]): Fields {
  const hyperparameters = datasets.flatMap(({ manifest, hyperparameters: keys }) =>
    keys.map((key) => {
      const note = noteOf(manifest?.hyperparameters, key.original);
      return { ...key, manifest, note, name: note?.name, documented: note !== undefined };
    }),
  );
  const curve = datasets.flatMap(({ name: dataset, manifest, curve: keys }) =>
    keys.map((key) => {
      const note = noteOf(manifest?.metrics, key.original);
      const axis = key.role === "axis" ? manifest?.axis : undefined;
      const counts = manifest !== null && isCounter(manifest, key.original);
      const documented = note !== undefined || axis !== undefined || counts;
      return { ...key, dataset, manifest, note, axis, name: note?.name, documented };
    }),
  );
  const named = grouped(hyperparameters, "h").map(({ group, ...names }): Hyperparameter => ({
    ...names,
    description: firstOf(group, ({ note }) => note?.description),
    unit: firstOf(group, ({ note }) => note?.unit),
    type: group.map(({ type }) => type).reduce(widen),
  }));
  const fields = grouped(curve, "m").map(({ group, ...names }): CurveField => {
    const goals = group.flatMap(({ dataset, note }) => (note?.goal ? [{ dataset, goal: note.goal }] : []));
    const goal = goals[0]?.goal ?? null;
    return {
      ...names,
      description: firstOf(group, ({ note, axis }) => note?.description ?? axis?.description),
      unit: firstOf(group, ({ note, axis }) => note?.unit ?? axis?.unit),
      role: group.some(({ role }) => role === "axis") ? "axis" : firstRole(group),
      goal: goals.every((other) => other.goal === goal) ? goal : null,
      goals,
    };
  });
  const finder = <T extends Hyperparameter | CurveField>(entries: readonly Entry[], list: readonly T[]) => {
    const names = namesOf(entries);
    const byName = new Map(list.map((field) => [field.name, field]));
    return (manifest: Manifest | null, original: string): T => {
      const entry = entries.find(
        (candidate) => candidate.manifest === manifest && candidate.original === original,
      );
      const field = entry && byName.get(names.get(identity(entry))?.name ?? "");
      if (!field) throw new Error(`no field for the key ${original}`);
      return field;
    };
  };
  return {
    hyperparameters: named,
    curveFields: fields,
    hyperparameter: finder(hyperparameters, named),
    curveField: finder(curve, fields),
  };
}

/** The narrower of the types that both kinds of values fit in. */
export function widen(a: ValueType, b: ValueType): ValueType {
  if (a === b) return a;
  const numeric = (type: ValueType): boolean => type === "integer" || type === "float";
  return numeric(a) && numeric(b) ? "float" : "string";
}

function grouped<E extends Entry>(entries: readonly E[], prefix: "h" | "m") {
  const names = namesOf(entries);
  const groups = new Map<string, E[]>();
  for (const entry of entries) {
    const group = groups.get(identity(entry));
    if (group) group.push(entry);
    else groups.set(identity(entry), [entry]);
  }
  return [...groups]
    .map(([id, group]) => ({
      name: names.get(id)?.name ?? "",
      enumValue: names.get(id)?.enumValue ?? "",
      originals: [...new Set(group.map(({ original }) => original))].sort(compareText),
      group,
    }))
    .sort((a, b) => compareText(a.name, b.name))
    .map((field, index) => ({ ...field, column: `${prefix}${index}` }));
}

/** A manifest's name joins keys; a null character keeps it apart from a key of the same text. */
const identity = ({ name, original }: Entry): string => (name === undefined ? original : `${name}\0`);

const namesOf = (entries: readonly Entry[]) =>
  assignNames(
    entries.map((entry) => ({
      original: identity(entry),
      preferred: entry.name,
      documented: entry.documented,
      minor: entry.beside ?? false,
    })),
  );

function firstOf<E, T>(group: readonly E[], pick: (entry: E) => T | undefined): T | null {
  for (const entry of group) {
    const found = pick(entry);
    if (found !== undefined) return found;
  }
  return null;
}

const firstRole = (group: readonly { readonly role: CurveRole; readonly documented: boolean }[]): CurveRole =>
  (group.find(({ documented }) => documented) ?? group[0])?.role ?? "metric";
