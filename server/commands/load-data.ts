import { join } from "node:path";
import type { Logger } from "pino";
import { glob } from "tinyglobby";
import type { Analyses } from "../../schema/analyses.js";
import { type DataSettings, DEFAULT_FOLDER } from "../config.js";
import type { EngineOptions } from "../duckdb/engine.js";
import type { LoadProgress } from "../ingest/load.js";
import { type CachedSnapshot, takeCachedSnapshot } from "../cached-snapshot.js";
import type { Snapshot } from "../snapshot.js";
import type { LiveData } from "../watch/live-data.js";
import { Progress } from "./progress.js";
import { noteFaults, type Terminal } from "./terminal.js";
import { visibleLines } from "./visible.js";

/**
 * The data of the named sources, or of the default folder, with progress; what an earlier start kept of
 * them is read in full before. Where the default folder holds no JSONL, a sample is made there first.
 */
export async function loadData(settings: DataSettings, terminal: Terminal): Promise<Snapshot> {
  const { snapshot } = await withProgress(settings.data, terminal, (loading) =>
    takeCachedSnapshot({ ...loading, cache: settings.cache, verify: "before", onNote: noteFaults(terminal) }),
  );
  for (const { file, reason } of snapshot.leftOut)
    terminal.stderr.write(`sweepql: a file is left out: ${visibleLines(reason, file.path)}\n`);
  return snapshot;
}

/** The same for a server, which verifies what was kept while it answers already. */
export async function loadServedData(
  { data, cache }: DataSettings,
  log: Logger,
  terminal: Terminal,
  engine: EngineOptions,
): Promise<CachedSnapshot> {
  const loaded = await withProgress(data, terminal, (loading) =>
    takeCachedSnapshot({
      ...loading,
      cache,
      engine,
      verify: "after",
      onNote: (note, isFault) => log[isFault ? "warn" : "info"](note),
    }),
  );
  for (const { file, reason } of loaded.snapshot.leftOut)
    log.error({ dataset: file.name, reason }, "a file cannot be served; it is left out");
  return loaded;
}

/** Loads them, and follows the files from then on. */
export async function loadLiveData(
  { data, cache }: DataSettings,
  analyses: Analyses,
  log: Logger,
  terminal: Terminal,
  engine: EngineOptions,
): Promise<LiveData> {
  const { LiveData: Live } = await import("../watch/live-data.js");
  return withProgress(data, terminal, (options) => Live.start({ ...options, analyses, log, engine, cache }));
}

interface Loading {
  readonly sources: readonly string[];
  readonly signal: AbortSignal;
  readonly onProgress: (progress: LoadProgress) => void;
}

async function withProgress<T>(
  data: readonly string[] | null,
  terminal: Terminal,
  work: (loading: Loading) => Promise<T>,
): Promise<T> {
  if (data === null) await ensureData(terminal);
  const progress = new Progress(terminal.stderr);
  let isLoading = true;
  try {
    return await work({
      sources: data ?? [DEFAULT_FOLDER],
      signal: terminal.stop,
      onProgress: ({ file, filesRead, fileCount }) => {
        // What is loaded again later goes on unseen.
        if (!isLoading) return;
        progress.show(
          file === null ? "Building the tables" : `Reading ${file} (${filesRead + 1} of ${fileCount})`,
        );
      },
    });
  } finally {
    isLoading = false;
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
  const { defaultSample } = await import("../sample/generate.js");
  await (await import("./make-sample.js")).makeSample(folder, defaultSample, terminal);
  terminal.stderr.write(
    `Made it. It is ignored as soon as ${DEFAULT_FOLDER}/ holds JSONL files of your own.\n`,
  );
}
