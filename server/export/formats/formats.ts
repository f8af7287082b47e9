import { csvEncoder } from "./csv.js";
import { type Format, type FormatName, formatNames } from "./format.js";
import { ndjsonEncoder } from "./ndjson.js";

/** The formats; what the binary ones need is loaded with the first export that is one. */
export const formats: Readonly<Record<FormatName, Format>> = {
  csv: {
    name: "csv",
    mediaType: "text/csv; charset=utf-8; header=present",
    accepted: ["text/csv"],
    isText: true,
    isCompressed: false,
    encoder: (sheet, spelling) => Promise.resolve(csvEncoder(sheet, spelling)),
  },
  ndjson: {
    name: "ndjson",
    mediaType: "application/x-ndjson; charset=utf-8",
    accepted: ["application/x-ndjson", "application/ndjson", "application/jsonl"],
    isText: true,
    isCompressed: false,
    encoder: (sheet, spelling) => Promise.resolve(ndjsonEncoder(sheet, spelling)),
  },
  parquet: {
    name: "parquet",
    mediaType: "application/vnd.apache.parquet",
    accepted: ["application/vnd.apache.parquet"],
    isText: false,
    isCompressed: true,
    encoder: async (sheet) => (await import("./parquet.js")).parquetEncoder(sheet),
  },
  arrow: {
    name: "arrow",
    mediaType: "application/vnd.apache.arrow.file",
    accepted: ["application/vnd.apache.arrow.file"],
    isText: false,
    isCompressed: false,
    encoder: async (sheet) => (await import("./arrow.js")).arrowEncoder(sheet, "file"),
  },
  arrows: {
    name: "arrows",
    mediaType: "application/vnd.apache.arrow.stream",
    accepted: ["application/vnd.apache.arrow.stream"],
    isText: false,
    isCompressed: false,
    encoder: async (sheet) => (await import("./arrow.js")).arrowEncoder(sheet, "stream"),
  },
};

/** The format of a name, or of a file's extension; null where there is none. */
export const formatNamed = (name: string): Format | null => {
  const found = formatNames.find((one) => one === name.toLowerCase());
  return found ? formats[found] : null;
};
