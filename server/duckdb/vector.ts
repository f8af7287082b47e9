import { type DuckDBDataChunk, DuckDBTypeId, JSDuckDBValueConverter } from "@duckdb/node-api";
import { plain } from "./values.js";

/** Types whose items are plain values as they are; the general converter takes several times as long. */
const PLAIN: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.DOUBLE,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.VARCHAR,
  DuckDBTypeId.BOOLEAN,
]);

/** Adds one column of a chunk to an array; null where the value is missing. */
export function readVector(chunk: DuckDBDataChunk, column: number, into: unknown[]): void {
  const vector = chunk.getColumnVector(column);
  if (PLAIN.has(vector.type.typeId)) {
    const offset = into.length;
    const count = chunk.rowCount;
    for (let row = 0; row < count; row += 1) into[offset + row] = vector.getItem(row);
    return;
  }
  chunk.visitColumnValues(column, (value, _row, _column, type) => {
    into.push(plain(JSDuckDBValueConverter(value, type, JSDuckDBValueConverter)));
  });
}

/** Writes one column of numbers of a chunk into an array, from an offset on. */
export function readDoubles(
  chunk: DuckDBDataChunk,
  column: number,
  into: { readonly values: Float64Array; missing: Uint8Array | null },
  offset: number,
): void {
  const vector = chunk.getColumnVector(column);
  const count = chunk.rowCount;
  for (let row = 0; row < count; row += 1) {
    const value = vector.getItem(row);
    if (value === null) {
      into.missing ??= new Uint8Array(into.values.length);
      into.missing[offset + row] = 1;
      into.values[offset + row] = Number.NaN;
    } else into.values[offset + row] = Number(value);
  }
}
