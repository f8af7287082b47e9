import type { Logger } from "pino";
import { Statistics } from "../analyses/statistics.js";
import { Snapshots } from "../snapshots.js";
import { loadData, loadLiveData } from "./load-data.js";
import type { Terminal } from "./terminal.js";

/** The data that a server answers from, and what ends with it. */
export interface ServedData {
  readonly snapshots: Snapshots;
  close(): Promise<void>;
}

/** Loads the data once, or loads and follows them. */
export async function servedData(
  data: readonly string[] | null,
  isWatched: boolean,
  log: Logger,
  terminal: Terminal,
): Promise<ServedData> {
  if (!isWatched) {
    const snapshots = new Snapshots(await loadData(data, terminal));
    return { snapshots, close: () => snapshots.close() };
  }
  const statistics = new Statistics();
  const live = await loadLiveData(data, statistics, log, terminal);
  return {
    snapshots: live.snapshots,
    async close() {
      await live.close();
      await live.snapshots.close();
      await statistics.close();
    },
  };
}
