import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { type Table, tableFromIPC } from "apache-arrow";
import type { Value } from "../oracle/world.js";

export type Row = Readonly<Record<string, Value>>;

/** How DuckDB reads a file of each format; what an empty field of CSV is, has to be said. */
const readers: Readonly<Record<string, string>> = {
  csv: "read_csv(?, header = true, sample_size = -1, allow_quoted_nulls = false, types = TYPES)",
  ndjson: "read_json(?, format = 'newline_delimited', sample_size = -1)",
  parquet: "read_parquet(?)",
};

/**
 * Rows of a file, as a reader that is not ours has them: DuckDB, or Arrow's.
 * @param doubles columns of CSV that are said to be numbers: DuckDB takes one that begins with inf for text.
 */
export async function readBack(
  bytes: Uint8Array,
  format: string,
  doubles: readonly string[] = [],
): Promise<Row[]> {
  return format.startsWith("arrow") ? arrowRows(tableFromIPC(bytes)) : duckdbRows(bytes, format, doubles);
}

async function duckdbRows(bytes: Uint8Array, format: string, doubles: readonly string[]): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "sweepql-read-back-"));
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const file = join(folder, `export.${format}`);
    writeFileSync(file, bytes);
    const types = doubles.map((name) => `'${name}': 'DOUBLE'`).join();
    const reader = (readers[format] ?? "").replace("TYPES", `{${types}}`);
    const statement = await connection.prepare(
      `SELECT * FROM ${doubles.length > 0 ? reader : reader.replace(", types = {}", "")}`,
    );
    statement.bindVarchar(1, file);
    const read = await (await statement.run()).getRowObjectsJS();
    return read.map((row) => plain(row as Record<string, unknown>));
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true, force: true });
  }
}

const arrowRows = (table: Table): Row[] =>
  table.toArray().map((row: { toJSON(): Record<string, unknown> }) => plain(row.toJSON()));

const plain = (row: Readonly<Record<string, unknown>>): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === "bigint" ? Number(value) : ((value ?? null) as Value),
    ]),
  );
