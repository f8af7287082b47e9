import type { ColumnOf, PointValue, RunValue } from "../../schema/exports/export-plan.js";
import type { CurveWindow, PointLookupPlan } from "../../schema/plan.js";
import type { CurveColumns, Store, StoredValue } from "../../schema/store.js";
import type { Batch, RunList } from "./batch.js";
import { readRuns } from "./run-batches.js";

interface PointsPlan {
  readonly columns: readonly ColumnOf<PointValue>[];
  readonly window: CurveWindow;
}

/** Runs whose points are read at once; or, of one long run, a part of them. */
interface Piece {
  readonly runs: readonly number[];
  readonly positions: PointLookupPlan["positions"];
}

/** Reads points, the curves of some runs at a time, in the order of the runs and as logged; a long curve in parts. */
export async function* pointBatches(
  plan: PointsPlan,
  list: RunList,
  store: Store,
  signal: AbortSignal,
  batchValues: number,
): AsyncGenerator<Batch, void, undefined> {
  const most = Math.max(1, Math.floor(batchValues / plan.columns.length));
  for (const piece of pieces(list, most * plan.window.every, most)) {
    const batch = await readPoints(plan, piece, store, signal);
    if (batch.rowCount > 0) yield batch;
  }
}

/** Parts runs so that none has more than so many logged points, nor more than so many runs. */
function* pieces({ ids, pointCounts }: RunList, mostPoints: number, mostRuns: number): Generator<Piece> {
  let runs: number[] = [];
  let points = 0;
  for (const [index, id] of ids.entries()) {
    const count = pointCounts[index] ?? 0;
    if (count === 0) continue;
    if (runs.length > 0 && (points + count > mostPoints || runs.length === mostRuns)) {
      yield { runs, positions: null };
      runs = [];
      points = 0;
    }
    if (count > mostPoints) {
      for (let from = 1; from <= count; from += mostPoints)
        yield { runs: [id], positions: { from, to: from + mostPoints - 1 } };
      continue;
    }
    runs.push(id);
    points += count;
  }
  if (runs.length > 0) yield { runs, positions: null };
}

async function readPoints(
  { columns, window }: PointsPlan,
  { runs, positions }: Piece,
  store: Store,
  signal: AbortSignal,
): Promise<Batch> {
  const fields = columns.flatMap(({ from }) => (from.kind === "metric" ? [from.metric] : []));
  const ofRuns = columns.map(({ from }) => from).filter(isOfRun);
  const points = await store.lookUpPoints({ fields, runs, window, positions }, signal);
  const rowCount = points.run.length;
  const rows = inOrderOf(runs, points);
  const values = ofRuns.length === 0 || rowCount === 0 ? [] : await readRuns(ofRuns, runs, store, signal);
  const places = new Map(runs.map((run, place) => [run, place]));
  const run = rows.map((row) => places.get(points.run[row] ?? -1) ?? -1);
  return {
    rowCount,
    columns: columns.map(({ from }): StoredValue[] => {
      if (isOfRun(from)) {
        const found = values[ofRuns.indexOf(from)] ?? [];
        return run.map((place) => found[place] ?? null);
      }
      const found = from.kind === "metric" ? points.values(from.metric.column) : points.axis;
      return rows.map((row) => found[row] ?? null);
    }),
  };
}

const isOfRun = (value: PointValue): value is RunValue => value.kind !== "axis" && value.kind !== "metric";

/** The rows of points, which lie together by run, in the order of the runs. */
function inOrderOf(runs: readonly number[], points: CurveColumns): number[] {
  const rows = Array.from(points.run, (_, row) => row);
  if (runs.every((run, place) => place === 0 || run > (runs[place - 1] ?? -1))) return rows;
  const byRun = groupRows(points);
  return runs.flatMap((run) => byRun.get(run) ?? []);
}

function groupRows({ run }: CurveColumns): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (let row = 0; row < run.length; row += 1) {
    const id = run[row] ?? -1;
    const group = groups.get(id);
    if (group) group.push(row);
    else groups.set(id, [row]);
  }
  return groups;
}
