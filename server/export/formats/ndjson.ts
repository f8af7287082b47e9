import type { StoredValue } from "../../../schema/store.js";
import type { Encoder, Sheet, Spelling } from "./format.js";
import { rowsOf } from "./rows.js";

/**
 * One JSON object a line, with every column; null is a missing value, and nothing else. NaN and
 * infinities are bare words, as in the files that sweepql reads, or strings where that is asked for.
 */
export function ndjsonEncoder({ columns }: Sheet, { nonFinite }: Spelling): Encoder {
  const keys = columns.map(({ name }, index) => `${index > 0 ? "," : ""}${JSON.stringify(name)}:`);
  const quote = nonFinite === "string" ? '"' : "";
  const field = (value: StoredValue): string => {
    if (typeof value === "string") return JSON.stringify(value);
    if (typeof value !== "number") return String(value);
    if (Object.is(value, -0)) return "-0.0";
    return Number.isFinite(value) ? String(value) : `${quote}${value}${quote}`;
  };
  return {
    begin: () => [],
    batch: (batch) => {
      let lines = "";
      for (const row of rowsOf(batch)) {
        lines += "{";
        for (let index = 0; index < row.length; index += 1)
          lines += (keys[index] ?? "") + field(row[index] ?? null);
        lines += "}\n";
      }
      return [Buffer.from(lines)];
    },
    end: () => [],
  };
}
