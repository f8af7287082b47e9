import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalCdf, normalDensity } from "../../server/statistics/normal.js";
import {
  quadraticCdf,
  quadraticMean,
  quadraticPdf,
  quadraticQuantile,
  quadraticVariance,
} from "../../server/statistics/noisy-quadratic.js";
import type { NoisyQuadratic } from "../../server/statistics/noisy-quadratic.js";
import { quadraticAverageCurve, quadraticQuantileCurve } from "../../server/statistics/quadratic-curves.js";
import { describeReference, greatestDifference } from "./reference.js";

const grid = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count + 1 }, (_, i) => from + ((to - from) * i) / count);

/** The closed form for even gamma on [0, 1], by the recursion of the partial moments. */
function evenCdf(y: number, gamma: number, s: number): number {
  const upper = s * normalDensity((1 - y) / s);
  const moments = [normalCdf((1 - y) / s) - normalCdf(-y / s)];
  moments.push(y * moments[0]! + s * normalDensity(y / s) - upper);
  for (let k = 2; k <= gamma / 2; k++)
    moments.push(y * moments[k - 1]! + (k - 1) * s * s * moments[k - 2]! - upper);
  return normalCdf((y - 1) / s) + moments[gamma / 2]!;
}

const distributions = fc.record({
  alpha: fc.double({ min: -5, max: 5, noNaN: true }),
  width: fc.double({ min: 0.01, max: 10, noNaN: true }),
  gamma: fc.integer({ min: 1, max: 10 }),
  noise: fc.double({ min: -12, max: 4, noNaN: true }),
  convex: fc.boolean(),
});

const built = (d: {
  alpha: number;
  width: number;
  gamma: number;
  noise: number;
  convex: boolean;
}): NoisyQuadratic => ({
  alpha: d.alpha,
  beta: d.alpha + d.width,
  gamma: d.gamma,
  sigma: d.width * Math.exp(d.noise),
  convex: d.convex,
});

const mirrored = (d: NoisyQuadratic): NoisyQuadratic => ({
  ...d,
  alpha: -d.beta,
  beta: -d.alpha,
  convex: !d.convex,
});

describe("the noisy quadratic distribution", () => {
  test("has a closed form for even gamma, on both sides of every switch", () => {
    for (const gamma of [2, 4, 6, 8, 10]) {
      for (const sigma of [1e-5, 0.01, 0.05, 1 / 12.01, 1 / 11.99, 0.15, 0.2499, 0.2501, 0.5]) {
        const d = { alpha: 0, beta: 1, gamma, sigma, convex: true };
        const ys = grid(-6 * sigma, 1 + 6 * sigma, 150);
        const expected = ys.map((y) => evenCdf(y, gamma, sigma));
        expect(greatestDifference(quadraticCdf(d, ys), expected)).toBeLessThan(1e-12);
      }
    }
  });

  test("is the noiseless power law at sigma = 0, and close to it nearby", () => {
    for (const gamma of [1, 2, 3, 7]) {
      const d = { alpha: 2, beta: 6, gamma, sigma: 0, convex: true };
      const ys = [1, 2, 3, 4.5, 6, 7];
      const expected = ys.map((y) => Math.min(1, Math.max(0, (y - 2) / 4)) ** (gamma / 2));
      expect(greatestDifference(quadraticCdf(d, ys), expected)).toBeLessThan(1e-15);
      expect(
        greatestDifference(
          quadraticCdf({ ...d, sigma: 1e-9 }, [1, 3, 4.5, 7]),
          [1, 3, 4.5, 7].map((y) => quadraticCdf(d, [y])[0]!),
        ),
      ).toBeLessThan(1e-12);
      const ps = [0, 0.1, 0.5, 1];
      expect(
        greatestDifference(
          quadraticQuantile(d, ps),
          ps.map((p) => 2 + 4 * p ** (2 / gamma)),
        ),
      ).toBeLessThan(1e-14);
      expect(quadraticPdf(d, [1, 7])).toEqual([0, 0]);
      expect(quadraticPdf(d, [4])[0]).toBeCloseTo((gamma / 8) * 0.5 ** (gamma / 2 - 1), 14);
    }
    const point = { alpha: 1, beta: 1, gamma: 1, sigma: 0, convex: true };
    expect(quadraticCdf(point, [0.9, 1, 1.1])).toEqual([0, 1, 1]);
    expect(quadraticCdf({ ...point, convex: false }, [0.9, 1, 1.1])).toEqual([0, 1, 1]);
    expect(
      greatestDifference(quadraticCdf({ ...point, sigma: 2 }, [1, 3]), [0.5, normalCdf(1)]),
    ).toBeLessThan(1e-15);
  });

  test("has a density that is its cdf's slope, and a quantile that is its inverse", () => {
    fc.assert(
      fc.property(distributions, fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), (parameters, p) => {
        const d = built(parameters);
        const [y] = quadraticQuantile(d, [p]);
        expect(quadraticCdf(d, [y!])[0]).toBeCloseTo(p, 10);
        const step = 1e-4 * d.sigma;
        const [a, b] = quadraticCdf(d, [y! - step, y! + step]);
        const [density] = quadraticPdf(d, [y!]);
        // Central difference: rounding over the step, and its square.
        expect(Math.abs((b! - a!) / (2 * step) - density!) * d.sigma).toBeLessThan(1e-7);
      }),
    );
  });

  test("mirrors: F_max(y; α, β) = 1 − F_min(−y; −β, −α)", () => {
    fc.assert(
      fc.property(distributions, (parameters) => {
        const d = built(parameters);
        const ys = grid(d.alpha - 4 * d.sigma, d.beta + 4 * d.sigma, 40);
        const other = quadraticCdf(
          mirrored(d),
          ys.map((y) => -y),
        ).map((p) => 1 - p);
        expect(greatestDifference(quadraticCdf(d, ys), other)).toBeLessThan(1e-12);
        const ns = [0.5, 1, 3, 40];
        const [median, mean] = [
          quadraticQuantileCurve(d, ns, 0.5, "minimize"),
          quadraticAverageCurve(d, ns, "minimize"),
        ];
        const scale = 1 + Math.abs(d.alpha) + Math.abs(d.beta) + d.sigma;
        expect(
          greatestDifference(
            median,
            quadraticQuantileCurve(mirrored(d), ns, 0.5, "maximize").map((y) => -y),
          ),
        ).toBeLessThan(1e-9 * scale);
        expect(
          greatestDifference(
            mean,
            quadraticAverageCurve(mirrored(d), ns, "maximize").map((y) => -y),
          ),
        ).toBeLessThan(1e-9 * scale);
      }),
      { numRuns: 40 },
    );
  });

  test("averages to its mean, and to the closed form of the noiseless best", () => {
    fc.assert(
      fc.property(
        distributions,
        fc.constantFrom("minimize" as const, "maximize" as const),
        (parameters, goal) => {
          const d = built(parameters);
          const scale = 1 + Math.abs(d.alpha) + Math.abs(d.beta) + d.sigma;
          expect(Math.abs(quadraticAverageCurve(d, [1], goal)[0]! - quadraticMean(d))).toBeLessThan(
            1e-11 * scale,
          );
        },
      ),
      { numRuns: 50 },
    );
    // Γ(n + 1) Γ(1 + 2/γ) / Γ(n + 1 + 2/γ) for γ = 1: 2 / ((n + 1)(n + 2)); for γ = 2: 1 / (n + 1).
    const ns = [0.5, 1, 2.5, 10, 1000];
    const one = { alpha: 1, beta: 3, gamma: 1, sigma: 0, convex: true };
    expect(
      greatestDifference(
        quadraticAverageCurve(one, ns, "minimize"),
        ns.map((n) => 1 + 4 / ((n + 1) * (n + 2))),
      ),
    ).toBeLessThan(1e-11);
    const two = { alpha: -3, beta: -1, gamma: 2, sigma: 0, convex: false };
    expect(
      greatestDifference(
        quadraticAverageCurve(two, ns, "maximize"),
        ns.map((n) => -1 - 2 / (n + 1)),
      ),
    ).toBeLessThan(1e-11);
    expect(quadraticVariance({ ...one, sigma: 0.5 })).toBeCloseTo(0.25 + (4 * 4) / (9 * 5), 14);
  });

  test("averages many numbers of runs as it does each alone", () => {
    const ns = Array.from({ length: 120 }, (_, index) => 1.13 ** index);
    for (const sigma of [0, 0.01, 0.5])
      for (const goal of ["minimize", "maximize"] as const) {
        const d = { alpha: 1, beta: 2, gamma: 3, sigma, convex: true };
        const alone = ns.map((n) => quadraticAverageCurve(d, [n], goal)[0]!);
        expect(greatestDifference(quadraticAverageCurve(d, ns, goal), alone)).toBeLessThan(1e-11);
      }
  });

  test("refuses impossible parameters", () => {
    const d = { alpha: 0, beta: 1, gamma: 1, sigma: 0.1, convex: true };
    expect(() => quadraticCdf({ ...d, alpha: 2 }, [1])).toThrow("alpha must be at most beta, 1, got 2");
    expect(() => quadraticCdf({ ...d, gamma: 1.5 }, [1])).toThrow(
      "gamma must be a whole number of at least 1, got 1.5",
    );
    expect(() => quadraticCdf({ ...d, sigma: -1 }, [1])).toThrow(
      "sigma must be 0 or more and finite, got -1",
    );
    expect(() => quadraticQuantile(d, [2])).toThrow("a level must lie between 0 and 1, got 2");
    expect(quadraticQuantile(d, [0, 1])).toEqual([-Infinity, Infinity]);
  });
});

describeReference("the reference's noisy quadratics", (reference) => {
  test.each(reference.noisy_quadratic)("$tag", (record) => {
    const d = { alpha: record.a, beta: record.b, gamma: record.c, sigma: record.o, convex: record.convex };
    const goal = record.convex ? "minimize" : "maximize";
    const relative = (a: number[], b: number[]): number =>
      greatestDifference(
        a.map((x, i) => x / b[i]!),
        b.map(() => 1),
      );
    expect(greatestDifference(quadraticCdf(d, record.ys), record.cdf_exact)).toBeLessThan(1e-14);
    expect(relative(quadraticPdf(d, record.ys), record.pdf_exact)).toBeLessThan(1e-11);
    expect(greatestDifference(quadraticQuantile(d, record.qs), record.ppf_exact)).toBeLessThan(1e-13);
    expect(
      greatestDifference(quadraticQuantileCurve(d, record.ns, 0.5, goal), record.median_tuning_curve_exact),
    ).toBeLessThan(1e-13);
    expect(
      greatestDifference(quadraticAverageCurve(d, record.ns, goal), record.average_tuning_curve_exact),
    ).toBeLessThan(1e-13);
    expect(quadraticMean(d)).toBeCloseTo(record.mean, 14);
    expect(quadraticVariance(d)).toBeCloseTo(record.variance, 14);
  });
});
