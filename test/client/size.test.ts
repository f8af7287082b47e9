import { expect, test } from "vitest";
import { measure } from "./size.js";

const sizes = await measure();

test("the core is under 5 kB gzipped", () => {
  expect(sizes.core.gzipped).toBeLessThan(5000);
  // A bundle that lost the client would be small as well.
  expect(sizes.core.gzipped).toBeGreaterThan(2000);
  expect(sizes.core.text).toContain("retry-after");
});

test("ready-made operations tree-shake: a bundle has those that it names", () => {
  expect(sizes.core.text).not.toMatch(/OperationDefinition"\s*,/);
  expect(sizes.core.text).not.toContain("BestRuns");
  expect(sizes.one.text).toContain('"BestRuns"');
  expect(sizes.one.text).not.toContain('"TuningCurve"');
  expect(sizes.all.text).toContain('"TuningCurve"');
  expect(sizes.one.gzipped - sizes.core.gzipped).toBeLessThan(1000);
});

test("enums' values tree-shake", () => {
  expect(sizes.core.text).not.toContain("WARMUP_STEPS");
});
