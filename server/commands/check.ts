import type { Dataset } from "../../schema/catalogue.js";
import type { CacheSettings } from "../cache/snapshot-cache.js";
import { takeCachedSnapshot } from "../cached-snapshot.js";
import { DataFault } from "../errors.js";
import { discover } from "../ingest/discover.js";
import { checkReport } from "./check-report.js";
import { Progress } from "./progress.js";
import { noteFaults, type Terminal } from "./terminal.js";

/** A file that cannot be served, and why. */
export interface UnusableFile {
  readonly file: string;
  readonly message: string;
}

export interface Checked {
  readonly datasets: readonly Dataset[];
  readonly unusable: readonly UnusableFile[];
}

export interface CheckOptions {
  /** Files, folders and glob patterns. */
  readonly files: readonly string[];
  readonly json: boolean;
  readonly cache: CacheSettings | null;
}

/** Loads the files and says what was found in them; 2 where one of them holds nothing usable. */
export async function check({ files, json, cache }: CheckOptions, terminal: Terminal): Promise<number> {
  const checked = await examine(files, cache, terminal);
  terminal.stdout.write(
    json ? `${JSON.stringify(checked, null, 2)}\n` : checkReport(checked, terminal.stdout),
  );
  return checked.unusable.length > 0 ? 2 : 0;
}

async function examine(
  sources: readonly string[],
  cache: CacheSettings | null,
  terminal: Terminal,
): Promise<Checked> {
  const found = await discover(sources);
  const progress = new Progress(terminal.stderr);
  const datasetsOf = async (paths: readonly string[], kept: CacheSettings | null): Promise<Checked> => {
    const { snapshot } = await takeCachedSnapshot({
      sources: paths,
      cache: kept,
      verify: "before",
      onNote: noteFaults(terminal),
      signal: terminal.stop,
      onProgress: ({ file, filesRead, fileCount }) =>
        progress.show(
          file === null ? "Building the tables" : `Reading ${file} (${filesRead + 1} of ${fileCount})`,
        ),
    });
    await snapshot.close();
    return {
      datasets: snapshot.catalogue.datasets,
      unusable: snapshot.leftOut.map(({ file, reason }) => ({ file: file.label, message: reason })),
    };
  };
  try {
    return await datasetsOf(sources, cache);
  } catch (error) {
    if (!(error instanceof DataFault)) throw error;
    // One bad file must not hide what is in the others.
    const datasets: Dataset[] = [];
    const unusable: UnusableFile[] = [];
    for (const { path, label } of found) {
      try {
        datasets.push(...(await datasetsOf([path], null)).datasets);
      } catch (fault) {
        if (!(fault instanceof DataFault)) throw fault;
        unusable.push({ file: label, message: fault.message });
      }
    }
    if (unusable.length === 0) throw error;
    return { datasets, unusable };
  } finally {
    progress.end();
  }
}
