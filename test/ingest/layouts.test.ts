import { describe, expect, test } from "vitest";
import { DataFault } from "../../server/errors.js";
import { jsonl, loadAll } from "./load-text.js";
import { dataset, folder, loaded, points } from "./loaded-folder.js";

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
