import { type Aggregate, aggregateKey, type Quantiles } from "../../schema/plan.js";
import type { Bin, GroupKeyValue, GroupRow, StoredValue } from "../../schema/store.js";
import { type GroupKey, stateNumbers } from "../sql/group-keys.js";
import { binsOf, type Edges } from "./bin-edges.js";

/** Columns before the keys: ordinal, part, axis, number of runs, first and last axis number. */
const OWN = 6;

/** The groups that a statement of `compileGroups` answered. */
export function groupRows(
  rows: readonly (readonly unknown[])[],
  keys: readonly GroupKey[],
  edges: readonly (Edges | null)[],
  aggregates: readonly (Aggregate | Quantiles)[],
): GroupRow[] {
  const bins = edges.map((one) => (one ? binsOf(one) : null));
  const names = aggregates.map(aggregateKey);
  const first = OWN + 2 * keys.length;
  return rows.map((row, position) => ({
    ordinal: row[0] === null ? position : Number(row[0]),
    part: row[1] === null ? null : Number(row[1]),
    axis: row[2] as number | null,
    runCount: Number(row[3]),
    keys: keys.map((_, index) =>
      keyValue(row[OWN + 2 * index], row[OWN + 2 * index + 1], bins[index] ?? null),
    ),
    values: new Map(
      aggregates.flatMap(({ kind }, index) =>
        kind === "quantiles" ? [] : [[names[index] as string, number(row[first + index])]],
      ),
    ),
    lists: new Map(
      aggregates.flatMap((aggregate, index) =>
        aggregate.kind === "quantiles" ? [[names[index] as string, list(row[first + index], aggregate)]] : [],
      ),
    ),
  }));
}

/** Whether a group mixes curves over different axes. */
export const mixesAxes = (row: readonly unknown[]): boolean => row[4] !== row[5];

function keyValue(value: unknown, state: unknown, bins: readonly Bin[] | null): GroupKeyValue {
  const name = stateNumbers[Number(state)] ?? "missing";
  if (bins)
    return { state: name, value: null, bin: name === "finite" ? (bins[Number(value)] ?? null) : null };
  return { state: name, value: name === "finite" ? (value as StoredValue) : null, bin: null };
}

/** An aggregate's value; a correlation without variance is NaN in the engine, and an overflow infinite: neither is a number. */
function number(value: unknown): number | null {
  if (value === null || value === undefined) return null;
  const converted = Number(value);
  return Number.isFinite(converted) ? converted : null;
}

/** Of no finite value, the engine's list is NULL as a whole. */
const list = (value: unknown, { p }: Quantiles): (number | null)[] =>
  Array.isArray(value) ? value.map(number) : p.map(() => null);
