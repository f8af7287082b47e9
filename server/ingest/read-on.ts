import { createReadStream, createWriteStream } from "node:fs";
import { open, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { isDeepStrictEqual } from "node:util";
import { contentOf, type DataFile } from "./discover.js";
import { NO_EXCLUSIONS } from "./curve-layout.js";
import { type FileFacts, readFacts } from "./file-facts.js";
import { inferLayout } from "./infer-layout.js";
import type { Layout } from "./layout.js";
import { addStructures, memorable, shapeOf } from "./read-structure.js";
import type { ReadFile, StagedRows } from "./reading.js";
import { REJECTED_SHOWN, Rejects } from "./rejects.js";
import { addCounts, countRows } from "./row-counts.js";
import { type ReadContext, scanFile } from "./scan-file.js";
import { keyPaths, type Shape } from "./shape.js";
import { findExclusions, refuseUnfitRows } from "./stage-checks.js";
import { stageFile } from "./stage-file.js";

/** Thrown where new lines change how older ones are read, so that all are to be read again. */
export class ReadWhole extends Error {
  constructor(why: string) {
    super(`to be read whole: ${why}`);
  }
}

/** A file that only grew at its end since it was read. */
export interface GrownFile {
  readonly file: DataFile;
  /** Of the whole content, as it is now. */
  readonly version: string;
  readonly before: ReadFile;
}

/**
 * Reads the new lines of a file into a staging table.
 * @returns what reading the whole file would find, and the new rows; null for these where there is no new line.
 * @throws ReadWhole where the new lines are not of the layout that the older ones have.
 */
export async function readOn(
  context: ReadContext,
  { file, version, before }: GrownFile,
  table: string,
): Promise<{ readonly read: ReadFile; readonly staged: StagedRows | null }> {
  if (!before.found) throw new ReadWhole("too many structures to remember");
  if (before.excludes) throw new ReadWhole("an axis, or an array, that is none must be found again");
  const { connection, scratch, signal } = context;
  const tail = { ...file, content: `${scratch}.tail` };
  const copy = `${scratch}.lines`;
  try {
    await writeTail(contentOf(file), before.facts, tail.content, signal);
    const added = await readFacts(tail.content, signal);
    const facts = addFacts(before.facts, added, version);
    // A newline alone ends the last line, and changes nothing else.
    if (added.size === 0) return { read: { ...before, file, facts }, staged: null };

    const scanned = await scanFile(context, tail, Promise.resolve(added), copy);
    const found = await addStructures(connection, before.found, scanned.lines.whole, scanned.found, signal);
    if (!found) throw new ReadWhole("numbers stand where only strings stood");
    const shape = shapeOf(found);
    if (!isDeepStrictEqual(keyPaths(shape), keyPaths(shapeOf(before.found)))) throw new ReadWhole("new keys");
    const layout = sameLayout(context, before, file, shape);

    const rejects = new Rejects(scanned.unread);
    let widest: readonly number[] = [];
    const widen = (widths: readonly number[]): Layout => {
      widest = widths;
      return before.layout;
    };
    const staged = await stageFile(context, scanned, { table, shape, layout, widen }, rejects);
    if (widest.some((width, source) => width > placesOf(before.layout, source)))
      throw new ReadWhole("wider tuples");
    const readRows = await countRows(connection, staged);
    const lineCount = before.facts.lineCount;
    const allRead = addCounts(before.readRows, readRows, lineCount);
    if (findExclusions(before.layout, before.manifest, allRead, NO_EXCLUSIONS))
      throw new ReadWhole("the axis, or an array, turns out to be none");
    const kept = await refuseUnfitRows(connection, staged, scanned.lines.numbered, rejects);
    const keptRows = kept === staged ? readRows : await countRows(connection, kept);

    const rejected = rejects.after(lineCount);
    const read: ReadFile = {
      ...before,
      file,
      facts,
      found: memorable(found),
      readRows: allRead,
      keptRows: addCounts(before.keptRows, keptRows, lineCount),
      rejectedCount: before.rejectedCount + rejected.count,
      rejectedLines: [...before.rejectedLines, ...rejected.shown()].slice(0, REJECTED_SHOWN),
    };
    return { read, staged: { ...kept, layout: before.layout, lineSql: `${lineCount} + ${kept.lineSql}` } };
  } finally {
    for (const path of [tail.content, copy]) await rm(path, { force: true });
  }
}

/** The layout that all lines have, which must be what the older ones had. */
function sameLayout({ manifestFor }: ReadContext, before: ReadFile, file: DataFile, shape: Shape): Layout {
  if (!isDeepStrictEqual(manifestFor(keyPaths(shape)), before.manifest))
    throw new ReadWhole("another manifest");
  const layout = inferLayout(file.path, shape, before.manifest);
  if (!isDeepStrictEqual(layout, before.inferred)) throw new ReadWhole("another layout");
  return layout;
}

/** How wide tuples of a source may be that the layout reads whole. */
const placesOf = ({ sources }: Layout, source: number): number => (sources[source]?.columns.length ?? 0) + 1;

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const NEWLINE = 0x0a;

/** Writes what a file has beyond the lines that were read before, from the start of a line on. */
async function writeTail(
  from: string,
  { size, endsLine }: FileFacts,
  to: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const file = await open(from, "r");
  let start: Buffer;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, size);
    start = buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
  if (!endsLine && start[0] !== NEWLINE) throw new ReadWhole("the last line went on");
  const line = endsLine ? start : start.subarray(1);
  // At the start of a file it would be passed over; at the start of any other line it is a fault.
  if (line.subarray(0, 3).equals(BYTE_ORDER_MARK)) throw new ReadWhole("a byte-order mark");
  await pipeline(
    createReadStream(from, { start: endsLine ? size : size + 1, highWaterMark: 1 << 20 }),
    createWriteStream(to),
    ...(signal ? [{ signal }] : []),
  );
}

const addFacts = (before: FileFacts, added: FileFacts, version: string): FileFacts => ({
  version,
  size: before.size + added.size + (before.endsLine ? 0 : 1),
  lineCount: before.lineCount + added.lineCount,
  longestLine: Math.max(before.longestLine, added.longestLine),
  flawed: before.flawed || added.flawed,
  endsLine: added.endsLine,
});
