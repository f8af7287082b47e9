import type { StoredValue, ValueState } from "./store.js";

/** What a stored value is: NaN and infinities are data, null is missing. */
export function stateOf(value: StoredValue | undefined): ValueState {
  if (value === null || value === undefined) return "missing";
  if (typeof value !== "number" || Number.isFinite(value)) return "finite";
  if (Number.isNaN(value)) return "nan";
  return value > 0 ? "positiveInfinity" : "negativeInfinity";
}

/** The value as GraphQL's Float can carry it: null where it is not a finite number. */
export const finiteOrNull = (value: StoredValue | undefined): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;
