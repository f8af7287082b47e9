import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assignNames, compareText, isGraphqlName } from "../../schema/naming.js";

const nameOf = (original: string): [string, string] => {
  const found = assignNames([{ original }], new Set()).get(original);
  return [found?.name ?? "", found?.enumValue ?? ""];
};

describe("names made from keys", () => {
  test.each([
    ["weight_decay", "weightDecay", "WEIGHT_DECAY"],
    ["nEmbd", "nEmbd", "N_EMBD"],
    ["n_embd", "nEmbd", "N_EMBD"],
    ["top_1", "top1", "TOP_1"],
    ["val/loss", "valLoss", "VAL_LOSS"],
    ["1st", "_1st", "_1ST"],
    ["__x", "x", "X"],
    ["LR", "lr", "LR"],
    ["HTTPLoss", "httpLoss", "HTTP_LOSS"],
    ["optimizer.lr", "optimizerLr", "OPTIMIZER_LR"],
    ["matchedAccuracy", "matchedAccuracy", "MATCHED_ACCURACY"],
    ["précision", "precision", "PRECISION"],
    ["β1", "u03b21", "U03B21"],
    ["", "field", "FIELD"],
    ["%", "field", "FIELD"],
  ])("%s becomes %s and %s", (original, name, enumValue) => {
    expect(nameOf(original)).toEqual([name, enumValue]);
  });
});

describe("collisions", () => {
  const names = (requests: Parameters<typeof assignNames>[0], reserved?: ReadonlySet<string>) =>
    Object.fromEntries([...assignNames(requests, reserved)].map(([original, { name }]) => [original, name]));

  test("are settled by code-point order of the originals", () => {
    expect(names([{ original: "top_1" }, { original: "top1" }, { original: "Top_1" }])).toEqual({
      Top_1: "top1",
      top1: "top1_2",
      top_1: "top1_3",
    });
  });

  test("leave a documented key its name, and name minor ones last", () => {
    expect(
      names([{ original: "a_b", minor: true }, { original: "aB" }, { original: "a-b", documented: true }]),
    ).toEqual({ "a-b": "aB", aB: "aB_2", a_b: "aB_3" });
  });

  test("avoid reserved names", () => {
    expect(names([{ original: "axis" }], new Set(["axis"]))).toEqual({ axis: "axis_2" });
  });

  test("of enum values alone count too", () => {
    const assigned = assignNames([
      { original: "ab_c" },
      { original: "abC", preferred: "other" },
      { original: "abC_" },
    ]);
    expect(new Set([...assigned.values()].map(({ enumValue }) => enumValue)).size).toBe(3);
  });
});

describe("any keys", () => {
  const keys = fc.uniqueArray(
    fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: "binary" }),
      fc.stringMatching(/^[aAbB12_./ ]{0,6}$/),
    ),
    { maxLength: 30 },
  );
  const reserved = new Set(["a", "axis"]);

  test("get names that GraphQL can carry, each its own", () => {
    fc.assert(
      fc.property(keys, (originals) => {
        const assigned = assignNames(
          originals.map((original) => ({ original })),
          reserved,
        );
        const names = [...assigned.values()].map(({ name }) => name);
        const values = [...assigned.values()].map(({ enumValue }) => enumValue);
        expect(assigned.size).toBe(originals.length);
        expect(new Set(names).size).toBe(originals.length);
        expect(new Set(values).size).toBe(originals.length);
        for (const name of [...names, ...values]) expect(isGraphqlName(name)).toBe(true);
        for (const name of names) expect(reserved.has(name)).toBe(false);
      }),
    );
  });

  test("get the same names in whatever order they come", () => {
    fc.assert(
      fc.property(
        keys.chain((originals) =>
          fc.tuple(fc.constant(originals), fc.shuffledSubarray(originals, { minLength: originals.length })),
        ),
        ([originals, shuffled]) => {
          const sorted = (list: readonly string[]) =>
            [...assignNames(list.map((original) => ({ original })))].sort(([a], [b]) => compareText(a, b));
          expect(sorted(shuffled)).toEqual(sorted(originals));
        },
      ),
    );
  });
});
