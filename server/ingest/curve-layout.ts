import type { Manifest } from "../../schema/manifest.js";
import type { Access, CurveColumn, CurveSource, Path } from "./layout.js";
import { AXIS_NAMES, bare, CURVE_NAMES, HYPERPARAMETER_OBJECTS } from "./key-names.js";
import type { OddRows } from "./row-counts.js";
import { linesOf, numbersOf, type Shape } from "./shape.js";

/** What a first reading showed to be no part of the curve. */
export interface Exclusions {
  /** By name, columns that fall along the curves of most runs, and so are no axis: in how many, of how many, in which line first. */
  readonly axes: ReadonlyMap<string, OddRows & { readonly all: number }>;
  /** Top-level lists of other lengths than the curve's. */
  readonly arrays: ReadonlySet<string>;
}

export const NO_EXCLUSIONS: Exclusions = { axes: new Map(), arrays: new Set() };

/** What could be the curve of a line, and what of the line it takes up. */
export interface CurveCandidate {
  readonly words: string;
  readonly sources: readonly CurveSource[];
  readonly axisKey: string;
  /** Top-level keys that are the curve's and no hyperparameters; for arrays under the top, each array. */
  readonly taken: readonly string[];
  readonly warnings: readonly string[];
}

const isPointList = (shape: Shape): boolean =>
  linesOf(shape, "list") > 0 && (shape.elements?.keys.size ?? 0) > 0;

const isTupleList = (shape: Shape): boolean => {
  const tuple = shape.elements;
  return (
    linesOf(shape, "list") > 0 &&
    tuple !== null &&
    linesOf(tuple, "list") > 0 &&
    !!tuple.elements &&
    numbersOf(tuple.elements) > 0
  );
};

const isArray = (shape: Shape): boolean =>
  linesOf(shape, "list") > 0 && shape.elements !== null && numbersOf(shape.elements) > 0;

const isEmptyList = (shape: Shape): boolean =>
  linesOf(shape, "list") > 0 &&
  shape.elements !== null &&
  [...shape.elements.counts.keys()].every((kind) => kind === "NULL");

const isMapOf = (shape: Shape, test: (child: Shape) => boolean): boolean =>
  linesOf(shape, "object") > 0 &&
  [...shape.keys.values()].some(test) &&
  [...shape.keys.values()].every((child) => test(child) || isEmptyList(child));

/** Whether what stands under a key on top could be a curve as well, beside the one that is read. */
export const isCurveLike = (shape: Shape): boolean =>
  isPointList(shape) ||
  isTupleList(shape) ||
  isMapOf(shape, isPointList) ||
  isMapOf(shape, isTupleList) ||
  hasArrays(shape) ||
  isMapOf(shape, hasArrays);

/** Parallel arrays, of which one is called as an axis is; others may be lists of settings. */
const hasArrays = (shape: Shape): boolean =>
  isMapOf(shape, isArray) && [...shape.keys.keys()].some((name) => AXIS_NAMES.includes(bare(name)));

/** Finds the curve among the top-level keys; null where there is none. */
export function findCurve(
  top: Shape,
  manifest: Manifest | null,
  exclusions: Exclusions = NO_EXCLUSIONS,
): CurveCandidate | null {
  const wanted = manifest?.curve?.key;
  const keys = [...top.keys]
    .filter(([key]) => wanted === undefined || key === wanted)
    .sort(([a], [b]) => rank(a) - rank(b));
  for (const [key, shape] of keys) {
    if (isPointList(shape) || isTupleList(shape))
      return bySplit([[null, [key], shape]], key, "a list", manifest, exclusions);
  }
  for (const [key, shape] of keys) {
    if (isMapOf(shape, isPointList) || isMapOf(shape, isTupleList)) {
      const splits = [...shape.keys].filter(([, child]) => isPointList(child) || isTupleList(child));
      return bySplit(
        splits.map(([split, child]) => [split, [key, split], child] as const),
        key,
        "a map by split, each a list",
        manifest,
        exclusions,
      );
    }
  }
  for (const [key, shape] of keys) {
    // An object of hyperparameters may hold nothing but lists too.
    if (wanted === undefined && HYPERPARAMETER_OBJECTS.includes(bare(key))) continue;
    if (isMapOf(shape, isArray))
      return arrays([[null, [key], shape]], [key], `parallel arrays under \`${key}\``, manifest, exclusions);
    if (isMapOf(shape, (child) => isMapOf(child, isArray))) {
      const splits = [...shape.keys].map(([split, child]) => [split, [key, split], child] as const);
      return arrays(
        splits,
        [key],
        `a map by split under \`${key}\`, each parallel arrays`,
        manifest,
        exclusions,
      );
    }
  }
  const loose = [...top.keys].filter(([key, shape]) => isArray(shape) && !exclusions.arrays.has(key));
  if (loose.length > 0 && wanted === undefined) {
    const group: Shape = { counts: new Map([["object", 1]]), keys: new Map(loose), elements: null };
    return arrays(
      [[null, [], group]],
      loose.map(([key]) => key),
      "parallel arrays",
      manifest,
      exclusions,
    );
  }
  // Every curve of the file is empty: the named key is still the curve.
  const empty = keys.find(
    ([key, shape]) => isEmptyList(shape) && (wanted !== undefined || rank(key) < CURVE_NAMES.length),
  );
  return empty
    ? {
        words: `curve always empty, under \`${empty[0]}\``,
        sources: [],
        axisKey: manifest?.axis?.key ?? "step",
        taken: [empty[0]],
        warnings: [],
      }
    : null;
}

const rank = (key: string): number => {
  const index = CURVE_NAMES.indexOf(bare(key));
  return index < 0 ? CURVE_NAMES.length : index;
};

function bySplit(
  lists: readonly (readonly [split: string | null, path: Path, shape: Shape])[],
  key: string,
  words: string,
  manifest: Manifest | null,
  exclusions: Exclusions,
): CurveCandidate {
  const allTuples = lists.every(([, , shape]) => isTupleList(shape));
  const fields = lists
    .filter(([, , shape]) => !isTupleList(shape))
    .map(([, , shape]) => new Set(shape.elements?.keys.keys()));
  const common =
    fields.length === 0 ? [] : [...(fields[0] ?? [])].filter((name) => fields.every((set) => set.has(name)));
  const axisField = axisAmong(common, manifest, exclusions);
  const names = manifest?.curve?.columns ?? [];
  const axisKey =
    (allTuples ? undefined : axisField) ?? manifest?.axis?.key ?? names[0] ?? (allTuples ? "step" : POSITION);
  const sources = lists.map(([split, path, shape]): CurveSource => {
    const inSplit = (name: string): string => (split === null ? name : `${split}.${name}`);
    if (isTupleList(shape)) {
      // How wide the tuples are, the structure does not say: further columns are added when the file is read.
      const original = split ?? names[1] ?? "value";
      return {
        kind: "tuples",
        path,
        split,
        axis: { kind: "place", index: 1 },
        columns: [{ original, access: { kind: "place", index: 2 } }],
      };
    }
    const columns = fieldsOf(shape.elements)
      .filter((field) => field.join(".") !== axisField)
      .map((field): CurveColumn => ({
        original: inSplit(field.join(".")),
        access: { kind: "field", path: field },
      }));
    const axis: Access | null = axisField === undefined ? null : { kind: "field", path: [axisField] };
    return { kind: "objects", path, split, axis, columns };
  });
  const of = allTuples ? "pairs" : "objects";
  const warnings = lists.flatMap(([, , shape]) =>
    unreadFields(shape.elements).map(
      (name) => `\`${key}[].${name}\` holds no numbers that can be read, and is left out`,
    ),
  );
  if (!allTuples) warnings.push(...axisWarnings(`${key}[].`, axisField, exclusions));
  return { words: `curve ${words} of ${of}, under \`${key}\``, sources, axisKey, taken: [key], warnings };
}

function arrays(
  groups: readonly (readonly [split: string | null, path: Path, shape: Shape])[],
  taken: readonly string[],
  words: string,
  manifest: Manifest | null,
  exclusions: Exclusions,
): CurveCandidate {
  const sets = groups.map(
    ([, , shape]) => new Set([...shape.keys].filter(([, child]) => isArray(child)).map(([name]) => name)),
  );
  const common = [...(sets[0] ?? [])].filter((name) => sets.every((set) => set.has(name)));
  const axisName = axisAmong(common, manifest, exclusions);
  const sources = groups.map(([split, path, shape]): CurveSource => ({
    kind: "arrays",
    path,
    split,
    axis: axisName === undefined ? null : { kind: "array", path: [...path, axisName] },
    columns: [...shape.keys]
      .filter(([name, child]) => name !== axisName && (isArray(child) || isEmptyList(child)))
      .map(([name]) => ({
        original: split === null ? name : `${split}.${name}`,
        access: { kind: "array", path: [...path, name] },
      })),
  }));
  return {
    words: `curve ${words}`,
    sources,
    axisKey: axisName ?? manifest?.axis?.key ?? POSITION,
    taken,
    warnings: axisWarnings("", axisName, exclusions),
  };
}

/** What the axis is called where the points' positions stand for it. */
const POSITION = "position";

/** Why the axis is not the likeliest column. */
function axisWarnings(prefix: string, axis: string | undefined, { axes }: Exclusions): string[] {
  const instead =
    axis === undefined
      ? "the points' positions from 1 stand for the axis"
      : `\`${axis}\` is the axis instead`;
  if (axes.size === 0)
    return axis === undefined
      ? [
          `no column of the curve is called as an axis usually is (step, epoch, …): ${instead}; axis: {key: …} in a manifest names the column that is it`,
        ]
      : [];
  return [...axes].map(
    ([name, { count, all, line }]) =>
      `\`${prefix}${name}\` falls along the curve in ${count} of ${all} runs, first in line ${line ?? "?"}: ${instead}; axis: {key: ${name}} in a manifest makes it the axis nevertheless`,
  );
}

/** Paths of the numeric fields of a point; one that is null throughout counts. */
function fieldsOf(point: Shape | null, prefix: Path = []): Path[] {
  return [...(point?.keys ?? [])].flatMap(([key, child]) => {
    if (key === "") return [];
    if (child.keys.size > 0) return fieldsOf(child, [...prefix, key]);
    return isNumeric(child) ? [[...prefix, key]] : [];
  });
}

/** Fields of a point that no number ever stands in: they cannot be plotted, and are left out. */
export function unreadFields(point: Shape | null, prefix = ""): string[] {
  return [...(point?.keys ?? [])].flatMap(([key, child]) => {
    if (child.keys.size > 0) return unreadFields(child, `${prefix}${key}.`);
    return isNumeric(child) && key !== "" ? [] : [prefix + key];
  });
}

/** Strings may be "NaN" and the like, and a mixture may hold numbers: only the values can tell. */
const isNumeric = (shape: Shape): boolean =>
  numbersOf(shape) + linesOf(shape, "JSON") > 0 || [...shape.counts.keys()].every((kind) => kind === "NULL");

function axisAmong(
  names: readonly string[],
  manifest: Manifest | null,
  exclusions: Exclusions,
): string | undefined {
  if (manifest?.axis && names.includes(manifest.axis.key)) return manifest.axis.key;
  return names
    .filter((name) => AXIS_NAMES.includes(bare(name)) && !exclusions.axes.has(name))
    .sort((a, b) => AXIS_NAMES.indexOf(bare(a)) - AXIS_NAMES.indexOf(bare(b)))[0];
}
