import type { RejectedLine } from "../../schema/catalogue.js";
import type { Manifest } from "../../schema/manifest.js";
import type { Connection } from "../duckdb/connection.js";
import { DataFault, messageOf } from "../errors.js";
import { contentOf, type DataFile } from "./discover.js";
import type { FileFacts } from "./file-facts.js";
import { copiedLines, numberedLines, USUAL_LINE, wholeLines, writeNumberedCopy } from "./lines.js";
import { type FoundStructures, readStructures } from "./read-structure.js";
import type { LineSources } from "./refuse-lines.js";

export interface ReadContext {
  readonly connection: Connection;
  /** A path that no other file of this load uses, for copies. */
  readonly scratch: string;
  readonly signal: AbortSignal | undefined;
  /** What documents a file with these keys. */
  manifestFor(keys: ReadonlySet<string>): Manifest | null;
}

/** A file whose lines have been looked through. */
export interface ScannedFile {
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
 * Looks through a file's lines for their structures.
 * @param copy where a file whose bytes are flawed is copied to, line by line; the caller's to remove.
 */
export async function scanFile(
  { connection, signal }: ReadContext,
  file: DataFile,
  factsComing: Promise<FileFacts>,
  copy: string,
): Promise<ScannedFile> {
  // The bytes are looked at while DuckDB already scans; most files turn out to have no flaw.
  const early = await readStructures(connection, wholeLines(contentOf(file), USUAL_LINE), signal).catch(
    () => null,
  );
  signal?.throwIfAborted();
  const facts = await factsComing.catch((error: unknown) => {
    signal?.throwIfAborted();
    throw new DataFault(`${file.path}: cannot be read: ${messageOf(error)}`);
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
