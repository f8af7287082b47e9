import { columnKey, type RunLookupPlan, type ValuesPlan } from "../../../schema/plan.js";
import type { RowValues, RunColumns, RunRow, StoredValue } from "../../../schema/store.js";
import { requireFewRuns } from "../refusals.js";
import { type Column, valueAt, valuesAt } from "./column.js";
import { condition, holdingRuns } from "./conditions.js";
import type { Runs, View } from "./view.js";

/** Runs by their ids, with the columns under their keys. */
export function rowsOf(
  { dataset, line }: Runs,
  ids: readonly number[],
  columns: readonly (readonly [string, Column])[],
): RunRow[] {
  const byKey = new Map(columns);
  return ids.map((id) => ({
    id,
    dataset: dataset.values[id] as number,
    line: line.values[id] as number,
    values: new ValuesInPlace(byKey, id),
  }));
}

/** Values of a run, which stay in their columns until they are asked for. */
class ValuesInPlace implements RowValues {
  constructor(
    private readonly columns: ReadonlyMap<string, Column>,
    private readonly id: number,
  ) {}

  get(key: string): StoredValue | undefined {
    const column = this.columns.get(key);
    return column && valueAt(column, this.id);
  }
}

/** Runs by id, or by dataset and line, as the statement of `compileRunLookup` answers them. */
export function compileLookup({ columns: wanted, by }: RunLookupPlan, view: View): () => readonly RunRow[] {
  const columns = wanted.map((column): [string, Column] => [columnKey(column), view.run(column)]);
  return () => {
    const { runs } = view;
    const ids =
      "ids" in by ? by.ids : by.lines.map(({ dataset, line }) => runOfLine(runs, dataset, line) ?? -1);
    const known = [...new Set(ids)].filter((id) => id >= 0 && id < runs.count);
    return rowsOf(runs, known, columns);
  };
}

/** Columns of all runs of a filter, as the statement of `compileValues` answers them. */
export function compileValues(plan: ValuesPlan, view: View): () => RunColumns {
  const { columns: wanted, where, order = [], first = null, maxRuns } = plan;
  // Exports, which read much once, are left to the statement.
  if (order.length > 0 || first !== null) view.refuse();
  const holds = condition(where, view);
  const columns = wanted.map((column): [string, Column] => [columnKey(column), view.run(column)]);
  return () => {
    const { count, dataset, line } = view.runs;
    const ids = holdingRuns(holds, count);
    requireFewRuns(ids.length, maxRuns);
    return {
      id: Array.from(ids),
      dataset: valuesAt(dataset, ids) as number[],
      line: valuesAt(line, ids) as number[],
      values: new Map(columns.map(([key, column]) => [key, valuesAt(column, ids)])),
    };
  };
}

/** The run at a line of a dataset: runs are in order of both. Null where there is none. */
function runOfLine({ count, dataset, line }: Runs, wanted: number, at: number): number | null {
  const comesBefore = (run: number): boolean => {
    const own = dataset.values[run] as number;
    return own < wanted || (own === wanted && (line.values[run] as number) < at);
  };
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comesBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low < count && dataset.values[low] === wanted && line.values[low] === at ? low : null;
}
