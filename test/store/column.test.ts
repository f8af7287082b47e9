import { describe, expect, it } from "vitest";
import { type Column, columnOf, placeOf, valuesAt } from "../../server/store/memory/column.js";

const all = (stored: readonly unknown[]): unknown[] =>
  valuesAt(columnOf(stored) as Column, Int32Array.from(stored.keys()));

describe("a column", () => {
  it.each([
    ["numbers", [1, Number.NaN, null, Infinity, -Infinity, -0]],
    ["flags", [true, null, false]],
    ["strings", ["b", null, "", "a", "b"]],
    ["nothing", [null, null]],
    ["no runs", []],
  ])("gives back what it was made of: %s", (_, stored) => {
    expect(all(stored)).toEqual(stored);
  });

  it("is none where a number is beyond what a double holds", () => {
    expect(columnOf([1, 2n ** 60n])).toBeNull();
  });

  it("puts strings in the order of their bytes, which is not that of JavaScript", () => {
    const [high, higher] = ["\uffee", "\u{1f600}"];
    expect(higher < high).toBe(true);
    const { words, values } = columnOf([higher, high, "a"]) as Column;
    expect(words).toEqual(["a", high, higher]);
    expect([...values]).toEqual([2, 1, 0]);
    expect(["", "a", "b", high, higher].map((text) => placeOf(words, text))).toEqual([0, 0, 1, 1, 2]);
  });
});
