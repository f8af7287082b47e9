import { writeFileSync } from "node:fs";
import { createServer, type Socket, connect as connectTo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { type ClientEvent, createClient } from "../../client/index.js";
import { lines, makeDataFolder } from "../live/data-files.js";
import { serveLive } from "../live/live-server.js";

/** A relay to a server, whose connections can be cut. */
export async function relay(target: string) {
  const sockets = new Set<Socket>();
  let through = true;
  const server = createServer((socket) => {
    if (!through) return void socket.destroy();
    const other = connectTo(Number(port), hostname);
    for (const [one, another] of [
      [socket, other],
      [other, socket],
    ] as const) {
      sockets.add(one);
      one.on("error", () => undefined).on("close", () => another.destroy());
      one.pipe(another);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  let { port, hostname } = new URL(target);
  const cut = (): void => {
    through = false;
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/graphql`;
  const turnTo = (next: string): void => {
    ({ port, hostname } = new URL(next));
    through = true;
  };
  return { url, cut, mend: () => (through = true), turnTo };
}

export const count = (folder: string, live: Awaited<ReturnType<typeof serveLive>>, wanted: number) =>
  live.until<{ runs: { totalCount: number } }>(
    "{ runs(first: 0) { totalCount } }",
    ({ data }) => data.runs.totalCount === wanted,
  );

/** A client of a folder of one file that grows. */
export async function liveFile() {
  const folder = makeDataFolder();
  const file = join(folder, "a.jsonl");
  writeFileSync(file, lines(3));
  const live = await serveLive(folder);
  const events: ClientEvent[] = [];
  const through = await relay(live.server.url);
  const client = createClient({
    url: through.url,
    retry: { attempts: 1000, baseDelay: 20, maxDelay: 200 },
    observe: (event) => events.push(event),
  });
  return { folder, file, live, events, through, client };
}

/** Serves a folder, on one port, as often as it is told to start anew. */
export async function restartable() {
  const folder = makeDataFolder();
  writeFileSync(join(folder, "a.jsonl"), lines(3));
  const first = await serveLive(folder);
  const through = await relay(first.server.url);
  const events: ClientEvent[] = [];
  const client = createClient({
    url: through.url,
    retry: { attempts: 1000, baseDelay: 20, maxDelay: 200 },
    observe: (event) => events.push(event),
  });
  return {
    folder,
    client,
    events,
    live: first,
    through,
    restart: async () => {
      const next = await serveLive(folder);
      through.turnTo(next.server.url);
      return next;
    },
  };
}

/** What an iterator brings, as it comes. */
export function gathered<T, U>(rows: AsyncIterable<T>, of: (row: T) => U) {
  const found: U[] = [];
  const done = (async () => {
    for await (const row of rows) found.push(of(row));
  })();
  done.catch(() => undefined);
  const until = (...wanted: U[]) => expect.poll(() => found).toEqual(wanted);
  return { found, done, until };
}

/** Waits until the client has told of such an event. */
export async function seen(events: readonly ClientEvent[], type: string, operation?: string): Promise<void> {
  const isIt = (event: ClientEvent): boolean =>
    event.type === type && (operation === undefined || event.operation === operation);
  await expect.poll(() => events.some(isIt)).toBe(true);
}
