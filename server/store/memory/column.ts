import type { StoredValue } from "../../../schema/store.js";

/** One column in memory. NaN stands where a value is NaN and where it is missing, so that comparisons with either are false. */
export interface Column {
  readonly type: "number" | "boolean" | "string";
  /** Numbers; false and true as 0 and 1; strings as their places in `words`. */
  readonly values: Float64Array;
  /** 1 where the value is missing; null where none is. */
  readonly missing: Uint8Array | null;
  /** The different strings, in the order of their bytes, which is the engine's. */
  readonly words: readonly string[];
}

/** Stands for a column that is not read yet, while a plan is compiled. */
export const NO_COLUMN: Column = { type: "number", values: new Float64Array(0), missing: null, words: [] };

/** Numbers as they were read. */
export const numberColumn = (values: Float64Array, missing: Uint8Array | null): Column => ({
  type: "number",
  values,
  missing,
  words: [],
});

/** A column of values of one type; null where a number among them is beyond what a double holds exactly. */
export function columnOf(stored: readonly unknown[]): Column | null {
  const sample = stored.find((value) => value !== null);
  const values = new Float64Array(stored.length);
  let missing: Uint8Array | null = null;
  const words = typeof sample === "string" ? wordsOf(stored as readonly (string | null)[]) : [];
  const places = new Map(words.map((word, place) => [word, place]));
  for (let index = 0; index < stored.length; index += 1) {
    const value = stored[index];
    if (value === null) {
      missing ??= new Uint8Array(stored.length);
      missing[index] = 1;
      values[index] = Number.NaN;
    } else if (typeof value === "bigint") return null;
    else values[index] = typeof value === "string" ? (places.get(value) as number) : Number(value);
  }
  const type = typeof sample === "string" || typeof sample === "boolean" ? typeof sample : "number";
  return { type: type as Column["type"], values, missing, words };
}

function wordsOf(stored: readonly (string | null)[]): string[] {
  const words = [...new Set(stored)].filter((word) => word !== null);
  return words.sort(compareBytes);
}

/** The order in which the engine puts strings. */
export const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** How many words come before the text: its place, where it is one of them. */
export function placeOf(words: readonly string[], text: string): number {
  let [low, high] = [0, words.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareBytes(words[middle] as string, text) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A value as a statement would have answered it. */
export function valueAt({ type, values, missing, words }: Column, index: number): StoredValue {
  if (missing !== null && missing[index] === 1) return null;
  const value = values[index] as number;
  return type === "number" ? value : type === "boolean" ? value === 1 : (words[value] as string);
}

/** Values at these places, as a statement would have answered them. */
export function valuesAt(column: Column, places: Int32Array): StoredValue[] {
  const { type, values, missing } = column;
  const isPlain = type === "number" && missing === null;
  const found = new Array<StoredValue>(places.length);
  for (let index = 0; index < places.length; index += 1) {
    const place = places[index] as number;
    found[index] = isPlain ? (values[place] as number) : valueAt(column, place);
  }
  return found;
}

/** Bytes that a column takes beside its values, however few they are. */
export const BYTES_A_COLUMN = 1024;

/** Bytes that a column takes. */
export const sizeOf = ({ values, missing, words }: Column): number =>
  BYTES_A_COLUMN +
  values.byteLength +
  (missing?.byteLength ?? 0) +
  words.reduce((bytes, word) => bytes + 2 * word.length + 40, 0);
