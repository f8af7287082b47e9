import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BinSpec } from "../../schema/plan.js";
import { binsOf, cutEdges } from "../../server/store/bin-edges.js";
import { contains, cutBins } from "../oracle/bins.js";

const cut = (rule: BinSpec["rule"], scale: BinSpec["scale"], values: readonly number[]) =>
  binsOf(
    cutEdges(
      { rule, scale },
      { min: Math.min(...values), max: Math.max(...values), quantiles: [] },
      "the values",
    ),
  );

/** A decimal as a person writes it: `35` tenths are `3.5`. */
const decimal = (digits: number, exponent: number): number => Number(`${digits}e${exponent}`);

const widths = fc.record({
  digits: fc.integer({ min: 1, max: 9999 }),
  exponent: fc.integer({ min: -12, max: 6 }),
  from: fc.integer({ min: -100_000, max: 100_000 }),
  length: fc.integer({ min: 0, max: 200 }),
});

describe("bins of a width", () => {
  it("begin at the value that is typed as a multiple", () => {
    fc.assert(
      fc.property(widths, ({ digits, exponent, from, length }) => {
        const typed = Array.from({ length: length + 1 }, (_, index) =>
          decimal(digits * (from + index), exponent),
        );
        const bins = cut({ kind: "width", width: decimal(digits, exponent) }, "linear", typed);
        expect(bins.map(({ lower }) => lower)).toEqual(typed.map((value) => value + 0));
      }),
    );
  });

  it("of decades begin at powers of ten, whichever part of a decade is cut", () => {
    const parts = fc.constantFrom(1, 0.5, 0.25, 0.2, 0.1, 0.05, 1 / 3, 1 / 7);
    fc.assert(
      fc.property(
        parts,
        fc.integer({ min: -20, max: 20 }),
        fc.integer({ min: 0, max: 10 }),
        (width, from, length) => {
          const powers = Array.from({ length: length + 1 }, (_, index) => Number(`1e${from + index}`));
          const lower = cut({ kind: "width", width }, "log10", powers).map((bin) => bin.lower);
          for (const power of powers) expect(lower).toContain(power);
        },
      ),
    );
  });

  it("rise, however narrow they are about a power of ten", () => {
    const bins = cut({ kind: "width", width: 1e-10 }, "log10", [1, 1.000_000_01]);
    expect(bins.length).toBeGreaterThan(40);
    for (const { lower, upper } of bins) expect(lower).toBeLessThan(upper as number);
  });
});

describe("edges", () => {
  const values = fc.array(
    fc.oneof(
      fc
        .tuple(fc.integer({ min: -500, max: 500 }), fc.integer({ min: -4, max: 3 }))
        .map(([d, e]) => decimal(d, e)),
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    ),
    { minLength: 2, maxLength: 6 },
  );

  it.each(["width", "count"] as const)("of a %s are the oracle's, to the last bit", (kind) => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 60 }), (drawn, count) => {
        const found = drawn.map((value) => value + 0);
        const size = Math.max(...found) - Math.min(...found);
        const width = Number((size / count || 1).toPrecision(2));
        const rule = kind === "width" ? ({ kind, width } as const) : ({ kind, count } as const);
        const bounds = ({ lower, upper }: { lower: number | null; upper: number | null }): unknown => [
          lower,
          upper,
        ];
        expect(cut(rule, "linear", found).map(bounds)).toEqual(
          cutBins(found, { [kind]: kind === "width" ? width : count }, "LINEAR").map(bounds),
        );
      }),
    );
  });

  it("are 0 and not -0 where a part of the range is too small for a number", () => {
    expect(cut({ kind: "count", count: 2 }, "linear", [-5e-324, 0]).map(({ upper }) => upper)).toEqual([0]);
  });

  it("of a count over a nice range are nice", () => {
    expect(cut({ kind: "count", count: 4 }, "linear", [0.1, 0.5]).map(({ lower }) => lower)).toEqual([
      0.1, 0.2, 0.3, 0.4,
    ]);
    expect(cut({ kind: "count", count: 4 }, "log10", [1e-5, 0.1]).map(({ lower }) => lower)).toEqual([
      1e-5, 1e-4, 1e-3, 1e-2,
    ]);
  });

  it("cut the widest range there is", () => {
    const bins = cut({ kind: "count", count: 3 }, "linear", [-Number.MAX_VALUE, 0, Number.MAX_VALUE]);
    expect(bins.filter((bin) => contains(bin, 0))).toHaveLength(1);
    for (const { lower, upper } of bins) expect(lower).toBeLessThan(upper as number);
  });
});
