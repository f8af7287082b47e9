import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { type Table, tableFromIPC } from "apache-arrow";
import type { Value } from "../oracle/world.js";

export type Row = Readonly<Record<string, Value>>;

export interface Reading {
  /** Columns of CSV that are said to be numbers: DuckDB takes one that begins with inf for text. */
  readonly doubles?: readonly string[];
  /** Of CSV: whether `""` is a missing value. */
  readonly quotedNulls?: boolean;
  /** A condition of DuckDB's that is asked of the file. */
  readonly where?: string;
}

/** How DuckDB reads a file of each format; what an empty field of CSV is, has to be said. */
const readers: Readonly<Record<string, (reading: Reading) => string>> = {
  csv: ({ doubles = [], quotedNulls = false }) => {
    const types = doubles.map((name) => `'${name}': 'DOUBLE'`);
    const typed = types.length > 0 ? `, types = {${types.join()}}` : "";
    return `read_csv(?, header = true, sample_size = -1, allow_quoted_nulls = ${quotedNulls}${typed})`;
  },
  ndjson: () => "read_json(?, format = 'newline_delimited', sample_size = -1)",
  parquet: () => "read_parquet(?)",
};

/** Rows of a file, as a reader that is not ours has them: DuckDB, or Arrow's. */
export async function readBack(bytes: Uint8Array, format: string, reading: Reading = {}): Promise<Row[]> {
  return format.startsWith("arrow") ? arrowRows(tableFromIPC(bytes)) : duckdbRows(bytes, format, reading);
}

async function duckdbRows(bytes: Uint8Array, format: string, reading: Reading): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "sweepql-read-back-"));
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const file = join(folder, `export.${format}`);
    writeFileSync(file, bytes);
    const statement = await connection.prepare(
      `SELECT * FROM ${readers[format]?.(reading)} WHERE ${reading.where ?? true}`,
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
