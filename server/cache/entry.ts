import { createHash, randomUUID } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { Catalogue } from "../../schema/catalogue.js";
import type { LeftOut } from "../ingest/left-out.js";
import type { ReadFile } from "../ingest/reading.js";

/** The state of a data file when it was loaded. */
export interface CachedFile {
  readonly path: string;
  readonly stamp: string;
  readonly size: number;
  readonly sample: string;
  /** As `contentHash`. */
  readonly hash: string;
}

/** What lies beside a kept database: what it was loaded from, and what the loading found. */
export interface EntryRecord {
  readonly files: readonly CachedFile[];
  /** State of the manifests, as `manifestsHash`. */
  readonly manifests: string;
  readonly database: Omit<CachedFile, "path" | "stamp">;
  /** Its parts refer to each other by identity, which structured cloning keeps. */
  readonly catalogue: Catalogue;
  /** By which files that have grown are read on. */
  readonly read: readonly ReadFile[];
  readonly leftOut: readonly LeftOut[];
}

/** A loading that is kept: a folder with a record and a database, complete and never changed but for the record. */
export interface Entry {
  readonly folder: string;
  readonly record: EntryRecord;
}

export const recordFileIn = (folder: string): string => join(folder, "record");
export const cachedDatabaseIn = (folder: string): string => join(folder, "snapshot.duckdb");

const CHECKSUM = 32;

const checksum = (payload: Buffer): Buffer => createHash("sha256").update(payload).digest();

/** Writes an entry's record, a checksum before its structured clone; whoever reads it meanwhile finds the old one or the new one. */
export async function writeRecord({ folder, record }: Entry): Promise<void> {
  const payload = serialize(record);
  const unfinished = `${recordFileIn(folder)}.${randomUUID()}`;
  const file = await open(unfinished, "wx", 0o600);
  try {
    await file.writeFile(Buffer.concat([checksum(payload), payload]));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, recordFileIn(folder));
}

/** @throws where the folder holds no whole record, or one that this version of Node cannot read. */
export async function readEntry(folder: string): Promise<Entry> {
  const bytes = await readFile(recordFileIn(folder));
  const payload = bytes.subarray(CHECKSUM);
  if (!bytes.subarray(0, CHECKSUM).equals(checksum(payload))) throw new Error("its record is damaged");
  return { folder, record: deserialize(payload) as EntryRecord };
}
