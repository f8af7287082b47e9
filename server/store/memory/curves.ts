import type { CurvePlan, CurveWindow } from "../../../schema/plan.js";
import type { CurveColumns } from "../../../schema/store.js";
import { requireFewPoints } from "../refusals.js";
import { type Column, valuesAt } from "./column.js";
import type { ListTexts } from "./list-texts.js";
import type { Runs, View } from "./view.js";

/** Points of runs, or by their ids, as the statement of `compileCurves` answers them. */
export function compileCurves(
  { fields, of, maxPoints }: CurvePlan,
  view: View,
  texts: ListTexts,
): () => CurveColumns {
  const axis = view.points(null);
  const columns = new Map<string | null, Column>([[null, axis]]);
  for (const field of fields) columns.set(field.column, view.points(field));
  return () => {
    const { runs } = view;
    const ids =
      "points" in of
        ? ascending(of.points, axis.values.length)
        : pointsOf(ascending(of.runs, runs.count), runs, axis, of.window, maxPoints);
    requireFewPoints(ids.length, maxPoints);
    const writer = once((key: string | null) => texts.of(named(columns, key)));
    return {
      run: "points" in of ? ids.map((point) => runOfPoint(runs, point)) : runsOfPoints(ids, runs),
      id: ids,
      axis: valuesAt(axis, ids) as number[],
      values: once((key: string) => valuesAt(named(columns, key), ids) as (number | null)[]),
      text: (key, start, end) => writer(key)(ids, start, end),
    };
  };
}

function named(columns: ReadonlyMap<string | null, Column>, key: string | null): Column {
  const column = columns.get(key);
  if (!column) throw new Error(`The points were read without ${key}.`);
  return column;
}

/** Remembers what was found for each key. */
function once<K, T>(find: (key: K) => T): (key: K) => T {
  const found = new Map<K, T>();
  return (key) => {
    let one = found.get(key);
    if (one === undefined) found.set(key, (one = find(key)));
    return one;
  };
}

/** Each id once, in order, of those that exist. */
const ascending = (ids: readonly number[], count: number): Int32Array =>
  Int32Array.from(new Set(ids.filter((id) => id >= 0 && id < count))).sort();

/** Ids of the points of some runs that lie in the window; one more than allowed at most. */
function pointsOf(
  ids: Int32Array,
  { firstPoint }: Runs,
  { values }: Column,
  window: CurveWindow,
  maxPoints: number,
): Int32Array {
  const count = ids.reduce((sum, run) => sum + sizeOf(firstPoint, run), 0);
  const points = new Int32Array(Math.min(count, maxPoints + 1));
  let found = 0;
  for (const run of ids) {
    const first = firstPoint[run] as number;
    const last = firstPoint[run + 1] as number;
    for (let point = first + window.every - 1; point < last; point += window.every) {
      if (!isWithin(values[point] as number, window)) continue;
      if (found === points.length) return points;
      points[found++] = point;
    }
  }
  return points.subarray(0, found);
}

/** Whether an axis value lies in the window. */
export const isWithin = (axis: number, { from, to }: CurveWindow): boolean =>
  (from === null || axis >= from) && (to === null || axis <= to);

const sizeOf = (firstPoint: Int32Array, run: number): number =>
  (firstPoint[run + 1] as number) - (firstPoint[run] as number);

/** The run that a point is of. */
function runOfPoint({ count, firstPoint }: Runs, point: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((firstPoint[middle + 1] as number) <= point) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The runs that ascending points are of. */
function runsOfPoints(points: Int32Array, runs: Runs): Int32Array {
  const of = new Int32Array(points.length);
  let run = -1;
  for (let index = 0; index < points.length; index += 1) {
    const point = points[index] as number;
    if (run < 0 || point >= (runs.firstPoint[run + 1] as number)) run = runOfPoint(runs, point);
    of[index] = run;
  }
  return of;
}
