import fc from "fast-check";
import { expect } from "vitest";

/** The seed that a failure prints, and that repeats it: `SWEEPQL_TEST_SEED=… npx vitest run test/api`. */
const SEED = Number(process.env["SWEEPQL_TEST_SEED"] ?? 20_251_123);

/** How many times more requests than usual, for a longer search. */
const MORE = Number(process.env["SWEEPQL_TEST_MORE"] ?? 1);

/** Checks a property over so many random requests. */
export async function check<T>(
  arbitrary: fc.Arbitrary<T>,
  numRuns: number,
  property: (value: T) => Promise<void>,
): Promise<void> {
  await fc.assert(fc.asyncProperty(arbitrary, property), { seed: SEED, numRuns: numRuns * MORE });
}

/** Equal to within rounding: relative to the value, or to the size of what it was computed from. */
export function expectClose(found: number | null, wanted: number | null, what: string, scale = 0): void {
  if (found === null || wanted === null) {
    expect(found, what).toBe(wanted);
    return;
  }
  const allowed = Math.max(1e-9 * Math.abs(wanted), 1e-12 * scale);
  if (!(Math.abs(found - wanted) <= allowed))
    expect(found, `${what}: off by more than ${allowed}`).toBe(wanted);
}
