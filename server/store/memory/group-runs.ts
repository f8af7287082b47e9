import type { GroupKeyValue } from "../../../schema/store.js";
import type { RunKeys } from "./group-keys.js";

/** Runs in groups, which are numbered in the order of their keys. */
export interface RunGroups {
  readonly runs: Int32Array;
  /** The group of each run. */
  readonly group: Int32Array;
  readonly keys: readonly (readonly GroupKeyValue[])[];
  /** How many runs each group has. */
  readonly counts: readonly number[];
}

/** Groups runs by all keys together. */
export function groupRuns(runs: Int32Array, keys: readonly RunKeys[]): RunGroups {
  let codes: Int32Array = new Int32Array(runs.length);
  let groups: (readonly GroupKeyValue[])[] = runs.length > 0 ? [[]] : [];
  // One key at a time, so that the numbers stay as few as there are groups.
  for (const key of keys) {
    const combined = groups.length === 1 ? key.codes : new Float64Array(runs.length);
    if (groups.length > 1) {
      for (let row = 0; row < runs.length; row += 1)
        combined[row] = (codes[row] as number) * key.count + (key.codes[row] as number);
    }
    const { found, numbers } = numbered(combined, groups.length * key.count);
    const before = groups;
    groups = found.map((code) => [
      ...(before[Math.floor(code / key.count)] ?? []),
      key.values[code % key.count] as GroupKeyValue,
    ]);
    codes = numbers;
  }
  const counts = groups.map(() => 0);
  for (let row = 0; row < codes.length; row += 1) (counts[codes[row] as number] as number)++;
  return { runs, group: codes, keys: groups, counts };
}

/** As many codes as a table of all that there could be may have. */
const TABLE = 2 ** 20;

/** The different codes, ascending, and for each row the place of its own among them. */
function numbered(codes: Float64Array | Int32Array, bound: number): { found: number[]; numbers: Int32Array } {
  const numbers = new Int32Array(codes.length);
  if (bound > TABLE) {
    const found = [...new Set(codes)].sort((a, b) => a - b);
    const places = new Map(found.map((code, place) => [code, place]));
    for (let row = 0; row < codes.length; row += 1) numbers[row] = places.get(codes[row] as number) as number;
    return { found, numbers };
  }
  const places = new Int32Array(bound);
  for (let row = 0; row < codes.length; row += 1) places[codes[row] as number] = 1;
  const found: number[] = [];
  for (let code = 0; code < bound; code += 1) if (places[code] === 1) places[code] = found.push(code) - 1;
  for (let row = 0; row < codes.length; row += 1) numbers[row] = places[codes[row] as number] as number;
  return { found, numbers };
}
