import { expect } from "vitest";

/** Both add up in another order, and a spread is the root of what rounding leaves of a difference. */
const [RELATIVE, ABSOLUTE] = [1e-9, 1e-12];

/** Requires of two answers that they are the same, but for the last bits of sums. */
export function expectSame(found: unknown, wanted: unknown, what: string): void {
  if (isClose(found, wanted)) return;
  // Says where they differ, and how.
  expect(found, what).toEqual(wanted);
  throw new Error(`${what}: ${JSON.stringify(found)} is not ${JSON.stringify(wanted)}`);
}

function isClose(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number")
    return Object.is(a, b) || Math.abs(a - b) <= Math.max(ABSOLUTE, RELATIVE * Math.abs(b));
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((one, index) => isClose(one, b[index]));
  if (isRecord(a) && isRecord(b)) {
    const keys = Object.keys(b);
    return keys.length === Object.keys(a).length && keys.every((key) => key in a && isClose(a[key], b[key]));
  }
  return a === b;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
