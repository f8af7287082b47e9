import { measureLabel } from "../../../schema/measure.js";
import type { BinRule, GroupBy } from "../../../schema/plan.js";
import type { GroupKeyValue } from "../../../schema/store.js";
import { stateNumbers } from "../../sql/group-keys.js";
import { binsOf, cutEdges, innerEdges, type ValueRange } from "../bin-edges.js";
import { type Column, valueAt } from "./column.js";
import { LOOK_UP } from "./conditions.js";
import { quantile } from "./quantiles.js";
import type { View } from "./view.js";

/** A key of groups over some runs: a number for each, in the order of the keys' values. */
export interface RunKeys {
  readonly count: number;
  /** Of each run. */
  readonly codes: Int32Array;
  /** What each number stands for. */
  readonly values: readonly GroupKeyValue[];
}

/** What finds the keys of runs. */
export type KeyOf = (runs: Int32Array) => RunKeys;

export function compileKey(by: GroupBy, view: View): KeyOf {
  view.spend(2 * LOOK_UP);
  switch (by.kind) {
    case "dataset":
      return (runs) => valueKeys(view.runs.dataset, runs);
    case "configuration": {
      const column = view.run({ kind: "field", field: "configuration" });
      return (runs) => valueKeys(column, runs);
    }
    case "flag": {
      const column = view.run({ kind: "field", field: by.flag });
      return (runs) => valueKeys(column, runs);
    }
    case "value": {
      const column = view.run({ kind: "value", measure: by.of });
      return (runs) => valueKeys(column, runs);
    }
    case "bin": {
      // Groups without runs are left to the statement.
      if (by.includeEmpty) view.refuse();
      const column = view.run({ kind: "value", measure: by.of });
      return (runs) => {
        const edges = cutEdges(by.bins, rangeOf(column, runs, by.bins.rule), measureLabel(by.of));
        const bins = binsOf(edges).map((bin): GroupKeyValue => ({ state: "finite", value: null, bin }));
        return binKeys(column, runs, innerEdges(edges), bins);
      };
    }
  }
}

/** What a rule needs to know of the finite values of some runs. */
function rangeOf({ values }: Column, runs: Int32Array, rule: BinRule): ValueRange {
  const finite = new Float64Array(runs.length);
  let count = 0;
  let min = Infinity;
  let max = -Infinity;
  for (let row = 0; row < runs.length; row += 1) {
    const value = values[runs[row] as number] as number;
    if (!Number.isFinite(value)) continue;
    finite[count++] = value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (count === 0) return { min: null, max: null, quantiles: [] };
  const found = finite.subarray(0, count);
  return { min, max, quantiles: rule.kind === "quantiles" ? parts(found, rule.count) : [] };
}

/** The values that cut others into so many equal shares, the least and the greatest among them. */
function parts(values: Float64Array, count: number): number[] {
  const ranked = { values: values.sort(), isSorted: true };
  return Array.from({ length: count + 1 }, (_, index) => quantile(ranked, index / count, "linear") as number);
}

const STATES = stateNumbers.slice(1).map((state): GroupKeyValue => ({ state, value: null, bin: null }));

/** Which of the states that follow the finite values one is that is not finite. */
function stateOf({ values, missing }: Column, run: number): number {
  if (missing !== null && missing[run] === 1) return 3;
  const value = values[run] as number;
  return Number.isNaN(value) ? 0 : value > 0 ? 1 : 2;
}

function binKeys(
  column: Column,
  runs: Int32Array,
  inner: readonly number[],
  bins: readonly GroupKeyValue[],
): RunKeys {
  const codes = new Int32Array(runs.length);
  const edges = Float64Array.from(inner);
  const count = edges.length <= FEW_EDGES ? countReached : findReached;
  for (let row = 0; row < runs.length; row += 1) {
    const run = runs[row] as number;
    const value = column.values[run] as number;
    codes[row] = Number.isFinite(value) ? count(edges, value) : bins.length + stateOf(column, run);
  }
  return { count: bins.length + STATES.length, codes, values: [...bins, ...STATES] };
}

/** Edges that are sooner compared with one after the other than halved: no branch then goes the wrong way. */
const FEW_EDGES = 24;

/** How many of the ascending edges the value reaches. */
function countReached(edges: Float64Array, value: number): number {
  let count = 0;
  for (let index = 0; index < edges.length; index += 1) count += Number(value >= (edges[index] as number));
  return count;
}

/** The same by halving. */
function findReached(edges: Float64Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value >= (edges[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function valueKeys(column: Column, runs: Int32Array): RunKeys {
  const firstRuns = new Map<number, number>();
  for (const run of runs) {
    const value = column.values[run] as number;
    if (Number.isFinite(value) && !firstRuns.has(value)) firstRuns.set(value, run);
  }
  const distinct = [...firstRuns.keys()].sort((a, b) => a - b);
  const places = new Map(distinct.map((value, place) => [value, place]));
  const codes = new Int32Array(runs.length);
  for (let row = 0; row < runs.length; row += 1) {
    const run = runs[row] as number;
    codes[row] = places.get(column.values[run] as number) ?? distinct.length + stateOf(column, run);
  }
  const values = distinct.map((value): GroupKeyValue => {
    const stored = valueAt(column, firstRuns.get(value) as number);
    // 0 and -0 are one group, which is called 0.
    return { state: "finite", value: typeof stored === "number" ? stored + 0 : stored, bin: null };
  });
  return { count: distinct.length + STATES.length, codes, values: [...values, ...STATES] };
}
