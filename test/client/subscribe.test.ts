import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket, connect as connectTo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import {
  addedRuns,
  changedDatasets,
  type ClientEvent,
  createClient,
  DatasetChangedDocument,
  RunsAddedDocument,
  RunsDocument,
  subscribe,
} from "../../client/index.js";
import { line, lines, makeDataFolder } from "../live/data-files.js";
import { serveLive } from "../live/live-server.js";
import { defaultService } from "../../server/service-settings.js";
import { serveOther, serveSample } from "./serve.js";

/** A relay to a server, whose connections can be cut. */
async function relay(target: string) {
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
  await seen(events, "response", "LastLines");
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

/** Serves a folder, on one port, as often as it is told to start anew. */
async function restartable() {
  const folder = makeDataFolder();
  writeFileSync(join(folder, "a.jsonl"), lines(3));
  const first = await serveLive(folder);
  const through = await relay(first.server.url);
  const events: ClientEvent[] = [];
  const client = createClient({
    url: through.url,
    retry: { attempts: 100, baseDelay: 20, maxDelay: 200 },
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
function gathered<T, U>(rows: AsyncIterable<T>, of: (row: T) => U) {
  const found: U[] = [];
  const done = (async () => {
    for await (const row of rows) found.push(of(row));
  })();
  done.catch(() => undefined);
  const until = (...wanted: U[]) => expect.poll(() => found, { timeout: 60_000 }).toEqual(wanted);
  return { found, done, until };
}

test("added runs outlive the removal of a file that they know", async () => {
  const { folder, file, live, client, events } = await liveFile();
  writeFileSync(join(folder, "b.jsonl"), lines(2));
  await count(folder, live, 5);
  const rows = addedRuns(client);
  const { until } = gathered(rows, (run) => `${run.dataset.name} ${run.line}`);
  await seen(events, "response", "LastLines");
  appendFileSync(file, line(50));
  await until("a 4");
  rmSync(join(folder, "b.jsonl"));
  appendFileSync(file, line(51));
  await until("a 4", "a 5");
  await rows.return();
});

test("added runs go on when the data bring other fields", async () => {
  const { file, client, events } = await liveFile();
  const rows = addedRuns(client);
  const { until } = gathered(rows, (run) => run.line);
  await seen(events, "response", "LastLines");
  appendFileSync(file, line(50, { depth: 2 }));
  await until(4);
  appendFileSync(file, line(51));
  await until(4, 5);
  await rows.return();
});

test("added runs begin after the lines that were seen, with whole datasets that were not", async () => {
  const { folder, file, client, events } = await liveFile();
  const seenLines: Record<string, number> = {};
  for await (const run of client.paginate(RunsDocument)) seenLines[run.dataset.name] = run.line;
  expect(seenLines).toEqual({ a: 3 });
  // What comes between loading all and following it.
  writeFileSync(join(folder, "b.jsonl"), lines(2));
  appendFileSync(file, line(50));
  const rows = addedRuns(client, {}, { seen: seenLines, limit: 4 });
  const { done, found } = gathered(rows, (run) => `${run.dataset.name} ${run.line}`);
  await seen(events, "response", "LastLines");
  appendFileSync(file, line(51));
  await done;
  expect([...found].sort()).toEqual(["a 4", "a 5", "b 1", "b 2"]);
});

test("added runs outlive an outage that hits what they ask, and give up after as many attempts", async () => {
  let refused = 0;
  const told = { data: { runsAdded: { totalCount: 1, nodes: [] } } };
  const known = (line: number) => ({ data: { datasets: [{ name: "a", runs: { nodes: [{ line }] } }] } });
  const run = { line: 2, dataset: { name: "a" } };
  const page = { data: { runs: { pageInfo: { hasNextPage: false, endCursor: null }, nodes: [run] } } };
  let most = 5;
  const server = await serveOther((request, response) => {
    void text(request).then((body) => {
      const { operationName } = JSON.parse(body) as { operationName: string };
      if (operationName === "RunsAdded") {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(`:\n\nevent: next\ndata: ${JSON.stringify(told)}\n\n`);
      } else if (operationName === "LastLines") response.end(JSON.stringify(known(refused > 0 ? 2 : 1)));
      else if ((refused += 1) <= most) response.writeHead(503).end();
      else response.end(JSON.stringify(page));
    });
  });
  onTestFinished(() => server.close());
  const client = (attempts: number) => createClient({ url: server.url, retry: { attempts, baseDelay: 1 } });
  const rows = addedRuns(client(8), {}, { seen: { a: 1 } });
  refused = 1;
  expect((await rows.next()).value).toEqual(run);
  await rows.return();
  refused = 1;
  most = Infinity;
  await expect(addedRuns(client(4), {}, { seen: { a: 1 } }).next()).rejects.toMatchObject({ status: 503 });
  expect(refused).toBe(5);
});

test("changed datasets tell what changed while no connection stood, over a restart of the server", async () => {
  const { folder, client, events, live, restart, through } = await restartable();
  writeFileSync(join(folder, "b.jsonl"), lines(1));
  await live.until<{ datasets: unknown[] }>(
    "{ datasets { name } }",
    ({ data }) => data.datasets.length === 2,
  );
  const rows = changedDatasets(client);
  const { until } = gathered(rows, ({ change, name, dataset }) => `${change} ${name} ${dataset?.runCount}`);
  await seen(events, "response", "DatasetVersions");
  appendFileSync(join(folder, "a.jsonl"), line(50));
  const all = ["GROWN a 4"];
  await until(...all);
  through.cut();
  rmSync(join(folder, "b.jsonl"));
  appendFileSync(join(folder, "a.jsonl"), line(51));
  writeFileSync(join(folder, "c.jsonl"), lines(2));
  await restart();
  all.push("REPLACED a 5", "ADDED c 2", "REMOVED b undefined");
  await until(...all);
  writeFileSync(join(folder, "c.jsonl"), lines(3, 60));
  all.push("REPLACED c 3");
  await until(...all);
  appendFileSync(join(folder, "a.jsonl"), line(52, { depth: 2 }));
  await until(...all, "REPLACED a 6");
  await rows.return();
});

test("who leaves a subscription that waits ends it at once, with its connection", async () => {
  let closed: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => (closed = resolve));
  const server = await serveOther((_, response) => {
    response.on("close", closed);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(":\n\n");
  });
  onTestFinished(() => server.close());
  const events: ClientEvent[] = [];
  const client = createClient({ url: server.url, observe: (event) => events.push(event) });
  const rows = subscribe(client, DatasetChangedDocument);
  const waiting = rows.next();
  await seen(events, "open");
  await rows.return();
  expect(await waiting).toEqual({ done: true, value: undefined });
  await gone;
  expect(events.map(({ type }) => type)).toEqual(["request", "response", "open"]);
});

test("a server that does not even begin to answer is asked again", async () => {
  const server = await serveOther(() => undefined);
  onTestFinished(() => server.close());
  const events: ClientEvent[] = [];
  const client = createClient({
    url: server.url,
    retry: { attempts: 3, baseDelay: 1 },
    observe: (event) => events.push(event),
  });
  await expect(subscribe(client, DatasetChangedDocument, {}, { silence: 20 }).next()).rejects.toMatchObject({
    name: "NetworkError",
    message: "DatasetChanged: no answer from the server (nothing came for 20 ms)",
  });
  expect(events.map(({ type, attempt }) => `${type} ${attempt}`)).toEqual([
    ...["request 1", "retry 1", "request 2", "retry 2", "request 3", "error 3"],
  ]);
});

test("an aborted subscription ends with an AbortError", async () => {
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
  // Each connection stood, so that what failed was the first attempt again.
  expect(events.flatMap((event) => (event.type === "retry" ? [event.attempt] : []))).toEqual([1, 1]);
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
