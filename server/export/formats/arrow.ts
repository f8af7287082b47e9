import {
  AsyncByteQueue,
  Bool,
  type Data,
  type DataType,
  Field,
  Float64,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Utf8,
} from "apache-arrow";
import type { ColumnType } from "../../../schema/exports/export-plan.js";
import type { StoredValue } from "../../../schema/store.js";
import type { Encoder, Sheet } from "./format.js";

type Values = readonly StoredValue[];

/** Arrow IPC, a record batch for each batch: as a file, which ends in a footer, or as a stream. */
export function arrowEncoder({ columns, version }: Sheet, shape: "file" | "stream"): Encoder {
  const fields = columns.map(({ name, type }) => new Field(name, kinds[type].type, true));
  const schema = new Schema(fields, new Map([["sweepql.dataVersion", version]]));
  const writer = shape === "file" ? new RecordBatchFileWriter() : new RecordBatchStreamWriter();
  const sink = new Collector();
  return {
    begin: () => {
      writer.reset(sink, schema);
      return sink.take();
    },
    batch: ({ rowCount, columns: values }) => {
      const children = columns.map(({ type }, index) => kinds[type].data(values[index] ?? []));
      const data = makeData({ type: new Struct(fields), length: rowCount, nullCount: 0, children });
      writer.write(new RecordBatch(schema, data));
      return sink.take();
    },
    end: () => {
      writer.finish();
      return sink.take();
    },
  };
}

/** Holds what the writer wrote until it is taken. */
class Collector extends AsyncByteQueue {
  #written: Uint8Array[] = [];

  override write(bytes: Uint8Array): void {
    if (bytes.byteLength > 0) this.#written.push(bytes);
  }

  /** As one piece: the writer writes paddings and lengths each for itself. */
  take(): Uint8Array[] {
    const written = this.#written;
    this.#written = [];
    return written.length === 0 ? [] : [Buffer.concat(written)];
  }
}

interface Kind {
  readonly type: DataType;
  data(values: Values): Data;
}

const kinds: Readonly<Record<ColumnType, Kind>> = {
  float: {
    type: new Float64(),
    data: (values) => {
      const data = Float64Array.from(values, (value) => value as number);
      return makeData({ type: new Float64(), length: values.length, data, ...validity(values) });
    },
  },
  integer: {
    type: new Int64(),
    data: (values) => {
      const data = BigInt64Array.from(values, (value) => BigInt((value as number | null) ?? 0));
      return makeData({ type: new Int64(), length: values.length, data, ...validity(values) });
    },
  },
  boolean: {
    type: new Bool(),
    data: (values) => {
      const data = bitmap(values, (value) => value === true);
      return makeData({ type: new Bool(), length: values.length, data, ...validity(values) });
    },
  },
  string: {
    type: new Utf8(),
    data: (values) => {
      const texts = values.map((value) => Buffer.from((value as string | null) ?? ""));
      const valueOffsets = new Int32Array(values.length + 1);
      texts.forEach((text, index) => {
        valueOffsets[index + 1] = (valueOffsets[index] ?? 0) + text.byteLength;
      });
      const data = Buffer.concat(texts);
      return makeData({
        type: new Utf8(),
        length: values.length,
        valueOffsets,
        data,
        ...validity(values),
      });
    },
  },
};

/** Which values are there. */
function validity(values: Values): { nullCount: number; nullBitmap: Uint8Array | null } {
  const nullCount = values.reduce<number>((count, value) => count + (value === null ? 1 : 0), 0);
  return { nullCount, nullBitmap: nullCount === 0 ? null : bitmap(values, (value) => value !== null) };
}

/** A bit a value, the least significant first. */
function bitmap(values: Values, holds: (value: StoredValue) => boolean): Uint8Array {
  const bits = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, index) => {
    if (holds(value)) bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7));
  });
  return bits;
}
