import { describe, expect, test } from "vitest";
import { jsonl, loadAll } from "./load-text.js";
import { dataset, folder, loaded, loadFolder, points } from "./loaded-folder.js";

const roles = () => dataset().hyperparameters.map(({ original, role }) => [original, role]);

describe("hyperparameters", () => {
  test("lie flat, nested ones joined by a dot", async () => {
    await points(jsonl({ lr: 1, opt: { name: "sgd", wd: 0.5 }, curve: [[1, 2]] }));
    expect(
      dataset().hyperparameters.map(({ original, hyperparameter }) => [original, hyperparameter.type]),
    ).toEqual([
      ["lr", "integer"],
      ["opt.name", "string"],
      ["opt.wd", "float"],
    ]);
  });

  test("are told of one by one, however many there are", async () => {
    const names = Array.from({ length: 50 }, (_, index) => `p${index}`);
    const runs = Array.from({ length: 7 }, (_, run) =>
      Object.fromEntries(
        names.map((name, index) => [name, run % (index + 2) === 1 ? null : (run * index) % 5]),
      ),
    );
    await points(jsonl(...runs.map((params) => ({ params, curve: [[1, 2]] }))));
    const expected = names.map((name) => {
      const values = runs.flatMap((run) => run[name] ?? []);
      return {
        original: name,
        lower: Math.min(...values),
        upper: Math.max(...values),
        distinctCount: new Set(values).size,
        missingCount: runs.length - values.length,
      };
    });
    const byName = new Map(dataset().hyperparameters.map((one) => [one.original, one]));
    for (const one of expected) expect(byName.get(one.original)).toMatchObject(one);
  });

  test("lie under an object; keys beside it are labels, and take no name from it", async () => {
    await points(jsonl({ trial: "a", lr: 5, params: { lr: 1 }, curve: [[1, 2]] }));
    expect(roles()).toEqual([
      ["lr", "fixed"],
      ["trial", "label"],
      ["$.lr", "label"],
    ]);
    expect(dataset().hyperparameters.map(({ hyperparameter }) => hyperparameter.name)).toEqual([
      "lr",
      "trial",
      "lr_2",
    ]);
  });

  test("are searched where they vary, but for seeds and names of runs", async () => {
    await points(
      jsonl(
        { lr: 1, wd: 0, seed: 1, data_seed: 1, random_state: 1, run_id: "a", curve: [[1, 2]] },
        { lr: 2, wd: 0, seed: 2, data_seed: 2, random_state: 2, run_id: "b", curve: [[1, 2]] },
      ),
    );
    expect(roles()).toEqual([
      ["lr", "searched"],
      ["wd", "fixed"],
      ["seed", "seed"],
      ["data_seed", "seed"],
      ["random_state", "seed"],
      ["run_id", "label"],
    ]);
  });

  test.each([
    ["a list of objects", (loss: number) => [{ step: 0, loss }]],
    ["a list of pairs", (loss: number) => [[0, loss]]],
    ["a map by split", (loss: number) => ({ a: [{ step: 0, loss }], b: [{ step: 0, loss: loss / 2 }] })],
    ["parallel arrays", (loss: number) => ({ step: [0, 1], loss: [loss, loss / 2] })],
    ["parallel arrays by split", (loss: number) => ({ a: { step: [0, 1], loss: [loss, loss / 2] } })],
  ])("are no second curve: %s", async (_, curve) => {
    const runs = [0.1, 0.1, 0.2, 0.2].map((lr, at) => ({
      lr,
      history: [{ step: 0, loss: 1 / (at + 1) }],
      other: curve(2 / (at + 3)),
    }));
    await points(jsonl(...runs));
    expect(dataset().layout).toContain("under `history`");
    expect(roles()).toContainEqual(["lr", "searched"]);
    expect(roles().filter(([, role]) => role === "searched")).toHaveLength(1);
    expect(await loaded?.table("configurations")).toHaveLength(2);
    expect(dataset().warnings.filter((text) => text.startsWith("`other` could be the curve"))).toEqual([
      expect.stringContaining("curve: {key: other} in a manifest"),
    ]);
  });

  test("are lists of objects that runs share, as layers are, and what a manifest says", async () => {
    const layers = [[{ units: 8 }], [{ units: 8 }, { units: 16 }]];
    const runs = [0, 1, 0, 1].map((at) => ({ lr: 1, history: [{ step: 0, loss: 1 }], layers: layers[at] }));
    await points(jsonl(...runs));
    expect(roles()).toContainEqual(["layers", "searched"]);
    void loaded?.pool.close();
    folder.write(
      "sweepql.yaml",
      "curve: { key: history }\nhyperparameters: { layers: { role: searched } }\n",
    );
    await points(jsonl(...runs.slice(0, 2)));
    expect(roles()).toContainEqual(["layers", "searched"]);
    expect(dataset().warnings.join()).not.toContain("could be the curve");
  });

  test("are searched where they vary though a label's name stands deeper down, or on a number", async () => {
    const run = (name: string, group: number, id: string): object => ({
      config: { lr: 1, group, model: { name, id: name }, "data.name": name, meta: { run_id: id } },
      curve: [[1, 2]],
    });
    await points(jsonl(run("a", 8, "x"), run("b", 16, "y"), run("a", 8, "z")));
    expect(roles()).toEqual([
      ["lr", "fixed"],
      ["group", "searched"],
      ["model.name", "searched"],
      ["model.id", "searched"],
      ["data.name", "searched"],
      ["meta.run_id", "label"],
    ]);
    expect((await loaded?.table("runs"))?.map((run) => run["configuration"])).toEqual([0, 1, 0]);
  });

  test("are no part of the configuration where runs are grouped by text, or each has its name", async () => {
    const run = (lr: number, name: string | null, group: string): object => ({
      lr,
      name,
      group,
      curve: [[1, 2]],
    });
    await points(jsonl(run(1, "x", "g1"), run(1, "y", "g1"), run(2, "y", "g2"), run(2, null, "g2")));
    expect(roles()).toEqual([
      ["lr", "searched"],
      ["name", "searched"],
      ["group", "label"],
    ]);
    expect(dataset().warnings.join()).toContain("`name` is shared by runs");
    void loaded?.pool.close();
    await points(jsonl(run(1, "x", "g1"), run(1, "y", "g1"), run(2, "z", "g2"), run(2, "z", "g2")));
    expect(roles()[1]).toEqual(["name", "label"]);
    expect(dataset().warnings).toEqual([]);
  });

  test("keep a name as a label where a file of the same keys has one for each run", async () => {
    const run = (lr: number, name: string): object => ({ lr, name, curve: [[1, 2]] });
    folder.write("a.jsonl", jsonl(run(1, "x"), run(2, "y")));
    folder.write("b.jsonl", jsonl(run(1, "x"), run(1, "x"), run(2, "y"), run(2, "y")));
    const { catalogue } = await loadFolder();
    expect(catalogue.datasets.map(({ hyperparameters }) => hyperparameters[1]?.role)).toEqual([
      "label",
      "label",
    ]);
  });

  test("are searched where they vary in another file with the same keys", async () => {
    folder.write("a.jsonl", jsonl({ lr: 1, curve: [[1, 2]] }, { lr: 2, curve: [[1, 2]] }));
    folder.write("b.jsonl", jsonl({ lr: 2.0, curve: [[1, 2]] }));
    const both = await loadFolder();
    expect((await both.table("runs")).map((run) => run["configuration"])).toEqual([0, 1, 1]);
    expect(both.catalogue.datasets[1]?.hyperparameters[0]?.role).toBe("searched");
  });

  test("found in the last of many lines are there", async () => {
    const lines = Array.from({ length: 5000 }, (_, index) => ({ lr: index, curve: [[1, 2]] }));
    await points(jsonl(...lines, { lr: 1, curve: [[1, 2]], late: "x" }));
    expect(dataset().hyperparameters.map(({ original, missingCount }) => [original, missingCount])).toEqual([
      ["lr", 0],
      ["late", 5000],
    ]);
  });

  test("may be called as JavaScript's own properties are", async () => {
    folder.write("sweepql.json", JSON.stringify({ metrics: { loss: { goal: "minimize" } } }));
    await points(
      '{"constructor": 1, "__proto__": 2, "toString": 3, "curve": [{"step": 1, "loss": 2, "valueOf": 4}]}\n',
    );
    expect(
      dataset().hyperparameters.map(({ hyperparameter, lower }) => [hyperparameter.name, lower]),
    ).toEqual([
      ["constructor", 1],
      ["proto", 2],
      ["toString", 3],
    ]);
    expect(dataset().metrics.map(({ field, goal }) => [field.name, goal])).toEqual([
      ["loss", "minimize"],
      ["valueOf", null],
    ]);
  });

  test("that are all lists are not taken for the curve", async () => {
    expect(
      await points(jsonl({ config: { betas: [0.9, 0.95] }, step: [1, 2], loss: [4, 3] }), "loss"),
    ).toEqual([
      [0, 1, 4],
      [0, 2, 3],
    ]);
    expect(dataset().hyperparameters.map(({ original }) => original)).toEqual(["betas"]);
  });

  test("whose keys differ only in case refuse the file", async () => {
    folder.write("runs.jsonl", jsonl({ lr: 1, LR: 2, curve: [[1, 2]] }));
    await expect(loadAll(folder)).rejects.toThrow("the keys `lr` and `LR` differ only in case");
  });
});
