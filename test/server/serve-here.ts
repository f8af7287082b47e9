import { Writable } from "node:stream";
import { pino } from "pino";
import type { Store } from "../../schema/store.js";
import { createApp } from "../../server/http/app.js";
import { listen, type RunningServer } from "../../server/http/listen.js";
import { type Snapshot, takeSnapshot } from "../../server/snapshot.js";
import { Snapshots } from "../../server/snapshots.js";

export interface Here {
  readonly server: RunningServer;
  readonly snapshot: Snapshot;
  /** What was logged, line by line. */
  readonly logged: Record<string, unknown>[];
  post(body: unknown, init?: RequestInit): Promise<Response>;
}

/** Serves sources on a real port, in this process; the store may be watched on its way to the server. */
export async function serveHere(
  sources: readonly string[],
  watch: (store: Store) => Store = (store) => store,
): Promise<Here> {
  const snapshot = await takeSnapshot({ sources });
  const logged: Record<string, unknown>[] = [];
  const lines = new Writable({
    write(chunk: Buffer, _, done) {
      logged.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  const app = createApp(new Snapshots({ ...snapshot, store: watch(snapshot.store) }), {
    log: pino({ level: "info" }, lines),
  });
  const server = await listen(app, { host: "127.0.0.1", port: 0 });
  return {
    server,
    snapshot,
    logged,
    post: (body, init) =>
      fetch(server.url, {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
        ...init,
        headers: { "content-type": "application/json", ...(init?.headers as Record<string, string>) },
      }),
  };
}
