import type { Filter, RunColumn, Scalar, Subject } from "../../../schema/plan.js";
import { type Column, placeOf } from "./column.js";
import type { View } from "./view.js";

/** Writes for every run whether the condition holds for it: 1, or 0. */
export type Condition = (into: Uint8Array) => void;

/** Steps that looking up a value among others takes. */
export const LOOK_UP = 20;

type Comparison = Extract<Filter, { kind: "compare" }>["operator"];

/** A filter over all runs: two-valued, as the statement of `server/sql/conditions.ts` is. */
export function condition(filter: Filter | null, view: View): Condition {
  view.spend(1);
  if (filter === null) return (into) => void into.fill(1);
  switch (filter.kind) {
    case "and":
    case "or": {
      const parts = filter.of.map((part) => condition(part, view));
      return filter.kind === "and" ? allOf(parts) : anyOf(parts);
    }
    case "not": {
      const of = condition(filter.of, view);
      return (into) => {
        of(into);
        for (let run = 0; run < into.length; run += 1) into[run] = 1 - (into[run] as number);
      };
    }
    default:
      if (filter.kind === "member" && filter.values.length > 1) view.spend(LOOK_UP);
      return leaf(filter, subject(filter.subject, view));
  }
}

/** A filter that looks at one column. */
function leaf(filter: Exclude<Filter, { kind: "and" | "or" | "not" }>, column: Column): Condition {
  switch (filter.kind) {
    case "compare": {
      const [operator, bound] = comparison(column, filter.operator, filter.value);
      return (into) => compare(column.values, operator, bound, into);
    }
    case "member": {
      const members = new Set(filter.values.flatMap((value) => numberOf(column, value) ?? []));
      return member(column, members, filter.operator === "in");
    }
    case "test":
      return test(column, filter.operator, filter.value);
  }
}

/** The same filter, for one run at a time. Call when the view is complete. */
export function predicate(filter: Filter | null, view: View): (run: number) => boolean {
  if (filter === null) return () => true;
  switch (filter.kind) {
    case "and":
    case "or": {
      const parts = filter.of.map((part) => predicate(part, view));
      return filter.kind === "and"
        ? (run) => parts.every((part) => part(run))
        : (run) => parts.some((part) => part(run));
    }
    case "not": {
      const of = predicate(filter.of, view);
      return (run) => !of(run);
    }
    default: {
      // A run alone, as the loops over all of them see it.
      const column = subject(filter.subject, view);
      const { values, missing } = column;
      const one = { values: new Float64Array(1), missing: missing && new Uint8Array(1) };
      const holds = leaf(filter, { ...column, ...one });
      const into = new Uint8Array(1);
      return (run) => {
        one.values[0] = values[run] as number;
        if (one.missing && missing) one.missing[0] = missing[run] as number;
        holds(into);
        return into[0] === 1;
      };
    }
  }
}

/** For every run, 1 where the condition holds for it, else 0. */
export function maskOf(holds: Condition, count: number): Uint8Array {
  const mask = new Uint8Array(count);
  holds(mask);
  return mask;
}

/** The ids of the runs that a condition holds for, ascending. */
export function holdingRuns(holds: Condition, count: number): Int32Array {
  const mask = maskOf(holds, count);
  const ids = new Int32Array(count);
  let found = 0;
  // Without a branch, which would go the wrong way as often as not: the next one takes the place of one that does not hold.
  for (let run = 0; run < count; run += 1) {
    ids[found] = run;
    found += mask[run] as number;
  }
  return ids.subarray(0, found);
}

function subject(of: Subject, view: View): Column {
  switch (of.kind) {
    case "dataset":
      return view.runs.dataset;
    case "line":
      return view.runs.line;
    case "configuration":
      // Compared by its key, which no run has.
      view.refuse();
      return view.runs.line;
    case "flag":
      return view.run({ kind: "field", field: of.flag });
    default:
      return view.run({ kind: "value", measure: of } satisfies RunColumn);
  }
}

/** The number that stands for a value in a column; null for a string that the column does not have. */
function numberOf({ type, words }: Column, value: Scalar): number | null {
  if (type !== "string" || typeof value !== "string") return Number(value);
  const place = placeOf(words, value);
  return words[place] === value ? place : null;
}

/** A comparison of numbers that says the same of a column as one with a value of its type. */
function comparison(column: Column, operator: Comparison, value: Scalar): [Comparison, number] {
  const exact = numberOf(column, value);
  if (exact !== null) return [operator, exact];
  // Between two words: strictly so, whichever side is compared.
  const between = placeOf(column.words, String(value)) - 0.5;
  return [operator, between];
}

function compare(values: Float64Array, operator: Comparison, bound: number, into: Uint8Array): void {
  const count = into.length;
  switch (operator) {
    case "eq":
      for (let run = 0; run < count; run += 1) into[run] = Number(values[run] === bound);
      return;
    case "ne":
      for (let run = 0; run < count; run += 1) {
        const value = values[run] as number;
        into[run] = Number(value < bound || value > bound);
      }
      return;
    case "lt":
      for (let run = 0; run < count; run += 1) into[run] = Number((values[run] as number) < bound);
      return;
    case "lte":
      for (let run = 0; run < count; run += 1) into[run] = Number((values[run] as number) <= bound);
      return;
    case "gt":
      for (let run = 0; run < count; run += 1) into[run] = Number((values[run] as number) > bound);
      return;
    case "gte":
      for (let run = 0; run < count; run += 1) into[run] = Number((values[run] as number) >= bound);
      return;
  }
}

/** Whether a value is among others, or is one and not among them; neither holds for NaN and missing values. */
function member({ values }: Column, members: ReadonlySet<number>, wanted: boolean): Condition {
  const [only] = members;
  if (members.size === 1 && only !== undefined)
    return (into) => compare(values, wanted ? "eq" : "ne", only, into);
  return (into) => {
    for (let run = 0; run < into.length; run += 1) {
      const value = values[run] as number;
      into[run] = Number(!Number.isNaN(value) && members.has(value) === wanted);
    }
  };
}

function test(
  { values, missing }: Column,
  operator: "isNull" | "isNaN" | "isFinite",
  wanted: boolean,
): Condition {
  return (into) => {
    for (let run = 0; run < into.length; run += 1) {
      const isNull = missing !== null && missing[run] === 1;
      const held =
        operator === "isNull"
          ? isNull
          : operator === "isNaN"
            ? !isNull && Number.isNaN(values[run])
            : Number.isFinite(values[run]);
      into[run] = Number(held === wanted);
    }
  };
}

const allOf = (parts: readonly Condition[]): Condition =>
  combined(parts, 1, (into, part) => {
    for (let run = 0; run < into.length; run += 1) into[run] = (into[run] as number) & (part[run] as number);
  });

const anyOf = (parts: readonly Condition[]): Condition =>
  combined(parts, 0, (into, part) => {
    for (let run = 0; run < into.length; run += 1) into[run] = (into[run] as number) | (part[run] as number);
  });

function combined(
  [first, ...others]: readonly Condition[],
  ofNone: 0 | 1,
  add: (into: Uint8Array, part: Uint8Array) => void,
): Condition {
  if (!first) return (into) => void into.fill(ofNone);
  if (others.length === 0) return first;
  return (into) => {
    first(into);
    const part = new Uint8Array(into.length);
    for (const other of others) {
      other(part);
      add(into, part);
    }
  };
}
