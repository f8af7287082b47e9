import { compareText } from "../../schema/naming.js";
import type { Connection } from "../duckdb/connection.js";
import { literal } from "../duckdb/quote.js";
import { occurrences } from "./lines.js";
import {
  addStructure,
  emptyShape,
  isTooDeep,
  linesOf,
  numbersOf,
  type Shape,
  type Structure,
} from "./shape.js";

/** The distinct structures of a file's lines: plain data. {@link shapeOf} sums them up. */
export interface FoundStructures {
  /** Lines by the text that DuckDB gives their structure, the commonest first; null where a line is no JSON. */
  readonly byText: ReadonlyMap<string | null, number>;
  /** By JSON pointer, for places where numbers and strings mix: lines with a string that says "NaN" or "Infinity". */
  readonly nonFinite: ReadonlyMap<string, number>;
  /** Colons of all lines together: at least one for each key that stands in them, as often as it stands. */
  readonly colons: number;
}

/** Scans every line for its keys and types, the commonest structure first. Lines that are no JSON are counted under null. */
export async function readStructures(
  connection: Connection,
  lines: string,
  signal?: AbortSignal,
): Promise<FoundStructures> {
  const { rows } = await connection.query(
    `SELECT try(json_structure(line)) AS structure, count(*), sum(${occurrences("line", ":")}) FROM ${lines} GROUP BY 1 ORDER BY 2 DESC, 1`,
    [],
    signal,
  );
  const byText = new Map(rows.map(([text, count]) => [text as string | null, Number(count)]));
  const colons = rows.reduce((sum, [, , count]) => sum + Number(count), 0);
  const mixed = mixedPlaces(shapeOf({ byText, nonFinite: new Map() }));
  return { byText, nonFinite: await countNonFinite(connection, lines, [...mixed.keys()], signal), colons };
}

/** Characters of structures that are remembered of one file. */
const MOST_REMEMBERED = 1 << 22;

/** The structures, if they are few enough to be remembered; else null. */
export function memorable(found: FoundStructures): FoundStructures | null {
  let length = 0;
  for (const text of found.byText.keys()) length += text?.length ?? 0;
  return length <= MOST_REMEMBERED ? found : null;
}

/** What stands at every place of the lines. Strings for what JSON cannot write count as the numbers they mean. */
export function shapeOf({ byText, nonFinite }: Omit<FoundStructures, "colons">): Shape {
  const shape = emptyShape();
  for (const [text, count] of byText) {
    if (text !== null && !isTooDeep(text)) addStructure(shape, parseStructure(text), count);
  }
  if (nonFinite.size === 0) return shape;
  for (const [pointer, place] of mixedPlaces(shape)) {
    const count = nonFinite.get(pointer) ?? 0;
    place.counts.set("VARCHAR", linesOf(place, "VARCHAR") - count);
    place.counts.set("DOUBLE", linesOf(place, "DOUBLE") + count);
  }
  return shape;
}

/**
 * The structures of a file that has grown: of the lines that it had, and of the new ones.
 * @returns null where strings would have to be looked at again that were counted as strings until now.
 */
export async function addStructures(
  connection: Connection,
  before: FoundStructures,
  lines: string,
  added: FoundStructures,
  signal?: AbortSignal,
): Promise<FoundStructures | null> {
  const counts = new Map(before.byText);
  for (const [text, count] of added.byText) counts.set(text, (counts.get(text) ?? 0) + count);
  const byText = new Map(
    [...counts].sort(
      ([a, many], [b, few]) => few - many || (a === null ? 1 : b === null ? -1 : compareText(a, b)),
    ),
  );
  const mixed = mixedPlaces(shapeOf({ byText, nonFinite: new Map() }));
  const strings = placesOf(
    shapeOf({ ...before, nonFinite: new Map() }),
    (shape) => linesOf(shape, "VARCHAR") > 0,
  );
  if ([...mixed.keys()].some((place) => strings.has(place) && !before.nonFinite.has(place))) return null;
  const counted = await countNonFinite(connection, lines, [...mixed.keys()], signal);
  const nonFinite = new Map(
    [...counted].map(([place, count]) => [place, count + (before.nonFinite.get(place) ?? 0)]),
  );
  return { byText, nonFinite, colons: before.colons + added.colons };
}

export const parseStructure = (text: string): Structure => JSON.parse(text) as Structure;

/** By JSON pointer, the places where numbers and strings mix. */
const mixedPlaces = (top: Shape): Map<string, Shape> =>
  placesOf(top, (shape) => numbersOf(shape) > 0 && linesOf(shape, "VARCHAR") > 0);

/** By JSON pointer, the places beneath objects that a test holds for. */
function placesOf(top: Shape, test: (shape: Shape) => boolean): Map<string, Shape> {
  const places = new Map<string, Shape>();
  const walk = (shape: Shape, pointer: string): void => {
    if (test(shape)) places.set(pointer, shape);
    for (const [key, child] of shape.keys)
      walk(child, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);
  };
  walk(top, "");
  return places;
}

/** Lines whose string at each place says "NaN", "Infinity" or "-Infinity". */
async function countNonFinite(
  connection: Connection,
  lines: string,
  pointers: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, number>> {
  if (pointers.length === 0) return new Map();
  const counts = pointers.map((place) => {
    const pointer = literal(place);
    return (
      `count(*) FILTER (try(json_type(line, ${pointer})) = 'VARCHAR' AND ` +
      `try(json_extract_string(line, ${pointer})) IN ('NaN', 'Infinity', '-Infinity'))`
    );
  });
  const { rows } = await connection.query(`SELECT ${counts.join(", ")} FROM ${lines}`, [], signal);
  return new Map(pointers.map((place, index) => [place, Number(rows[0]?.[index] ?? 0)]));
}
