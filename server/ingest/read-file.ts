import { rm } from "node:fs/promises";
import type { RejectedLine } from "../../schema/catalogue.js";
import type { Manifest } from "../../schema/manifest.js";
import type { Connection } from "../duckdb/connection.js";
import { literal } from "../duckdb/quote.js";
import { DataFault } from "../errors.js";
import { type Exclusions, NO_EXCLUSIONS } from "./curve-layout.js";
import { contentOf, type DataFile } from "./discover.js";
import type { FileFacts } from "./file-facts.js";
import { inferLayout } from "./infer-layout.js";
import type { Layout } from "./layout.js";
import { copiedLines, numberedLines, USUAL_LINE, wholeLines, writeNumberedCopy } from "./lines.js";
import { type FoundStructures, readStructures } from "./read-structure.js";
import { jsonType, readColumns, readTypeOf, refuseCaseTwins } from "./read-type.js";
import { type LineSources, refuseUnfitLines } from "./refuse-lines.js";
import { Rejects } from "./rejects.js";
import { keyPaths, linesOf } from "./shape.js";
import { stageSql } from "./stage.js";
import type { StagedFile } from "./staged-file.js";
import { findExclusions, refuseUnfitRows, widenTuples } from "./stage-checks.js";

export interface ReadContext {
  readonly connection: Connection;
  /** A path that no other file of this load uses, for copies. */
  readonly scratch: string;
  readonly signal: AbortSignal | undefined;
  /** What documents a file with these keys. */
  manifestFor(keys: ReadonlySet<string>): Manifest | null;
}

/** A file whose lines have been looked through. */
interface Scanned {
  readonly file: DataFile;
  readonly facts: FileFacts;
  readonly lines: LineSources;
  readonly found: FoundStructures;
  /** Whether its bytes allow `read_json`. */
  readonly sound: boolean;
  /** Lines that no copy could carry. */
  readonly unread: readonly RejectedLine[];
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
  const copy = `${context.scratch}.lines`;
  try {
    const scanned = await scan(context, file, factsComing, copy);
    if (linesOf(scanned.found.shape, "object") === 0) await refuseFile(context, scanned);
    const manifest = context.manifestFor(keyPaths(scanned.found.shape));
    let exclusions = NO_EXCLUSIONS;
    for (;;) {
      const layout = inferLayout(file.path, scanned.found.shape, manifest, exclusions);
      const staged = await stage(context, scanned, manifest, layout, table);
      const further: Exclusions | null = await findExclusions(context.connection, staged, exclusions);
      if (!further) {
        const kept = await refuseUnfitRows(context.connection, staged, scanned.lines.numbered);
        const { rows } = await context.connection.query(`SELECT count(*) FROM ${table}`);
        if (Number(rows[0]?.[0]) === 0) throw nothingUsable(file, staged.rejects);
        return kept;
      }
      exclusions = further;
    }
  } finally {
    await rm(copy, { force: true });
  }
}

async function scan(
  { connection, signal }: ReadContext,
  file: DataFile,
  factsComing: Promise<FileFacts>,
  copy: string,
): Promise<Scanned> {
  // The bytes are looked at while DuckDB already scans; most files turn out to have no flaw.
  const early = await readStructures(connection, wholeLines(contentOf(file), USUAL_LINE), signal).catch(
    () => null,
  );
  signal?.throwIfAborted();
  const facts = await factsComing.catch((error: unknown) => {
    signal?.throwIfAborted();
    throw new DataFault(
      `${file.path}: cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  if (facts.lineCount === 0) throw new DataFault(`${file.path}: the file is empty.`);
  const whole = wholeLines(contentOf(file), facts.longestLine);
  // A last line that is longer than usual, and has no end, was passed over in silence.
  const usual = facts.longestLine <= USUAL_LINE ? early : null;
  const found = facts.flawed
    ? null
    : (usual ?? (await readStructures(connection, whole, signal).catch(() => null)));
  signal?.throwIfAborted();
  if (found) {
    const lines = { whole, numbered: numberedLines(contentOf(file), facts.longestLine) };
    return { file, facts, lines, found, sound: true, unread: [] };
  }
  const unread = await writeNumberedCopy(contentOf(file), copy, signal);
  const copied = copiedLines(copy, facts.longestLine);
  return {
    file,
    facts,
    lines: { whole: copied, numbered: copied },
    found: await readStructures(connection, copied, signal),
    sound: false,
    unread,
  };
}

async function stage(
  { connection, signal }: ReadContext,
  { file, facts, lines, found, sound, unread }: Scanned,
  manifest: Manifest | null,
  inferred: Layout,
  table: string,
): Promise<StagedFile> {
  let layout = inferred;
  const rejects = new Rejects(unread);
  const type = readTypeOf(layout);
  refuseCaseTwins(file.path, type);
  await refuseUnfitLines(connection, lines, found, type, rejects, signal);
  const isTuples = layout.sources.some(({ kind }) => kind === "tuples");
  const create = async (from: string, extra: string): Promise<void> => {
    let source = from;
    if (isTuples) {
      // How wide tuples are is known only when they are read.
      source = `${table}_raw`;
      await connection.execute(`CREATE OR REPLACE TABLE ${source} AS SELECT * FROM ${from}`, signal);
      layout = await widenTuples(connection, source, inferred, manifest);
    }
    await connection.execute(
      `CREATE OR REPLACE TABLE ${table} AS ${stageSql(layout, source, extra)}`,
      signal,
    );
    if (isTuples) await connection.execute(`DROP TABLE ${source}`);
  };
  const staged = (lineSql: string): StagedFile => ({
    file,
    facts,
    layout,
    manifest,
    table,
    lineSql,
    rejects,
  });
  if (sound && rejects.count === 0) {
    const typed =
      `read_json(${literal(contentOf(file))}, format = 'newline_delimited', auto_detect = false, ` +
      `columns = ${readColumns(type)}, maximum_object_size = ${Math.max(USUAL_LINE, facts.longestLine + 16)})`;
    try {
      await create(typed, "");
      return staged("rowid + 1");
    } catch {
      // What `read_json` cannot read is read by line, where the same fault would have another chance to be named.
      signal?.throwIfAborted();
    }
  }
  const accepted =
    `SELECT n, json_transform(line, ${literal(JSON.stringify(jsonType(type)))}) AS run FROM ${lines.numbered} ` +
    `WHERE n NOT IN (SELECT unnest([${[0, ...rejects.numbers].join(", ")}]))`;
  await create(`(SELECT n AS "#line", unnest(run) FROM (${accepted}))`, `"#line", `);
  return staged(`"#line"`);
}

/** A file in which no line is an object: refused with the reasons of its first lines. */
async function refuseFile(
  { connection, signal }: ReadContext,
  { file, lines, found, unread }: Scanned,
): Promise<never> {
  const rejects = new Rejects(unread);
  await refuseUnfitLines(connection, lines, found, { fields: new Map() }, rejects, signal);
  throw nothingUsable(file, rejects);
}

function nothingUsable({ path }: DataFile, rejects: Rejects): DataFault {
  const reasons = rejects
    .shown(3)
    .map(({ line, key, reason }) => `line ${line}${key === null ? "" : `, ${key}`}: ${reason}`);
  return new DataFault(
    reasons.length === 0
      ? `${path}: the file has only blank lines.`
      : `${path}: no line can be used (${rejects.count} refused).\n  ${reasons.join("\n  ")}`,
  );
}
