import { ByteWriter, ParquetWriter, type SchemaElement } from "hyparquet-writer";
import type { ColumnType } from "../../../schema/exports/export-plan.js";
import type { StoredValue } from "../../../schema/store.js";
import type { Batch } from "../batch.js";
import type { Encoder, Sheet } from "./format.js";

/** Values of one row group, about; its columns are encoded in one go. */
const ROW_GROUP_VALUES = 200_000;

/** Parquet, compressed with Snappy, a row group at a time: nothing but bytes in memory, and no engine that writes files. */
export function parquetEncoder({ columns, version }: Sheet): Encoder {
  const sink = new ByteWriter();
  const writer = new ParquetWriter({
    writer: sink,
    schema: [
      { name: "schema", num_children: columns.length },
      ...columns.map(({ name, type }): SchemaElement => ({
        name,
        repetition_type: "OPTIONAL",
        ...physical[type],
      })),
    ],
    kvMetadata: [{ key: "sweepql.dataVersion", value: version }],
    createdBy: "sweepql",
  });
  /** What was written since; `offset` goes on counting from the file's begin. */
  const take = (): Uint8Array[] => {
    const bytes = Buffer.from(sink.getBytes().slice());
    sink.index = 0;
    return bytes.byteLength === 0 ? [] : [bytes];
  };
  let held: StoredValue[][] = columns.map(() => []);
  const flush = (): void => {
    const rowCount = held[0]?.length ?? 0;
    if (rowCount === 0) return;
    const columnData = columns.map(({ name, type }, index) => {
      const values = held[index] ?? [];
      // Bounds leave NaN out, and DuckDB, to which NaN is the greatest, would pass over a row group by them.
      const statistics = !(type === "float" && values.some(Number.isNaN));
      return { name, data: type === "integer" ? values.map(toBigInt) : values, statistics };
    });
    void writer.write({ columnData, rowGroupSize: rowCount });
    held = columns.map(() => []);
  };
  return {
    begin: take,
    batch: ({ columns: values }: Batch) => {
      held.forEach((column, index) => {
        for (const value of values[index] ?? []) column.push(value);
      });
      if ((held[0]?.length ?? 0) * columns.length >= ROW_GROUP_VALUES) flush();
      return take();
    },
    end: () => {
      flush();
      void writer.finish();
      return take();
    },
  };
}

const toBigInt = (value: StoredValue): bigint | null => (value === null ? null : BigInt(value));

const physical: Readonly<Record<ColumnType, Pick<SchemaElement, "type" | "converted_type">>> = {
  string: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  boolean: { type: "BOOLEAN" },
  integer: { type: "INT64" },
  float: { type: "DOUBLE" },
};
