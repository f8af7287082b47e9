import { rm } from "node:fs/promises";
import { DataFault } from "../errors.js";
import { NO_EXCLUSIONS } from "./curve-layout.js";
import type { DataFile } from "./discover.js";
import type { FileFacts } from "./file-facts.js";
import { inferLayout } from "./infer-layout.js";
import { readTypeOf, refuseCaseTwins } from "./read-type.js";
import { memorable, shapeOf } from "./read-structure.js";
import type { FileRows } from "./reading.js";
import { refuseUnfitLines } from "./refuse-lines.js";
import { Rejects } from "./rejects.js";
import { countRows } from "./row-counts.js";
import { type ReadContext, type ScannedFile, scanFile } from "./scan-file.js";
import { keyPaths, linesOf } from "./shape.js";
import { findExclusions, refuseUnfitRows, widenTuples } from "./stage-checks.js";
import { stageFile } from "./stage-file.js";

/**
 * Reads one file into a staging table, with the layout that all of its lines tell.
 * @throws DataFault where the layout is unknown, or no line can be used.
 */
export async function readFile(
  context: ReadContext,
  file: DataFile,
  factsComing: Promise<FileFacts>,
  table: string,
): Promise<FileRows> {
  const { connection } = context;
  const copy = `${context.scratch}.lines`;
  try {
    const scanned = await scanFile(context, file, factsComing, copy);
    const { facts, found } = scanned;
    const shape = shapeOf(found);
    if (linesOf(shape, "object") === 0) await refuseFile(context, scanned);
    const manifest = context.manifestFor(keyPaths(shape));
    let exclusions = NO_EXCLUSIONS;
    for (;;) {
      const inferred = inferLayout(file.path, shape, manifest, exclusions);
      refuseCaseTwins(file.path, readTypeOf(inferred));
      const rejects = new Rejects(scanned.unread);
      const widen = (widths: readonly number[]) => widenTuples(inferred, widths, manifest);
      const staged = await stageFile(context, scanned, { table, shape, layout: inferred, widen }, rejects);
      const readRows = await countRows(connection, staged);
      const further = findExclusions(staged.layout, manifest, readRows, exclusions);
      if (further) {
        exclusions = further;
        continue;
      }
      const kept = await refuseUnfitRows(connection, staged, scanned.lines.numbered, rejects);
      const keptRows = kept === staged ? readRows : await countRows(connection, kept);
      if (keptRows.all === 0) throw nothingUsable(file, rejects);
      const read = {
        file,
        facts,
        manifest,
        found: memorable(found),
        inferred,
        layout: kept.layout,
        excludes: exclusions !== NO_EXCLUSIONS,
        readRows,
        keptRows,
        rejectedCount: rejects.count,
        rejectedLines: rejects.shown(),
      };
      return { read, staged: kept, old: null };
    }
  } finally {
    await rm(copy, { force: true });
  }
}

/** A file in which no line is an object: refused with the reasons of its first lines. */
async function refuseFile(
  { connection, signal }: ReadContext,
  { file, lines, found, unread }: ScannedFile,
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
