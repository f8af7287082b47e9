import { literal } from "../duckdb/quote.js";
import type { Path } from "./layout.js";
import type { ReadType } from "./read-type.js";
import type { Shape } from "./shape.js";

/**
 * A condition over `line` that holds where an object that is read has one key twice, which DuckDB
 * passes over in silence; null where none can be tested. Objects in lists are counted against all
 * keys that the file has there, so that one twice beside one absent is not seen.
 */
export function duplicateKeySql(top: Shape, type: ReadType): string | null {
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
