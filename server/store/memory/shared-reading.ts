/**
 * Reading that several requests wait for: it goes on for as long as one of them does, and is
 * interrupted when the last has left.
 */
export class SharedReading {
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;
  #waiting = 0;

  constructor(read: (signal: AbortSignal) => Promise<void>) {
    this.#done = read(this.#stop.signal);
    // Whoever waits for it is told of a failure; where nobody does any more, nobody needs to be.
    this.#done.catch(() => undefined);
  }

  /** Whether nobody waits for it any more: it is on its way out. */
  get isLeft(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Waits until it is over. @throws its failure; the signal's reason where that is aborted before. */
  async wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#waiting += 1;
    let leave: (() => void) | undefined;
    try {
      const left = new Promise<never>((_, reject) => {
        leave = () => reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
        signal.addEventListener("abort", leave, { once: true });
      });
      await Promise.race([this.#done, left]);
    } finally {
      if (leave) signal.removeEventListener("abort", leave);
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#stop.abort(new Error("Nobody waits for the columns any more."));
    }
  }

  /** Is over whether or not anybody waits. */
  get over(): Promise<unknown> {
    return this.#done.catch(() => undefined);
  }
}
