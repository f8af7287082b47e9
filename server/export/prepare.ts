import { fault } from "../../schema/faults.js";
import type { ExportColumn, ExportedRuns, ExportPlan } from "../../schema/exports/export-plan.js";
import type { RunColumns, Store } from "../../schema/store.js";
import type { Batch, RunList } from "./batch.js";
import { groupBatches } from "./group-batches.js";
import { pointBatches } from "./point-batches.js";
import { runBatches } from "./run-batches.js";

/** An export that is known to be answerable: what is left is to read its rows. */
export interface PreparedExport {
  readonly columns: readonly ExportColumn[];
  /** As many rows as this at most. */
  readonly rowCount: number;
  /** Whether there are exactly so many. */
  readonly isExact: boolean;
  /** Reads the rows a bounded batch at a time; rejects with the signal's reason where that is aborted. */
  batches(): AsyncGenerator<Batch, void, undefined>;
}

export interface PreparationOptions {
  readonly signal: AbortSignal;
  /** Values (rows × columns) of one export; more are refused. */
  readonly maxValues: number;
  /** Values of one batch, about. */
  readonly batchValues?: number;
}

/** Small enough that neither memory nor other requests' time is felt, large enough that statements are few. */
const BATCH_VALUES = 50_000;

/**
 * Finds out which rows an export has, before the first of them is read.
 * @throws LIMIT_EXCEEDED where it has too many values, and whatever the store refuses.
 */
export async function prepareExport(
  plan: ExportPlan,
  store: Store,
  { signal, maxValues, batchValues = BATCH_VALUES }: PreparationOptions,
): Promise<PreparedExport> {
  const { columns } = plan;
  const prepared = (
    rowCount: number,
    isExact: boolean,
    batches: PreparedExport["batches"],
  ): PreparedExport => {
    if (rowCount * columns.length > maxValues) throw tooLarge(rowCount, isExact, columns.length, maxValues);
    return { columns, rowCount, isExact, batches };
  };
  switch (plan.table) {
    case "runs": {
      const { ids } = await listRuns(plan.runs, store, signal);
      return prepared(ids.length, true, () => runBatches(plan, ids, store, signal, batchValues));
    }
    case "points": {
      const runs = await listRuns(plan.runs, store, signal);
      const { from, to, every } = plan.window;
      const points = runs.pointCounts.reduce((sum, count) => sum + Math.floor(count / every), 0);
      const isWhole = from === null && to === null;
      return prepared(points, isWhole, () => pointBatches(plan, runs, store, signal, batchValues));
    }
    case "groups":
    case "curve-groups": {
      const rows = await store.aggregate(plan.groups, signal);
      return prepared(rows.length, true, () => groupBatches(plan, rows, store, signal, batchValues));
    }
  }
}

async function listRuns(
  { where, order, first }: ExportedRuns,
  store: Store,
  signal: AbortSignal,
): Promise<RunList> {
  const all = store.catalogue.datasets.reduce((sum, { runCount }) => sum + runCount, 0);
  const read: RunColumns = await store.values(
    { columns: [{ kind: "field", field: "pointCount" }], where, order, first, maxRuns: all },
    signal,
  );
  return { ids: read.id, pointCounts: (read.values.get("pointCount") ?? []) as readonly number[] };
}

const tooLarge = (rows: number, isExact: boolean, columns: number, most: number) =>
  fault(
    "LIMIT_EXCEEDED",
    `The export has ${isExact ? "" : "up to "}${rows} rows of ${columns} columns, ${rows * columns} values, and at most ${most} are allowed (--max-export of this server). Narrow the filter, or ask for fewer columns.`,
  );
