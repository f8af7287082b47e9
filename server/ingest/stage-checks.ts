import type { Connection } from "../duckdb/connection.js";
import type { Manifest } from "../../schema/manifest.js";
import { checkLine } from "./check-line.js";
import type { CurveSource, Layout } from "./layout.js";
import { readTypeOf } from "./read-type.js";
import type { StagedFile } from "./read-file.js";
import { at, curveColumns } from "./stage.js";

/** Widest tuples whose columns are read. */
const WIDEST_TUPLE = 64;

/** Adds a column for each place beyond the second that tuples have: the manifest's name for it, or `value_2`, `value_3`, … */
export async function widenTuples(
  connection: Connection,
  raw: string,
  layout: Layout,
  manifest: Manifest | null,
): Promise<Layout> {
  const sources: CurveSource[] = [];
  for (const source of layout.sources) {
    if (source.kind !== "tuples") {
      sources.push(source);
      continue;
    }
    const { rows } = await connection.query(
      `SELECT max(list_max(list_transform(${at(source.path)}, lambda "#p": len("#p")))) FROM ${raw}`,
    );
    const width = Math.min(Number(rows[0]?.[0] ?? 2), WIDEST_TUPLE);
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
 * Refuses rows that could only be judged once read (integers too great, parallel arrays of unequal
 * length, lines with nothing of a run), and drops them from the table.
 * @returns true where rows were dropped; their lines then stand in the column `"#line"`.
 */
export async function refuseUnfitRows(connection: Connection, staged: StagedFile, lines: string): Promise<boolean> {
  const { layout, table, lineSql, rejects } = staged;
  const before = rejects.count;
  const columns = curveColumns(layout);
  const great = 2 ** 53;
  const tooGreat = [
    ...(layout.iteration ? [`abs(iteration) >= ${great}`] : []),
    ...layout.scalars.flatMap(({ type }, index) =>
      type === "integer" || type === "float" ? [`(isfinite(CAST(s${index} AS DOUBLE)) AND abs(s${index}) >= ${great})`] : [],
    ),
    // NaN is greater than any number to DuckDB: a list that holds one is looked through.
    ...["axis", ...columns.map((_, index) => `c${index}`)].map(
      (list) =>
        `CASE WHEN isfinite(list_max(${list})) AND isfinite(list_min(${list})) THEN greatest(list_max(${list}), -list_min(${list})) >= ${great} ` +
        `ELSE len(list_filter(${list}, lambda "#x": isfinite("#x") AND abs("#x") >= ${great})) > 0 END`,
    ),
  ];
  const empty = [...layout.scalars.map((_, index) => `s${index} IS NULL`), "len(axis) = 0"].join(" AND ");
  const uneven = columns.map((_, index) => `(len(c${index}) NOT IN (0, len(axis)))`);
  const { rows } = await connection.query(
    `SELECT ${lineSql}, ${empty}, ${uneven.join(" OR ") || "false"} FROM ${table} WHERE ${[...tooGreat, ...uneven, `(${empty})`].join(" OR ")}`,
  );
  if (rows.length === 0) return false;
  const suspect: number[] = [];
  for (const [line, isEmpty, isUneven] of rows) {
    if (isEmpty === true) rejects.add({ line: Number(line), key: null, reason: "neither a hyperparameter nor a point of a curve" });
    else if (isUneven === true) rejects.add(await unevenFault(connection, staged, Number(line)));
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
  if (rejects.count === before) return false;
  const columnsKept = lineSql === `"#line"` ? "*" : `${lineSql} AS "#line", *`;
  await connection.execute(
    `CREATE OR REPLACE TEMP TABLE ${table}_kept AS SELECT ${columnsKept} FROM ${table} WHERE ${lineSql} NOT IN (${rejects.numbers.join(", ")}); ` +
      `DROP TABLE ${table}; ALTER TABLE ${table}_kept RENAME TO ${table}`,
  );
  return true;
}

async function unevenFault(connection: Connection, { layout, table, lineSql }: StagedFile, line: number) {
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

/** The axis, where it falls along the curve of more than one run in a hundred. */
export async function axesThatFall(connection: Connection, { layout, table }: StagedFile): Promise<string[]> {
  const { rows } = await connection.query(
    `SELECT count(*) FILTER (axis <> list_sort(axis)), count(*) FROM ${table}`,
  );
  return Number(rows[0]?.[0]) * 100 > Number(rows[0]?.[1]) ? [layout.axis.original] : [];
}
