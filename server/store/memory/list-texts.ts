import type { Column } from "./column.js";

/** Bytes that texts of one snapshot may take: documented in docs/operating.md. */
const ROOM = 64 * 2 ** 20;
/** Bytes that a text takes beside its characters, about. */
const BESIDE = 120;

/** Writes the values of some points, from one place among them to before another. */
export type WriteList = (points: Int32Array, start: number, end: number) => string;

/**
 * JSON of what runs logged of a column, null for what is not finite. To write a number takes longer
 * than to read it, and who draws curves asks for the same ones again, beside others or of fewer runs.
 */
export class ListTexts {
  /** By the first point; the column that was asked for longest ago comes first. */
  readonly #columns = new Map<Column, Map<number, List>>();
  #size = 0;

  constructor(private readonly room = ROOM) {}

  of(column: Column): WriteList {
    const texts = this.#columns.get(column) ?? new Map<number, List>();
    this.#columns.delete(column);
    this.#columns.set(column, texts);
    return (points, start, end) => {
      const count = end - start;
      if (count === 0) return "[]";
      const first = points[start] as number;
      // Thinned curves are not kept.
      if (points[end - 1] !== first + count - 1) return written(column, points, start, end);
      const kept = texts.get(first);
      if (kept?.count === count) return kept.text;
      const text = written(column, points, start, end);
      if (this.#columns.get(column) !== texts) return text;
      this.#size += sizeOf(text) - (kept ? sizeOf(kept.text) : 0);
      texts.set(first, { count, text });
      if (this.#size > this.room) this.#makeRoom();
      return text;
    };
  }

  #makeRoom(): void {
    for (const [column, texts] of this.#columns) {
      if (this.#size <= this.room) return;
      for (const { text } of texts.values()) this.#size -= sizeOf(text);
      texts.clear();
      this.#columns.delete(column);
    }
  }
}

interface List {
  readonly count: number;
  readonly text: string;
}

const sizeOf = (text: string): number => text.length + BESIDE;

function written({ values }: Column, points: Int32Array, start: number, end: number): string {
  // Grown one by one, an array of doubles has no holes, and is written at once.
  const list: (number | null)[] = [];
  for (let index = start; index < end; index += 1) {
    const value = values[points[index] as number] as number;
    list.push(Number.isFinite(value) ? value : null);
  }
  return JSON.stringify(list);
}
