import type { Connection } from "../duckdb/connection.js";
import type { Manifest } from "../../schema/manifest.js";
import { checkLine } from "./check-line.js";
import type { Exclusions } from "./curve-layout.js";
import type { CurveSource, Layout } from "./layout.js";
import { readTypeOf, scalarRead } from "./read-type.js";
import type { StagedRows } from "./reading.js";
import type { Rejects } from "./rejects.js";
import type { RowCounts } from "./row-counts.js";
import { at, curveColumns } from "./stage.js";

/** Widest tuples whose columns are read. */
const WIDEST_TUPLE = 64;

/** How wide the tuples of each source of the layout are at most, by the rows as read; 0 for other sources. */
export async function tupleWidths(
  connection: Connection,
  raw: string,
  { sources }: Layout,
): Promise<number[]> {
  const widths = sources.map(({ kind, path }) =>
    kind === "tuples" ? `max(list_max(list_transform(${at(path)}, lambda "#p": len("#p"))))` : "0",
  );
  const { rows } = await connection.query(`SELECT ${widths.join(", ")} FROM ${raw}`);
  return (rows[0] ?? []).map((width) => Math.min(Number(width), WIDEST_TUPLE));
}

/** Adds a column for each place beyond the second that tuples have: the manifest's name for it, or `value_2`, `value_3`, … */
export function widenTuples(layout: Layout, widths: readonly number[], manifest: Manifest | null): Layout {
  const sources: CurveSource[] = [];
  for (const [place, source] of layout.sources.entries()) {
    if (source.kind !== "tuples") {
      sources.push(source);
      continue;
    }
    const width = widths[place] ?? 0;
    const first = source.columns[0];
    const further = Array.from({ length: Math.max(0, width - 2) }, (_, index) => {
      const named = manifest?.curve?.columns?.[index + 2];
      const plain = named ?? `${first?.original ?? "value"}_${index + 2}`;
      return {
        original: named !== undefined && source.split !== null ? `${source.split}.${named}` : plain,
        access: { kind: "place", index: index + 3 } as const,
      };
    });
    sources.push({ ...source, columns: [...source.columns, ...further] });
  }
  return { ...layout, sources };
}

/**
 * What the rows show to be no axis (it falls along the curves of most runs, as a counter within an epoch
 * does, and not of a few that were resumed), or no array of the curve (of another length in more than one
 * run in a hundred); null where nothing new is to be excluded.
 */
export function findExclusions(
  layout: Layout,
  manifest: Manifest | null,
  { all, falling, uneven }: RowCounts,
  known: Exclusions,
): Exclusions | null {
  const columns = curveColumns(layout);
  const arrays = columns.filter((_, index) => (uneven[index] ?? 0) * 100 > all);
  if (arrays.length > 0 && arrays.length < columns.length) {
    return { ...known, arrays: new Set([...known.arrays, ...arrays]) };
  }
  const axis = layout.axis.original;
  if (falling.count * 2 > all && manifest?.axis?.key !== axis && !known.axes.has(axis)) {
    return { ...known, axes: new Map([...known.axes, [axis, { ...falling, all }]]) };
  }
  return null;
}

/**
 * Refuses rows that could only be judged once read (integers too great, parallel arrays of unequal
 * length, lines with nothing of a run), and drops them from the table.
 * @returns the rows without them; where any were dropped, lines stand in the column `"#line"`.
 */
export async function refuseUnfitRows<Rows extends StagedRows>(
  connection: Connection,
  staged: Rows,
  lines: string,
  rejects: Rejects,
): Promise<Rows> {
  const { layout, table, lineSql } = staged;
  const before = rejects.count;
  const columns = curveColumns(layout);
  const great = 2 ** 53;
  const tooGreat = [
    ...(layout.iteration ? [`abs(iteration) >= ${great}`] : []),
    ...layout.scalars.flatMap((scalar, index) =>
      ["HUGEINT", "EXACT"].includes(scalarRead(scalar))
        ? [`(isfinite(CAST(s${index} AS DOUBLE)) AND abs(s${index}) >= ${great})`]
        : [],
    ),
  ];
  const empty = [...layout.scalars.map((_, index) => `s${index} IS NULL`), "len(axis) = 0"].join(" AND ");
  const uneven = columns.map((_, index) => `(len(c${index}) NOT IN (0, len(axis)))`);
  // NULL, NaN and infinities are no place on an axis; the greatest of a list tells of the latter two.
  const placeless = `(list_count(axis) < len(axis) OR NOT coalesce(isfinite(list_max(axis)) AND isfinite(list_min(axis)), true))`;
  const { rows } = await connection.query(
    `SELECT ${lineSql}, ${empty}, ${uneven.join(" OR ") || "false"}, ${placeless} FROM ${table} WHERE ${[...tooGreat, ...uneven, `(${empty})`, placeless].join(" OR ")}`,
  );
  if (rows.length === 0) return staged;
  const suspect: number[] = [];
  for (const [line, isEmpty, isUneven, isPlaceless] of rows) {
    if (isEmpty === true)
      rejects.add({
        line: Number(line),
        key: null,
        reason: "neither a hyperparameter nor a point of a curve",
      });
    else if (isUneven === true) rejects.add(await unevenFault(connection, staged, Number(line)));
    else if (isPlaceless === true) rejects.add(await placelessFault(connection, staged, Number(line)));
    else suspect.push(Number(line));
  }
  if (suspect.length > 0) {
    const type = readTypeOf(layout);
    const found = await connection.query(`SELECT n, line FROM ${lines} WHERE n IN (SELECT unnest($1))`, [
      { type: "integer[]", value: suspect },
    ]);
    for (const [line, text] of found.rows) {
      const fault = checkLine(String(text), type);
      if (fault) rejects.add({ line: Number(line), ...fault });
    }
  }
  if (rejects.count === before) return staged;
  const columnsKept = lineSql === `"#line"` ? "*" : `${lineSql} AS "#line", *`;
  await connection.execute(
    `CREATE OR REPLACE TABLE ${table}_kept AS SELECT ${columnsKept} FROM ${table} WHERE ${lineSql} NOT IN (${rejects.numbers.join(", ")}); ` +
      `DROP TABLE ${table}; ALTER TABLE ${table}_kept RENAME TO ${table}`,
  );
  return { ...staged, lineSql: `"#line"` };
}

async function placelessFault(connection: Connection, { layout, table, lineSql }: StagedRows, line: number) {
  const { rows } = await connection.query(
    `SELECT list_position(list_transform(axis, lambda "#x": coalesce(isfinite("#x"), false)), false) FROM ${table} WHERE ${lineSql} = $1`,
    [{ type: "integer", value: line }],
  );
  const place = Number(rows[0]?.[0]) - 1;
  return {
    line,
    key: `${layout.axis.original}[${place}]`,
    reason: `point ${place + 1} of the curve has no finite \`${layout.axis.original}\`, which is the axis`,
  };
}

async function unevenFault(connection: Connection, { layout, table, lineSql }: StagedRows, line: number) {
  const columns = curveColumns(layout);
  const { rows } = await connection.query(
    `SELECT len(axis), ${columns.map((_, index) => `len(c${index})`).join(", ")} FROM ${table} WHERE ${lineSql} = $1`,
    [{ type: "integer", value: line }],
  );
  const [length, ...lengths] = (rows[0] ?? []).map(Number);
  const odd = lengths.findIndex((count) => count !== 0 && count !== length);
  const path = layout.sources.flatMap(({ columns: list }) => list)[odd]?.access;
  return {
    line,
    key: path?.kind === "array" ? path.path.join(".") : (columns[odd] ?? null),
    reason: `${lengths[odd]} values, where the axis \`${layout.axis.original}\` has ${length}`,
  };
}
