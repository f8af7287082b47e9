import type { FloorDatabase } from "./database.js";
import { POINT_COLUMNS } from "./llama-columns.js";

/** What the small queries ask for, of the runs of one dataset. */
export interface Asked {
  /** Its place among the files loaded. */
  readonly dataset: number;
  readonly line: number;
  /** Only runs whose dropout is at most this. */
  readonly maxDropout: number;
}

const HELD = "dataset = $1 AND dropout <= $2";
const HYPERPARAMETERS = "lr, beta1, beta2, weight_decay, dropout, warmup_steps::DOUBLE AS warmup_steps";

/** One run and its curve, by two prepared look-ups, as JSON. */
export async function runWithCurve(database: FloorDatabase, { dataset, line }: Asked): Promise<string> {
  const run = await database.columns(
    `SELECT line, diverged, ${HYPERPARAMETERS}, best_val_raw_loss, id FROM runs
     WHERE dataset = $1 AND line = $2`,
    dataset,
    line,
  );
  const curve = await database.columns(
    "SELECT step, train_raw_loss, val_raw_loss, val_weight_averaged_loss FROM points WHERE run = $1 ORDER BY id",
    run[9]?.[0] as number,
  );
  return JSON.stringify({
    run: rowObjects(
      ["line", "diverged", "lr", "beta1", "beta2", "weightDecay", "dropout", "warmupSteps", "score"],
      run,
    )[0],
    curve: rowObjects(["step", "trainRawLoss", "valRawLoss", "valWeightAveragedLoss"], curve),
  });
}

/** The 50 best runs under a filter, as JSON. */
export async function pageOfRuns(database: FloorDatabase, { dataset, maxDropout }: Asked): Promise<string> {
  const columns = await database.columns(
    `SELECT line, diverged, ${HYPERPARAMETERS}, best_val_raw_loss, best_step_val_raw_loss FROM runs
     WHERE ${HELD} ORDER BY best_val_raw_loss NULLS LAST, id LIMIT 51`,
    dataset,
    maxDropout,
  );
  const names = [
    "line",
    "diverged",
    "lr",
    "beta1",
    "beta2",
    "weightDecay",
    "dropout",
    "warmupSteps",
    "value",
    "step",
  ];
  const rows = rowObjects(names, columns);
  return JSON.stringify({ nodes: rows.slice(0, 50), hasNextPage: rows.length > 50 });
}

const SUMMARY = `count(*)::INTEGER AS n, count(*) FILTER (WHERE diverged)::INTEGER AS diverged,
  median(best_val_raw_loss) AS median, avg(best_val_raw_loss) AS mean, min(best_val_raw_loss) AS least`;

/** Aggregates of all runs under a filter, as JSON. */
export async function aggregates(database: FloorDatabase, { dataset, maxDropout }: Asked): Promise<string> {
  const columns = await database.columns(`SELECT ${SUMMARY} FROM runs WHERE ${HELD}`, dataset, maxDropout);
  return JSON.stringify(rowObjects(["count", "diverged", "median", "mean", "min"], columns));
}

/** The same by half decade of the learning rate. */
export async function groups(database: FloorDatabase, { dataset, maxDropout }: Asked): Promise<string> {
  const columns = await database.columns(
    `SELECT floor(2 * log10(lr)) AS bin, ${SUMMARY} FROM runs WHERE ${HELD} GROUP BY bin ORDER BY bin`,
    dataset,
    maxDropout,
  );
  return JSON.stringify(rowObjects(["bin", "count", "diverged", "median", "mean", "min"], columns));
}

/** The 10-50-90 % band of the validation loss at every step, by decade of the learning rate. */
export async function bands(database: FloorDatabase, { dataset, maxDropout }: Asked): Promise<string> {
  const columns = await database.columns(
    `SELECT bin, step, n, q[1], q[2], q[3] FROM (
       SELECT floor(log10(runs.lr)) AS bin, step, count(*)::INTEGER AS n,
         quantile_cont(CASE WHEN isfinite(p.val_raw_loss) THEN p.val_raw_loss END, [0.1, 0.5, 0.9]) AS q
       FROM runs JOIN points p ON p.run = runs.id WHERE ${HELD} GROUP BY bin, step) ORDER BY bin, step`,
    dataset,
    maxDropout,
  );
  return JSON.stringify(rowObjects(["bin", "axis", "runCount", "low", "middle", "high"], columns));
}

const ALL_POINTS = `SELECT run, ${POINT_COLUMNS.join(", ")} FROM points ORDER BY id`;

/** All curves as objects, one a point, as JSON. */
export async function allPoints(database: FloorDatabase, names: readonly string[]): Promise<string> {
  const [run = [], ...values] = await database.columns(ALL_POINTS);
  const points = rowObjects(names, values);
  return JSON.stringify(ranges(run).map(([start, end]) => ({ curve: points.slice(start, end) })));
}

/** All curves as one list a column, as JSON. */
export async function allSeries(database: FloorDatabase, names: readonly string[]): Promise<string> {
  const [run = [], ...values] = await database.columns(ALL_POINTS);
  return JSON.stringify(
    ranges(run).map(([start, end]) => ({
      series: Object.fromEntries(names.map((name, index) => [name, values[index]?.slice(start, end)])),
    })),
  );
}

/** Where each run's points begin and end. */
function ranges(run: readonly unknown[]): [start: number, end: number][] {
  const found: [number, number][] = [];
  let start = 0;
  for (let index = 1; index <= run.length; index += 1) {
    if (index === run.length || run[index] !== run[start]) {
      found.push([start, index]);
      start = index;
    }
  }
  return found;
}

function rowObjects(names: readonly string[], columns: readonly unknown[][]): Record<string, unknown>[] {
  const count = columns[0]?.length ?? 0;
  const rows: Record<string, unknown>[] = [];
  for (let row = 0; row < count; row += 1) {
    const object: Record<string, unknown> = {};
    for (let column = 0; column < names.length; column += 1)
      object[names[column] as string] = columns[column]?.[row];
    rows.push(object);
  }
  return rows;
}
