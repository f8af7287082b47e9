import type { ValueType } from "../../schema/catalogue.js";

/** Keys from the top of a line down. */
export type Path = readonly string[];

/** A scalar of a run. `text` reads a list, or a mixture, as its JSON text. */
export interface ScalarKey {
  /** The key as the catalogue has it: the path below the hyperparameter object, joined by dots. */
  readonly original: string;
  readonly path: Path;
  readonly type: ValueType;
  readonly text: boolean;
  /** Whether a manifest says the type. */
  readonly documented: boolean;
  /** True where it lies beside an object of hyperparameters, and so is no part of the configuration. */
  readonly beside: boolean;
  /** True where it stands on top, or beneath what does, and could be a curve beside the one that is read. */
  readonly curveLike: boolean;
}

/** Where the values of one curve column are: a field of the points, a place in tuples, or an array. */
export type Access =
  | { readonly kind: "field"; readonly path: Path }
  | { readonly kind: "place"; readonly index: number }
  | { readonly kind: "array"; readonly path: Path };

export interface CurveColumn {
  readonly original: string;
  readonly access: Access;
}

/** One list of points (or set of parallel arrays): the curve, or one split of it. */
export interface CurveSource {
  readonly kind: "objects" | "tuples" | "arrays";
  /** The list's path; the path of the arrays' object for arrays. */
  readonly path: Path;
  readonly split: string | null;
  /** Null where the points have no axis of their own: their positions from 1 are it. */
  readonly axis: Access | null;
  readonly columns: readonly CurveColumn[];
}

/** How a file's lines are to be read. */
export interface Layout {
  /** In words: `hyperparameters flat, curve a list of objects`. */
  readonly words: string;
  readonly iteration: Path | null;
  readonly failureFlag: Path | null;
  readonly synthetic: Path | null;
  readonly scalars: readonly ScalarKey[];
  readonly axis: { readonly original: string; readonly unit: string };
  readonly sources: readonly CurveSource[];
  readonly warnings: readonly string[];
}
