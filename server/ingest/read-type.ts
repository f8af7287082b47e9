import type { ValueType } from "../../schema/catalogue.js";
import { identifier, literal } from "../duckdb/quote.js";
import { DataFault } from "../errors.js";
import type { CurveSource, Layout, Path, ScalarKey } from "./layout.js";

/**
 * What a place of the JSON is read as. Integers are read wider than they are kept, so that those too
 * great are seen and refused; EXACT is a DOUBLE that no integer may be rounded to; DIGITS takes strings,
 * and numbers as their text; TEXT takes anything, as its text.
 */
export type ReadType = ScalarRead | { readonly list: ReadType } | { readonly fields: Map<string, ReadType> };
export type ScalarRead = "HUGEINT" | "DOUBLE" | "EXACT" | "BOOLEAN" | "VARCHAR" | "DIGITS" | "TEXT";

/** What a scalar of each type is read as. */
const SCALARS: Readonly<Record<ValueType, ScalarRead>> = {
  integer: "HUGEINT",
  float: "EXACT",
  boolean: "BOOLEAN",
  string: "VARCHAR",
};

/** What it is read as where a manifest says the type: integers may then be rounded, or kept as their digits. */
const DOCUMENTED: typeof SCALARS = { ...SCALARS, float: "DOUBLE", string: "DIGITS" };

/** What a scalar of a line is read as. */
export const scalarRead = ({ type, text, documented }: ScalarKey): ScalarRead =>
  text ? "TEXT" : (documented ? DOCUMENTED : SCALARS)[type];

/** What is read of a line: every key of the layout, by its place. */
export function readTypeOf(layout: Layout): { readonly fields: Map<string, ReadType> } {
  const top = { fields: new Map<string, ReadType>() };
  if (layout.iteration) place(top, layout.iteration, "HUGEINT");
  if (layout.failureFlag) place(top, layout.failureFlag, "BOOLEAN");
  if (layout.synthetic) place(top, layout.synthetic, "BOOLEAN");
  for (const scalar of layout.scalars) place(top, scalar.path, scalarRead(scalar));
  for (const source of layout.sources) placeSource(top, source);
  return top;
}

function placeSource(top: { fields: Map<string, ReadType> }, source: CurveSource): void {
  const accesses = [...(source.axis ? [source.axis] : []), ...source.columns.map(({ access }) => access)];
  if (source.kind === "tuples") return place(top, source.path, { list: { list: "DOUBLE" } });
  const point = { fields: new Map<string, ReadType>() };
  for (const access of accesses) {
    if (access.kind === "array") place(top, access.path, { list: "DOUBLE" });
    if (access.kind === "field") place(point, access.path, "DOUBLE");
  }
  if (source.kind === "objects") place(top, source.path, { list: point });
}

function place(into: { fields: Map<string, ReadType> }, path: Path, type: ReadType): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length === 0) {
    into.fields.set(key, type);
    return;
  }
  let next = into.fields.get(key);
  if (typeof next !== "object" || !("fields" in next)) into.fields.set(key, (next = { fields: new Map() }));
  place(next, rest, type);
}

/**
 * DuckDB's columns and fields must differ by more than case.
 * @throws DataFault that names the file and the two keys.
 */
export function refuseCaseTwins(file: string, type: ReadType): void {
  if (typeof type === "string") return;
  if ("list" in type) return refuseCaseTwins(file, type.list);
  const seen = new Map<string, string>();
  for (const [key, child] of type.fields) {
    const twin = seen.get(key.toLowerCase());
    if (twin !== undefined) {
      throw new DataFault(
        `${file}: the keys \`${twin}\` and \`${key}\` differ only in case; rename one of them.`,
      );
    }
    seen.set(key.toLowerCase(), key);
    refuseCaseTwins(file, child);
  }
}

/** What DuckDB calls the types that are ours alone. */
const ENGINE: Partial<Readonly<Record<ScalarRead, string>>> = {
  EXACT: "DOUBLE",
  DIGITS: "VARCHAR",
  TEXT: "VARCHAR",
};

/** As an SQL type: `STRUCT("step" DOUBLE)[]`. */
export function sqlType(type: ReadType): string {
  if (typeof type === "string") return ENGINE[type] ?? type;
  if ("list" in type) return `${sqlType(type.list)}[]`;
  return `STRUCT(${[...type.fields].map(([key, child]) => `${identifier(key)} ${sqlType(child)}`).join(", ")})`;
}

/** As `json_transform` wants it: `{"step": ["DOUBLE"]}`. */
export function jsonType(type: ReadType): unknown {
  if (typeof type === "string") return ENGINE[type] ?? type;
  if ("list" in type) return [jsonType(type.list)];
  return Object.fromEntries([...type.fields].map(([key, child]) => [key, jsonType(child)]));
}

/** The `columns` of `read_json`. */
export const readColumns = (top: { readonly fields: ReadonlyMap<string, ReadType> }): string =>
  `{${[...top.fields].map(([key, type]) => `${literal(key)}: ${literal(sqlType(type))}`).join(", ")}}`;
