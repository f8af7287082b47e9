import { rm } from "node:fs/promises";
import type { Connection } from "../duckdb/connection.js";
import { literal } from "../duckdb/quote.js";
import { DataFault } from "../errors.js";
import type { Manifest } from "../../schema/manifest.js";
import { checkLine } from "./check-line.js";
import type { DataFile } from "./discover.js";
import { duplicateKeySql } from "./duplicate-keys.js";
import type { FileFacts } from "./file-facts.js";
import { fits } from "./fits.js";
import { inferLayout } from "./infer-layout.js";
import type { Layout } from "./layout.js";
import { copiedLines, numberedLines, USUAL_LINE, wholeLines, writeNumberedCopy } from "./lines.js";
import { type FoundStructures, parseStructure, readStructures } from "./read-structure.js";
import { jsonType, readColumns, type ReadType, readTypeOf } from "./read-type.js";
import { Rejects } from "./rejects.js";
import { keyPaths } from "./shape.js";
import { stageSql } from "./stage.js";
import { refuseUnfitRows, widenTuples, axesThatFall } from "./stage-checks.js";

/** A file in a staging table: one row a run, in the order of the lines, `rowid` counting from 0. */
export interface StagedFile {
  readonly file: DataFile;
  readonly facts: FileFacts;
  readonly layout: Layout;
  readonly manifest: Manifest | null;
  readonly table: string;
  /** The physical line of a row, as SQL over the table. */
  readonly lineSql: string;
  readonly rejects: Rejects;
  readonly warnings: readonly string[];
}

export interface ReadContext {
  readonly connection: Connection;
  /** A path that no other file of this load uses, for copies. */
  readonly scratch: string;
  readonly signal: AbortSignal | undefined;
  /** The file's own manifest, over the documented one that its keys match. */
  manifestFor(keys: ReadonlySet<string>): Manifest | null;
}

/**
 * Reads one file into a staging table: typed and in parallel where every line is sound, else line
 * by line with physical numbers, refusing the lines that do not fit.
 * @throws DataFault where the layout is unknown, or no line can be used.
 */
export async function readFile(
  context: ReadContext,
  file: DataFile,
  factsComing: Promise<FileFacts>,
  table: string,
): Promise<StagedFile> {
  const { connection, signal } = context;
  const rejects = new Rejects();
  // The bytes are looked at while DuckDB already scans; most files turn out to have no flaw.
  const early = await readStructures(connection, wholeLines(file.path, USUAL_LINE), signal).catch(() => null);
  signal?.throwIfAborted();
  const facts = await factsComing;
  if (facts.lineCount === 0) throw new DataFault(`${file.path}: the file is empty.`);
  let found = facts.flawed ? null : early;
  let lines = numberedLines(file.path, facts.longestLine);
  let whole = wholeLines(file.path, facts.longestLine);
  const copy = `${context.scratch}.lines`;
  try {
    if (!found && !facts.flawed) {
      found = await readStructures(connection, wholeLines(file.path, facts.longestLine), signal).catch(() => null);
      signal?.throwIfAborted();
    }
    const sound = found !== null;
    if (!found) {
      rejects.add(...(await writeNumberedCopy(file.path, copy, signal)));
      whole = lines = copiedLines(copy, facts.longestLine);
      found = await readStructures(connection, lines, signal);
    }
    const manifest = context.manifestFor(keyPaths(found.shape));
    const notAxes = new Set<string>();
    for (;;) {
      const layout = inferLayout(file.path, found.shape, manifest, notAxes);
      const staged = await stage(context, {
        file,
        facts,
        manifest,
        layout,
        table,
        rejects,
        lines,
        wholeLines: whole,
        found,
        sound,
      });
      const falling = manifest?.axis ? [] : await axesThatFall(connection, staged);
      if (falling.length === 0 || notAxes.has(layout.axis.original)) return staged;
      notAxes.add(layout.axis.original);
    }
  } finally {
    await rm(copy, { force: true });
  }
}

interface Staging extends Omit<StagedFile, "lineSql" | "warnings"> {
  /** Numbered lines, as SQL; and the same without need of the number, which may be faster. */
  readonly lines: string;
  readonly wholeLines: string;
  readonly found: FoundStructures;
  /** Whether `read_json` may be tried at all. */
  readonly sound: boolean;
}

async function stage(context: ReadContext, staging: Staging): Promise<StagedFile> {
  const { connection, signal } = context;
  const { file, facts, manifest, table, rejects, lines, found } = staging;
  let { layout } = staging;
  const type = readTypeOf(layout);
  refuseCaseTwins(file.path, type);
  await refuseUnfitLines(context, staging, type);
  const typed =
    `read_json(${literal(file.path)}, format = 'newline_delimited', auto_detect = false, ` +
    `columns = ${readColumns(type)}, maximum_object_size = ${Math.max(USUAL_LINE, facts.longestLine + 16)})`;
  const isTuples = layout.sources.some(({ kind }) => kind === "tuples");
  const raw = `${table}_raw`;
  const create = async (from: string, extra: string): Promise<void> => {
    let source = from;
    if (isTuples) {
      // How wide tuples are is known only when they are read.
      await connection.execute(`CREATE OR REPLACE TEMP TABLE ${raw} AS SELECT * FROM ${from}`, signal);
      layout = await widenTuples(connection, raw, layout, manifest);
      source = raw;
    }
    await connection.execute(`CREATE OR REPLACE TEMP TABLE ${table} AS ${stageSql(layout, source, extra)}`, signal);
    if (isTuples) await connection.execute(`DROP TABLE ${raw}`);
  };
  let lineSql = "rowid + 1";
  const isFast =
    staging.sound &&
    rejects.count === 0 &&
    (await create(typed, "").then(
      () => true,
      () => false,
    ));
  signal?.throwIfAborted();
  if (!isFast) {
    lineSql = `"#line"`;
    const structure = literal(JSON.stringify(jsonType(type)));
    const accepted = `SELECT n, json_transform(line, ${structure}) AS run FROM ${lines} WHERE n NOT IN (SELECT unnest([${[0, ...rejects.numbers].join(", ")}]))`;
    await create(`(SELECT n AS "#line", unnest(run) FROM (${accepted}))`, `"#line", `);
  }
  const staged = (sql: string): StagedFile => ({
    file,
    facts,
    layout,
    manifest,
    table,
    lineSql: sql,
    rejects,
    warnings: layout.warnings,
  });
  if (await refuseUnfitRows(connection, staged(lineSql), lines)) lineSql = `"#line"`;
  return staged(lineSql);
}

/** Looks at the lines whose structure does not fit, and refuses those whose values do not either. */
async function refuseUnfitLines({ connection, signal }: ReadContext, staging: Staging, type: ReadType): Promise<void> {
  const { found, lines, rejects } = staging;
  const twice = duplicateKeySql(found.shape, type);
  if (twice !== null) {
    const { rows } = await connection.query(`SELECT count(*) FROM ${staging.wholeLines} WHERE ${twice}`, [], signal);
    if (Number(rows[0]?.[0]) > 0) {
      const lines = await connection.query(`SELECT n, line FROM ${staging.lines} WHERE ${twice}`, [], signal);
      for (const [n, text] of lines.rows) {
        const fault = checkLine(String(text), type);
        if (fault) rejects.add({ line: Number(n), ...fault });
      }
    }
  }
  const unfit = [...found.byText.keys()].filter((text) => text === null || !fits(parseStructure(text), type));
  if (unfit.length === 0) return;
  const { rows } = await connection.query(
    `SELECT n, line FROM (SELECT n, line, try(json_structure(line)) AS structure FROM ${lines}) ` +
      `WHERE structure IS NULL OR structure IN (SELECT unnest($1))`,
    [{ type: "varchar[]", value: unfit.filter((text) => text !== null) }],
    signal,
  );
  for (const [n, text] of rows) {
    const fault = typeof text === "string" ? checkLine(text, type) : { key: null, reason: "not JSON: an empty line" };
    if (fault) rejects.add({ line: Number(n), ...fault });
    // What DuckDB calls no JSON is not loaded, even where this reader is more lenient.
    else if (found.byText.has(null) && typeof text === "string" && !(await isJson(connection, text)))
      rejects.add({ line: Number(n), key: null, reason: "not JSON" });
  }
}

/** DuckDB's columns and fields differ by more than case. */
function refuseCaseTwins(path: string, type: ReadType): void {
  if (typeof type === "string") return;
  if ("list" in type) return refuseCaseTwins(path, type.list);
  const seen = new Map<string, string>();
  for (const [key, child] of type.fields) {
    const twin = seen.get(key.toLowerCase());
    if (twin !== undefined) {
      throw new DataFault(`${path}: the keys \`${twin}\` and \`${key}\` differ only in case; rename one of them.`);
    }
    seen.set(key.toLowerCase(), key);
    refuseCaseTwins(path, child);
  }
}

async function isJson(connection: Connection, text: string): Promise<boolean> {
  const { rows } = await connection.query("SELECT json_valid($1)", [{ type: "varchar", value: text }]);
  return rows[0]?.[0] === true;
}
