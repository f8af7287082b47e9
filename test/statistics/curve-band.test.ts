import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cdfBand } from "../../server/statistics/cdf-band.js";
import type { BandMethod } from "../../server/statistics/critical-value.js";
import { cdfBandAt, cdfSteps, curveBand, trivialRuns } from "../../server/statistics/curve-band.js";
import { cdf, empirical } from "../../server/statistics/empirical.js";
import {
  empiricalRunsUntilGainBelow,
  planBand,
  runsUntilGainBelow,
} from "../../server/statistics/planning.js";
import { separations } from "../../server/statistics/separation.js";
import type { BandRecord } from "./reference.js";
import { describeReference, greatestDifference, numbers, scoresOf } from "./reference.js";

const scores = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 2, maxLength: 40 });
const goal = fc.constantFrom("minimize" as const, "maximize" as const);
const grid = [0.3, 1, 2, 3.5, 8, 13, 21, 48, 200];
const support = { lower: -1, upper: 101 };

describe("a curve's band", () => {
  test("holds the curve, narrows with confidence and mirrors", () => {
    fc.assert(
      fc.property(scores, goal, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (ys, g, q) => {
        const distribution = empirical(ys, { support });
        const inner = curveBand(distribution, cdfBand(ys.length, 0.5, "LD_EQUAL_TAILED"), grid, q, g);
        const outer = curveBand(distribution, cdfBand(ys.length, 0.9, "LD_EQUAL_TAILED"), grid, q, g);
        grid.forEach((_, i) => {
          expect(inner.lower[i]! <= inner.point[i]! && inner.point[i]! <= inner.upper[i]!).toBe(true);
          expect(outer.lower[i]! <= inner.lower[i]! && inner.upper[i]! <= outer.upper[i]!).toBe(true);
        });
        const mirror = curveBand(
          empirical(
            ys.map((y) => 0 - y),
            { support: { lower: -101, upper: 1 } },
          ),
          cdfBand(ys.length, 0.5, "LD_EQUAL_TAILED"),
          grid,
          1 - q,
          g === "minimize" ? "maximize" : "minimize",
        );
        expect(mirror.lower.map((y) => 0 - y)).toEqual(inner.upper);
        expect(mirror.upper.map((y) => 0 - y)).toEqual(inner.lower);
      }),
      { numRuns: 40 },
    );
  });

  test("becomes trivial where it says", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }),
        goal,
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        (n, g, q) => {
          const distribution = empirical(
            Array.from({ length: n }, (_, i) => i),
            { support: { lower: -1, upper: n } },
          );
          const band = cdfBand(n, 0.8, "LD_HIGHEST_DENSITY");
          const { betterFrom, worseBelow } = trivialRuns(band, q, g);
          const ns = [
            betterFrom * 0.999999,
            betterFrom * 1.000001,
            worseBelow * 0.999999,
            worseBelow * 1.000001,
          ];
          const { lower, upper } = curveBand(distribution, band, ns, q, g);
          const [better, worse, best, worst] =
            g === "minimize" ? [lower, upper, -1, n] : [upper, lower, n, -1];
          expect(better.slice(0, 2).map((y) => y === best)).toEqual([false, true]);
          expect(worse.slice(2).map((y) => y === worst)).toEqual([true, false]);
        },
      ),
      { numRuns: 60 },
    );
    // The published figure shows it at 8.
    expect(trivialRuns(cdfBand(48, 0.8, "LD_HIGHEST_DENSITY"), 0.5, "minimize").betterFrom).toBeCloseTo(
      8.15,
      2,
    );
    // One run with DKW at 95 %: no side says anything.
    expect(trivialRuns(cdfBand(1, 0.95, "DKW"), 0.5, "minimize")).toEqual({
      betterFrom: 0,
      worseBelow: Infinity,
    });
  });

  test("says whether ties make it conservative, and keeps to its own number of runs", () => {
    const band = cdfBand(3, 0.5, "DKW");
    expect(curveBand(empirical([1, 2, 3]), band, [1], 0.5, "minimize").tied).toBe(false);
    expect(curveBand(empirical([1, 2, 2]), band, [1], 0.5, "minimize").tied).toBe(true);
    expect(() => curveBand(empirical([1, 2]), band, [1], 0.5, "minimize")).toThrow(
      "the band must be made for the 2 runs, got one for 3",
    );
    expect(() =>
      curveBand(empirical([1, 2, 3], { weights: [0.2, 0.3, 0.5] }), band, [1], 0.5, "minimize"),
    ).toThrow("equal weight");
  });

  test("has the cdf's band as steps", () => {
    const distribution = empirical([2, 1, 2], { support: { lower: 0, upper: Infinity } });
    const band = cdfBand(3, 0.5, "KS");
    const steps = cdfSteps(distribution, band);
    expect(steps.y).toEqual([0, 1, 2, Infinity]);
    expect(steps.point).toEqual([0, 1 / 3, 1, 1]);
    expect(steps.lower).toEqual([0, band.lower[1], band.lower[3], 1]);
    steps.y.forEach((y, i) =>
      expect(cdfBandAt(distribution, band, y)).toEqual({ lower: steps.lower[i], upper: steps.upper[i] }),
    );
    expect(cdfBandAt(distribution, band, -1)).toEqual({ lower: 0, upper: 0 });
  });
});

describe("the separation of two bands", () => {
  const sample = (n: number, shift: number): number[] =>
    Array.from({ length: n }, (_, i) => shift + (i + 0.5) / n);
  const of = (ys: number[]) => ({
    distribution: empirical(ys),
    band: cdfBand(ys.length, 0.8, "LD_HIGHEST_DENSITY"),
  });

  test("is where the two curves' bands do not touch, and nowhere else", () => {
    for (const g of ["minimize", "maximize"] as const) {
      const [a, b] = [of(sample(100, 0)), of(sample(60, 0.25))];
      const found = separations(a, b, 0.5, g, { from: 0.5, to: 100 });
      expect(found.length).toBeGreaterThan(0);
      expect(found.every(({ better }) => better === (g === "minimize" ? 0 : 1))).toBe(true);
      const ns = Array.from({ length: 400 }, (_, i) => 0.5 * 200 ** ((i + 0.5) / 400));
      const [p, q] = [a, b].map(({ distribution, band }) => curveBand(distribution, band, ns, 0.5, g));
      ns.forEach((n, i) => {
        const apart = p!.upper[i]! < q!.lower[i]! || q!.upper[i]! < p!.lower[i]!;
        expect(found.some(({ from, to }) => n >= from && n <= to)).toBe(apart);
      });
      for (const { firstWhole, from, to } of found) {
        const wholes = Array.from({ length: 100 }, (_, i) => i + 1).filter((n) => n >= from && n <= to);
        expect(firstWhole).toBe(wholes[0] ?? null);
      }
      expect(separations(b, a, 0.5, g, { from: 0.5, to: 100 })).toEqual(
        found.map((stretch) => ({ ...stretch, better: 1 - stretch.better })),
      );
    }
  });

  test("is nothing for like samples", () => {
    expect(separations(of(sample(50, 0)), of(sample(50, 0)), 0.5, "minimize")).toEqual([]);
    expect(() => separations(of([1, 2]), of([1, 2]), 1, "minimize")).toThrow(
      "quantile must lie strictly between 0 and 1, got 1",
    );
  });
});

describe("planning", () => {
  test("says how wide a band will be", () => {
    const plan = planBand(cdfBand(100, 0.8, "DKW"), 0.5, "minimize");
    const half = Math.sqrt(Math.log(10) / 200);
    expect(plan.widest).toBeCloseTo(2 * half, 13);
    expect(plan.medianWidth).toBeCloseTo(2 * half, 13);
    expect(plan.meanWidth).toBeLessThan(plan.widest);
    expect(plan.trivial.betterFrom).toBeCloseTo(Math.log(0.5) / Math.log(1 - half), 10);
    const widths = [10, 50, 200].map(
      (n) => planBand(cdfBand(n, 0.8, "LD_HIGHEST_DENSITY"), 0.5, "minimize").widest,
    );
    expect(widths[0]! > widths[1]! && widths[1]! > widths[2]!).toBe(true);
  });

  test("finds from how many runs on going on gains little", () => {
    const curve = (ns: readonly number[]): number[] => ns.map((n) => 1 / n);
    // Doubling gains 1 / 2n.
    expect(runsUntilGainBelow(curve, 0.1, "minimize", { upTo: 100 })).toBe(6);
    // One more run gains 1 / n (n + 1).
    expect(runsUntilGainBelow(curve, 0.1, "minimize", { upTo: 100, factor: 1, additional: 1 })).toBe(3);
    expect(runsUntilGainBelow(curve, 1e-9, "minimize", { upTo: 100 })).toBeNull();
    expect(
      runsUntilGainBelow((ns) => ns.map((n) => (n < 5 ? Infinity : 2)), 0.1, "minimize", { upTo: 9 }),
    ).toBe(5);
    expect(empiricalRunsUntilGainBelow(empirical([1, 1]), 0.5, 0.1, "minimize", { upTo: 9 })).toBe(1);
    expect(() => runsUntilGainBelow(curve, 0, "minimize", { upTo: 9 })).toThrow(
      "gain must be above 0 and finite, got 0",
    );
    expect(() => runsUntilGainBelow(curve, 1, "minimize", { upTo: 9, factor: 1 })).toThrow(
      "going on must add runs",
    );
  });
});

describeReference("opda's confidence bands", (reference) => {
  const records = reference.records.filter((r): r is BandRecord => r.kind === "confidence_band");
  const simulated = (record: BandRecord): boolean => record.critical_value_source.includes("simulation");
  test.each(records.filter(simulated))("$input $method $confidence, simulated, are close by", (record) => {
    const { n } = reference.inputs[record.input]!;
    const band = cdfBand(n, record.confidence, record.method.toUpperCase() as BandMethod);
    const { k: counts, lower, upper } = record.band_by_count;
    expect(
      greatestDifference(
        counts.map((k) => band.lower[k]!),
        lower,
      ),
    ).toBeLessThan(2.5e-4);
    expect(
      greatestDifference(
        counts.map((k) => band.upper[k]!),
        upper,
      ),
    ).toBeLessThan(2.5e-4);
  });
  for (const record of records.filter((r) => !simulated(r))) {
    test(`${record.input} ${record.method} ${record.confidence}`, () => {
      const ys = scoresOf(reference, record.input);
      const distribution = empirical(ys, { support: { lower: Number(record.a), upper: Number(record.b) } });
      const band = cdfBand(ys.length, record.confidence, record.method.toUpperCase() as BandMethod);
      // KS: the reference's bands have scipy's half-width, up to 6e-9 off the exact one.
      const off = record.epsilon_exact === undefined ? 0 : Math.abs(record.epsilon! - record.epsilon_exact);
      expect(
        greatestDifference(
          record.band_by_count.k.map((k) => band.lower[k]!),
          record.band_by_count.lower,
        ),
      ).toBeLessThan(1e-12 + off);
      expect(
        greatestDifference(
          record.band_by_count.k.map((k) => band.upper[k]!),
          record.band_by_count.upper,
        ),
      ).toBeLessThan(1e-12 + off);
      const at = numbers(record.cdf.ys).map((y) => cdfBandAt(distribution, band, y));
      expect(
        greatestDifference(
          at.map(({ lower }) => lower),
          record.cdf.lower,
        ),
      ).toBeLessThan(1e-12 + off);
      expect(
        greatestDifference(
          at.map(({ upper }) => upper),
          record.cdf.upper,
        ),
      ).toBeLessThan(1e-12 + off);
      const points = numbers(record.cdf.ys).map((y) => cdf(distribution, y));
      expect(greatestDifference(points, record.cdf.point)).toBeLessThan(1e-12);
      const { q, minimize, ns, lower, upper } = record.quantile_tuning_curve;
      const curve = curveBand(distribution, band, ns, q, minimize ? "minimize" : "maximize");
      expect(curve.lower).toEqual(numbers(lower));
      expect(curve.upper).toEqual(numbers(upper));
    });
  }
});
