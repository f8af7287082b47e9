import type { Times } from "./times.js";
import type { World } from "./world.js";

/** What a row is to reach: a multiple of its floor, milliseconds over it, or milliseconds in all. */
export type Aim =
  | { readonly kind: "ratio"; readonly most: number }
  | { readonly kind: "over"; readonly most: number }
  | { readonly kind: "within"; readonly most: number };

/** One line of the report: times, or whatever else its name says in brackets. */
export interface Row {
  readonly name: string;
  readonly ours: Times;
  readonly floor: Times | null;
  readonly aim: Aim | null;
}

/** Rows that are measured together; `--only` names it. */
export interface Case {
  readonly name: string;
  /** What is measured against what, in one sentence. */
  readonly about: string;
  measure(world: World): Promise<Row[]>;
}

export const ratioOf = ({ ours, floor }: Row): number | null => (floor ? ours.median / floor.median : null);
export const differenceOf = ({ ours, floor }: Row): number | null =>
  floor ? ours.median - floor.median : null;

/** Whether the median reaches the aim; null where there is none. */
export function isMet(row: Row): boolean | null {
  if (!row.aim) return null;
  const value = { ratio: ratioOf(row), over: differenceOf(row), within: row.ours.median }[row.aim.kind];
  return value !== null && value <= row.aim.most;
}
