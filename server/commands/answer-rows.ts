import { shortNumber } from "./grid.js";

/** A leaf of an answer. */
export type Leaf = string | number | boolean | null;

/** A leaf as a table shows it. */
export const showLeaf = (value: Leaf): string =>
  value === null ? "–" : typeof value === "number" ? shortNumber(value) : String(value);

/** Leaves by dotted path. */
export type Row = ReadonlyMap<string, Leaf>;

export interface Flat {
  /** One for each item of the list found; a single one where there is no list of objects. */
  readonly rows: readonly Row[];
  readonly hasList: boolean;
  /** What stands beside the list of a connection: `totalCount`, `pageInfo.hasNextPage`. */
  readonly facts: Row;
}

type Json = Leaf | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/**
 * Flattens one field of an answer to rows. `nodes` and `edges.node` are steps without a name; a list of
 * objects below a row repeats the row; a second such list beside it stays JSON.
 */
export function flatten(value: Json): Flat {
  const connection = isObject(value) ? listOf(value) : null;
  if (isObject(value) && connection) {
    const { [connection]: list, ...beside } = value;
    const facts = new Map(expand(beside, "", false).flatMap((row) => [...row]));
    return { ...flatten(list ?? null), facts };
  }
  if (isObjects(value))
    return { rows: value.flatMap((item) => expand(item, "", true)), hasList: true, facts: new Map() };
  const rows = expand(value, "", true);
  return { rows, hasList: rows.length > 1, facts: new Map() };
}

function expand(value: Json, path: string, mayRepeat: boolean): Row[] {
  if (!isObject(value)) return [new Map([[path, leaf(value)]])];
  let rows: Row[] = [new Map()];
  let repeats = !mayRepeat;
  for (const [key, item] of Object.entries(value)) {
    const below = key === "node" || (path !== "" && listOf({ [key]: item }) === key) ? path : join(path, key);
    let pieces: Row[];
    if (key === "keys" && isObjects(item)) {
      pieces = [
        new Map(
          item.flatMap((one, index) =>
            expand(one, item.length === 1 ? below : `${below}${index + 1}`, false).flatMap((row) => [...row]),
          ),
        ),
      ];
    } else if (isObjects(item) && !repeats) {
      repeats = true;
      pieces = item.length === 0 ? [new Map()] : item.flatMap((one) => expand(one, below, false));
    } else {
      pieces = expand(item, below, !repeats);
      repeats ||= pieces.length > 1;
    }
    rows = rows.flatMap((row) => pieces.map((piece) => new Map([...row, ...piece])));
  }
  return rows;
}

/** The list that a connection is about. */
const listOf = (value: JsonObject): "nodes" | "edges" | null =>
  isObjects(value["nodes"]) ? "nodes" : isObjects(value["edges"]) ? "edges" : null;

function leaf(value: Json): Leaf {
  if (Array.isArray(value)) {
    const plain = value.every((item) => typeof item !== "object" || item === null);
    return plain ? value.map((item) => showLeaf(item as Leaf)).join(", ") : JSON.stringify(value);
  }
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isObjects = (value: Json | undefined): value is readonly JsonObject[] =>
  Array.isArray(value) && value.every((item: Json) => isObject(item));

const join = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);
