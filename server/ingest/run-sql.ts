import type { Goal, ValueType } from "../../schema/catalogue.js";
import type { Fields } from "../../schema/fields.js";
import { idsTable } from "./configurations.js";
import type { KeysOf, StagedRows } from "./reading.js";
import { curveColumns } from "./stage.js";

const TYPES: Readonly<Record<ValueType, string>> = {
  integer: "BIGINT",
  float: "DOUBLE",
  boolean: "BOOLEAN",
  string: "VARCHAR",
};

/** The staging list of each curve field that the file has, by the field's column. */
export function fieldLists(
  { layout, manifest }: KeysOf,
  fields: Fields,
): Map<string, { list: string; goal: Goal | null }> {
  const lists = new Map([
    [fields.curveField(manifest, layout.axis.original).column, { list: "axis", goal: null as Goal | null }],
  ]);
  curveColumns(layout).forEach((original, index) => {
    // A goal that one dataset names holds for all that share the metric, and none where two differ.
    const { column, goal } = fields.curveField(manifest, original);
    lists.set(column, { list: `c${index}`, goal });
  });
  return lists;
}

/** Fields that some dataset gives a goal, and so have a best. */
export const hasBest = (files: readonly KeysOf[], fields: Fields): Set<string> =>
  new Set(
    files.flatMap((file) =>
      [...fieldLists(file, fields)].filter(([, { goal }]) => goal !== null).map(([column]) => column),
    ),
  );

/** `CREATE TABLE snapshot.runs`, with columns for every field of the catalogue. */
export function createRunsSql(fields: Fields, best: ReadonlySet<string>): string {
  const columns = [
    "id INTEGER",
    "dataset INTEGER",
    "line INTEGER",
    "iteration BIGINT",
    "nan_train_loss BOOLEAN",
    "diverged BOOLEAN",
    "complete BOOLEAN",
    "configuration INTEGER",
    "first_point INTEGER",
    "point_count INTEGER",
    "last_step DOUBLE",
    "train_seconds DOUBLE",
    "eval_seconds DOUBLE",
    "total_seconds DOUBLE",
    "tokens DOUBLE",
    ...fields.hyperparameters.map(({ column, type }) => `${column} ${TYPES[type]}`),
    ...fields.curveFields.flatMap(({ column }) =>
      best.has(column)
        ? [`best_${column} DOUBLE`, `best_point_${column} INTEGER`, `final_${column} DOUBLE`]
        : [`final_${column} DOUBLE`],
    ),
  ];
  return `CREATE TABLE snapshot.runs (${columns.join(", ")})`;
}

/** Adds one dataset's runs, in the order of {@link createRunsSql}. */
export function insertRunsSql(
  staged: KeysOf & StagedRows,
  dataset: number,
  fields: Fields,
  best: ReadonlySet<string>,
): string {
  const { layout, manifest, table } = staged;
  const lists = fieldLists(staged, fields);
  const scalar = new Map(
    layout.scalars.map(({ original }, index) => [
      fields.hyperparameter(manifest, original).column,
      `s${index}`,
    ]),
  );
  const goals = [...lists.values()].filter(({ goal }) => goal !== null).map(({ list }) => list);
  const costs = costSql(staged);
  const values = [
    "ids.id",
    String(dataset),
    "ids.line",
    "iteration",
    "failed",
    divergedSql(goals),
    completeSql(staged),
    "configurations.id",
    "ids.first_point",
    "ids.point_count",
    "axis[-1]",
    costs.train,
    costs.evaluation,
    costs.total,
    costs.tokens,
    ...fields.hyperparameters.map(({ column, type }) => {
      const found = scalar.get(column);
      return found === undefined ? "NULL" : `CAST(${found} AS ${TYPES[type]})`;
    }),
    ...fields.curveFields.flatMap(({ column }) => {
      const found = lists.get(column);
      const final = found ? `${found.list}[ids.point_count]` : "NULL";
      if (!best.has(column)) return [final];
      if (!found || found.goal === null) return ["NULL", "NULL", final];
      return [bestSql(found.list, found.goal), bestPointSql(found.list, found.goal), final];
    }),
  ];
  return (
    `INSERT INTO snapshot.runs SELECT ${values.join(", ")} FROM ${table} AS stage JOIN ${idsTable(dataset)} AS ids ON stage.rowid = ids.run ` +
    `JOIN snapshot.configurations AS configurations USING (key) ORDER BY ids.id`
  );
}

/** Numbers of runs and points in an older snapshot, and in the new one. */
export interface Renumbering {
  readonly run: number;
  readonly point: number;
}

/** Adds the runs that one dataset has in an older snapshot, attached as `old`, under other numbers. */
export function insertOldRunsSql(dataset: number, by: Renumbering, best: ReadonlySet<string>): string {
  const points = ["first_point", ...[...best].map((column) => `best_point_${column}`)];
  const renumbered = [
    `CAST(runs.id + ${by.run} AS INTEGER) AS id`,
    "configurations.id AS configuration",
    ...points.map((column) => `CAST(${column} + ${by.point} AS INTEGER) AS ${column}`),
  ];
  return (
    `INSERT INTO snapshot.runs SELECT runs.* REPLACE (${renumbered.join(", ")}) FROM old.runs AS runs ` +
    `JOIN old.configurations AS known ON runs.configuration = known.id ` +
    `JOIN snapshot.configurations AS configurations USING (key) WHERE dataset = ${dataset} ORDER BY runs.id`
  );
}

/** The best finite value; else NaN where there is one, else an infinity, else null. DuckDB sorts NaN above all. */
function bestSql(list: string, goal: Goal): string {
  const extreme = `${goal === "minimize" ? "list_min" : "list_max"}`;
  const finite = `list_filter(${list}, lambda "#x": isfinite("#x"))`;
  return `CASE WHEN isfinite(${extreme}(${list})) THEN ${extreme}(${list}) ELSE coalesce(${extreme}(${finite}), list_max(${list})) END`;
}

function bestPointSql(list: string, goal: Goal): string {
  const best = bestSql(list, goal);
  return `CASE WHEN isfinite(${best}) THEN CAST(ids.first_point + list_position(${list}, ${best}) - 1 AS INTEGER) END`;
}

/** The run's own flag; where it has none, that no metric with a goal ends finite. */
function divergedSql(goals: readonly string[]): string {
  const finals = goals.map((list) => `coalesce(isfinite(${list}[ids.point_count]), false)`);
  return goals.length === 0 ? "failed" : `coalesce(failed, NOT (${finals.join(" OR ")}))`;
}

function completeSql({ layout, manifest }: KeysOf): string {
  const at = manifest?.completeAt;
  const index = layout.scalars.findIndex(
    ({ original, type }) => original === at?.hyperparameter && type !== "string" && type !== "boolean",
  );
  if (!at || index < 0) return "NULL";
  return `CASE WHEN s${index} IS NOT NULL THEN coalesce(axis[-1] >= s${index} - ${at.minus ?? 0}, false) END`;
}

interface CostSql {
  readonly train: string;
  readonly evaluation: string;
  readonly total: string;
  readonly tokens: string;
}

/** Training is what lies between the end of one evaluation and the next end of training; the rest is evaluation. */
export function costSql({ layout, manifest }: KeysOf): CostSql {
  const listOf = (original: string | undefined): string | undefined => {
    if (original === undefined) return undefined;
    if (original === layout.axis.original) return "axis";
    const index = curveColumns(layout).indexOf(original);
    return index < 0 ? undefined : `c${index}`;
  };
  const last = (list: string | undefined): string =>
    list === undefined ? "NULL" : `${list}[ids.point_count]`;
  const tokens = last(listOf(manifest?.tokens));
  const clock = manifest?.clock;
  if (clock && "elapsed" in clock) {
    return { train: "NULL", evaluation: "NULL", total: last(listOf(clock.elapsed)), tokens };
  }
  const train = listOf(clock?.trainEnd);
  const evaluation = listOf(clock?.evalEnd);
  if (train === undefined || evaluation === undefined)
    return { train: "NULL", evaluation: "NULL", total: "NULL", tokens };
  // A sum over nulls would pass them over; a run with any has no known cost.
  const known = (sql: string): string =>
    `CASE WHEN ids.point_count > 0 AND list_aggregate(${train}, 'count') = ids.point_count AND list_aggregate(${evaluation}, 'count') = ids.point_count THEN ${sql} END`;
  const evaluating = `list_sum(${evaluation}) - list_sum(${train})`;
  return {
    train: known(`${last(evaluation)} - (${evaluating})`),
    evaluation: known(evaluating),
    total: last(evaluation),
    tokens,
  };
}
