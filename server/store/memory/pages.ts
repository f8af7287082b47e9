import { columnKey, type Position, type RunPlan } from "../../../schema/plan.js";
import type { RunPage, StoredValue } from "../../../schema/store.js";
import { type Column, valueAt } from "./column.js";
import { condition, maskOf } from "./conditions.js";
import { FirstRuns, Order, type Place } from "./order.js";
import { rowsOf } from "./rows.js";
import type { View } from "./view.js";

/** A page of all runs, as the statement of `compileRuns` answers it; sets of a partition are left to that. */
export function compilePage(plan: RunPlan, view: View): () => ReadonlyMap<number, RunPage> {
  if (plan.partition !== null) view.refuse();
  const holds = condition(plan.where, view);
  const orders = plan.order.map(({ by }) => view.run({ kind: "value", measure: by }));
  const columns = plan.columns.map((column): [string, Column] => [columnKey(column), view.run(column)]);
  const order = new Order(orders, plan.order);
  const after = placeIn(order, plan.page.after, view);
  const earliest = placeIn(order, plan.page.before, view);
  const { limit, from } = plan.page;
  return () => {
    const found = new FirstRuns(from === "start" ? order : order.mirror(), limit + 1);
    const mask = maskOf(holds, view.runs.count);
    let [total, isEarlier, isLater] = [0, false, false];
    for (let run = 0; run < mask.length; run += 1) {
      if (mask[run] === 0) continue;
      total += 1;
      const isPast = after === null || order.sideOf(after, run) > 0;
      const isShort = earliest === null || order.sideOf(earliest, run) < 0;
      isEarlier ||= !isPast;
      isLater ||= !isShort;
      if (isPast && isShort) found.offer(run);
    }
    const runs = found.sorted();
    const more = runs.length > limit;
    if (more) runs.length = limit;
    if (from === "end") runs.reverse();
    const { totalCount, oppositePage } = plan.extras;
    const page: RunPage = {
      rows: rowsOf(view.runs, runs, columns),
      positions: runs.map((run) => orders.map((column) => orderValue(column, run))),
      hasNextPage: (oppositePage && isLater) || (more && from === "start"),
      hasPreviousPage: (oppositePage && isEarlier) || (more && from === "end"),
      totalCount: totalCount ? total : null,
    };
    return new Map([[-1, page]]);
  };
}

/** The place of a cursor, null where there is none. One that was made up, of a value that no run has, is left to the statement. */
function placeIn(order: Order, position: Position | null, view: View): Place | null {
  const place = position && order.placeOf(position);
  if (position && !place && view.complete) view.refuse();
  return place;
}

/** What an order goes by: null where it is missing, or not finite. */
const orderValue = (column: Column, run: number): StoredValue =>
  Number.isFinite(column.values[run]) ? valueAt(column, run) : null;
