import { constants, copyFile } from "node:fs/promises";
import type { Catalogue } from "../../schema/catalogue.js";
import { DataFault } from "../errors.js";
import type { DataFile } from "./discover.js";
import { extendSnapshot } from "./extend-snapshot.js";
import { type LoadedData, readAll, withLoader, type WriteOptions } from "./load.js";
import { loadManifests } from "./manifest.js";
import type { OldRows } from "./reading.js";
import { readOn, ReadWhole } from "./read-on.js";

/** A snapshot that was loaded before, and may be read from meanwhile. */
export interface OlderSnapshot extends LoadedData {
  readonly databaseFile: string;
}

/** A file as it is now. */
export interface CurrentFile {
  readonly file: DataFile;
  /** Of its content. */
  readonly version: string;
  /** Whether it only grew at its end since the older snapshot was loaded. */
  readonly onlyGrew: boolean;
}

/**
 * Loads files of which some have only grown, into a copy of an older snapshot: their new lines alone are
 * read. The manifests must be those of the older snapshot. What comes of it is what {@link loadFiles}
 * would make of the files.
 * @returns null where the files must be loaded whole: other files, or new lines that change how older ones are read.
 * @throws the signal's reason where it is aborted.
 */
export async function loadOn(
  older: OlderSnapshot,
  files: readonly CurrentFile[],
  options: WriteOptions,
): Promise<LoadedData | null> {
  const isSame =
    files.length === older.files.length &&
    files.every(({ file, version, onlyGrew }, index) => {
      const before = older.files[index];
      return (
        before?.file.path === file.path &&
        before.file.name === file.name &&
        (onlyGrew || before.facts.version === version)
      );
    });
  if (!isSame) return null;
  try {
    const manifests = await loadManifests(files.map(({ file }) => file));
    await copyFile(
      older.databaseFile,
      options.databaseFile,
      constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE,
    );
    return await withLoader(options.databaseFile, async (loader) => {
      await loader.attachOld(older.databaseFile);
      const old = oldRows(older.catalogue);
      const read = await readAll(
        loader,
        files.map(({ file }) => file),
        manifests,
        options,
        async (context, file, index) => {
          const before = older.files[index];
          const rows = old[index];
          const version = files[index]?.version;
          if (!before || !rows || version === undefined) throw new ReadWhole("another file");
          if (before.facts.version === version) return { read: { ...before, file }, staged: null, old: rows };
          return { ...(await readOn(context, { file, version, before }, `stage_${index}`)), old: rows };
        },
      );
      options.onProgress?.({ file: null, filesRead: files.length, fileCount: files.length });
      const catalogue = await extendSnapshot(loader.pool, older.catalogue, read, manifests, options.signal);
      return { catalogue, files: read.map((one) => one.read) };
    });
  } catch (error) {
    // Whatever is at fault is found again where the files are read whole, and named there.
    if (error instanceof ReadWhole || error instanceof DataFault) return null;
    throw error;
  }
}

function oldRows({ datasets }: Catalogue): OldRows[] {
  let firstRun = 0;
  let firstPoint = 0;
  return datasets.map((dataset) => {
    const rows = { dataset, firstRun, firstPoint };
    firstRun += dataset.runCount;
    firstPoint += dataset.pointCount;
    return rows;
  });
}
