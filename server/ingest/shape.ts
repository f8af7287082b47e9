/** DuckDB's words for scalars in `json_structure`; `JSON` is a mixture, or an empty object. */
export type ScalarName =
  "NULL" | "BOOLEAN" | "BIGINT" | "UBIGINT" | "HUGEINT" | "DOUBLE" | "VARCHAR" | "JSON";

/** What one line's `json_structure` says: nested types, list elements merged into one. */
export type Structure = ScalarName | readonly [Structure] | { readonly [key: string]: Structure };

/** Lists and objects of a line may lie so deep within each other. */
export const DEEPEST = 200;

/** Whether the text of a structure, or of a line, nests deeper than is read; brackets within strings do not count. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  let isString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isString = !isString;
    else if (isString) at += code === BACKSLASH ? 1 : 0;
    // { and [ differ from } and ] by two, and from each other by one bit.
    else if ((code | 0x20) === OPEN) depth += 1;
    else if ((code | 0x20) === CLOSE) depth -= 1;
    if (depth > DEEPEST) return true;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** What stands at one place of a file's lines: how many lines have what there, and what is beneath. */
export interface Shape {
  /** Lines by type; an object or a list is counted under `object`, `list`. */
  readonly counts: Map<ScalarName | "object" | "list", number>;
  readonly keys: Map<string, Shape>;
  /** The list's elements, counted by lines. */
  elements: Shape | null;
}

export const emptyShape = (): Shape => ({ counts: new Map(), keys: new Map(), elements: null });

/** Adds what `lines` lines have in common. */
export function addStructure(shape: Shape, structure: Structure, lines: number): void {
  const kind = typeof structure === "string" ? structure : isList(structure) ? "list" : "object";
  shape.counts.set(kind, (shape.counts.get(kind) ?? 0) + lines);
  if (typeof structure === "string") return;
  if (isList(structure)) {
    shape.elements ??= emptyShape();
    addStructure(shape.elements, structure[0], lines);
    return;
  }
  for (const [key, beneath] of Object.entries(structure)) {
    let child = shape.keys.get(key);
    if (!child) shape.keys.set(key, (child = emptyShape()));
    addStructure(child, beneath, lines);
  }
}

export const isList = (structure: Structure): structure is readonly [Structure] => Array.isArray(structure);

/** Lines that have any of the types there. */
export const linesOf = (shape: Shape, ...kinds: readonly (ScalarName | "object" | "list")[]): number =>
  kinds.reduce((sum, kind) => sum + (shape.counts.get(kind) ?? 0), 0);

export const numbersOf = (shape: Shape): number => linesOf(shape, "BIGINT", "UBIGINT", "HUGEINT", "DOUBLE");

/** Every key path of the lines, nested keys joined by a dot, lists passed through. */
export function keyPaths(shape: Shape, prefix = "", into = new Set<string>()): Set<string> {
  if (shape.elements) keyPaths(shape.elements, prefix, into);
  for (const [key, child] of shape.keys) {
    const path = prefix === "" ? key : `${prefix}.${key}`;
    into.add(path);
    keyPaths(child, path, into);
  }
  return into;
}

/** The shape in words, for messages: `{epoch: integer, loss: number}[]`. */
export function describe(shape: Shape, depth = 2): string {
  const kinds = [...shape.counts].filter(([kind]) => kind !== "NULL").map(([kind]) => kind);
  const words = new Set(
    kinds.map((kind) => {
      switch (kind) {
        case "object":
          if (depth === 0) return "object";
          return `{${[...shape.keys]
            .slice(0, 8)
            .map(([key, child]) => `${key}: ${describe(child, depth - 1)}`)
            .join(", ")}${shape.keys.size > 8 ? ", …" : ""}}`;
        case "list":
          return `list of ${shape.elements ? describe(shape.elements, depth - 1) : "nothing"}`;
        case "VARCHAR":
          return "string";
        case "BOOLEAN":
          return "boolean";
        case "JSON":
          return "mixture";
        default:
          return "number";
      }
    }),
  );
  return words.size === 0 ? "null" : [...words].join(" or ");
}
