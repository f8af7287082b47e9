import { rm, stat } from "node:fs/promises";
import { messageOf } from "../errors.js";
import type { DataFile } from "../ingest/discover.js";
import { CacheFolder } from "./cache-folder.js";
import { contentHash, copyHashed, sampleHash, someAtOnce } from "./content.js";
import { cachedDatabaseIn, type Entry, type EntryRecord, readEntry, writeRecord } from "./entry.js";
import { loadingVersion } from "./format.js";
import { compareSources, keyOf, sourceState, type SourceState, unnoticedChange } from "./source-state.js";

/** Where loaded data are kept from start to start, and how much of them. */
export interface CacheSettings {
  readonly folder: string;
  /** Bytes. */
  readonly limit: number;
}

/** What a loading wrote and found. */
type Stored = Pick<EntryRecord, "catalogue" | "read" | "leftOut"> & { readonly databaseFile: string };

/** What the cache has of some files. */
export type Found =
  | { readonly kind: "hit"; readonly entry: Entry }
  /** These files were never kept, or have changed since; the reason tells which. */
  | { readonly kind: "miss"; readonly reason: string }
  /** What was kept cannot be used, and is given up. */
  | { readonly kind: "damaged"; readonly reason: string };

/** Keeps the databases that loads have written, and finds them again while the files are the same. */
export class SnapshotCache {
  private constructor(
    private readonly folder: CacheFolder,
    private readonly limit: number,
    private readonly version: string,
  ) {}

  /** @throws Error where the folder cannot be used, with the reason. */
  static async open({ folder, limit }: CacheSettings, version = loadingVersion()): Promise<SnapshotCache> {
    return new SnapshotCache(await CacheFolder.open(folder), limit, version);
  }

  /** What was kept of these files as they are now. @throws the signal's reason where it is aborted. */
  async find(files: readonly DataFile[], signal?: AbortSignal): Promise<Found> {
    const key = keyOf(files, this.version);
    let missed: Found = { kind: "miss", reason: "these files were not kept yet" };
    for (const folder of await this.folder.entriesOf(key)) {
      try {
        const entry = await readEntry(folder);
        const compared = await compareSources(entry.record, files, signal);
        if (compared.kind === "changed") {
          missed = { kind: "miss", reason: compared.reason };
          continue;
        }
        const { sample, size } = entry.record.database;
        const database = cachedDatabaseIn(folder);
        if ((await stat(database)).size !== size) throw new Error("its database has another size");
        if ((await sampleHash(database)) !== sample) throw new Error("its database is damaged");
        return { kind: "hit", entry: await this.#use(entry, files, compared.files) };
      } catch (error) {
        signal?.throwIfAborted();
        missed = { kind: "damaged", reason: await this.discard(folder, error) };
      }
    }
    return missed;
  }

  /** Notes that the entry was used, and the files' present stamps, so that they need not be read in full again. */
  async #use(
    { folder, record }: Entry,
    files: readonly DataFile[],
    now: EntryRecord["files"],
  ): Promise<Entry> {
    const isTouched = now.some(({ stamp }, index) => stamp !== record.files[index]?.stamp);
    const noted: Entry = { folder, record: { ...record, files: now } };
    try {
      if (!isTouched) await this.folder.use(folder);
      else if ((await sourceState(files)).unsettled === null) await writeRecord(noted);
    } catch {
      // What cannot be noted is found out again.
    }
    return noted;
  }

  /** Gives up an entry that cannot be used. @returns what is to be said of it. */
  async discard(folder: string, fault: unknown): Promise<string> {
    await this.folder.remove(folder).catch(() => undefined);
    return `the cache entry ${folder} cannot be used: ${messageOf(fault)}`;
  }

  /**
   * Reads in full what `find` sampled: the database, and the files that still look untouched.
   * @returns what is wrong; null where nothing is.
   * @throws the signal's reason where it is aborted.
   */
  async verify({ folder, record }: Entry, signal?: AbortSignal): Promise<string | null> {
    const database = await contentHash(cachedDatabaseIn(folder), signal).catch((error: unknown) => {
      signal?.throwIfAborted();
      // Another process may have tidied it away; who has it open reads it all the same.
      return (error as NodeJS.ErrnoException).code === "ENOENT" ? null : messageOf(error);
    });
    if (database !== null && database !== record.database.hash)
      return `the database of the cache entry ${folder} is damaged`;
    const changed = await unnoticedChange(record, signal);
    return changed === null ? null : `${changed} has changed, though its size and times have not`;
  }

  /**
   * Keeps a copy of a database for as long as the files are as they were before they were loaded.
   * @returns why it is not kept; null where it is.
   */
  async store(
    files: readonly DataFile[],
    before: SourceState,
    { catalogue, read, leftOut, databaseFile }: Stored,
    signal?: AbortSignal,
  ): Promise<string | null> {
    if (before.unsettled !== null) return `${before.unsettled} was written to just before it was loaded`;
    const { size } = await stat(databaseFile);
    if (size > this.limit) return `the database has ${size} bytes, and the cache may have ${this.limit}`;
    const key = keyOf(files, this.version);
    const byName = new Map(catalogue.datasets.map(({ name, version }) => [name, version]));
    const versions = new Map(files.map(({ path, name }) => [path, byName.get(name)]));
    const unfinished = await this.folder.unfinished(key);
    try {
      const hash = await copyHashed(databaseFile, cachedDatabaseIn(unfinished.path), signal);
      const record: EntryRecord = {
        files: await someAtOnce(before.files, async (file) => ({
          ...file,
          sample: await sampleHash(file.path),
          hash: versions.get(file.path) ?? (await contentHash(file.path, signal)),
        })),
        manifests: before.manifests,
        database: { size, hash, sample: await sampleHash(cachedDatabaseIn(unfinished.path)) },
        catalogue,
        read,
        leftOut,
      };
      const after = await sourceState(files);
      if (
        JSON.stringify(after.files) !== JSON.stringify(before.files) ||
        after.manifests !== before.manifests
      )
        return "the files changed while they were loaded";
      await writeRecord({ folder: unfinished.path, record });
      const entry = await unfinished.finish();
      await this.folder.tidy(key, entry, this.limit);
      return null;
    } finally {
      await rm(unfinished.path, { recursive: true, force: true });
    }
  }
}
