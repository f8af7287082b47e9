import { appendFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { line, lines, makeDataFolder } from "./data-files.js";
import { serveLive } from "./live-server.js";

const RUNS =
  "subscription ($where: RunFilter) { runsAdded(where: $where) { totalCount nodes { line hyperparameters { lr } } } }";
const CHANGES = "subscription { datasetChanged { change name dataset { runCount } } }";
const COUNT = "{ runs(first: 0) { totalCount } }";

interface Count {
  readonly runs: { readonly totalCount: number };
}

test("tell which datasets changed, and how", async () => {
  const folder = makeDataFolder();
  const file = join(folder, "a.jsonl");
  writeFileSync(file, lines(2));
  const live = await serveLive(folder);
  const events = await live.subscribe(CHANGES);
  const told = async (): Promise<unknown> =>
    ((await events.next()) as { data: { datasetChanged: unknown } }).data.datasetChanged;
  appendFileSync(file, line(9));
  expect(await told()).toEqual({ change: "GROWN", name: "a", dataset: { runCount: 3 } });
  writeFileSync(join(folder, "b.jsonl"), lines(1));
  expect(await told()).toEqual({ change: "ADDED", name: "b", dataset: { runCount: 1 } });
  writeFileSync(join(folder, "next"), lines(5, 50));
  renameSync(join(folder, "next"), file);
  expect(await told()).toEqual({ change: "REPLACED", name: "a", dataset: { runCount: 5 } });
  rmSync(join(folder, "b.jsonl"));
  expect(await told()).toEqual({ change: "REMOVED", name: "b", dataset: null });
});

test("tell the runs that were added, of those that are wanted, once each", async () => {
  const folder = makeDataFolder();
  const file = join(folder, "a.jsonl");
  writeFileSync(file, lines(3));
  const live = await serveLive(folder);
  const all = await live.subscribe(RUNS);
  const great = await live.subscribe(RUNS, { where: { hyperparameters: { lr: { gte: 10 } } } });
  appendFileSync(file, lines(2, 4));
  await live.until<Count>(COUNT, ({ data }) => data.runs.totalCount === 5);
  appendFileSync(file, line(11));
  expect(await all.next()).toMatchObject({
    data: { runsAdded: { totalCount: 2, nodes: [{ line: 4 }, { line: 5 }] } },
  });
  expect(await all.next()).toMatchObject({ data: { runsAdded: { totalCount: 1, nodes: [{ line: 6 }] } } });
  const added = await great.next();
  expect(added).toMatchObject({
    data: { runsAdded: { totalCount: 1, nodes: [{ line: 6, hyperparameters: { lr: 11 } }] } },
    extensions: { dataVersion: live.snapshots.current.catalogue.version },
  });
});

test("tell a run whose first half was taken for a faulty line when its rest came, and one without a newline once", async () => {
  const folder = makeDataFolder();
  const file = join(folder, "a.jsonl");
  writeFileSync(file, lines(3));
  const live = await serveLive(folder, { settle: 300 });
  const events = await live.subscribe(RUNS);
  appendFileSync(file, line(4).slice(0, 20));
  const rejected = "{ datasets { rejectedLineCount } }";
  await live.until<{ datasets: { rejectedLineCount: number }[] }>(
    rejected,
    ({ data }) => data.datasets[0]?.rejectedLineCount === 1,
  );
  appendFileSync(file, line(4).slice(20) + line(5).trimEnd());
  expect(await events.next()).toMatchObject({
    data: { runsAdded: { totalCount: 2, nodes: [{ line: 4 }, { line: 5 }] } },
  });
  appendFileSync(file, `\n${line(6)}`);
  expect(await events.next()).toMatchObject({
    data: { runsAdded: { totalCount: 1, nodes: [{ line: 6 }] } },
  });
});

test("of any number cost one watch and one load", async () => {
  const folder = makeDataFolder();
  const file = join(folder, "a.jsonl");
  writeFileSync(file, lines(3));
  const live = await serveLive(folder);
  const watches = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === "FSEventWrap").length;
  const before = watches();
  const subscribers = await Promise.all(Array.from({ length: 60 }, () => live.subscribe(RUNS)));
  expect(watches()).toBe(before);
  appendFileSync(file, line(4));
  const told = await Promise.all(subscribers.map((one) => one.next()));
  expect(new Set(told.map((one) => JSON.stringify(one))).size).toBe(1);
  expect(live.logged.filter(({ msg }) => msg === "new data are served").length).toBe(1);
});

test("end with a code when the data bring another schema, and when the server stops", async () => {
  const folder = makeDataFolder();
  const file = join(folder, "a.jsonl");
  writeFileSync(file, lines(3));
  const live = await serveLive(folder);
  const first = await live.subscribe(RUNS);
  appendFileSync(file, line(4, { depth: 2 }));
  expect(await first.next()).toMatchObject({ errors: [{ extensions: { code: "SCHEMA_CHANGED" } }] });
  expect(await first.next()).toBeNull();
  const second = await live.subscribe(CHANGES);
  const ended = second.next();
  await live.server.stop(1000);
  expect(await ended).toMatchObject({ errors: [{ extensions: { code: "SERVER_STOPPING" } }] });
  expect(await second.next()).toBeNull();
});

test("are refused at once where their arguments are at fault", async () => {
  const folder = makeDataFolder();
  writeFileSync(join(folder, "a.jsonl"), lines(3));
  const live = await serveLive(folder);
  const events = await live.subscribe("subscription { runsAdded(first: 0) { totalCount } }");
  expect(await events.next()).toMatchObject({ errors: [{ extensions: { code: "BAD_USER_INPUT" } }] });
  expect(await events.next()).toBeNull();
});
