import type { Direction, Position, RunOrder } from "../../schema/plan.js";
import { alias } from "./identifiers.js";
import { finite, isDouble, type RunSource } from "./measures.js";
import { allOf, anyOf, boolean, double, integer, join, no, type Sql, sql, text } from "./tag.js";

/** A value that rows are put in order by; NULL (missing, or not finite) comes last in both directions. */
export interface OrderKey {
  readonly value: Sql;
  readonly direction: Direction;
}

/** What each order of a plan sorts by. */
export const orderValues = (order: readonly RunOrder[], source: RunSource): Sql[] =>
  order.map(({ by }) => (isDouble(by) ? finite(source.value(by)) : source.value(by)));

/** The keys as the statement has named them: `o0`, `o1`, … */
export const orderKeys = (order: readonly { direction: Direction }[]): OrderKey[] =>
  order.map(({ direction }, index) => ({ value: alias("o", index), direction }));

/** `ORDER BY` over the keys and then the id: total, and when reversed, its exact mirror. */
export function orderBy(keys: readonly OrderKey[], reversed = false): Sql {
  const terms = keys.map(({ value, direction }) =>
    (direction === "asc") === reversed
      ? sql`${value} DESC ${nulls(reversed)}`
      : sql`${value} ASC ${nulls(reversed)}`,
  );
  return sql`ORDER BY ${join([...terms, reversed ? sql`id DESC` : sql`id ASC`], ", ")}`;
}

const nulls = (reversed: boolean): Sql => (reversed ? sql`NULLS FIRST` : sql`NULLS LAST`);

/** Rows that come strictly after (or before) a position in that order. */
export function beyond(keys: readonly OrderKey[], position: Position, side: "after" | "before"): Sql {
  const bounds = keys.map((key, index) => ({ ...key, bound: position.values[index] ?? null }));
  const id = integer(position.id);
  const same = bounds.map(({ value, bound }) =>
    bound === null ? sql`${value} IS NULL` : sql`${value} = ${bind(bound)}`,
  );
  const alternatives = bounds.map((key, index) => allOf([...same.slice(0, index), past(key, side)]));
  return anyOf([...alternatives, allOf([...same, side === "after" ? sql`id > ${id}` : sql`id < ${id}`])]);
}

function past(
  { value, direction, bound }: OrderKey & { bound: Position["values"][number] },
  side: "after" | "before",
): Sql {
  if (bound === null) return side === "after" ? no : sql`${value} IS NOT NULL`;
  const upwards = (direction === "asc") === (side === "after");
  const compared = upwards ? sql`${value} > ${bind(bound)}` : sql`${value} < ${bind(bound)}`;
  return side === "after" ? sql`(${compared} OR ${value} IS NULL)` : compared;
}

const bind = (value: number | string | boolean): Sql =>
  typeof value === "number" ? double(value) : typeof value === "string" ? text(value) : boolean(value);
