import type { StoredValue } from "../../../schema/store.js";
import type { Batch } from "../batch.js";

/** The rows of a batch; the array is the same one for each. */
export function* rowsOf({ rowCount, columns }: Batch): Generator<readonly StoredValue[], void, undefined> {
  const row: StoredValue[] = columns.map(() => null);
  for (let index = 0; index < rowCount; index += 1) {
    for (let column = 0; column < row.length; column += 1) row[column] = columns[column]?.[index] ?? null;
    yield row;
  }
}
