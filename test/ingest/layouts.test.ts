import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DataFault } from "../../server/errors.js";
import { type Folder, jsonl, type Loaded, loadAll, makeFolder } from "./load-text.js";

let folder: Folder;
let loaded: Loaded | undefined;

beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => {
  void loaded?.pool.close();
  loaded = undefined;
  folder.remove();
});

/** Loads one file; its points as arrays of the run's id, the axis, and the named fields. */
async function points(content: string, ...names: string[]): Promise<unknown[][]> {
  folder.write("runs.jsonl", content);
  loaded = await loadAll(folder);
  const of = loaded;
  const rows = await loaded.table("points");
  return rows.map((row) => [row["run"], row["axis"], ...names.map((name) => row[of.m(name)])]);
}

const dataset = () => {
  const found = loaded?.catalogue.datasets[0];
  if (!found) throw new Error("nothing loaded");
  return found;
};
const roles = () => dataset().hyperparameters.map(({ original, role }) => [original, role]);

describe("curves", () => {
  test("as a list of objects, nested ones joined by a dot", async () => {
    const content = jsonl({
      lr: 1,
      curve: [
        { epoch: 0, loss: 2, val: { loss: 3 } },
        { epoch: 1, val: { loss: 4 } },
      ],
    });
    expect(await points(content, "loss", "valLoss")).toEqual([
      [0, 0, 2, 3],
      [0, 1, null, 4],
    ]);
    expect(dataset().axis).toMatchObject({ original: "epoch", unit: "epoch" });
  });

  test("as a list of pairs", async () => {
    expect(
      await points(
        jsonl(
          { lr: 1, curve: [[10, 2]] },
          {
            lr: 2,
            curve: [
              [10, 3],
              [20, 4],
            ],
          },
        ),
        "value",
      ),
    ).toEqual([
      [0, 10, 2],
      [1, 10, 3],
      [1, 20, 4],
    ]);
    expect(dataset().axis.original).toBe("step");
  });

  test("as a list of tuples of different lengths", async () => {
    expect(
      await points(jsonl({ lr: 1, curve: [[1, 2, 3]] }, { lr: 2, curve: [[1, 2]] }), "value", "value2"),
    ).toEqual([
      [0, 1, 2, 3],
      [1, 1, 2, null],
    ]);
  });

  test("as a map of pairs by split, aligned by axis where their axes differ", async () => {
    const content = jsonl(
      {
        lr: 1,
        curves: {
          val: [
            [1, 2],
            [2, 3],
          ],
          test: [
            [2, 9],
            [3, 8],
          ],
        },
      },
      { lr: 2, curves: { val: [[1, 4]], test: [[1, 5]] } },
      { lr: 3, curves: { val: [[1, 4]] } },
    );
    expect(await points(content, "val", "test")).toEqual([
      [0, 1, 2, null],
      [0, 2, 3, 9],
      [0, 3, null, 8],
      [1, 1, 4, 5],
      [2, 1, 4, null],
    ]);
  });

  test("as a map of objects by split", async () => {
    const content = jsonl({
      lr: 1,
      curves: { val: [{ step: 1, loss: 2 }], test: [{ step: 1, loss: 3, acc: 4 }] },
    });
    expect(await points(content, "valLoss", "testLoss", "testAcc")).toEqual([[0, 1, 2, 3, 4]]);
  });

  test("as parallel arrays at the top; a list of another length is a hyperparameter", async () => {
    const content = jsonl(
      { lr: 1, betas: [0.9, 0.95, 0], step: [1, 2], loss: [3, null] },
      { lr: 2, betas: [0.9, 0.95, 0], step: [1], loss: [5] },
    );
    expect(await points(content, "loss")).toEqual([
      [0, 1, 3],
      [0, 2, null],
      [1, 1, 5],
    ]);
    expect(await loaded?.table("runs")).toMatchObject([{ [loaded?.h("betas") ?? ""]: "[0.9,0.95,0]" }, {}]);
    expect(dataset().warnings).toContain("`betas` holds list of number, and is kept as text");
  });

  test("as parallel arrays under an object; unequal ones refuse the line", async () => {
    const content = jsonl(
      { lr: 1, history: { step: [1, 2], loss: [3, 4] } },
      { lr: 2, history: { step: [1, 2], loss: [3] } },
    );
    expect(await points(content, "loss")).toEqual([
      [0, 1, 3],
      [0, 2, 4],
    ]);
    expect(dataset().rejectedLines).toEqual([
      { line: 2, key: "history.loss", reason: "1 values, where the axis `step` has 2" },
    ]);
  });

  test("without an axis count their points", async () => {
    expect(await points(jsonl({ lr: 1, curve: [{ loss: 3 }, { loss: 2 }] }), "loss")).toEqual([
      [0, 1, 3],
      [0, 2, 2],
    ]);
    expect(dataset().warnings).toEqual([
      "no column of the curve is called as an axis usually is (step, epoch, …): the points' positions from 1 stand for the axis; axis: {key: …} in a manifest names the column that is it",
    ]);
    expect(dataset().axis).toMatchObject({ original: "position", unit: "position" });
  });

  test("with a step that does not grow take the epoch for their axis", async () => {
    const content = jsonl({
      lr: 1,
      curve: [
        { step: 5, epoch: 1, loss: 3 },
        { step: 4, epoch: 2, loss: 2 },
      ],
    });
    expect(await points(content, "step")).toEqual([
      [0, 1, 5],
      [0, 2, 4],
    ]);
    expect(dataset().axis.original).toBe("epoch");
    expect(dataset().warnings).toEqual([
      "`curve[].step` falls along the curve in 1 of 1 runs, first in line 1: `epoch` is the axis instead; axis: {key: step} in a manifest makes it the axis nevertheless",
    ]);
  });

  test("keep the axis that falls in some runs, and name the first of them", async () => {
    const run = (...steps: number[]): object => ({
      lr: 1,
      curve: steps.map((step) => ({ step, loss: step })),
    });
    await points(jsonl(run(1, 2, 3), run(1, 2, 3), run(1, 3, 2), run(1, 2, 3), run(2, 1)), "loss");
    expect(dataset().axis).toMatchObject({ original: "step", unit: "step" });
    expect(dataset().warnings).toEqual([
      "in 2 of 5 runs the axis `step` falls along the curve, first in line 3",
    ]);
  });

  test("count their points where the only axis falls in most runs, and say which line shows it", async () => {
    const run = (...steps: number[]): object => ({
      lr: 1,
      curve: steps.map((step) => ({ step, loss: step })),
    });
    const content = jsonl(run(1, 2), run(1, 2, 1, 2), run(1, 2, 1));
    expect((await points(content, "loss", "step")).slice(0, 4)).toEqual([
      [0, 1, 1, 1],
      [0, 2, 2, 2],
      [1, 1, 1, 1],
      [1, 2, 2, 2],
    ]);
    expect(dataset().axis.original).toBe("position");
    expect(dataset().warnings[0]).toContain(
      "`curve[].step` falls along the curve in 2 of 3 runs, first in line 2: the points' positions from 1 stand for the axis",
    );
    void loaded?.pool.close();
    folder.write("sweepql.yaml", "axis: { key: step }\n");
    await points(content, "loss");
    expect(dataset().axis).toMatchObject({ original: "step", unit: "step" });
  });

  test("that come back to a value of the axis are whole, and the runs are counted", async () => {
    const run = (...steps: number[]): object => ({
      lr: 1,
      curve: steps.map((step) => ({ step, loss: step })),
    });
    const content = jsonl(run(1, 2), run(1, 1, 2), run(1, 2, 1, 2));
    expect(await points(content, "loss")).toHaveLength(9);
    expect(dataset()).toMatchObject({ repeatingCount: 2, pointCount: 9 });
    expect(dataset().warnings).toEqual([
      "in 1 of 3 runs the axis `step` falls along the curve, first in line 3",
      "in 2 of 3 runs a value of the axis `step` is logged more than once, first in line 2: statistics of curves count such a run once there, with the last that it logged",
    ]);
    expect(await loaded?.table("repeats")).toEqual([
      { run: 1, axis: 1, position: 1 },
      { run: 1, axis: 1, position: 2 },
      { run: 2, axis: 1, position: 1 },
      { run: 2, axis: 2, position: 2 },
      { run: 2, axis: 1, position: 3 },
      { run: 2, axis: 2, position: 4 },
    ]);
  });

  test("that are empty in all runs, null or absent load", async () => {
    expect(
      await points(jsonl({ lr: 1, learning_curve: [] }, { lr: 2, learning_curve: null }, { lr: 3 })),
    ).toEqual([]);
    expect(dataset()).toMatchObject({ runCount: 3, pointCount: 0, rejectedCount: 0 });
  });

  test("with a column of strings leave it out, and say so", async () => {
    await points(jsonl({ lr: 1, log: [{ step: 1, phase: "warm", loss: 3 }] }), "loss");
    expect(dataset().warnings).toContain("`log[].phase` holds no numbers that can be read, and is left out");
  });

  test("that are missing refuse the file, saying what was seen", async () => {
    folder.write("runs.jsonl", jsonl({ lr: 1, note: "x", score: { loss: 2 } }));
    await expect(loadAll(folder)).rejects.toThrow(
      /no learning curve found.*\{lr: number, note: string, score: \{loss: number\}\}/s,
    );
    await expect(loadAll(folder)).rejects.toBeInstanceOf(DataFault);
  });
});

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
    loaded = await loadAll(folder);
    expect(loaded.catalogue.datasets.map(({ hyperparameters }) => hyperparameters[1]?.role)).toEqual([
      "label",
      "label",
    ]);
  });

  test("are searched where they vary in another file with the same keys", async () => {
    folder.write("a.jsonl", jsonl({ lr: 1, curve: [[1, 2]] }, { lr: 2, curve: [[1, 2]] }));
    folder.write("b.jsonl", jsonl({ lr: 2.0, curve: [[1, 2]] }));
    loaded = await loadAll(folder);
    expect((await loaded.table("runs")).map((run) => run["configuration"])).toEqual([0, 1, 1]);
    expect(loaded.catalogue.datasets[1]?.hyperparameters[0]?.role).toBe("searched");
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
