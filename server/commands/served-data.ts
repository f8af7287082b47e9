import type { Logger } from "pino";
import { Statistics } from "../analyses/statistics.js";
import type { CachedSnapshot } from "../cached-snapshot.js";
import type { DataSettings } from "../config.js";
import type { EngineOptions } from "../duckdb/engine.js";
import { servingFaultOf } from "../ingest/left-out.js";
import { Snapshots } from "../snapshots.js";
import { loadLiveData, loadServedData } from "./load-data.js";
import type { Terminal } from "./terminal.js";

/** The data that a server answers from, and what ends with it. */
export interface ServedData {
  readonly snapshots: Snapshots;
  /** Whether an earlier start had kept them. */
  readonly isFromCache: boolean;
  /** Call when requests are answered: does what need not be done before. */
  onReady(): void;
  close(): Promise<void>;
}

/** Loads the data once, or loads and follows them. */
export async function servedData(
  settings: DataSettings,
  isWatched: boolean,
  log: Logger,
  terminal: Terminal,
  engine: EngineOptions,
): Promise<ServedData> {
  if (!isWatched) return dataAtStart(settings, log, terminal, engine);
  const statistics = new Statistics();
  const live = await loadLiveData(settings, statistics, log, terminal, engine);
  return {
    snapshots: live.snapshots,
    isFromCache: live.isFromCache,
    onReady: () => undefined,
    async close() {
      await live.close();
      await live.snapshots.close();
      await statistics.close();
    },
  };
}

async function dataAtStart(
  settings: DataSettings,
  log: Logger,
  terminal: Terminal,
  engine: EngineOptions,
): Promise<ServedData> {
  const loaded = await loadServedData(settings, log, terminal, engine);
  const snapshots = new Snapshots(loaded.snapshot);
  const stop = new AbortController();
  let verifying: Promise<void> = Promise.resolve();
  return {
    snapshots,
    isFromCache: loaded.isFromCache,
    onReady: () => {
      if (loaded.isFromCache) verifying = replaceIfFaulty(loaded, stop.signal);
    },
    async close() {
      stop.abort(new Error("The server is stopping."));
      await verifying;
      await snapshots.close();
    },
  };

  /** Until the cache has been read in full, it is trusted; where it proves wrong, the files are loaded, and swapped in. */
  async function replaceIfFaulty({ verify }: CachedSnapshot, signal: AbortSignal): Promise<void> {
    try {
      const fault = await verify(signal);
      if (fault === null) {
        log.info("the cache was read in full: it is what the files hold");
        return;
      }
      log.error({ reason: fault }, "what is served is wrong; the files are loaded anew");
      snapshots.faults = [{ dataset: null, message: "The data are loaded anew; the log says why." }];
      const anew = { ...terminal, stop: AbortSignal.any([terminal.stop, signal]) };
      const { snapshot } = await loadServedData(settings, log, anew, engine);
      snapshots.swap(snapshot);
      snapshots.faults = snapshot.leftOut.map(servingFaultOf);
      log.info({ dataVersion: snapshots.current.catalogue.version }, "what is served is right again");
    } catch (error) {
      if (!signal.aborted) log.error({ err: error }, "the data cannot be loaded anew");
    }
  }
}
