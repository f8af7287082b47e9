import { hasNoRepeatedKey } from "./repeated-keys.js";
import { literal } from "../duckdb/quote.js";
import { contentOf } from "./discover.js";
import type { Layout } from "./layout.js";
import { USUAL_LINE } from "./lines.js";
import type { StagedRows } from "./reading.js";
import { jsonType, readColumns, readTypeOf } from "./read-type.js";
import { refuseRepeatedKeys, refuseUnfitLines } from "./refuse-lines.js";
import type { Rejects } from "./rejects.js";
import type { ReadContext, ScannedFile } from "./scan-file.js";
import type { Shape } from "./shape.js";
import { stageSql } from "./stage.js";
import { tupleWidths } from "./stage-checks.js";

/** How the rows of a file are to be staged. */
export interface Staging {
  readonly table: string;
  /** What stands in the file's lines; where it is read on, in the older ones too. */
  readonly shape: Shape;
  readonly layout: Layout;
  /** The layout with a column for every place of its tuples, which are so wide. */
  widen(widths: readonly number[]): Layout;
}

/**
 * Writes a file's lines into a staging table: typed and in parallel where every line is sound, else
 * line by line with physical numbers, without the lines that do not fit, which are added to `rejects`.
 */
export async function stageFile(
  { connection, signal }: ReadContext,
  { file, facts, lines, found, sound }: ScannedFile,
  { table, shape, layout: inferred, widen }: Staging,
  rejects: Rejects,
): Promise<StagedRows> {
  let layout = inferred;
  const type = readTypeOf(layout);
  await refuseUnfitLines(connection, lines, found, type, rejects, signal);
  const isTuples = layout.sources.some(({ kind }) => kind === "tuples");
  const create = async (from: string, extra: string): Promise<void> => {
    let source = from;
    if (isTuples) {
      // How wide tuples are is known only when they are read.
      source = `${table}_raw`;
      await connection.execute(`CREATE OR REPLACE TABLE ${source} AS SELECT * FROM ${from}`, signal);
      layout = widen(await tupleWidths(connection, source, inferred));
    }
    await connection.execute(
      `CREATE OR REPLACE TABLE ${table} AS ${stageSql(layout, source, extra)}`,
      signal,
    );
    if (isTuples) await connection.execute(`DROP TABLE ${source}`);
  };
  const typed =
    `read_json(${literal(contentOf(file))}, format = 'newline_delimited', auto_detect = false, ` +
    `columns = ${readColumns(type)}, maximum_object_size = ${Math.max(USUAL_LINE, facts.longestLine + 16)})`;
  // What `read_json` cannot read is read by line, where the same fault would have another chance to be named.
  const isTyped =
    sound &&
    rejects.count === 0 &&
    (await create(typed, "").then(
      () => true,
      () => false,
    ));
  signal?.throwIfAborted();
  const staged = { layout, table, lineSql: "rowid + 1" };
  if (isTyped && (await hasNoRepeatedKey(connection, found, staged))) return staged;
  await refuseRepeatedKeys(connection, lines, shape, type, rejects, signal);
  if (isTyped && rejects.count === 0) return staged;
  const accepted =
    `SELECT n, json_transform(line, ${literal(JSON.stringify(jsonType(type)))}) AS run FROM ${lines.numbered} ` +
    `WHERE n NOT IN (SELECT unnest([${[0, ...rejects.numbers].join(", ")}]))`;
  await create(`(SELECT n AS "#line", unnest(run) FROM (${accepted}))`, `"#line", `);
  return { layout, table, lineSql: `"#line"` };
}
