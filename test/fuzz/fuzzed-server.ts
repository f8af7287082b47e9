import { Writable } from "node:stream";
import { pino } from "pino";
import { createApp } from "../../server/http/app.js";
import { listen } from "../../server/http/listen.js";
import { type Snapshot, takeSnapshot } from "../../server/snapshot.js";
import { Snapshots } from "../../server/snapshots.js";
import { makeSampleFolder } from "../server/folder.js";
import type { Fuzzed } from "./ask.js";

export interface FuzzedServer extends Fuzzed {
  readonly snapshot: Snapshot;
  /** Answers that came from the cache, which only the front has. */
  readonly cached: () => number;
  stop(): Promise<void>;
}

/** Serves a sample over HTTP, as the command does. */
export async function startFuzzed(): Promise<FuzzedServer> {
  const sample = await makeSampleFolder();
  const snapshot = await takeSnapshot({ sources: [sample.path] });
  let cached = 0;
  const lines = new Writable({
    write(chunk: Buffer, _, done) {
      if ((JSON.parse(chunk.toString()) as { cached?: boolean }).cached === true) cached += 1;
      done();
    },
  });
  const snapshots = new Snapshots(snapshot);
  const app = createApp(snapshots, { log: pino({ level: "info" }, lines) });
  const server = await listen(app, { host: "127.0.0.1", port: 0 });
  return {
    url: server.url,
    yoga: app.yoga,
    snapshot,
    cached: () => cached,
    async stop() {
      await server.stop(1000);
      await snapshots.close();
      sample.remove();
    },
  };
}
