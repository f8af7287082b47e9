import type { BoundValue } from "../duckdb/values.js";

/**
 * SQL text as branded nodes. Only this module makes them, so that no string from outside can become
 * SQL: text stands in the template itself, names come from `identifiers.ts`, and every value is bound.
 */

type Part = string | BoundValue;

let make: (parts: readonly Part[]) => Sql;
let partsOf: (node: Sql) => readonly Part[];
let isSql: (value: unknown) => value is Sql;

/** A piece of SQL. Its private field is its brand: no JSON, and no object built elsewhere, can be one. */
export class Sql {
  readonly #parts: readonly Part[];

  private constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  static #of(parts: readonly Part[]): Sql {
    return new Sql(parts);
  }

  static {
    make = Sql.#of;
    partsOf = (node) => node.#parts;
    isSql = (value): value is Sql => typeof value === "object" && value !== null && #parts in value;
  }
}

/** SQL from a template; whatever stands in `${}` must itself be `Sql`. */
export function sql(strings: TemplateStringsArray, ...holes: readonly Sql[]): Sql {
  const parts: Part[] = [strings[0] ?? ""];
  holes.forEach((hole, index) => {
    if (!isSql(hole)) {
      throw new TypeError(
        `sql: hole ${index + 1}, after "${strings[index]?.trim().slice(-40)}", holds ${typeof hole} ${String(hole).slice(0, 40)}, which is not SQL. ` +
          "Bind a value with double(), text() and their like; name a column through identifiers.ts.",
      );
    }
    // One by one: a call takes only so many arguments.
    for (const part of partsOf(hole)) parts.push(part);
    parts.push(strings[index + 1] ?? "");
  });
  return make(parts);
}

export const empty: Sql = sql``;
export const yes: Sql = sql`true`;
export const no: Sql = sql`false`;

export const double = (value: number): Sql => make([{ type: "double", value }]);
export const integer = (value: number): Sql => make([{ type: "integer", value }]);
export const text = (value: string): Sql => make([{ type: "varchar", value }]);
export const boolean = (value: boolean): Sql => make([{ type: "boolean", value }]);
export const doubles = (value: readonly number[]): Sql => make([{ type: "double[]", value }]);
export const integers = (value: readonly number[]): Sql => make([{ type: "integer[]", value }]);
export const texts = (value: readonly string[]): Sql => make([{ type: "varchar[]", value }]);

/** A name, quoted. For `identifiers.ts` alone, which takes it from the catalogue. */
export function quoted(name: string): Sql {
  if (!/^[a-z_][a-z0-9_]*$/.test(name))
    throw new TypeError(`sql: ${JSON.stringify(name)} is not a column of the store`);
  return make([`"${name}"`]);
}

/** Nodes with a separator between them: `", "`, `" AND "`, … */
export function join(nodes: readonly Sql[], separator: ", " | " AND " | " OR " | "\n"): Sql {
  const parts: Part[] = [];
  nodes.forEach((node, index) => {
    if (index > 0) parts.push(separator);
    for (const part of partsOf(node)) parts.push(part);
  });
  return make(parts);
}

/** All of the conditions; true where there are none. */
export const allOf = (nodes: readonly Sql[]): Sql =>
  nodes.length === 0 ? yes : nodes.length === 1 ? (nodes[0] as Sql) : sql`(${join(nodes, " AND ")})`;

/** Any of the conditions; false where there are none. */
export const anyOf = (nodes: readonly Sql[]): Sql =>
  nodes.length === 0 ? no : nodes.length === 1 ? (nodes[0] as Sql) : sql`(${join(nodes, " OR ")})`;

export interface Statement {
  readonly text: string;
  readonly values: readonly BoundValue[];
}

/** The statement's text with `$1`, `$2`, … and the values in their order; equal values share a number. */
export function compile(node: Sql): Statement {
  const values: BoundValue[] = [];
  const numbers = new Map<string, number>();
  let result = "";
  for (const part of partsOf(node)) {
    if (typeof part === "string") {
      result += part;
      continue;
    }
    const key = `${part.type}:${keyOf(part.value)}`;
    let number = numbers.get(key);
    if (number === undefined) {
      values.push(part);
      number = values.length;
      numbers.set(key, number);
    }
    result += `$${number}`;
  }
  return { text: result.replace(/[ \t]*\n\s*/g, "\n").trim(), values };
}

/** JSON has one text for NaN and both infinities, and for both zeros. */
const keyOf = (value: BoundValue["value"]): string =>
  typeof value === "number"
    ? Object.is(value, -0)
      ? "-0"
      : String(value)
    : typeof value === "object"
      ? `[${value.map((one) => (typeof one === "number" ? keyOf(one) : JSON.stringify(one))).join()}]`
      : JSON.stringify(value);
