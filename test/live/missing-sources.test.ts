import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { line, lines, makeDataFolder } from "./data-files.js";
import { serveLive } from "./live-server.js";

interface Data {
  readonly datasets: readonly {
    readonly name: string;
    readonly runCount: number;
    readonly fault: string | null;
  }[];
  readonly servingFaults: readonly { readonly dataset: string | null; readonly message: string }[];
}
const DATA = "{ datasets { name runCount fault } servingFaults { dataset message } }";
const counts = ({ datasets }: Data): Record<string, number> =>
  Object.fromEntries(datasets.map(({ name, runCount }) => [name, runCount]));

/** A server of two folders and a file. */
async function served() {
  const folder = makeDataFolder();
  const [one, two, named] = ["one", "two", "named.jsonl"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const [a, b] = [join(one, "a.jsonl"), join(two, "b.jsonl")];
  mkdirSync(one);
  mkdirSync(two);
  writeFileSync(a, lines(3));
  writeFileSync(b, lines(2));
  writeFileSync(named, lines(1));
  const live = await serveLive(folder, { sources: [one, two, named] });
  const counted = (wanted: Record<string, number>) =>
    live.until<Data>(DATA, ({ data }) => JSON.stringify(counts(data)) === JSON.stringify(wanted));
  return { folder, one, two, named, a, b, live, counted };
}

type Served = Awaited<ReturnType<typeof served>>;

test.each<[string, (of: Served) => void, Record<string, number>, object]>([
  [
    "a named file",
    ({ named }) => rmSync(named),
    { a: 3, b: 2 },
    { dataset: "named", message: "named.jsonl: no such file or folder." },
  ],
  [
    "a folder",
    ({ two }) => rmSync(two, { recursive: true }),
    { a: 3, named: 1 },
    { dataset: null, message: "two: no such file or folder." },
  ],
  [
    "a folder's files",
    ({ b }) => rmSync(b),
    { a: 3, named: 1 },
    { dataset: null, message: expect.stringMatching(/^two: the folder holds no \*\.jsonl file/) as string },
  ],
])("%s that went away takes its dataset, and nothing from the others", async (_, remove, left, fault) => {
  const of = await served();
  remove(of);
  const { data } = await of.counted(left);
  expect(data.servingFaults).toEqual([fault]);
  expect(data.datasets.map((dataset) => dataset.fault)).toEqual([null, null]);
  appendFileSync(of.a, line(9));
  const grown = await of.counted({ ...left, a: 4 });
  expect(grown.data.servingFaults).toEqual([fault]);
  mkdirSync(of.two, { recursive: true });
  writeFileSync(of.b, lines(2));
  writeFileSync(of.named, lines(1));
  const back = await of.counted({ a: 4, b: 2, named: 1 });
  expect(back.data.servingFaults).toEqual([]);
});

test("of two files of one dataset the served one stays until it goes, and the other is named", async () => {
  const { folder, one, a, live, counted } = await served();
  writeFileSync(join(one, "a.results.jsonl"), lines(7));
  const both = await live.until<Data>(DATA, ({ data }) => data.servingFaults.length > 0);
  const message =
    "Two files make the dataset `a`: a.jsonl and a.results.jsonl. Rename one of them, or serve only one.";
  expect(both.data.servingFaults).toEqual([{ dataset: "a", message }]);
  expect(both.data.datasets.map(({ fault }) => fault)).toEqual([null, null, null]);
  appendFileSync(a, line(9));
  const grown = await counted({ a: 4, b: 2, named: 1 });
  expect(grown.data.servingFaults).toEqual(both.data.servingFaults);
  expect(JSON.stringify(grown)).not.toContain(folder);
  renameSync(a, join(one, "c.jsonl"));
  const apart = await counted({ a: 7, b: 2, c: 4, named: 1 });
  expect(apart.data.servingFaults).toEqual([]);
});

test("a manifest that cannot be used is named, and the last version stays until it is mended", async () => {
  const { folder, one, a, live, counted } = await served();
  const manifest = join(one, "sweepql.yaml");
  writeFileSync(manifest, "metrics: { loss: { goal: sideways } }\n");
  const bad = await live.until<Data>(DATA, ({ data }) => data.servingFaults.length > 0);
  expect(bad.data.servingFaults).toEqual([
    {
      dataset: null,
      message: expect.stringMatching(/^sweepql\.yaml: metrics\.loss\.goal: "sideways"/) as string,
    },
  ]);
  expect(counts(bad.data)).toEqual({ a: 3, b: 2, named: 1 });
  expect(JSON.stringify(bad)).not.toContain(folder);
  appendFileSync(a, line(9));
  rmSync(manifest);
  const { data } = await counted({ a: 4, b: 2, named: 1 });
  expect(data.servingFaults).toEqual([]);
});
