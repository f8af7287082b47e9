import { appendFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { line, lines, makeDataFolder } from "./data-files.js";
import { serveLive } from "./live-server.js";

interface Datasets {
  readonly datasets: readonly {
    readonly name: string;
    readonly version: string;
    readonly runCount: number;
    readonly rejectedLineCount: number;
    readonly fault: string | null;
  }[];
  readonly servingFaults: readonly { readonly dataset: string | null; readonly message: string }[];
}
const DATASETS =
  "{ datasets { name version runCount rejectedLineCount fault } servingFaults { dataset message } }";
const counts = ({ datasets }: Datasets): Record<string, number> =>
  Object.fromEntries(datasets.map(({ name, runCount }) => [name, runCount]));

/** Longer than any test takes: a half-written line is not refused. */
const NEVER = 3_600_000;

describe("files that change", () => {
  test("new, grown, replaced and removed ones are seen, each under versions of its own", async () => {
    const folder = makeDataFolder();
    const file = join(folder, "a.jsonl");
    writeFileSync(file, lines(3));
    const live = await serveLive(folder);
    const first = await live.ask<Datasets>(DATASETS);
    expect(counts(first.data)).toEqual({ a: 3 });

    appendFileSync(file, line(9));
    const grown = await live.until<Datasets>(DATASETS, ({ data }) => counts(data)["a"] === 4);
    writeFileSync(join(folder, "b.jsonl"), lines(2));
    const added = await live.until<Datasets>(DATASETS, ({ data }) => counts(data)["b"] === 2);
    writeFileSync(join(folder, "a.next"), lines(5, 100));
    renameSync(join(folder, "a.next"), file);
    const replaced = await live.until<Datasets>(DATASETS, ({ data }) => counts(data)["a"] === 5);
    rmSync(join(folder, "b.jsonl"));
    const removed = await live.until<Datasets>(DATASETS, ({ data }) => data.datasets.length === 1);

    const all = [first, grown, added, replaced, removed];
    expect(new Set(all.map(({ extensions }) => extensions.dataVersion)).size).toBe(5);
    expect(new Set([first, grown, replaced].map(({ data }) => data.datasets[0]?.version)).size).toBe(3);
    expect(added.data.datasets[0]?.version).toBe(grown.data.datasets[0]?.version);
    // The same content has the same version again.
    writeFileSync(file, lines(3));
    const back = await live.until<Datasets>(DATASETS, ({ data }) => counts(data)["a"] === 3);
    expect(back.extensions.dataVersion).toBe(first.extensions.dataVersion);
  });

  test("a half-written last line waits", async () => {
    const folder = makeDataFolder();
    const file = join(folder, "a.jsonl");
    writeFileSync(file, lines(2));
    const live = await serveLive(folder, { settle: NEVER });
    const whole = line(7);
    appendFileSync(file, line(6) + whole.slice(0, 20));
    const waiting = await live.until<Datasets>(DATASETS, ({ data }) => counts(data)["a"] === 3);
    expect(waiting.data.datasets[0]).toMatchObject({ rejectedLineCount: 0, fault: null });
    appendFileSync(file, whole.slice(20));
    const finished = await live.until<Datasets>(DATASETS, ({ data }) => counts(data)["a"] === 4);
    expect(finished.data.datasets[0]?.rejectedLineCount).toBe(0);
  });

  test.each([
    ["", 0],
    [", though its time lies in the future", 86_400],
  ])("a half-written last line is refused when the file rests%s", async (_, ahead) => {
    const folder = makeDataFolder();
    const file = join(folder, "a.jsonl");
    writeFileSync(file, lines(4));
    const live = await serveLive(folder, { settle: 500 });
    appendFileSync(file, '{"hyperparameters": {"lr"');
    const time = Date.now() / 1000 + ahead;
    utimesSync(file, time, time);
    const refused = await live.until<Datasets>(
      DATASETS,
      ({ data }) => data.datasets[0]?.rejectedLineCount === 1,
    );
    expect(counts(refused.data)).toEqual({ a: 4 });
  });

  test("a file that turned bad keeps its last good version, with the fault visible, until it is good again", async () => {
    const folder = makeDataFolder();
    const [good, bad] = [join(folder, "good.jsonl"), join(folder, "bad.jsonl")];
    writeFileSync(good, lines(2));
    writeFileSync(bad, lines(3));
    const live = await serveLive(folder, { settle: 500 });
    writeFileSync(bad, "no JSON at all\n");
    const faulty = await live.until<Datasets>(DATASETS, ({ data }) => data.servingFaults.length > 0);
    expect(counts(faulty.data)).toEqual({ bad: 3, good: 2 });
    expect(faulty.data.servingFaults).toEqual([
      { dataset: "bad", message: expect.stringMatching(/^bad\.jsonl: no line can be used/) as string },
    ]);
    expect(faulty.data.datasets.map(({ fault }) => fault)).toEqual([
      faulty.data.servingFaults[0]?.message,
      null,
    ]);
    // Other files go on.
    appendFileSync(good, line(9));
    await live.until<Datasets>(DATASETS, ({ data }) => counts(data)["good"] === 3);
    // A new file that cannot be used is told too.
    writeFileSync(join(folder, "new.jsonl"), "[]\n");
    const both = await live.until<Datasets>(DATASETS, ({ data }) => data.servingFaults.length === 2);
    expect(counts(both.data)).toEqual({ bad: 3, good: 3 });
    writeFileSync(bad, lines(4));
    rmSync(join(folder, "new.jsonl"));
    const mended = await live.until<Datasets>(DATASETS, ({ data }) => data.servingFaults.length === 0);
    expect(counts(mended.data)).toEqual({ bad: 4, good: 3 });
    expect(JSON.stringify([faulty, both])).not.toContain(folder);
  });

  test("appended lines are read alone, and all lines where those change how the others are read", async () => {
    const folder = makeDataFolder();
    const [a, b] = [join(folder, "a.jsonl"), join(folder, "b.jsonl")];
    writeFileSync(a, lines(3));
    writeFileSync(b, lines(2));
    const live = await serveLive(folder, { settle: NEVER });
    const loads = (): unknown[] =>
      live.logged.filter(({ msg }) => msg === "new data are served").map(({ isWhole }) => isWhole);
    appendFileSync(a, line(9));
    await live.until<Datasets>(DATASETS, ({ data }) => counts(data)["a"] === 4);
    appendFileSync(b, `${line(9)}oops\n${line(10).slice(0, 20)}`);
    await live.until<Datasets>(DATASETS, ({ data }) => counts(data)["b"] === 3);
    expect(loads()).toEqual([false, false]);
    appendFileSync(b, line(10).slice(20) + line(11, { depth: 3 }));
    const whole = await live.until<Datasets>(DATASETS, ({ data }) => counts(data)["b"] === 5);
    expect(whole.data.datasets[1]?.rejectedLineCount).toBe(1);
    expect(loads()).toEqual([false, false, true]);
    // Two keys that differ only in case are a fault of the file.
    appendFileSync(b, line(12, { DEPTH: 3 }));
    const faulty = await live.until<Datasets>(DATASETS, ({ data }) => data.servingFaults.length > 0);
    expect(faulty.data.servingFaults[0]?.message).toMatch(
      /^b\.jsonl: the keys `\w+` and `\w+` differ only in case/,
    );
    appendFileSync(a, line(13));
    const other = await live.until<Datasets>(DATASETS, ({ data }) => counts(data)["a"] === 5);
    expect(counts(other.data)).toEqual({ a: 5, b: 5 });
    expect(other.data.servingFaults).toEqual(faulty.data.servingFaults);
    expect(loads()).toEqual([false, false, true, false]);
  });

  test("the last version stays where nothing is left to serve", async () => {
    const folder = makeDataFolder();
    const file = join(folder, "a.jsonl");
    writeFileSync(file, lines(2));
    const live = await serveLive(folder);
    rmSync(file);
    const empty = await live.until<Datasets>(DATASETS, ({ data }) => data.servingFaults.length > 0);
    expect(counts(empty.data)).toEqual({ a: 2 });
    expect(empty.data.datasets[0]?.fault).toBe(empty.data.servingFaults[0]?.message);
    expect(JSON.stringify(empty)).not.toContain(folder);
    writeFileSync(file, lines(3));
    const back = await live.until<Datasets>(DATASETS, ({ data }) => counts(data)["a"] === 3);
    expect(back.data.servingFaults).toEqual([]);
  });

  test("new fields and enum values come with the data that have them", async () => {
    const folder = makeDataFolder();
    const file = join(folder, "a.jsonl");
    writeFileSync(file, lines(2));
    const live = await serveLive(folder);
    const query =
      "{ runs(where: { hyperparameters: { depth: { eq: 3 } } }, orderBy: [{ by: { hyperparameter: DEPTH } }]) { nodes { hyperparameters { lr depth } } } }";
    const before = await live.ask<unknown>(query);
    expect(before.errors?.[0]?.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
    appendFileSync(file, line(5, { depth: 3 }));
    const after = await live.until<unknown>(query, ({ errors }) => errors === undefined);
    expect(after.data).toEqual({ runs: { nodes: [{ hyperparameters: { lr: 5, depth: 3 } }] } });
    writeFileSync(file, lines(1));
    // The validation of the same document is not remembered beyond its schema.
    await live.until<unknown>(
      query,
      ({ errors }) => errors?.[0]?.extensions.code === "GRAPHQL_VALIDATION_FAILED",
    );
  });

  test("a manifest that changes makes another version, as it changes answers", async () => {
    const folder = makeDataFolder();
    writeFileSync(join(folder, "a.jsonl"), lines(2));
    const live = await serveLive(folder);
    const first = await live.ask<unknown>("{ __typename }");
    writeFileSync(join(folder, "sweepql.json"), JSON.stringify({ metrics: { loss: { goal: "maximize" } } }));
    const query = "{ datasets { metrics { name goal } } }";
    const after = await live.until<{ datasets: { metrics: { goal: string }[] }[] }>(
      query,
      ({ data }) => data.datasets[0]?.metrics[0]?.goal === "MAXIMIZE",
    );
    expect(after.extensions.dataVersion).not.toBe(first.extensions.dataVersion);
  });
});
