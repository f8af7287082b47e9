import { createReadStream, createWriteStream } from "node:fs";
import { isUtf8 } from "node:buffer";
import { once } from "node:events";
import { literal } from "../duckdb/quote.js";
import type { RejectedLine } from "../../schema/catalogue.js";

/** Stands between the columns of a numbered copy; JSON has no use for it outside a string, and forbids it inside. */
const SEPARATOR = "\u0001";

/** As much as DuckDB takes for a line unasked. */
export const USUAL_LINE = 2_000_000;

/** Stands for a line that nests so deep that DuckDB's JSON functions would overflow their stack, and end the process. */
export const TOO_DEEP = "nested too deep";

/** Levels that are surely no danger, and bytes that cannot hold more; a line of fewer brackets has fewer levels. */
const SAFE_LEVELS = 5000;
const SAFE_LENGTH = 4 * SAFE_LEVELS;

/** Longer text is not split, as the parts would take more memory than the text. */
const LONGEST_SPLIT = 1_000_000;

/** How often a character stands in a text, as SQL. Splitting is over ten times as fast as replacing. */
export const occurrences = (of: string, character: string): string =>
  `(CASE WHEN strlen(${of}) <= ${LONGEST_SPLIT} THEN len(string_split(${of}, '${character}')) - 1 ` +
  `ELSE strlen(${of}) - strlen(replace(${of}, '${character}', '')) END)`;

const BRACKETS = `(${occurrences("line", "[")} + ${occurrences("line", "{")})`;

/** The line without its eight innermost levels: a run of many points loses all of its brackets. */
const stripped = Array.from({ length: 8 }).reduce<string>(
  (inner) => `regexp_replace(${inner}, '[\\[{][^\\[\\]{}]*[\\]}]', '', 'g')`,
  "line",
);

const bracketsLeft = `(strlen(${stripped}) - strlen(replace(replace(${stripped}, '[', ''), '{', '')))`;

/** Only long lines of many brackets are looked at closely. */
const TOO_DEEP_SQL =
  `CASE WHEN strlen(line) <= ${SAFE_LENGTH} THEN false WHEN ${BRACKETS} <= ${SAFE_LEVELS} THEN false ` +
  `ELSE ${bracketsLeft} > ${SAFE_LEVELS} END`;

/** Whole lines as `line`, without numbers and in parallel. For files whose bytes have no flaw. */
export const wholeLines = (path: string, longestLine: number): string =>
  csv(path, "{'line': 'VARCHAR'}", longestLine);

/** Whole lines as `line`, with their physical number as `n`. For files whose bytes have no flaw. */
export const numberedLines = (path: string, longestLine: number): string =>
  `(SELECT row_number() OVER () AS n, line FROM ${wholeLines(path, longestLine)})`;

/** What {@link writeNumberedCopy} wrote, as `n` and `line`. */
export const copiedLines = (path: string, longestLine: number): string =>
  csv(path, "{'n': 'BIGINT', 'line': 'VARCHAR'}", longestLine + 20);

function csv(path: string, columns: string, longestLine: number): string {
  const size = Math.max(USUAL_LINE, longestLine + 16);
  return (
    `(SELECT * REPLACE (CASE WHEN ${TOO_DEEP_SQL} THEN ${literal(TOO_DEEP)} ELSE line END AS line) FROM ` +
    `read_csv(${literal(path)}, columns = ${columns}, delim = '${SEPARATOR}', quote = '', escape = '', new_line = '\\n', ` +
    `header = false, auto_detect = false, strict_mode = false, max_line_size = ${size}, buffer_size = ${size}))`
  );
}

/**
 * Copies a flawed file line by line, each behind its physical number: without byte-order mark,
 * carriage returns and blank lines. Lines that are no UTF-8, or hold a null or control byte that the
 * copy could not carry, are left out and returned.
 */
export async function writeNumberedCopy(
  from: string,
  to: string,
  signal?: AbortSignal,
): Promise<RejectedLine[]> {
  const rejected: RejectedLine[] = [];
  const out = createWriteStream(to);
  let number = 0;
  let pending: Buffer = Buffer.alloc(0);
  const write = async (bytes: Buffer): Promise<void> => {
    number += 1;
    let line = bytes;
    if (number === 1 && line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf) line = line.subarray(3);
    if (line[line.length - 1] === 0x0d) line = line.subarray(0, -1);
    if (line.every((byte) => byte === 0x20 || byte === 0x09)) return;
    if (!isUtf8(line)) rejected.push({ line: number, key: null, reason: "not UTF-8 text" });
    else if (line.includes(0) || line.includes(1) || line.includes(0x0d)) {
      rejected.push({ line: number, key: null, reason: "not JSON: a control character" });
    } else if (!out.write(Buffer.concat([Buffer.from(`${number}${SEPARATOR}`), line, Buffer.from("\n")]))) {
      await once(out, "drain");
    }
  };
  for await (const piece of createReadStream(from, {
    highWaterMark: 1 << 20,
    ...(signal ? { signal } : {}),
  })) {
    const bytes = pending.length === 0 ? (piece as Buffer) : Buffer.concat([pending, piece as Buffer]);
    let start = 0;
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
      await write(bytes.subarray(start, end));
      start = end + 1;
    }
    pending = bytes.subarray(start);
  }
  if (pending.length > 0) await write(pending);
  out.end();
  await once(out, "close");
  return rejected;
}
