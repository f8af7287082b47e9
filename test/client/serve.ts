import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { createApp } from "../../server/http/app.js";
import { listen } from "../../server/http/listen.js";
import { writeSample } from "../../server/sample/write-sample.js";
import { takeSnapshot } from "../../server/snapshot.js";
import { Snapshots } from "../../server/snapshots.js";

/** A server on a port of its own. */
export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves data files, as `sweepql serve` does. */
export async function serve(sources: readonly string[]): Promise<Served> {
  const snapshot = await takeSnapshot({ sources });
  const app = createApp(new Snapshots(snapshot), { log: pino({ level: "silent" }) });
  const server = await listen(app, { host: "127.0.0.1", port: 0 });
  return {
    url: server.url,
    close: async () => {
      await server.stop(1000);
      await snapshot.close();
    },
  };
}

/** Serves a generated sample: both Llama files, 64 runs each. */
export async function serveSample(seed = 1): Promise<Served> {
  const directory = await mkdtemp(join(tmpdir(), "sweepql-client-"));
  await writeSample({ directory, runs: 64, seed });
  const served = await serve([directory]);
  return {
    url: served.url,
    close: async () => {
      await served.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Serves something that is not sweepql. */
export async function serveOther(listener: RequestListener): Promise<Served> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
