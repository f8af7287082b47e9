import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  type ClientEvent,
  createClient,
  DatasetChangedDocument,
  RunsAddedDocument,
  subscribe,
} from "../../client/index.js";
import { line, lines, makeDataFolder } from "../live/data-files.js";
import { serveLive } from "../live/live-server.js";
import { defaultService } from "../../server/service-settings.js";
import { liveFile, seen } from "./live-client.js";
import { serveOther, serveSample } from "./serve.js";

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
    if (connections >= 3) response.write(`event: next\ndata: ${JSON.stringify(answer)}\n\n`);
  });
  onTestFinished(() => silent.close());
  const events: ClientEvent[] = [];
  const client = createClient({
    url: silent.url,
    retry: { baseDelay: 1 },
    observe: (event) => events.push(event),
  });
  const told = subscribe(client, DatasetChangedDocument, {}, { silence: 1000 });
  expect((await told.next()).value).toEqual(answer.data);
  expect(connections).toBe(3);
  // Each connection stood, so that what failed was the first attempt again.
  expect(events.flatMap((event) => (event.type === "retry" ? [event.attempt] : []))).toEqual([1, 1]);
  expect(events.flatMap((event) => (event.type === "retry" ? [event.error.message] : []))).toEqual(
    Array(2).fill("DatasetChanged: no answer from the server (nothing came for 1000 ms)"),
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
