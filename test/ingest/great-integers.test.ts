import { describe, expect, test } from "vitest";
import { dataset, folder, loaded, loadFolder, points } from "./loaded-folder.js";

/** Beyond 2^53, 2^63, 2^64 and 2^127; the first lies between two doubles. */
const great = [
  "9007199254740993",
  "-9007199254740995",
  "9223372036854775807",
  "18446744073709551615",
  "340282366920938463463374607431768211455",
];
const refusals = () => dataset().rejectedLines.map(({ line, key }) => [line, key]);

describe("integers beyond 2^53", () => {
  test("are the nearest doubles in every layout of a curve, as JSON numbers are", async () => {
    const nearest = great.map(Number);
    const layouts = {
      objects: `[${great.map((flops, at) => `{"step": ${at + 1}, "flops": ${flops}}`).join(", ")}]`,
      tuples: `[${great.map((flops, at) => `[${at + 1}, ${flops}]`).join(", ")}]`,
      arrays: `{"step": [1, 2, 3, 4, 5], "flops": [${great.join(", ")}]}`,
    };
    for (const [name, curve] of Object.entries(layouts)) {
      const field = name === "tuples" ? "value" : "flops";
      const rows = await points(`{"lr": 1, "curve": ${curve}}\n`, field);
      expect(rows.map(([, , value]) => value)).toEqual(nearest);
      expect(dataset().warnings).toEqual([]);
      expect(refusals()).toEqual([]);
      void loaded?.pool.close();
    }
  });

  test("may stand on the axis", async () => {
    const rows = await points('{"lr": 1, "curve": [{"time": 1764166906123456789, "loss": 2}]}\n', "loss");
    expect(rows).toEqual([[0, Number("1764166906123456789"), 2]]);
  });

  const lines = [...great, "7"]
    .map((seed) => `{"lr": 1, "seed": ${seed}, "curve": [{"step": 1, "loss": 2}]}`)
    .join("\n");
  const seedsAs = async (type: string): Promise<unknown[]> => {
    folder.write("runs.jsonl", lines);
    folder.write("sweepql.yaml", `hyperparameters: { seed: { type: ${type} } }`);
    const of = await loadFolder();
    return (await of.table("runs")).map((run) => run[of.h("seed")]);
  };

  test("keep their digits as hyperparameters that a manifest calls strings", async () => {
    expect(await seedsAs("string")).toEqual([...great, "7"]);
    expect(refusals()).toEqual([]);
  });

  test("are rounded as those that it calls floats", async () => {
    expect(await seedsAs("float")).toEqual([...great, "7"].map(Number));
    expect(refusals()).toEqual([]);
  });

  test("are refused as those that it calls integers", async () => {
    expect(await seedsAs("integer")).toEqual([7]);
    expect(refusals()).toEqual(great.map((_, at) => [at + 1, "seed"]));
  });

  test("are no excuse for booleans and lists among documented strings", async () => {
    folder.write(
      "runs.jsonl",
      ['"a"', "12", "true", "[1]"].map((seed) => `{"seed": ${seed}, "curve": [[1, 2]]}`).join("\n"),
    );
    folder.write("sweepql.yaml", "hyperparameters: { seed: { type: string } }");
    await loadFolder();
    expect(dataset().rejectedLines.map(({ line, reason }) => [line, reason])).toEqual([
      [3, "true is not allowed: it must be a string or a number"],
      [4, "a list is not allowed: it must be a string or a number"],
    ]);
  });
});
