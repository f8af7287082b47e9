import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { addedRuns, changedDatasets, createClient, RunsDocument } from "../../client/index.js";
import { line, lines } from "../live/data-files.js";
import { count, gathered, liveFile, restartable, seen } from "./live-client.js";
import { serveOther } from "./serve.js";

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
