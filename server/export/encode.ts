import { setImmediate as turn } from "node:timers/promises";
import type { Format, Spelling } from "./formats/format.js";
import type { PreparedExport } from "./prepare.js";

export interface EncodingOptions {
  readonly format: Format;
  readonly spelling: Spelling;
  /** Of the data. */
  readonly version: string;
  /** Told of how many rows have been written. */
  readonly onRows?: (rows: number) => void;
}

/** The bytes of an export; a batch is read when those of the one before have been taken. */
export async function* encodeExport(
  prepared: PreparedExport,
  { format, spelling, version, onRows }: EncodingOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = await format.encoder({ columns: prepared.columns, version }, spelling);
  yield* encoder.begin();
  let rows = 0;
  for await (const batch of prepared.batches()) {
    yield* encoder.batch(batch);
    rows += batch.rowCount;
    onRows?.(rows);
    // What is encoded here keeps everybody else waiting: let them have their turn.
    await turn();
  }
  yield* encoder.end();
}
