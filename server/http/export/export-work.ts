import { asError } from "../../errors.js";
/** One export from its begin to its end: what stops it, and what is let go of when nothing of it runs any more. */
export class ExportWork {
  readonly #stop = new AbortController();
  readonly #atEnd: (() => void)[] = [];
  #isOver = false;
  #tell: (failure: Error | null) => void = () => undefined;
  /** Resolves when it is over, with the failure where there is one. */
  readonly over = new Promise<Error | null>((resolve) => (this.#tell = resolve));

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  stop(reason: unknown): void {
    this.#stop.abort(reason);
  }

  /** Has something let go of at the end; what was taken last is let go of first. */
  atEnd(letGo: () => void): void {
    this.#atEnd.unshift(letGo);
  }

  /** What is told of a failure: why the work was stopped, where it was. */
  failureOf(error: unknown): Error {
    return asError(this.signal.aborted ? this.signal.reason : error);
  }

  /** Ends it, once; waits for the statement that runs, which is interrupted. */
  async end(failure: Error | null, bytes?: AsyncGenerator<unknown, void, undefined>): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.stop(failure ?? new Error("The export has ended."));
    await bytes?.return().catch(() => undefined);
    for (const letGo of this.#atEnd) letGo();
    this.#tell(failure);
  }
}
