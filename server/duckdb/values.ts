import { DOUBLE, type DuckDBPreparedStatement, INTEGER, LIST, VARCHAR, type JS } from "@duckdb/node-api";

/** A value to bind, with the type that it is bound as. */
export type BoundValue =
  | { readonly type: "double" | "integer"; readonly value: number }
  | { readonly type: "varchar"; readonly value: string }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "double[]" | "integer[]"; readonly value: readonly number[] }
  | { readonly type: "varchar[]"; readonly value: readonly string[] };

/** Binds one value; `index` counts from 1. An integer beyond 32 bits is bound as BIGINT. */
export function bindValue(statement: DuckDBPreparedStatement, index: number, bound: BoundValue): void {
  switch (bound.type) {
    case "double":
      return statement.bindDouble(index, bound.value);
    case "integer":
      if (!Number.isSafeInteger(bound.value)) throw new TypeError(`bind: ${bound.value} is not an integer`);
      return bound.value === (bound.value | 0)
        ? statement.bindInteger(index, bound.value)
        : statement.bindBigInt(index, BigInt(bound.value));
    case "varchar":
      return statement.bindVarchar(index, bound.value);
    case "boolean":
      return statement.bindBoolean(index, bound.value);
    // The element type is named: inferred from the values, a NaN beside integers throws.
    case "double[]":
      return statement.bindList(index, bound.value, LIST(DOUBLE));
    case "integer[]":
      return statement.bindList(index, bound.value, LIST(INTEGER));
    case "varchar[]":
      return statement.bindList(index, bound.value, LIST(VARCHAR));
  }
}

/** A value as plain JavaScript: a safe BIGINT becomes a number, a greater one stays a bigint; lists likewise. */
export function plain(value: JS): unknown {
  if (typeof value === "bigint") {
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  }
  return Array.isArray(value) ? value.map(plain) : value;
}
