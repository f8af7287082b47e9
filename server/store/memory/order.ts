import type { Position, RunOrder } from "../../../schema/plan.js";
import { type Column, placeOf } from "./column.js";

/**
 * Ranks of runs by one order: numbers of which the least comes first. A missing value, or one that is
 * not finite, is beyond all others, and so last in both directions.
 */
interface Key {
  readonly values: Float64Array;
  readonly sign: 1 | -1;
  readonly beyond: number;
}

const rankOf = ({ values, sign, beyond }: Key, run: number): number => {
  const value = values[run] as number;
  // Infinity less itself is NaN: this is zero for finite values alone.
  return value - value === 0 ? sign * value : beyond;
};

/** A place in an order: the rank by each key, and the id that settles ties. */
export interface Place {
  readonly ranks: readonly number[];
  readonly id: number;
}

/** The order of runs by some columns, and then by id: total. */
export class Order {
  readonly #keys: readonly Key[];
  readonly #first: Key | null;

  constructor(
    private readonly columns: readonly Column[],
    private readonly orders: readonly RunOrder[],
    /** Whether this is the exact mirror of the order. */
    private readonly mirrored = false,
  ) {
    this.#keys = columns.map(({ values }, index) => ({
      values,
      sign: (orders[index]?.direction === "asc") === mirrored ? -1 : 1,
      beyond: mirrored ? -Infinity : Infinity,
    }));
    this.#first = this.#keys[0] ?? null;
  }

  mirror(): Order {
    return new Order(this.columns, this.orders, !this.mirrored);
  }

  comesBefore(a: number, b: number): boolean {
    for (const key of this.#keys) {
      const [first, second] = [rankOf(key, a), rankOf(key, b)];
      if (first !== second) return first < second;
    }
    return a < b !== this.mirrored;
  }

  /** The rank by the first key; the same for all runs where there is none. */
  firstRank(run: number): number {
    return this.#first ? rankOf(this.#first, run) : 0;
  }

  /** The place that a cursor names; null where a value of it has no place in the order. */
  placeOf({ values, id }: Position): Place | null {
    const ranks = this.#keys.map(({ sign, beyond }, index) => {
      const value = values[index] ?? null;
      if (value === null) return beyond;
      const { words } = this.columns[index] as Column;
      const rank = typeof value === "string" ? placeOf(words, value) : Number(value);
      const isKnown = typeof value !== "string" || words[rank] === value;
      return isKnown && Number.isFinite(rank) ? sign * rank : Number.NaN;
    });
    return ranks.some(Number.isNaN) ? null : { ranks, id };
  }

  /** Which side of a place a run is on: below 0 before it, above 0 after it, 0 at it. */
  sideOf(place: Place, run: number): number {
    for (let index = 0; index < this.#keys.length; index += 1) {
      const rank = rankOf(this.#keys[index] as Key, run);
      const other = place.ranks[index] as number;
      if (rank !== other) return rank < other ? -1 : 1;
    }
    return run - place.id;
  }
}

/**
 * The first runs of those offered, by an order: a heap keeps so many, the last of them on top, so that
 * most others cost one comparison.
 */
export class FirstRuns {
  readonly #heap: number[] = [];
  /** The first rank of the last kept, once there are enough. */
  #bound = Infinity;

  constructor(
    private readonly order: Order,
    private readonly most: number,
  ) {}

  offer(run: number): void {
    if (this.order.firstRank(run) > this.#bound) return;
    const heap = this.#heap;
    if (heap.length < this.most) {
      heap.push(run);
      if (heap.length < this.most) return;
      for (let parent = (heap.length >> 1) - 1; parent >= 0; parent -= 1) this.#sink(parent);
    } else if (this.order.comesBefore(run, heap[0] as number)) {
      heap[0] = run;
      this.#sink(0);
    } else return;
    this.#bound = this.order.firstRank(heap[0] as number);
  }

  /** Those kept, in order. */
  sorted(): number[] {
    return this.#heap.sort((a, b) => (this.order.comesBefore(a, b) ? -1 : 1));
  }

  #sink(from: number): void {
    const heap = this.#heap;
    const run = heap[from] as number;
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      const other = heap[child + 1];
      if (other !== undefined && this.order.comesBefore(heap[child] as number, other)) child += 1;
      if (!this.order.comesBefore(run, heap[child] as number)) break;
      heap[place] = heap[child] as number;
      place = child;
    }
    heap[place] = run;
  }
}
