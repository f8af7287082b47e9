const FIRST = 1000;
const LONGEST = 60_000;

/** How long to wait before what failed is tried again: twice as long each time, a minute at most. */
export class Backoff {
  #next = FIRST;

  /** In milliseconds. */
  next(): number {
    const now = this.#next;
    this.#next = Math.min(2 * now, LONGEST);
    return now;
  }

  /** Call when it went well. */
  reset(): void {
    this.#next = FIRST;
  }
}
