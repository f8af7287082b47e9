import type { Column } from "./column.js";
import type { Ranked } from "./quantiles.js";

/** Rows of a plan (runs, or points of them), each in a group. */
export interface GroupedRows {
  readonly groupCount: number;
  /** The group of each row. */
  readonly group: Int32Array;
  /** The run of each row. */
  readonly run: Int32Array;
  /** The point of each row, where rows are points. */
  readonly point: Int32Array | null;
}

/** The quantile of a group that its values are sorted for; those before it are selected. */
export const SELECTIONS = 8;

type State = "missing" | "nan" | "infinite";

/** One measured column of the rows that are aggregated, sorted into their groups. */
export class Operand {
  /** Finite values, those of a group together. */
  readonly #finite: Float64Array;
  /** Where each group's finite values begin; one entry more than there are groups. */
  readonly #starts: Int32Array;
  readonly #counts: Readonly<Record<State, Int32Array>>;
  /** How many quantiles of each group have been asked for; {@link SELECTIONS} stands for more, too. */
  readonly #asked: Uint8Array;

  constructor(
    private readonly column: Column,
    private readonly rows: GroupedRows,
    /** Where each row's value stands in the column. */
    private readonly places: Int32Array,
  ) {
    const { groupCount, group } = rows;
    const { values, missing } = column;
    const starts = new Int32Array(groupCount + 1);
    const counts = {
      missing: new Int32Array(groupCount),
      nan: new Int32Array(groupCount),
      infinite: new Int32Array(groupCount),
    };
    for (let row = 0; row < group.length; row += 1) {
      const place = places[row] as number;
      const value = values[place] as number;
      const of = group[row] as number;
      // Infinity less itself is NaN: this is zero for finite values alone.
      if (value - value === 0) (starts[of + 1] as number)++;
      else if (missing !== null && missing[place] === 1) (counts.missing[of] as number)++;
      else if (Number.isNaN(value)) (counts.nan[of] as number)++;
      else (counts.infinite[of] as number)++;
    }
    for (let of = 0; of < groupCount; of += 1)
      starts[of + 1] = (starts[of + 1] as number) + (starts[of] as number);
    const next = starts.slice();
    const finite = new Float64Array(starts[groupCount] as number);
    for (let row = 0; row < group.length; row += 1) {
      const value = values[places[row] as number] as number;
      if (value - value === 0) finite[(next[group[row] as number] as number)++] = value;
    }
    this.#finite = finite;
    this.#starts = starts;
    this.#counts = counts;
    this.#asked = new Uint8Array(groupCount);
  }

  /** A group's finite values, in no order. */
  finite(group: number): Float64Array {
    return this.#finite.subarray(this.#starts[group], this.#starts[group + 1]);
  }

  /** A group's finite values for a quantile: sorted, as soon as more are asked for than sorting takes longer than. */
  ranked(group: number): Ranked {
    const values = this.finite(group);
    const asked = (this.#asked[group] as number) + 1;
    if (asked === SELECTIONS) values.sort();
    if (asked <= SELECTIONS) this.#asked[group] = asked;
    return { values, isSorted: asked >= SELECTIONS };
  }

  count(group: number, state: State): number {
    return this.#counts[state][group] as number;
  }

  /** The first run that has a group's least finite value (sign 1), or its greatest (−1); null where there is none. */
  extremeRun(group: number, sign: 1 | -1): number | null {
    this.#extremes[sign] ??= this.#findExtremes(sign);
    const run = this.#extremes[sign]?.[group] as number;
    return run < 0 ? null : run;
  }

  readonly #extremes: { [sign: number]: Int32Array } = {};

  #findExtremes(sign: 1 | -1): Int32Array {
    const { groupCount, group, run } = this.rows;
    const found = new Int32Array(groupCount).fill(-1);
    const least = new Float64Array(groupCount).fill(Infinity);
    for (let row = 0; row < group.length; row += 1) {
      const value = sign * (this.column.values[this.places[row] as number] as number);
      const of = group[row] as number;
      // Rows are in order of runs: the first of equal ones stays.
      if (value < (least[of] as number) && value > -Infinity) {
        least[of] = value;
        found[of] = run[row] as number;
      }
    }
    return found;
  }
}
