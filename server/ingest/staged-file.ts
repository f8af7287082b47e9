import type { Manifest } from "../../schema/manifest.js";
import type { DataFile } from "./discover.js";
import type { FileFacts } from "./file-facts.js";
import type { Layout } from "./layout.js";
import type { Rejects } from "./rejects.js";

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
}
