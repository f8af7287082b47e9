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

  test("is told of keys that no line has, and of those it does not document", async () => {
    folder.write("sweepql.json", JSON.stringify({ hyperparameters: { lrr: {} }, metrics: { loss: {} } }));
    loaded = await loadAll(folder);
    expect(loaded.catalogue.datasets[0]?.warnings).toEqual([
      "the manifest `user` does not document `lr`",
      "the manifest beside the file documents `lrr`, which no line has",
    ]);
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
