import type { Connection } from "../duckdb/connection.js";
import { literal } from "../duckdb/quote.js";
import {
  addStructure,
  emptyShape,
  isTooDeep,
  linesOf,
  numbersOf,
  type Shape,
  type Structure,
} from "./shape.js";

/** The distinct structures of a file's lines, and their sum. */
export interface FoundStructures {
  /** By the text that DuckDB gives them; null where a line is no JSON. */
  readonly byText: ReadonlyMap<string | null, number>;
  readonly shape: Shape;
}

/** Scans every line for its keys and types, the commonest structure first. Lines that are no JSON are counted under null. */
export async function readStructures(
  connection: Connection,
  lines: string,
  signal?: AbortSignal,
): Promise<FoundStructures> {
  const { rows } = await connection.query(
    `SELECT try(json_structure(line)) AS structure, count(*) FROM ${lines} GROUP BY 1 ORDER BY 2 DESC, 1`,
    [],
    signal,
  );
  const byText = new Map(rows.map(([text, count]) => [text as string | null, Number(count)]));
  const shape = emptyShape();
  for (const [text, count] of byText) {
    if (text !== null && !isTooDeep(text)) addStructure(shape, parseStructure(text), count);
  }
  await countNonFinite(connection, lines, shape, signal);
  return { byText, shape };
}

export const parseStructure = (text: string): Structure => JSON.parse(text) as Structure;

/** Where numbers and strings mix, strings that say "NaN" or "Infinity" are counted as the numbers they mean. */
async function countNonFinite(
  connection: Connection,
  lines: string,
  top: Shape,
  signal?: AbortSignal,
): Promise<void> {
  const mixed: { readonly path: readonly string[]; readonly shape: Shape }[] = [];
  const walk = (shape: Shape, path: readonly string[]): void => {
    if (numbersOf(shape) > 0 && linesOf(shape, "VARCHAR") > 0) mixed.push({ path, shape });
    for (const [key, child] of shape.keys) walk(child, [...path, key]);
  };
  walk(top, []);
  if (mixed.length === 0) return;
  const counts = mixed.map(({ path }) => {
    const pointer = literal(
      path.map((key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`).join(""),
    );
    return (
      `count(*) FILTER (try(json_type(line, ${pointer})) = 'VARCHAR' AND ` +
      `try(json_extract_string(line, ${pointer})) IN ('NaN', 'Infinity', '-Infinity'))`
    );
  });
  const { rows } = await connection.query(`SELECT ${counts.join(", ")} FROM ${lines}`, [], signal);
  mixed.forEach(({ shape }, index) => {
    const count = Number(rows[0]?.[index] ?? 0);
    shape.counts.set("VARCHAR", linesOf(shape, "VARCHAR") - count);
    shape.counts.set("DOUBLE", linesOf(shape, "DOUBLE") + count);
  });
}
