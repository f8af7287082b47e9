import type { Connection } from "../duckdb/connection.js";
import { checkLine } from "./check-line.js";
import { repeatedKeySql } from "./repeated-keys.js";
import { fits } from "./fits.js";
import { TOO_DEEP } from "./lines.js";
import { DEEPEST, isTooDeep, type Shape } from "./shape.js";
import { type FoundStructures, parseStructure } from "./read-structure.js";
import type { ReadType } from "./read-type.js";
import type { Rejects } from "./rejects.js";

/** The lines of one file, as SQL. */
export interface LineSources {
  /** With the physical number as `n`. */
  readonly numbered: string;
  /** Without need of the number, which may be faster. */
  readonly whole: string;
}

/** Looks at the lines in which an object has one key twice, and refuses those where that is read. */
export async function refuseRepeatedKeys(
  connection: Connection,
  lines: LineSources,
  shape: Shape,
  type: ReadType,
  rejects: Rejects,
  signal?: AbortSignal,
): Promise<void> {
  const twice = repeatedKeySql(shape, type);
  if (twice === null) return;
  const { rows } = await connection.query(`SELECT count(*) FROM ${lines.whole} WHERE ${twice}`, [], signal);
  if (Number(rows[0]?.[0]) === 0) return;
  const suspects = await connection.query(`SELECT n, line FROM ${lines.numbered} WHERE ${twice}`, [], signal);
  for (const [n, text] of suspects.rows) refuse(rejects, Number(n), String(text), type);
}

/** Looks at the lines whose structure does not fit, and refuses those whose values do not fit either. */
export async function refuseUnfitLines(
  connection: Connection,
  lines: LineSources,
  { byText }: Pick<FoundStructures, "byText">,
  type: ReadType,
  rejects: Rejects,
  signal?: AbortSignal,
): Promise<void> {
  const unfit = [...byText.keys()].filter(
    (text) => text === null || isTooDeep(text) || !fits(parseStructure(text), type),
  );
  if (unfit.length === 0) return;
  const { rows } = await connection.query(
    `SELECT n, line, structure IS NULL FROM (SELECT n, line, try(json_structure(line)) AS structure FROM ${lines.numbered}) ` +
      `WHERE structure IS NULL OR structure IN (SELECT unnest($1))`,
    [{ type: "varchar[]", value: unfit.filter((text) => text !== null) }],
    signal,
  );
  for (const [n, text, isBroken] of rows) {
    refuse(rejects, Number(n), typeof text === "string" ? text : "", type);
    // What DuckDB calls no JSON is not loaded, even where our own reader is more lenient.
    if (isBroken === true) rejects.add({ line: Number(n), key: null, reason: "not JSON" });
  }
}

function refuse(rejects: Rejects, line: number, text: string, type: ReadType): void {
  if (text === TOO_DEEP || isTooDeep(text)) {
    rejects.add({
      line,
      key: null,
      reason: `lists and objects lie more than ${DEEPEST} deep within each other`,
    });
    return;
  }
  const fault = checkLine(text, type);
  if (fault) rejects.add({ line, ...fault });
}
