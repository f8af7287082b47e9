import { describe, expect, it } from "vitest";
import { exp, log, normalQuantile } from "../../server/sample/elementary-functions.js";
import { monotoneCurve } from "../../server/sample/monotone-curve.js";
import { pythonFloat } from "../../server/sample/python-float.js";
import { mix32, Random } from "../../server/sample/random.js";
import { deviation, kolmogorovDistance, mean } from "./parsed-run.js";

describe("the numbers that a sample is made of", () => {
  it.each([
    [1e-5, "1e-05"],
    [1.16137e-5, "1.16137e-05"],
    [0.0001, "0.0001"],
    [0.000574748, "0.000574748"],
    [0, "0.0"],
    [1, "1.0"],
    [-3, "-3.0"],
    [3.5, "3.5"],
    [1e16, "1e+16"],
    [123456789012345680000, "1.2345678901234568e+20"],
    [5e-324, "5e-324"],
    [NaN, "NaN"],
    [-Infinity, "-Infinity"],
  ])("writes %d as Python does", (value, text) => {
    expect(pythonFloat(value)).toBe(text);
  });

  it("has an exponential and a logarithm that agree with the engine's", () => {
    for (let x = -40; x < 40; x += 0.0137) expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(2e-15);
    for (let x = 1e-9; x < 1e9; x *= 1.07) {
      expect(Math.abs(log(x) - Math.log(x))).toBeLessThan(1e-15 * (1 + Math.abs(Math.log(x))));
    }
  });

  it("has a normal quantile that agrees with tables", () => {
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 6);
    expect(normalQuantile(0.0001)).toBeCloseTo(-3.7190165, 6);
    expect(normalQuantile(1e-12)).toBeCloseTo(-7.034484, 5);
  });

  it("draws uniform numbers and noise of mean 0 and variance 1", () => {
    const random = new Random(7);
    const uniform = Array.from({ length: 20_000 }, () => random.uniform());
    expect(kolmogorovDistance(uniform, (value) => value)).toBeLessThan(0.0115); // 1.63 / sqrt(20,000)
    const noise = Array.from({ length: 20_000 }, () => random.noise());
    expect(Math.abs(mean(noise))).toBeLessThan(0.03);
    expect(deviation(noise)).toBeCloseTo(1, 1);
  });

  it("mixes distinct integers into distinct ones", () => {
    expect(new Set(Array.from({ length: 50_000 }, (_, i) => mix32(i))).size).toBe(50_000);
  });

  it("interpolates without leaving the points' order", () => {
    const curve = monotoneCurve([
      [0, 0],
      [1, 0.01],
      [2, 5],
      [4, 5.1],
    ]);
    expect([0, 1, 2, 4].map(curve)).toEqual([0, 0.01, 5, 5.1]);
    for (let x = 0; x < 4; x += 0.01) expect(curve(x + 0.01)).toBeGreaterThan(curve(x));
  });
});
