import { join } from "node:path";
import { glob } from "tinyglobby";
import { DEFAULT_FOLDER } from "../config.js";
import { defaultSample } from "../sample/generate.js";
import { type Snapshot, takeSnapshot } from "../snapshot.js";
import { makeSample } from "./make-sample.js";
import { Progress } from "./progress.js";
import type { Terminal } from "./terminal.js";

/**
 * Loads the named sources, or the default folder, with progress. Where the default folder holds no
 * JSONL, a sample is made there first.
 */
export async function loadData(data: readonly string[] | null, terminal: Terminal): Promise<Snapshot> {
  if (data === null) await ensureData(terminal);
  const progress = new Progress(terminal.stderr);
  try {
    return await takeSnapshot({
      sources: data ?? [DEFAULT_FOLDER],
      signal: terminal.stop,
      onProgress: ({ file, filesRead, fileCount }) =>
        progress.show(
          file === null ? "Building the tables" : `Reading ${file} (${filesRead + 1} of ${fileCount})`,
        ),
    });
  } finally {
    progress.end();
  }
}

async function ensureData(terminal: Terminal): Promise<void> {
  const found = await glob("**/*.jsonl", { cwd: DEFAULT_FOLDER });
  if (found.length > 0) return;
  const folder = join(DEFAULT_FOLDER, "sample");
  terminal.stderr.write(
    `${DEFAULT_FOLDER}/ holds no *.jsonl file; making a sample of simulated runs under ${folder}/ …\n`,
  );
  await makeSample(folder, defaultSample, terminal);
  terminal.stderr.write(
    `Made it. It is ignored as soon as ${DEFAULT_FOLDER}/ holds JSONL files of your own.\n`,
  );
}
