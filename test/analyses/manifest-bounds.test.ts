import { describe, expect, test } from "vitest";
import { lines, manifest, useFiles } from "./sources.js";

const losses = [0.9, 0.75, 0.1667, 0.8];
const files = {
  "runs.jsonl": lines(
    losses.map((loss, index) => ({ hyperparameters: { lr: index }, learning_curve: [{ step: 1, loss }] })),
  ),
  "sweepql.json": manifest({ metrics: { loss: { goal: "minimize", lowerBound: 0.5, upperBound: 1 } } }),
};

describe("scores beyond a bound of the manifest", () => {
  const service = useFiles(files);
  const count = (more: string) => `{ scores(of: {metric: LOSS}${more}) { runCount } }`;

  test("are refused by the bound's name where no support is given", async () => {
    const [fault] = await service().refusals(count(""));
    expect(fault).toMatchObject({
      code: "UNFIT_DATA",
      message: expect.stringMatching(
        /^metrics\.loss\.lowerBound of the data's manifest: 0\.5 lies inside the data; .* 0\.1667\. .* support\.lower\.$/,
      ) as string,
    });
  });

  test("are refused so where a support has the other side alone", async () => {
    const [fault] = await service().refusals(count(", support: {upper: 2}"));
    expect(fault!.message).toMatch(/^metrics\.loss\.lowerBound /);
  });

  test("are analysed within a support, and refused by its name where that is wrong too", async () => {
    const { scores } = await service().ask<{ scores: { runCount: number } }>(count(", support: {lower: 0}"));
    expect(scores.runCount).toBe(losses.length);
    const [fault] = await service().refusals(count(", support: {lower: 0.4}"));
    expect(fault).toMatchObject({
      code: "BAD_USER_INPUT",
      message: expect.stringMatching(/^support\.lower: 0\.4 lies inside the data/) as string,
    });
  });
});
