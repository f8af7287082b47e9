import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DataFault } from "../../server/errors.js";
import { type Folder, jsonl, type Loaded, loadAll, makeFolder } from "./load-text.js";

let folder: Folder;
let loaded: Loaded | undefined;

beforeEach(() => {
  folder = makeFolder();
  folder.write(
    "runs.jsonl",
    jsonl({
      lr: 1,
      curve: [
        { step: 1, loss: 3 },
        { step: 2, loss: 2 },
      ],
    }),
  );
});
afterEach(() => {
  void loaded?.pool.close();
  loaded = undefined;
  folder.remove();
});

const faultOf = async (): Promise<string> => {
  const error: unknown = await loadAll(folder).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataFault);
  return (error as DataFault).message;
};

describe("a manifest beside the data", () => {
  test("says what the file cannot", async () => {
    folder.write(
      "sweepql.yaml",
      "metrics:\n  loss: { goal: minimize, name: valLoss, unit: nats }\nhyperparameters:\n  lr: { role: searched, type: float }\n",
    );
    loaded = await loadAll(folder);
    expect(loaded.catalogue.curveFields.find(({ name }) => name === "valLoss")).toMatchObject({
      goal: "minimize",
      unit: "nats",
      originals: ["loss"],
      enumValue: "VAL_LOSS",
    });
    expect(loaded.catalogue.hyperparameters[0]).toMatchObject({ name: "lr", type: "float" });
    expect(await loaded.table("runs")).toMatchObject([{ [`best_${loaded.m("valLoss")}`]: 2 }]);
  });

  test("makes costs of its clock and its tokens, for other files too, unless a role says otherwise", async () => {
    const points = [{ step: 1, loss: 2, wall: 3, seen: 4, begun: 5, ended: 6 }];
    folder.write("a.jsonl", jsonl({ lr: 1, curve: points }));
    folder.write("runs.jsonl", jsonl({ lr: 1, curve: points }));
    const roles = async (own: object): Promise<Record<string, string>> => {
      folder.write("runs.manifest.json", JSON.stringify(own));
      const { catalogue, pool } = await loadAll(folder);
      void pool.close();
      return Object.fromEntries(catalogue.curveFields.map(({ name, role }) => [name, role]));
    };
    const metrics = { loss: { goal: "minimize" }, wall: { unit: "seconds" } };
    expect(await roles({ metrics, clock: { elapsed: "wall" }, tokens: "seen" })).toMatchObject({
      loss: "metric",
      wall: "cost",
      seen: "cost",
      begun: "metric",
    });
    expect(await roles({ clock: { trainEnd: "begun", evalEnd: "ended" } })).toMatchObject({
      wall: "metric",
      begun: "cost",
      ended: "cost",
    });
    expect(await roles({ tokens: "seen", metrics: { seen: { role: "metric" } } })).toMatchObject({
      seen: "metric",
    });
  });

  test("of one dataset wins over the folder's", async () => {
    folder.write(
      "sweepql.json",
      JSON.stringify({ name: "all", metrics: { loss: { goal: "minimize", unit: "nats" } } }),
    );
    folder.write("runs.manifest.yml", "metrics: { loss: { goal: maximize } }");
    loaded = await loadAll(folder);
    expect(loaded.catalogue.datasets[0]).toMatchObject({
      family: "all",
      metrics: [{ goal: "maximize", unit: "nats" }],
    });
  });

  test("adds to a built-in one", async () => {
    folder.write(
      "runs.jsonl",
      jsonl({
        num_train_epochs: 1,
        train_batch_size: 16,
        total_model_steps: 2,
        learning_rate: 1e-5,
        warmup_steps: 1,
        cls_drop_out: 0.1,
        learning_curves: {
          matched: [
            [1, 0.5],
            [2, 0.75],
          ],
          mismatched: [
            [1, 0.25],
            [2, 0.5],
          ],
        },
      }),
    );
    folder.write("sweepql.json", JSON.stringify({ metrics: { matched: { unit: "percent" } } }));
    loaded = await loadAll(folder);
    expect(loaded.catalogue.datasets[0]?.metrics[0]).toMatchObject({
      unit: "percent",
      goal: "maximize",
      field: { name: "matchedAccuracy" },
    });
    expect(loaded.catalogue.datasets[0]?.family).toBe("deberta");
  });

  test("is left aside by files without its required keys", async () => {
    folder.write("sweepql.json", JSON.stringify({ name: "other", requiredKeys: ["config.lr"] }));
    loaded = await loadAll(folder);
    expect(loaded.catalogue.datasets[0]?.family).toBeNull();
  });

  test("names the columns of tuples, and the curve among several lists", async () => {
    folder.write("runs.jsonl", jsonl({ lr: 1, first: [[1, 2]], second: [[1, 2, 3]] }));
    folder.write(
      "sweepql.json",
      JSON.stringify({ curve: { key: "second", columns: ["epoch", "loss", "acc"] } }),
    );
    loaded = await loadAll(folder);
    expect(loaded.catalogue.curveFields.map(({ name }) => name)).toEqual(["acc", "epoch", "loss"]);
    expect(loaded.catalogue.hyperparameters.map(({ name }) => name)).toEqual(["first", "lr"]);
  });

  test("is told of every key of its own that no line has", async () => {
    folder.write(
      "sweepql.yaml",
      "hyperparameters: { lrr: {} }\nmetrics: { loss: {}, los: {} }\naxis: { key: epoch, unit: epochs }\n" +
        "clock: { trainEnd: a, evalEnd: loss }\ntokens: seen\nfailureFlag: lr\ncompleteAt: { hyperparameter: epochs }\n",
    );
    loaded = await loadAll(folder);
    expect(loaded.catalogue.datasets[0]?.warnings).toEqual(
      [
        "documents `lrr`, `los`, which no line has",
        "names `epoch` as axis.key, which no point has: `step` is the axis",
        "names `a` as clock.trainEnd, which no point has",
        "names `seen` as tokens, which no point has",
        "names `lr` as failureFlag, which no line has as true or false",
        "names `epochs` as completeAt.hyperparameter, which no line has as a number",
      ].map((fault) => `the manifest beside the file ${fault}`),
    );
    expect(loaded.catalogue.datasets[0]?.axis).toMatchObject({ original: "step", unit: "step" });
  });

  test("may say of an axis no more than its key, and of metrics no more than goals, without a warning", async () => {
    folder.write("runs.jsonl", jsonl({ lr: 1, curve: [{ step: 1, epoch: 1, loss: 3 }] }));
    folder.write("sweepql.yaml", "axis: { key: epoch }\nmetrics: { loss: { goal: minimize } }\n");
    loaded = await loadAll(folder);
    expect(loaded.catalogue.datasets[0]).toMatchObject({
      axis: { original: "epoch", unit: "epoch" },
      warnings: [],
    });
  });

  test("may name the axis of points that are counted, and of pairs", async () => {
    folder.write("runs.jsonl", jsonl({ lr: 1, curve: [[1, 2]] }));
    folder.write("sweepql.yaml", "axis: { key: epoch, unit: epochs }\n");
    loaded = await loadAll(folder);
    expect(loaded.catalogue.datasets[0]).toMatchObject({
      axis: { original: "epoch", unit: "epochs" },
      warnings: [],
    });
    void loaded.pool.close();
    folder.write("runs.jsonl", jsonl({ lr: 1, loss: [4, 3] }));
    loaded = await loadAll(folder);
    expect(loaded.catalogue.datasets[0]).toMatchObject({ axis: { original: "epoch", unit: "epochs" } });
    expect(loaded.catalogue.datasets[0]?.warnings).toContain(
      "the manifest beside the file names `epoch` as axis.key, which no point has: their positions from 1 stand for the axis",
    );
  });

  test("gives a metric its goal in other datasets, which say so; where two differ, all do", async () => {
    folder.write("other.jsonl", jsonl({ lr: 1, curve: [{ step: 1, loss: 3 }] }));
    folder.write("other.manifest.yaml", "metrics: { loss: { goal: minimize } }");
    loaded = await loadAll(folder);
    expect(loaded.catalogue.datasets.map(({ metrics, warnings }) => [metrics[0]?.goal, warnings])).toEqual([
      ["minimize", []],
      [
        "minimize",
        [
          "the goal of `loss` (minimize) is what the dataset `other` says, as no manifest names one here; metrics.loss.name in a manifest makes it a metric of its own",
        ],
      ],
    ]);
    void loaded.pool.close();
    folder.write("runs.manifest.yaml", "metrics: { loss: { goal: maximize } }");
    loaded = await loadAll(folder);
    for (const { warnings } of loaded.catalogue.datasets) {
      expect(warnings).toEqual([
        "the goal of `loss` differs between datasets, so that it has none: `other` (minimize), `runs` (maximize); correct one of them, or set metrics.loss.name in a manifest, which makes it a metric of its own",
      ]);
    }
  });
});

describe("a bound that values lie beyond", () => {
  const curve = (...losses: number[]): string =>
    `[${losses.map((loss, step) => `{"step": ${step}, "loss": ${loss}}`).join(", ")}]`;
  const write = (...curves: string[]): string =>
    folder.write("runs.jsonl", curves.map((text) => `{"lr": 1, "curve": ${text}}`).join("\n"));

  test("is told of at load, with the furthest value and its line", async () => {
    write(curve(2, 0.75), curve(0.4, NaN), curve(3, 0.1667), curve(Infinity, 4), curve(4, -Infinity));
    folder.write("other.jsonl", jsonl({ lr: 1, curve: [{ step: 1, loss: 0 }] }));
    folder.write("runs.manifest.yaml", "metrics: { loss: { lowerBound: 0.5, upperBound: 3.5 } }");
    loaded = await loadAll(folder);
    expect(loaded.catalogue.datasets.map(({ name, warnings }) => [name, warnings])).toEqual([
      ["other", []],
      [
        "runs",
        [
          expect.stringMatching(
            /^metrics\.loss\.lowerBound .* is 0\.5, .* least `loss` is 0\.1667, first in line 3:/,
          ),
          expect.stringMatching(
            /^metrics\.loss\.upperBound .* is 3\.5, .* greatest `loss` is 4, first in line 4:/,
          ),
        ],
      ],
    ]);
  });

  test("is none where they only reach it", async () => {
    write(curve(0.5, 3.5));
    folder.write("sweepql.yaml", "metrics: { loss: { lowerBound: 0.5, upperBound: 3.5 } }");
    loaded = await loadAll(folder);
    expect(loaded.catalogue.datasets[0]?.warnings).toEqual([]);
  });
});

describe("a manifest that cannot be used", () => {
  test("is refused by file, key, value and what is allowed, all faults at once", async () => {
    const path = folder.write(
      "sweepql.yaml",
      "metrics:\n  loss: { goal: minimise, nam: x }\n  acc: { name: 1st }\nclock: { a: 1 }\ncolour: red\n",
    );
    const faults = (await faultOf()).split("\n");
    expect(faults).toHaveLength(5);
    expect(faults.every((fault) => fault.startsWith(`${path}: `))).toBe(true);
    const text = faults.join("\n");
    expect(text).toContain(
      'metrics.loss.goal: "minimise" is not allowed: Invalid option: expected one of "minimize"|"maximize"',
    );
    expect(text).toContain("metrics.loss.nam: no such key; allowed are role, goal,");
    expect(text).toContain('metrics.acc.name: "1st" is not allowed: a GraphQL name');
    expect(text).toContain('clock: {"a":1} is not allowed: either {elapsed: key}');
    expect(text).toContain("colour: no such key; allowed are name, model,");
  });

  test("is refused where it cannot be parsed", async () => {
    const path = folder.write("sweepql.json", "{");
    expect(await faultOf()).toMatch(path);
  });

  test("is refused beside a second one", async () => {
    folder.write("sweepql.json", "{}");
    folder.write("sweepql.yml", "{}");
    expect(await faultOf()).toMatch(/sweepql\.json and .*sweepql\.yml: only one manifest/);
  });

  test("is refused where it gives two keys one name", async () => {
    folder.write("runs.jsonl", jsonl({ lr: 1, curve: [{ step: 1, a: 3, b: 4 }] }));
    folder.write("sweepql.json", JSON.stringify({ metrics: { a: { name: "x" }, b: { name: "x" } } }));
    expect(await faultOf()).toContain("names both metrics.a and metrics.b `x`");
  });
});
