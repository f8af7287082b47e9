import { columnsOf } from "./terminal.js";

/** Milliseconds: shorter work shows no progress, on a terminal or elsewhere. */
const PATIENCE = { terminal: 300, elsewhere: 2000 };

/** Shows how far long work has come: one line rewritten on a terminal, plain lines elsewhere. */
export class Progress {
  readonly #since = performance.now();
  #shown = "";

  constructor(private readonly stream: NodeJS.WriteStream) {}

  /** Says what is being done now; elsewhere only where that differs from the last line. */
  show(text: string): void {
    const patience = this.stream.isTTY ? PATIENCE.terminal : PATIENCE.elsewhere;
    if (performance.now() - this.#since < patience) return;
    if (this.stream.isTTY) {
      this.stream.write(`\r\x1b[K${text.slice(0, columnsOf(this.stream) - 1)}`);
      this.#shown = text;
    } else if (text !== this.#shown) {
      this.stream.write(`${text}\n`);
      this.#shown = text;
    }
  }

  /** Clears the line, for what comes after. */
  end(): void {
    if (this.stream.isTTY && this.#shown !== "") this.stream.write("\r\x1b[K");
    this.#shown = "";
  }
}
