import { overloaded } from "./refusal.js";

/** Lets so many requests work at once, has so many wait for their turn, and turns others away. */
export class Gate {
  readonly #waiting = new Set<() => void>();
  #working = 0;

  constructor(
    private readonly atOnce: number,
    private readonly queue: number,
  ) {}

  get working(): number {
    return this.#working;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Waits for a turn; call `leave` when the work is done.
   * @param isPatient waits however many wait already.
   * @throws OVERLOADED where too many wait already, and the signal's reason where it is aborted.
   */
  async enter(signal: AbortSignal, isPatient = false): Promise<void> {
    signal.throwIfAborted();
    if (this.#working < this.atOnce) {
      this.#working += 1;
      return;
    }
    if (!isPatient && this.#waiting.size >= this.queue) throw overloaded(this.#waiting.size);
    await new Promise<void>((resolve, reject) => {
      const turn = (): void => {
        signal.removeEventListener("abort", give);
        resolve();
      };
      const give = (): void => {
        this.#waiting.delete(turn);
        reject(signal.reason as Error);
      };
      this.#waiting.add(turn);
      signal.addEventListener("abort", give, { once: true });
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
