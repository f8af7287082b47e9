import type { ExportColumn } from "../../../schema/exports/export-plan.js";
import type { Batch } from "../batch.js";

/** What is written: the columns, and what the file says of itself where the format lets it. */
export interface Sheet {
  readonly columns: readonly ExportColumn[];
  /** Of the data. */
  readonly version: string;
}

/** How values are written, where a format leaves a choice. */
export interface Spelling {
  /** CSV as spreadsheets take it: byte-order mark, CRLF, and an apostrophe before text that would be a formula. */
  readonly excel: boolean;
  /** NDJSON: NaN and infinities as bare words, as Python writes them, or as strings, which is JSON. */
  readonly nonFinite: "literal" | "string";
}

/** Writes one file: first `begin`, then each batch, then `end`. What it returns may be empty. */
export interface Encoder {
  begin(): readonly Uint8Array[];
  batch(batch: Batch): readonly Uint8Array[];
  /** A file that lacks it is visibly cut off, where the format has an end. */
  end(): readonly Uint8Array[];
}

export interface Format {
  readonly name: FormatName;
  /** Sent as the content type. */
  readonly mediaType: string;
  /** What an Accept header may call it. */
  readonly accepted: readonly string[];
  readonly isText: boolean;
  /** Whether its bytes are compressed already. */
  readonly isCompressed: boolean;
  encoder(sheet: Sheet, spelling: Spelling): Promise<Encoder>;
}

/** Each is the extension of its files, too. */
export const formatNames = ["csv", "ndjson", "parquet", "arrow", "arrows"] as const;
export type FormatName = (typeof formatNames)[number];
