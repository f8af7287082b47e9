import type { RejectedLine } from "../../schema/catalogue.js";

/** As many refused lines as a dataset shows. */
export const REJECTED_SHOWN = 100;

/** The refused lines of a file; a line is refused once, for the first reason found. */
export class Rejects {
  readonly #byLine = new Map<number, RejectedLine>();

  constructor(lines: readonly RejectedLine[] = []) {
    this.add(...lines);
  }

  add(...lines: readonly RejectedLine[]): void {
    for (const line of lines) if (!this.#byLine.has(line.line)) this.#byLine.set(line.line, line);
  }

  get count(): number {
    return this.#byLine.size;
  }

  get numbers(): number[] {
    return [...this.#byLine.keys()];
  }

  /** The same lines in a file that they are appended to, after so many others. */
  after(lineCount: number): Rejects {
    return new Rejects([...this.#byLine.values()].map((one) => ({ ...one, line: one.line + lineCount })));
  }

  /** The first ones in order of line. */
  shown(limit = REJECTED_SHOWN): RejectedLine[] {
    return [...this.#byLine.values()].sort((a, b) => a.line - b.line).slice(0, limit);
  }
}
