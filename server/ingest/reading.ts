import type { Dataset, RejectedLine } from "../../schema/catalogue.js";
import type { Manifest } from "../../schema/manifest.js";
import type { DataFile } from "./discover.js";
import type { FileFacts } from "./file-facts.js";
import type { Layout } from "./layout.js";
import type { FoundStructures } from "./read-structure.js";
import type { RowCounts } from "./row-counts.js";

/** What reading a file found beside its rows: plain data, by which the file is read on when it has grown. */
export interface ReadFile {
  readonly file: DataFile;
  readonly facts: FileFacts;
  readonly manifest: Manifest | null;
  /** Null where the lines differ so much that it would be too much to remember. */
  readonly found: FoundStructures | null;
  /** The layout that the structures alone told; without what only the rows could tell. */
  readonly inferred: Layout;
  readonly layout: Layout;
  /** Whether something that looked like the curve's axis, or an array of it, turned out to be none. */
  readonly excludes: boolean;
  /** Of the rows as read. */
  readonly readRows: RowCounts;
  /** Of the rows less those that were refused once they were read. */
  readonly keptRows: RowCounts;
  readonly rejectedCount: number;
  /** The first ones, as many as a dataset shows. */
  readonly rejectedLines: readonly RejectedLine[];
}

/** Rows of a file in a staging table, in the order of the lines, `rowid` counting from 0. */
export interface StagedRows {
  readonly layout: Layout;
  readonly table: string;
  /** The physical line of a row, as SQL over the table. */
  readonly lineSql: string;
}

/** A file that goes into a snapshot: its rows of an older snapshot come first, then those that were read now. */
export interface FileRows {
  readonly read: ReadFile;
  /** Null where nothing new was read. */
  readonly staged: StagedRows | null;
  /** Null where the file is new. */
  readonly old: OldRows | null;
}

/** The rows of a file in an older snapshot. */
export interface OldRows {
  /** As the older catalogue describes them. */
  readonly dataset: Dataset;
  /** Their first numbers there. */
  readonly firstRun: number;
  readonly firstPoint: number;
}

/** What the rows of a file are, as far as SQL over them needs to know. */
export type KeysOf = Pick<ReadFile, "layout" | "manifest">;
