import type { CurveField, Hyperparameter } from "../../schema/catalogue.js";
import { quoted, type Sql, sql } from "./tag.js";

/** Columns of the snapshot's tables, by catalogue object; no other name reaches a statement. */
export const hyperparameterColumn = (of: Hyperparameter): Sql => sql`r.${quoted(of.column)}`;
export const bestColumn = (of: CurveField): Sql => sql`r.${quoted(`best_${of.column}`)}`;
export const bestPointColumn = (of: CurveField): Sql => sql`r.${quoted(`best_point_${of.column}`)}`;
export const finalColumn = (of: CurveField): Sql => sql`r.${quoted(`final_${of.column}`)}`;
export const fieldColumn = (of: CurveField): Sql => quoted(of.column);

/** The nth name of a kind, for what a statement computes itself: `k0`, `v3`. */
export const alias = (kind: AliasKind, index: number): Sql => quoted(`${kind}${index}`);

/**
 * What the computed names stand for: group keys `k` and their states `s`, the values `v` that keys
 * are made of, order values `o`, aggregates `a`, lists of quantiles `q`, conditions `w` that counts filter by, operands as
 * logged `x` and where finite `y`, points `p` at which scores are
 * read, and correlations `c` that are computed apart.
 */
type AliasKind = "c" | "q" | "k" | "s" | "v" | "o" | "a" | "w" | "x" | "y" | "p";
