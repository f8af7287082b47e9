import type { Dataset } from "../../schema/catalogue.js";
import { DataFault } from "../errors.js";
import { discover } from "../ingest/discover.js";
import { takeSnapshot } from "../snapshot.js";
import { checkReport } from "./check-report.js";
import { Progress } from "./progress.js";
import type { Terminal } from "./terminal.js";

/** A file that cannot be served, and why. */
export interface UnusableFile {
  readonly file: string;
  readonly message: string;
}

export interface Checked {
  readonly datasets: readonly Dataset[];
  readonly unusable: readonly UnusableFile[];
}

/** Loads the files and says what was found in them; 2 where one of them holds nothing usable. */
export async function check(files: readonly string[], json: boolean, terminal: Terminal): Promise<number> {
  const checked = await examine(files, terminal);
  terminal.stdout.write(
    json ? `${JSON.stringify(checked, null, 2)}\n` : checkReport(checked, terminal.stdout),
  );
  return checked.unusable.length > 0 ? 2 : 0;
}

async function examine(sources: readonly string[], { stderr, stop }: Terminal): Promise<Checked> {
  const found = await discover(sources);
  const progress = new Progress(stderr);
  const datasetsOf = async (paths: readonly string[]): Promise<readonly Dataset[]> => {
    const snapshot = await takeSnapshot({
      sources: paths,
      signal: stop,
      onProgress: ({ file, filesRead, fileCount }) =>
        progress.show(
          file === null ? "Building the tables" : `Reading ${file} (${filesRead + 1} of ${fileCount})`,
        ),
    });
    await snapshot.close();
    return snapshot.catalogue.datasets;
  };
  try {
    return { datasets: await datasetsOf(sources), unusable: [] };
  } catch (error) {
    if (!(error instanceof DataFault)) throw error;
    // One bad file must not hide what is in the others.
    const datasets: Dataset[] = [];
    const unusable: UnusableFile[] = [];
    for (const { path, label } of found) {
      try {
        datasets.push(...(await datasetsOf([path])));
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
