import { Turns } from "../../duckdb/turns.js";
import { overloaded } from "./refusal.js";

/** Lets so many requests work at once, has so many wait for their turn, and turns others away. */
export class Gate {
  readonly #turns: Turns;

  constructor(
    atOnce: number,
    private readonly queue: number,
  ) {
    this.#turns = new Turns(atOnce);
  }

  get working(): number {
    return this.#turns.working;
  }

  get waiting(): number {
    return this.#turns.waiting;
  }

  /**
   * Waits for a turn; call `leave` when the work is done.
   * @param isPatient waits however many wait already.
   * @throws OVERLOADED where too many wait already, and the signal's reason where it is aborted.
   */
  async enter(signal: AbortSignal, isPatient = false): Promise<void> {
    signal.throwIfAborted();
    if (!isPatient && this.#turns.areTaken && this.waiting >= this.queue) throw overloaded(this.waiting);
    await this.#turns.enter(signal);
  }

  leave(): void {
    this.#turns.leave();
  }
}
