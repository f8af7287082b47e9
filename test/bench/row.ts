import type { Work } from "./aims.js";
import type { Times } from "./times.js";
import type { World } from "./world.js";

/**
 * What a row is to reach: at most a multiple of its floor, so much over it, or so much in all; at least
 * a share of its floor's throughput, or so much a second.
 */
export type Aim =
  | { readonly kind: "ratio"; readonly most: number }
  | { readonly kind: "over"; readonly most: number }
  | { readonly kind: "within"; readonly most: number }
  | { readonly kind: "share"; readonly least: number }
  | { readonly kind: "rate"; readonly least: number };

/** One line of the report: times, or whatever else its name says in brackets. */
export interface Row {
  readonly name: string;
  readonly ours: Times;
  readonly floor: Times | null;
  readonly aim: Aim | null;
  /** Which of the aims it belongs to, also where it has none of its own. */
  readonly work?: Work;
  /** Where it is of throughput: the milliseconds are those of one of these, on average. */
  readonly each?: "request" | "MB";
  /** Where it holds no times. */
  readonly unit?: "MB";
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
/** How many a second, of what the row counts. */
export const rateOf = ({ each }: Row, { median }: Times): number | null => (each ? 1000 / median : null);

/** The number that the aim is about. */
export function reached(row: Row, aim: Aim): number | null {
  switch (aim.kind) {
    case "ratio":
      return ratioOf(row);
    case "over":
      return differenceOf(row);
    case "within":
      return row.ours.median;
    case "share":
      return row.floor ? row.floor.median / row.ours.median : null;
    case "rate":
      return rateOf(row, row.ours);
  }
}

/** Whether the median reaches the aim; null where there is none. */
export function isMet(row: Row): boolean | null {
  if (!row.aim) return null;
  const value = reached(row, row.aim);
  if (value === null) return false;
  return "most" in row.aim ? value <= row.aim.most : value >= row.aim.least;
}
