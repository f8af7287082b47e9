import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { graphql } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Context } from "../../schema/context.js";
import { type Example, exampleQueries } from "../../schema/examples/examples.js";
import { type Snapshot, takeSnapshot } from "../../server/snapshot.js";
import { type Folder, makeFolder, makeSampleFolder } from "./folder.js";

const opda =
  process.env["SWEEPQL_OPDA"] ?? fileURLToPath(new URL("../../../shared/data/opda", import.meta.url));
const realFiles = existsSync(opda) ? readdirSync(opda).filter((name) => name.endsWith(".jsonl")) : [];
if (realFiles.length === 0)
  console.warn(`SKIPPED: the examples on the published files; SWEEPQL_OPDA names no folder that holds them.`);

const fixtures = fileURLToPath(new URL("../fixtures", import.meta.url));

let sample: Folder;
let own: Folder;
beforeAll(async () => {
  sample = await makeSampleFolder();
  own = makeFolder();
});
afterAll(() => {
  sample.remove();
  own.remove();
});

/** What is left of an answer once nulls, empty lists and zeros' containers are dropped. */
const hasValue = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.some(hasValue)
    : typeof value === "object" && value !== null
      ? Object.values(value).some(hasValue)
      : value !== null;

async function answers(snapshot: Snapshot): Promise<string[]> {
  const examples = exampleQueries(snapshot.catalogue);
  for (const example of examples) {
    const { data, errors } = await ask(snapshot, example);
    expect(errors, example.query).toBeUndefined();
    expect(example.query).toMatch(/^# \S/);
    for (const [field, value] of Object.entries(data ?? {})) {
      const rows = Array.isArray(value) ? value : ((value as { nodes?: unknown[] }).nodes ?? [value]);
      expect(rows.length, `${example.name}: ${field}`).toBeGreaterThan(0);
      expect(rows.every(hasValue), `${example.name}: ${field}`).toBe(true);
    }
  }
  return examples.map(({ name }) => name);
}

const ask = (snapshot: Snapshot, { query, variables }: Example) =>
  graphql({
    schema: snapshot.schema,
    source: query,
    variableValues: variables,
    contextValue: new Context(snapshot.store, new AbortController().signal, snapshot.analyses),
  });

async function examplesOf(...sources: string[]): Promise<string[]> {
  const snapshot = await takeSnapshot({ sources });
  try {
    return await answers(snapshot);
  } finally {
    await snapshot.close();
  }
}

const runs = [
  "best-runs",
  "score-by-hyperparameter",
  "learning-curves",
  "curve-band",
  "validation-against-test",
  "cost",
];

/** Of a tuning dataset with a goal; seed noise needs a residual one beside it. */
const analyses = [
  "tuning-curve",
  "subset",
  "comparison",
  "plan",
  "noisy-quadratic",
  "importance",
  "search-space",
  "selection",
];

const all = [...runs, ...analyses, "seed-noise"];

describe("every example runs, and answers something, on", () => {
  test("the sample", async () => {
    expect(await examplesOf(sample.path)).toEqual(expect.arrayContaining(all));
  });

  test.each(
    readdirSync(fixtures, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name),
  )("the fixture %s", async (name) => {
    await examplesOf(join(fixtures, name));
  });

  test.skipIf(realFiles.length === 0).each(realFiles)("%s", async (name) => {
    expect(await examplesOf(join(opda, name))).toEqual([...runs, ...analyses]);
  });

  test.skipIf(realFiles.length === 0)("all of them at once, beside the sample", async () => {
    expect(await examplesOf(sample.path, ...realFiles.map((name) => join(opda, name)))).toEqual(
      expect.arrayContaining(all),
    );
  });

  const curve = [
    { step: 1, loss: 3 },
    { step: 2, loss: 2 },
  ];
  test.each<[string, string[], object[]]>([
    [
      "a file without goals",
      [...runs, "search-space"],
      [
        {
          lr: 0.1,
          curve: [
            { step: 1, val_loss: 3, test_loss: 4 },
            { step: 2, val_loss: 2, test_loss: 3 },
          ],
        },
        { lr: 0.001, curve: [{ step: 1, val_loss: 4, test_loss: 5 }] },
      ],
    ],
    [
      "a single run without a metric to compare",
      ["best-runs", "learning-curves", "curve-band", "cost"],
      [{ lr: 1, curve }],
    ],
    [
      "hyperparameters that are text alone",
      ["best-runs", "score-by-hyperparameter", "learning-curves", "curve-band", "cost", "search-space"],
      [
        { optimizer: "adam", curve },
        { optimizer: "sgd", curve },
      ],
    ],
    [
      "hyperparameters that are whole numbers alone",
      ["best-runs", "score-by-hyperparameter", "learning-curves", "curve-band", "cost", "search-space"],
      Array.from({ length: 40 }, (_, index) => ({ layers: index - 5, curve })),
    ],
    [
      "a learning rate that is zero or less",
      ["best-runs", "score-by-hyperparameter", "learning-curves", "curve-band", "cost", "search-space"],
      Array.from({ length: 40 }, (_, index) => ({ lr: index / 10 - 1, curve })),
    ],
    [
      "many values of text",
      ["best-runs", "score-by-hyperparameter", "learning-curves", "curve-band", "cost", "search-space"],
      Array.from({ length: 200 }, (_, index) => ({ tag: `t${index % 150}`, curve })),
    ],
    [
      "no hyperparameter at all",
      ["best-runs", "learning-curves", "curve-band", "cost"],
      [{ curve }, { curve }],
    ],
    ["curves with an axis alone", ["best-runs", "cost"], [{ lr: 1, curve: [{ step: 1 }, { step: 2 }] }]],
  ])("%s", async (name, expected, lines) => {
    const file = join(own.path, `${name.replaceAll(" ", '-"quoted"-')}.jsonl`);
    writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const names = await examplesOf(file);
    expect(names.filter((one) => all.includes(one))).toEqual(expected);
  });
});

describe("the first example, where no manifest names a goal,", () => {
  const first = async (metric: string): Promise<Example | undefined> => {
    const file = join(own.path, `${metric.replaceAll("/", "-")}.jsonl`);
    const lines = [1, 2].map((value) => ({ lr: value, curve: [{ step: 1, [metric]: value }] }));
    writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const snapshot = await takeSnapshot({ sources: [file] });
    try {
      return exampleQueries(snapshot.catalogue)[0];
    } finally {
      await snapshot.close();
    }
  };

  test.each([
    ["perplexity", "ASC", "lowest"],
    ["val_rmse", "ASC", "lowest"],
    ["val/WER", "ASC", "lowest"],
    ["crossEntropy", "ASC", "lowest"],
    ["f1_macro", "DESC", "highest"],
    ["evalReward", "DESC", "highest"],
  ])("guesses from the name %s, and says that it does", async (metric, direction, extreme) => {
    const example = await first(metric);
    expect(example?.query).toContain(`direction: ${direction}`);
    expect(example?.title).toMatch(new RegExp(`^Runs of ${extreme} final`));
    expect(example?.description).toContain("guessed from the name");
    expect(example?.description).toContain(`${JSON.stringify(metric)}: { goal:`);
    expect(example?.title + (example?.description ?? "").replace("stands in for the best", "")).not.toMatch(
      /best/i,
    );
  });

  test.each(["thing", "loss_per_accuracy", "scale"])("guesses nothing from the name %s", async (metric) => {
    const example = await first(metric);
    expect(example?.query).toContain("direction: ASC");
    expect(example?.title).toMatch(/^Runs of lowest final/);
    expect(example?.description).toContain("is not known");
  });
});

test("examples are about a dataset with a goal, where one is served, and about any that is asked for", async () => {
  const folder = join(own.path, "goals");
  mkdirSync(folder);
  for (const name of ["a", "b", "c"]) {
    const line = JSON.stringify({ lr: 1, curve: [{ step: 1, [`${name}_loss`]: 1 }] });
    writeFileSync(join(folder, `${name}.jsonl`), `${line}\n${line}\n`);
  }
  writeFileSync(join(folder, "b.manifest.json"), '{"metrics": {"b_loss": {"goal": "minimize"}}}');
  const snapshot = await takeSnapshot({ sources: [folder] });
  const { catalogue } = snapshot;
  await snapshot.close();
  expect(exampleQueries(catalogue)[0]?.query).toContain('"b"');
  const about = catalogue.datasets.map((dataset) => exampleQueries(catalogue, dataset)[0]?.description);
  expect(about.map((text) => /runs of (\w)/.exec(text ?? "")?.[1])).toEqual(["a", "b", "c"]);
});

test("examples are about a tuning dataset, where there is one, and have titles of their own", async () => {
  const snapshot = await takeSnapshot({ sources: [sample.path] });
  const examples = exampleQueries(snapshot.catalogue);
  await snapshot.close();
  for (const { name, query } of examples) {
    // A plan is about no data yet, and seed noise about replicates.
    const about =
      name === "seed-noise" ? '"llama-33m_residual"' : name === "plan" ? "planBand" : '"llama-33m_tuning"';
    expect(query).toContain(about);
  }
  expect(new Set(examples.map(({ title }) => title)).size).toBe(examples.length);
  expect(new Set(examples.map(({ name }) => name)).size).toBe(examples.length);
  expect(examples.find(({ name }) => name === "best-runs")?.query).toContain(
    "orderBy: { by: { score: { metric: VAL_RAW_LOSS } }, direction: BEST }",
  );
  expect(examples.find(({ name }) => name === "learning-curves")?.query).toMatch(
    /valRawLoss\s+valWeightAveragedLoss\s+testRawLoss\s+testWeightAveragedLoss/,
  );
});
