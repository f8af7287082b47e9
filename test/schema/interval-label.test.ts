import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { intervalLabel } from "../../schema/interval-label.js";
import type { BinRule } from "../../schema/plan.js";

const BY_COUNT: BinRule = { kind: "count", count: 8 };

const label = (lower: number | null, upper: number | null, rule: BinRule = BY_COUNT): string =>
  intervalLabel({ index: 0, lower, upper, upperClosed: false, scale: "linear" }, rule);

describe("the label of a bin", () => {
  it("is short where the edges are nice, or far apart", () => {
    expect(label(0.3, 0.4)).toBe("[0.3, 0.4)");
    expect(label(0.001, 10 ** -2.5)).toBe("[0.001, 0.003162)");
    expect(label(3.5249871, 10.987654)).toBe("[3.525, 10.99)");
    expect(label(0, 2048)).toBe("[0, 2048)");
  });

  it("has the digits that tell its edges apart", () => {
    expect(label(3.5256, 3.5264)).toBe("[3.5256, 3.5264)");
    expect(label(3.525_987_1, 3.526_012_3)).toBe("[3.5259871, 3.5260123)");
    expect(label(1, 1 + Number.EPSILON)).toBe("[1, 1.0000000000000002)");
  });

  it("has edges that were asked for as they were written", () => {
    const rule: BinRule = { kind: "edges", edges: [0.123_456, 2] };
    expect(label(null, 0.123_456, rule)).toBe("(−∞, 0.123456)");
    expect(label(0.123_456, 2, rule)).toBe("[0.123456, 2)");
    expect(label(2, null, rule)).toBe("[2, ∞)");
  });

  it("is never that of another bin of the same cut", () => {
    const edges = fc.uniqueArray(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), {
      minLength: 2,
      maxLength: 8,
      comparator: (a, b) => a === b,
    });
    const near = edges.map((found) => found.map((edge) => 3.526 + edge * 1e-15));
    fc.assert(
      fc.property(fc.oneof(edges, near), (found) => {
        const cut = [...new Set(found)].sort((a, b) => a - b);
        const labels = cut.slice(1).map((upper, index) => label(cut[index] as number, upper));
        expect(new Set(labels).size).toBe(labels.length);
      }),
    );
  });
});
