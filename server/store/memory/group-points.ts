import type { CurveWindow } from "../../../schema/plan.js";
import type { GroupKeyValue } from "../../../schema/store.js";
import type { Column } from "./column.js";
import { isWithin } from "./curves.js";
import type { RunGroups } from "./group-runs.js";
import type { GroupedRows } from "./operands.js";
import type { View } from "./view.js";

/** Rows in groups, with what the groups are. */
export interface PointRows extends GroupedRows {
  readonly axis: readonly number[] | null;
  readonly keys: readonly (readonly GroupKeyValue[])[];
  /** How many different runs each group has. */
  readonly runCounts: ArrayLike<number>;
}

/**
 * Points that are aggregated here, and groups of them that may come out: more would keep all other
 * requests waiting for longer than a few hundred milliseconds, and a statement has threads of its own.
 */
const [MAX_ROWS, MAX_CELLS] = [5_000_000, 2_000_000];

/**
 * Splits groups of runs into groups of their points, by axis value; null where they are too many. Where a
 * run logged a value more than once, its last point stands for it.
 */
export function compilePoints(window: CurveWindow, view: View): (groups: RunGroups) => PointRows | null {
  const axis = view.points(null);
  return (groups) => {
    const { numbers, values } = axisNumbers(axis);
    const { firstPoint } = view.runs;
    const within = values.map((value) => isWithin(value, window));
    const most = groups.runs.reduce(
      (sum, run) => sum + (firstPoint[run + 1] as number) - (firstPoint[run] as number),
      0,
    );
    const cells = groups.keys.length * values.length;
    if (most > MAX_ROWS || cells > MAX_CELLS) return null;
    const [group, run, point] = [new Int32Array(most), new Int32Array(most), new Int32Array(most)];
    const runCounts = new Int32Array(cells);
    const lastRow = new Int32Array(cells).fill(-1);
    let rows = 0;
    for (let index = 0; index < groups.runs.length; index += 1) {
      const own = groups.runs[index] as number;
      const cell = (groups.group[index] as number) * values.length;
      const last = firstPoint[own + 1] as number;
      for (let at = (firstPoint[own] as number) + window.every - 1; at < last; at += window.every) {
        const number = numbers[at] as number;
        if (!within[number]) continue;
        const of = cell + number;
        const before = lastRow[of] as number;
        if (before >= 0 && run[before] === own) {
          point[before] = at;
          continue;
        }
        lastRow[of] = rows;
        (runCounts[of] as number)++;
        group[rows] = of;
        run[rows] = own;
        point[rows++] = at;
      }
    }
    return present({ group, run, point, rows }, runCounts, groups.keys, values);
  };
}

interface Cells {
  readonly group: Int32Array;
  readonly run: Int32Array;
  readonly point: Int32Array;
  readonly rows: number;
}

/** Only the groups that have points, numbered anew. */
function present(
  { group, run, point, rows }: Cells,
  runCounts: Int32Array,
  keys: readonly (readonly GroupKeyValue[])[],
  values: readonly number[],
): PointRows {
  const found: number[] = [];
  const numbers = new Int32Array(runCounts.length);
  for (const [cell, count] of runCounts.entries()) {
    if (count > 0) numbers[cell] = found.push(cell) - 1;
  }
  const own = group.subarray(0, rows);
  for (let row = 0; row < rows; row += 1) own[row] = numbers[own[row] as number] as number;
  return {
    groupCount: found.length,
    group: own,
    run: run.subarray(0, rows),
    point: point.subarray(0, rows),
    axis: found.map((cell) => values[cell % values.length] as number),
    keys: found.map((cell) => keys[Math.floor(cell / values.length)] ?? []),
    runCounts: found.map((cell) => runCounts[cell] as number),
  };
}

interface AxisNumbers {
  /** Of each point: the place of its axis value among the different ones. */
  readonly numbers: Int32Array;
  /** The different values, ascending. */
  readonly values: readonly number[];
}

const known = new WeakMap<Column, AxisNumbers>();

function axisNumbers(axis: Column): AxisNumbers {
  let found = known.get(axis);
  if (!found) {
    const values = [...new Set(axis.values)].sort((a, b) => a - b);
    const places = new Map(values.map((value, place) => [value, place]));
    const numbers = new Int32Array(axis.values.length);
    for (let point = 0; point < numbers.length; point += 1)
      numbers[point] = places.get(axis.values[point] as number) as number;
    known.set(axis, (found = { numbers, values }));
  }
  return found;
}
