import type { Connection } from "../duckdb/connection.js";
import { literal } from "../duckdb/quote.js";
import type { Path } from "./layout.js";
import { type FoundStructures, shapeOf } from "./read-structure.js";
import type { StagedRows } from "./reading.js";
import { curveColumns } from "./stage.js";
import type { ReadType } from "./read-type.js";
import type { Shape } from "./shape.js";

/**
 * A condition over `line` that holds where an object that is read has one key twice, which DuckDB
 * passes over in silence; null where none can be tested. Objects in lists are counted against all
 * keys that the file has there, so that one twice beside one absent is not seen.
 */
export function repeatedKeySql(top: Shape, type: ReadType): string | null {
  const single: string[] = [];
  const counted: string[] = [];
  const walk = (shape: Shape | undefined, read: ReadType, path: Path, inList: boolean): void => {
    if (!shape || typeof read === "string") return;
    if ("list" in read) return walk(shape.elements ?? undefined, read.list, [...path, "[*]"], true);
    const place = jsonPath(path);
    if (place !== null && inList) {
      counted.push(
        `len(list_filter(try(json_keys(line, ${place})), lambda "#k": len("#k") > ${shape.keys.size})) > 0`,
      );
    } else if (place !== null) single.push(place);
    for (const [key, child] of read.fields) walk(shape.keys.get(key), child, [...path, key], inList);
  };
  walk(top, type, [], false);
  const conditions = [
    ...(single.length > 0
      ? [
          `len(list_filter(try(json_keys(line, [${single.join(", ")}])), lambda "#k": len("#k") <> len(list_distinct("#k")))) > 0`,
        ]
      : []),
    ...counted,
  ];
  return conditions.length > 0 ? `(${conditions.join(" OR ")})` : null;
}

/** DuckDB's path, as a literal; null where it cannot name a key. */
function jsonPath(path: Path): string | null {
  if (path.some((key) => /["\\]/.test(key))) return null;
  return literal(`$${path.map((key) => (key === "[*]" ? key : `."${key}"`)).join("")}`);
}

/**
 * Whether it is plain from counts that no object of the lines has a key twice. Structures and rows tell
 * of every key once, however often it stands; if the lines have as many colons as keys are told of, each
 * stands once. A colon in a string, a key that is not read or is null in a point make more colons than
 * that, and it is not plain.
 */
export async function hasNoRepeatedKey(
  connection: Connection,
  found: FoundStructures,
  { layout, table }: StagedRows,
): Promise<boolean> {
  const outside = keysOutsideLists(shapeOf(found));
  const [source, further] = layout.sources;
  // On a union of the axes of several splits, a place is not a key that stands.
  if (!source || further || source.kind !== "objects") return found.colons === outside;
  const lists = [...(source.axis ? ["axis"] : []), ...curveColumns(layout).map((_, index) => `c${index}`)];
  const { rows } = await connection.query(
    `SELECT sum(${lists.map((list) => `list_count(${list})`).join(" + ") || "0"}) FROM ${table}`,
  );
  return found.colons === outside + Number(rows[0]?.[0]);
}

/** Keys of all lines together, less those of objects in lists. */
function keysOutsideLists({ keys }: Shape): number {
  let sum = 0;
  for (const child of keys.values()) {
    for (const lines of child.counts.values()) sum += lines;
    sum += keysOutsideLists(child);
  }
  return sum;
}
