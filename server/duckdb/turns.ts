/** Lets so many work at once; the others wait, in the order of asking. */
export class Turns {
  readonly #waiting = new Set<() => void>();
  #working = 0;

  constructor(private readonly atOnce: number) {}

  get working(): number {
    return this.#working;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Whether whoever comes now has to wait. */
  get areTaken(): boolean {
    return this.#working >= this.atOnce;
  }

  /** Waits for a turn; call `leave` when the work is done. @throws the signal's reason where it is aborted. */
  async enter(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (!this.areTaken) {
      this.#working += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const turn = (): void => {
        signal?.removeEventListener("abort", give);
        resolve();
      };
      const give = (): void => {
        this.#waiting.delete(turn);
        reject(signal?.reason as Error);
      };
      this.#waiting.add(turn);
      signal?.addEventListener("abort", give, { once: true });
    });
  }

  /** Ends one's turn: whoever waits longest has the next. */
  leave(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#working -= 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
