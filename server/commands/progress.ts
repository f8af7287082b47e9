import { columnsOf } from "./terminal.js";
import { visible } from "./visible.js";

/** Milliseconds: shorter work shows no progress, on a terminal or elsewhere. */
const PATIENCE = { terminal: 300, elsewhere: 2000 };
/** Milliseconds from one line to the next where each stays. */
const PAUSE = 5000;

/** What progress is shown on: standard error, or what is like it. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Shows how far long work has come: one line rewritten on a terminal, plain lines now and then elsewhere. */
export class Progress {
  readonly #since: number;
  #shown = "";
  #shownAt = -Infinity;

  constructor(
    private readonly stream: ProgressStream,
    private readonly now = () => performance.now(),
  ) {
    this.#since = now();
  }

  /** Says what is being done now; elsewhere only where that differs from the last line, and it is time for another. */
  show(said: string): void {
    const text = visible(said);
    const now = this.now();
    const { isTTY = false } = this.stream;
    if (now - this.#since < (isTTY ? PATIENCE.terminal : PATIENCE.elsewhere)) return;
    if (!isTTY && (text === this.#shown || now - this.#shownAt < PAUSE)) return;
    this.stream.write(isTTY ? `\r\x1b[K${text.slice(0, columnsOf(this.stream) - 1)}` : `${text}\n`);
    this.#shown = text;
    this.#shownAt = now;
  }

  /** Clears the line, for what comes after. */
  end(): void {
    if (this.stream.isTTY && this.#shown !== "") this.stream.write("\r\x1b[K");
    this.#shown = "";
  }
}
