/** Numbers, flags and missing values that an answer holds, in an order that both sides share. */
export type Answered = readonly (number | boolean | null)[];

/** Sums and quantiles may be added up in another order. */
const TOLERANCE = 1e-12;

/** @throws where two answers differ, so that nobody compares different work. */
export function requireSame(what: string, ours: Answered, floor: Answered): void {
  if (ours.length !== floor.length || ours.length === 0)
    throw new Error(`${what}: ${ours.length} values were answered, and ${floor.length} by the floor`);
  ours.forEach((value, index) => {
    const other = floor[index] as Answered[number];
    if (value === other || (isNumber(value) && isNumber(other) && areClose(value, other))) return;
    throw new Error(`${what}: value ${index} is ${value}, and ${other} by the floor`);
  });
}

const isNumber = (value: unknown): value is number => typeof value === "number";

const areClose = (a: number, b: number): boolean =>
  Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
