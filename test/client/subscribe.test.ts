import { appendFileSync, writeFileSync } from "node:fs";
import { createServer, type Socket, connect as connectTo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  addedRuns,
  type ClientEvent,
  createClient,
  DatasetChangedDocument,
  RunsAddedDocument,
  subscribe,
} from "../../client/index.js";
import { line, lines, makeDataFolder } from "../live/data-files.js";
import { serveLive } from "../live/live-server.js";
import { defaultService } from "../../server/service-settings.js";
import { serveOther, serveSample } from "./serve.js";

/** A relay to a server, whose connections can be cut. */
async function relay(target: string) {
  const sockets = new Set<Socket>();
  const { port, hostname } = new URL(target);
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
  return { url, cut, mend: () => (through = true) };
}

const count = (folder: string, live: Awaited<ReturnType<typeof serveLive>>, wanted: number) =>
  live.until<{ runs: { totalCount: number } }>(
    "{ runs(first: 0) { totalCount } }",
    ({ data }) => data.runs.totalCount === wanted,
  );

async function liveFile() {
  const folder = makeDataFolder();
  const file = join(folder, "a.jsonl");
  writeFileSync(file, lines(3));
  const live = await serveLive(folder);
  const events: ClientEvent[] = [];
  const through = await relay(live.server.url);
  const client = createClient({
    url: through.url,
    retry: { baseDelay: 20 },
    observe: (event) => events.push(event),
  });
  return { folder, file, live, events, through, client };
}

test("a subscription tells what comes, and ends when it is left", async () => {
  const { file, client, events } = await liveFile();
  const told = subscribe(client, RunsAddedDocument, { first: 10 });
  const first = told.next();
  await seen(events, "open");
  appendFileSync(file, line(50));
  expect((await first).value?.runsAdded).toMatchObject({ totalCount: 1, nodes: [{ line: 4 }] });
  appendFileSync(file, line(51));
  expect((await told.next()).value?.runsAdded.nodes.map((run) => run.line)).toEqual([5]);
  await told.return();
  expect(await told.next()).toEqual({ done: true, value: undefined });
});

test("a dataset's change is told", async () => {
  const { folder, client, events } = await liveFile();
  const told = subscribe(client, DatasetChangedDocument);
  const first = told.next();
  await seen(events, "open");
  writeFileSync(join(folder, "b.jsonl"), lines(2));
  expect((await first).value?.datasetChanged).toMatchObject({
    change: "ADDED",
    name: "b",
    dataset: { runCount: 2 },
  });
  await told.return();
});

test("added runs go on from where they were when a connection is lost", async () => {
  const { folder, file, live, client, through, events } = await liveFile();
  const found: number[] = [];
  const waiting = new Map<number, () => void>();
  const until = (lineNumber: number): Promise<void> =>
    found.includes(lineNumber)
      ? Promise.resolve()
      : new Promise((resolve) => waiting.set(lineNumber, resolve));
  const reading = (async () => {
    for await (const run of addedRuns(client, {}, { limit: 6 })) {
      found.push(run.line);
      waiting.get(run.line)?.();
    }
  })();
  await seen(events, "response", "Runs");
  appendFileSync(file, line(50));
  await until(4);
  through.cut();
  appendFileSync(file, line(51) + line(52));
  await count(folder, live, 6);
  through.mend();
  await until(6);
  appendFileSync(file, line(53) + line(54));
  await count(folder, live, 8);
  appendFileSync(file, line(55));
  await reading;
  expect(found).toEqual([4, 5, 6, 7, 8, 9]);
  expect(events.filter(({ type }) => type === "retry").length).toBeGreaterThan(0);
});

test("an aborted subscription ends with an AbortedError", async () => {
  const { client, events } = await liveFile();
  const controller = new AbortController();
  const told = subscribe(client, RunsAddedDocument, {}, { signal: controller.signal }).next();
  await seen(events, "open");
  controller.abort(new Error("enough"));
  await expect(told).rejects.toMatchObject({
    name: "AbortError",
    operation: "RunsAdded",
    cause: { message: "enough" },
  });
});

test("what the server refuses is thrown, and not tried again", async () => {
  const { client, events } = await liveFile();
  const told = subscribe(client, RunsAddedDocument, { where: { dataset: { eq: "none such" } } }).next();
  await expect(told).rejects.toMatchObject({
    name: "QueryError",
    code: "UNKNOWN_NAME",
    operation: "RunsAdded",
  });
  expect(events.map(({ type }) => type)).not.toContain("retry");
  expect(events.at(-1)?.type).toBe("error");
});

test("a connection on which nothing comes any more is made again", async () => {
  let connections = 0;
  const answer = { data: { datasetChanged: { change: "GROWN", name: "a", dataset: null } } };
  const silent = await serveOther((_, response) => {
    connections += 1;
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(":\n\n");
    if (connections === 3) response.write(`event: next\ndata: ${JSON.stringify(answer)}\n\n`);
  });
  onTestFinished(() => silent.close());
  const events: ClientEvent[] = [];
  const client = createClient({
    url: silent.url,
    retry: { baseDelay: 1 },
    observe: (event) => events.push(event),
  });
  const told = subscribe(client, DatasetChangedDocument, {}, { silence: 30 });
  expect((await told.next()).value).toEqual(answer.data);
  expect(connections).toBe(3);
  expect(events.flatMap((event) => (event.type === "retry" ? [event.error.message] : []))).toEqual(
    Array(2).fill("DatasetChanged: no answer from the server (nothing came for 30 ms)"),
  );
  await told.return();
});

test("a server with as many subscriptions as it takes is asked again when others have left", async () => {
  const folder = makeDataFolder();
  writeFileSync(join(folder, "a.jsonl"), lines(3));
  const service = defaultService();
  const live = await serveLive(
    folder,
    {},
    { ...service, limits: { ...service.limits, maxSubscriptions: 0 } },
  );
  const client = createClient({ url: live.server.url, retry: false });
  await expect(subscribe(client, RunsAddedDocument).next()).rejects.toMatchObject({
    name: "QueryError",
    code: "OVERLOADED",
    status: 503,
  });
});

test("a server that is gone is given up after so many attempts", async () => {
  const served = await serveSample();
  await served.close();
  const events: ClientEvent[] = [];
  const client = createClient({
    url: served.url,
    retry: { attempts: 3, baseDelay: 1 },
    observe: (event) => events.push(event),
  });
  await expect(subscribe(client, RunsAddedDocument).next()).rejects.toMatchObject({ name: "NetworkError" });
  expect(events.filter(({ type }) => type === "request")).toHaveLength(3);
});

/** Waits until the client has told of such an event. */
async function seen(events: readonly ClientEvent[], type: string, operation?: string): Promise<void> {
  const isIt = (event: ClientEvent): boolean =>
    event.type === type && (operation === undefined || event.operation === operation);
  await expect.poll(() => events.some(isIt), { timeout: 60_000 }).toBe(true);
}
