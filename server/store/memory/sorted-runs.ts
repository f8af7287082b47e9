import type { Order } from "./order.js";

/** Orders that are kept, of one snapshot; those asked for longest ago go first. */
const MOST_ORDERS = 8;
/** Sorting more runs would keep other requests waiting; pages of them are picked out one by one. */
const MOST_RUNS = 500_000;

interface Known {
  /** How often it was asked for. */
  asked: number;
  ids: Int32Array | null;
}

/**
 * All runs in the orders that are asked for more than once, so that a page is the first few of them that
 * a filter holds for, and not picked out of all.
 */
export class SortedRuns {
  readonly #orders = new Map<string, Known>();

  /**
   * The ids of all runs in an order, which the key names.
   * @param order by one value, and then by id; not mirrored.
   * @returns null where it is asked for for the first time.
   */
  ids(key: string, order: Order, count: number): Int32Array | null {
    if (count > MOST_RUNS) return null;
    const known = this.#orders.get(key) ?? { asked: 0, ids: null };
    this.#orders.delete(key);
    this.#orders.set(key, known);
    known.asked += 1;
    if (known.asked > 1) known.ids ??= sorted(order, count);
    const [oldest] = this.#orders.keys();
    if (this.#orders.size > MOST_ORDERS && oldest !== undefined) this.#orders.delete(oldest);
    return known.ids;
  }
}

/** A double has four digits of sixteen bits. */
const DIGITS = 4;
const BASE = 0x10000;

/** By the bits of the ranks, sixteen at a time from the last: equal ones stay in order of their ids. */
function sorted(order: Order, count: number): Int32Array {
  const ranks = new Float64Array(count);
  // -0 and 0 are equal.
  for (let run = 0; run < count; run += 1) ranks[run] = order.firstRank(run) + 0;
  const halves = new Uint16Array(ranks.buffer);
  for (let run = 0; run < count; run += 1) ascend(halves, DIGITS * run);
  let from: Int32Array = Int32Array.from({ length: count }, (_, run) => run);
  let to: Int32Array = new Int32Array(count);
  for (let digit = 0; digit < DIGITS; digit += 1) {
    const places = new Int32Array(BASE + 1);
    for (let run = 0; run < count; run += 1)
      (places[(halves[DIGITS * run + digit] as number) + 1] as number)++;
    for (let value = 0; value < BASE; value += 1)
      places[value + 1] = (places[value + 1] as number) + (places[value] as number);
    for (const run of from) to[(places[halves[DIGITS * run + digit] as number] as number)++] = run;
    [from, to] = [to, from];
  }
  return from;
}

/** Turns the bits of a double, from a place on, into those of a whole number that ascends as it does. Little-endian, as every machine that the engine runs on. */
function ascend(halves: Uint16Array, at: number): void {
  const top = halves[at + DIGITS - 1] as number;
  const isNegative = top >= 0x8000;
  halves[at + DIGITS - 1] = top ^ (isNegative ? 0xffff : 0x8000);
  if (isNegative)
    for (let digit = 0; digit < DIGITS - 1; digit += 1)
      halves[at + digit] = (halves[at + digit] as number) ^ 0xffff;
}
