/** How many of each outcome there were. */
export class Outcomes {
  readonly #counts = new Map<string, number>();

  note(outcome: string): void {
    this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + 1);
  }

  /** Of the wanted ones, those that were never reached. */
  missing(wanted: readonly string[]): string[] {
    return wanted.filter((outcome) => !this.#counts.has(outcome));
  }

  toString(): string {
    return (
      [...this.#counts]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, count]) => `${name} ${count}`)
        .join(", ") || "none"
    );
  }
}
