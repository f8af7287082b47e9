import type { StoredValue } from "../../../schema/store.js";
import { rowsOf } from "./rows.js";
import type { Encoder, Sheet, Spelling } from "./format.js";

/**
 * CSV by RFC 4180 in UTF-8: fields with quotes, commas or line ends are quoted. A missing value is an
 * empty field and an empty text is `""`; what is not finite is `NaN`, `inf` and `-inf`, as pandas and
 * DuckDB read them.
 */
export function csvEncoder({ columns }: Sheet, { excel }: Spelling): Encoder {
  const lineEnd = excel ? "\r\n" : "\n";
  const text = excel ? guarded : quoted;
  const field = (value: StoredValue): string => {
    switch (typeof value) {
      case "string":
        return text(value);
      case "number":
        return Number.isFinite(value) ? numeral(value) : (nonFinite.get(value) ?? "");
      case "boolean":
        return value ? "true" : "false";
      default:
        return "";
    }
  };
  const header = columns.map(({ name }) => quoted(name)).join(",");
  return {
    begin: () => [Buffer.from(`${excel ? "\uFEFF" : ""}${header}${lineEnd}`)],
    batch: (batch) => {
      let lines = "";
      for (const row of rowsOf(batch)) {
        // A line of nothing would be passed over as blank.
        const line = row.length === 1 && row[0] === null ? '""' : row.map(field).join(",");
        lines += line + lineEnd;
      }
      return [Buffer.from(lines)];
    },
    end: () => [],
  };
}

const nonFinite = new Map([
  [NaN, "NaN"],
  [Infinity, "inf"],
  [-Infinity, "-inf"],
]);

/** As JavaScript writes it: the shortest text that reads back as the same double. */
const numeral = (value: number): string => (Object.is(value, -0) ? "-0.0" : String(value));

const quoted = (text: string): string =>
  text === "" || /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;

/**
 * A spreadsheet runs what begins like a formula, whoever wrote it, in full width as well, and after white
 * space that it drops; an apostrophe makes it text.
 */
const guarded = (text: string): string => quoted(/^[=+\-@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text);
