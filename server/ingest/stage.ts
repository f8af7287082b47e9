import { identifier, literal } from "../duckdb/quote.js";
import type { Access, CurveSource, Layout, Path } from "./layout.js";

/**
 * A staging table has one row a run in the order of the file: `iteration`, `failed`, `synthetic`,
 * the scalars as `s0…`, and the curve as lists of doubles of one length, the axis as `axis`, the other
 * columns as `c0…`, in the order of {@link curveColumns}.
 */
export function stageSql(layout: Layout, from: string, extra = ""): string {
  const { inner, lists } = layout.sources.length > 1 ? merged(layout.sources) : single(layout.sources[0]);
  const scalars = layout.scalars.map(({ path, type }, index) => {
    // VARCHAR of a JSON string has no quotes, of a list it is its text.
    const value = type === "string" ? `CAST(${at(path)} AS VARCHAR)` : at(path);
    return `${value} AS s${index}`;
  });
  const special = (path: Path | null, type: string, name: string): string =>
    `${path ? at(path) : `CAST(NULL AS ${type})`} AS ${name}`;
  return (
    `SELECT ${extra}${[
      special(layout.iteration, "BIGINT", "iteration"),
      special(layout.failureFlag, "BOOLEAN", "failed"),
      special(layout.synthetic, "BOOLEAN", "synthetic"),
      ...scalars,
      ...lists,
    ].join(", ")} FROM ` +
    (inner.length === 0 ? from : inner.reduce((below, select) => `(SELECT *, ${select} FROM ${below})`, from))
  );
}

/** Original keys of the curve columns beside the axis, in the order of `c0…`. */
export const curveColumns = (layout: Layout): string[] =>
  layout.sources.flatMap(({ columns }) => columns.map(({ original }) => original));

interface CurveSql {
  /** Columns that further levels of sub-select add. */
  readonly inner: readonly string[];
  readonly lists: readonly string[];
}

function single(source: CurveSource | undefined): CurveSql {
  if (!source) return { inner: [], lists: ["CAST([] AS DOUBLE[]) AS axis"] };
  return {
    inner: [],
    lists: [
      `${axisList(source)} AS axis`,
      ...source.columns.map(({ access }, index) => `${list(source, access)} AS c${index}`),
    ],
  };
}

/** Splits are put side by side where their axes are the same; else on the sorted union of their axes. */
function merged(sources: readonly CurveSource[]): CurveSql {
  const axes = sources.map((source, index) => `${axisList(source)} AS ${splitAxis(index)}`);
  const same = sources
    .slice(1)
    .map((_, index) => `${splitAxis(0)} = ${splitAxis(index + 1)}`)
    .join(" AND ");
  const union = `list_sort(list_distinct(flatten([${sources.map((_, index) => splitAxis(index)).join(", ")}])))`;
  const axis = `CASE WHEN ${same} THEN ${splitAxis(0)} ELSE ${union} END AS "#axis", ${same} AS "#same"`;
  const lists = sources.flatMap((source, index) =>
    source.columns.map(({ access }) => {
      const values = list(source, access);
      return `CASE WHEN "#same" THEN ${values} ELSE list_transform("#axis", lambda "#t": (${values})[list_position(${splitAxis(index)}, "#t")]) END`;
    }),
  );
  return {
    inner: [axes.join(", "), axis],
    lists: ['"#axis" AS axis', ...lists.map((sql, index) => `${sql} AS c${index}`)],
  };
}

/** No key of a file is likely to be called so. */
const splitAxis = (index: number): string => `"#axis_${index}"`;

function axisList(source: CurveSource): string {
  if (source.axis) return list(source, source.axis);
  const length = source.columns.map(({ access }) => `len(${list(source, access)})`);
  return `CAST(generate_series(1, greatest(0, ${length.join(", ")})) AS DOUBLE[])`;
}

function list(source: CurveSource, access: Access): string {
  const values = (): string => {
    switch (access.kind) {
      case "field":
        return `list_transform(${at(source.path)}, lambda "#p": ${access.path.reduce((value, key) => `struct_extract(${value}, ${literal(key)})`, '"#p"')})`;
      case "place":
        return `list_transform(${at(source.path)}, lambda "#p": "#p"[${access.index}])`;
      case "array":
        return at(access.path);
    }
  };
  return `coalesce(${values()}, CAST([] AS DOUBLE[]))`;
}

/** The value at a path of the columns read. */
export const at = ([top, ...rest]: Path): string =>
  rest.reduce((value, key) => `struct_extract(${value}, ${literal(key)})`, identifier(top ?? ""));
