import { measureKey } from "../../../schema/measure.js";
import { columnKey, type Page, type Position, type RunPlan } from "../../../schema/plan.js";
import type { RunPage, StoredValue } from "../../../schema/store.js";
import { type Column, valueAt } from "./column.js";
import { condition, maskOf, predicate } from "./conditions.js";
import { FirstRuns, Order, type Place } from "./order.js";
import { rowsOf } from "./rows.js";
import type { SortedRuns } from "./sorted-runs.js";
import type { View } from "./view.js";

/** A page of all runs, as the statement of `compileRuns` answers it; sets of a partition are left to that. */
export function compilePage(
  plan: RunPlan,
  view: View,
  sortedRuns: SortedRuns,
): () => ReadonlyMap<number, RunPage> {
  if (plan.partition !== null) view.refuse();
  const holds = condition(plan.where, view);
  const orders = plan.order.map(({ by }) => view.run({ kind: "value", measure: by }));
  const columns = plan.columns.map((column): [string, Column] => [columnKey(column), view.run(column)]);
  const order = new Order(orders, plan.order);
  const after = placeIn(order, plan.page.after, view);
  const earliest = placeIn(order, plan.page.before, view);
  const [by, ...others] = plan.order;
  const key =
    by && others.length === 0 && !plan.extras.totalCount ? `${measureKey(by.by)} ${by.direction}` : null;
  return () => {
    const { count } = view.runs;
    const { limit, from } = plan.page;
    const asked = { limit, from, after, earliest };
    const ids = key === null ? null : sortedRuns.ids(key, order, count);
    const { runs, isEarlier, isLater, total } = ids
      ? walked(
          ids,
          order,
          asked,
          lazily(predicate(plan.where, view), () => maskOf(holds, count)),
        )
      : picked(order, asked, maskOf(holds, count));
    const more = runs.length > limit;
    if (more) runs.length = limit;
    if (from === "end") runs.reverse();
    const { totalCount, oppositePage } = plan.extras;
    const page: RunPage = {
      rows: rowsOf(view.runs, runs, columns),
      positions: runs.map((run) => orders.map((column) => orderValue(column, run))),
      hasNextPage: (oppositePage && isLater()) || (more && from === "start"),
      hasPreviousPage: (oppositePage && isEarlier()) || (more && from === "end"),
      totalCount: totalCount ? total : null,
    };
    return new Map([[-1, page]]);
  };
}

interface Asked extends Pick<Page, "limit" | "from"> {
  readonly after: Place | null;
  /** The place that the page ends before. */
  readonly earliest: Place | null;
}

interface Found {
  /** One more than the page has, where there are so many; backwards, where the page is read from the end. */
  readonly runs: number[];
  /** Whether the filter holds for any up to `after`, or from `earliest` on. */
  readonly isEarlier: () => boolean;
  readonly isLater: () => boolean;
  /** For how many the filter holds; null where they were not counted. */
  readonly total: number | null;
}

/** Picks the page out of all runs that a mask has. */
function picked(order: Order, { limit, from, after, earliest }: Asked, mask: Uint8Array): Found {
  const found = new FirstRuns(from === "start" ? order : order.mirror(), limit + 1);
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
  return { runs: found.sorted(), isEarlier: () => isEarlier, isLater: () => isLater, total };
}

/** Walks along all runs in their order, to the first of the page and on until it is full. */
function walked(
  ids: Int32Array,
  order: Order,
  { limit, from, after, earliest }: Asked,
  holdsFor: (run: number) => boolean,
): Found {
  const first = after === null ? 0 : placeOf(ids, (run) => order.sideOf(after, run) > 0);
  const end = earliest === null ? ids.length : placeOf(ids, (run) => order.sideOf(earliest, run) >= 0);
  const walk = (start: number, stop: number, step: 1 | -1, most: number): number[] => {
    const found: number[] = [];
    for (let place = start; place * step < stop * step && found.length < most; place += step) {
      const run = ids[place] as number;
      if (holdsFor(run)) found.push(run);
    }
    return found;
  };
  return {
    runs: from === "start" ? walk(first, end, 1, limit + 1) : walk(end - 1, first - 1, -1, limit + 1),
    isEarlier: () => walk(first - 1, -1, -1, 1).length > 0,
    isLater: () => walk(end, ids.length, 1, 1).length > 0,
    total: null,
  };
}

/** The first place from which on something holds; the end where it never does. */
function placeOf(ids: Int32Array, holds: (run: number) => boolean): number {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(ids[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** So many runs are looked at one by one before the condition is looked at for all of them at once. */
const FEW = 2000;

function lazily(holdsFor: (run: number) => boolean, maskOfAll: () => Uint8Array): (run: number) => boolean {
  let asked = 0;
  let mask: Uint8Array | null = null;
  return (run) => {
    asked += 1;
    if (asked > FEW) mask ??= maskOfAll();
    return mask ? mask[run] === 1 : holdsFor(run);
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
