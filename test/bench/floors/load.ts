import { DuckDBInstance } from "@duckdb/node-api";
import { HYPERPARAMETERS, METRICS, POINT_COLUMNS } from "./llama-columns.js";

/** What was loaded, to be compared with what the subject loaded. */
export interface Loaded {
  readonly runs: number;
  readonly points: number;
}

/**
 * Reads Llama files with one typed `read_json` into the tables that the queries want (runs with
 * scalars, best and final metrics; points flat), knowing their layout, and checkpoints. Asks nothing
 * about the lines, and would lose what it does not know.
 */
export async function loadFloor(files: readonly string[], databaseFile: string): Promise<Loaded> {
  const instance = await DuckDBInstance.create(databaseFile);
  const connection = await instance.connect();
  await connection.run(statements(files));
  const counts = await connection.runAndReadAll(
    "SELECT (SELECT count(*)::INTEGER FROM runs), (SELECT count(*)::INTEGER FROM points)",
  );
  const [runs, points] = counts.getRowsJS()[0] as [number, number];
  connection.closeSync();
  instance.closeSync();
  return { runs, points };
}

/** Reads every line once more, for all the keys that it has at any depth: what it takes to know the layout. */
export async function scanKeys(files: readonly string[]): Promise<number> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const found = await connection.runAndReadAll(
    `SELECT count(*)::INTEGER FROM (SELECT json_structure(json) AS structure FROM read_json_objects([${files
      .map(text)
      .join(", ")}], format = 'newline_delimited') GROUP BY 1)`,
  );
  connection.closeSync();
  instance.closeSync();
  return (found.getRowsJS()[0] as [number])[0];
}

function statements(files: readonly string[]): string {
  const names = files.map(text).join(", ");
  return `
    CREATE TEMP TABLE raw AS
      SELECT iteration, nan_train_loss, hyperparameters AS h, learning_curve AS c, len(learning_curve)::INTEGER AS point_count,
        (list_position([${names}], filename) - 1)::INTEGER AS dataset
      FROM read_json([${names}], format = 'newline_delimited', filename = true, columns = {${readTypes()}});
    CREATE TEMP TABLE ids AS
      SELECT rowid AS id,
        (sum(point_count) OVER (ORDER BY rowid ROWS UNBOUNDED PRECEDING) - point_count)::INTEGER AS first_point,
        (row_number() OVER (PARTITION BY dataset ORDER BY rowid))::INTEGER AS line
      FROM raw;
    CREATE TABLE points AS
      SELECT (first_point + place)::INTEGER AS id, run, ${POINT_COLUMNS.map((column) => `p.${column}`).join(", ")}
      FROM (SELECT id::INTEGER AS run, first_point, unnest(range(point_count)) AS place, unnest(c) AS p
        FROM raw JOIN ids ON raw.rowid = ids.id);
    CREATE TABLE runs AS
      SELECT ids.id::INTEGER AS id, dataset, line, iteration, nan_train_loss, point_count, first_point,
        NOT coalesce(isfinite(c[-1].val_raw_loss), false) OR nan_train_loss AS diverged,
        c[-1].step AS last_step, c[-1].tokens AS tokens, c[-1].eval_end_time AS total_seconds,
        ${Object.keys(HYPERPARAMETERS)
          .map((name) => `h.${name}`)
          .join(", ")},
        ${METRICS.map((metric) => `c[-1].${metric} AS final_${metric}, best_${metric}, best_step_${metric}`).join(", ")}
      FROM raw JOIN ids ON raw.rowid = ids.id LEFT JOIN
        (SELECT run, ${METRICS.map(best).join(", ")} FROM points GROUP BY run) b ON b.run = ids.id
      ORDER BY ids.id;
    CHECKPOINT`;
}

function best(metric: string): string {
  const extreme = metric.endsWith("_loss") ? "min" : "max";
  const finite = `FILTER (WHERE isfinite(${metric}))`;
  return `${extreme}(${metric}) ${finite} AS best_${metric}, arg_${extreme}(step, ${metric}) ${finite} AS best_step_${metric}`;
}

function readTypes(): string {
  const hyperparameters = Object.entries(HYPERPARAMETERS).map(([name, type]) => `${name} ${type}`);
  const points = POINT_COLUMNS.map((name) => `${name} DOUBLE`);
  return [
    "iteration: 'BIGINT'",
    "nan_train_loss: 'BOOLEAN'",
    `hyperparameters: 'STRUCT(${hyperparameters.join(", ")})'`,
    `learning_curve: 'STRUCT(${points.join(", ")})[]'`,
  ].join(", ");
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
