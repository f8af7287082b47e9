/** Milliseconds that answers may take in one turn of the event loop; the next one waits for the next turn. */
const TURN = 10;

/**
 * Lets what is computed on the server's own thread take turns with everything else that goes on there:
 * many answers of one request do not come one after the other without a look at other requests.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  /** When the turn that is now began to work; null before. */
  #began: number | null = null;

  /** What the work returns: at once, or in a later turn where this one has worked enough, unless aborted by then. */
  async take<T>(work: () => T, signal: AbortSignal): Promise<T> {
    if (this.#waiting.length > 0 || this.#isOver()) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      signal.throwIfAborted();
    }
    return work();
  }

  #isOver(): boolean {
    if (this.#began === null) {
      this.#began = performance.now();
      setImmediate(() => this.#next());
    }
    return performance.now() - this.#began > TURN;
  }

  /** One that waited has this turn to itself: what it goes on with may take long, too. */
  #next(): void {
    this.#began = null;
    const first = this.#waiting.shift();
    if (!first) return;
    this.#isOver();
    first();
  }
}
