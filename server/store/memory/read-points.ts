import type { Statements } from "../../duckdb/pool.js";
import { compilePointColumns } from "../../sql/curves.js";
import { compile } from "../../sql/tag.js";
import { numberColumn } from "./column.js";
import type { ReadPoints } from "./columns.js";

/** Reads columns of all points by one statement. */
export const pointReader =
  (pool: Statements): ReadPoints =>
  async (fields, signal) => {
    const statement = compile(compilePointColumns(fields));
    const [ids, ...columns] = await pool.withConnection(
      (connection) => connection.doubles(statement.text, statement.values, signal),
      signal,
    );
    const places = ids?.values ?? new Float64Array(0);
    // Rows come in no promised order; ids are 0, 1, …, and mostly come so.
    if (places.every((place, row) => place === row))
      return columns.map(({ values, missing }) => numberColumn(values, missing));
    return columns.map(({ values, missing }) =>
      numberColumn(
        byPlace(values, places, new Float64Array(places.length)),
        missing && byPlace(missing, places, new Uint8Array(places.length)),
      ),
    );
  };

function byPlace<T extends Float64Array | Uint8Array>(from: T, places: Float64Array, into: T): T {
  for (let row = 0; row < places.length; row += 1) into[places[row] as number] = from[row] as number;
  return into;
}
