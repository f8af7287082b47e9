import type { Fields } from "../../schema/fields.js";
import { noteOf } from "../../schema/manifest.js";
import type { Connection } from "../duckdb/connection.js";
import type { NumberedFile } from "./number-files.js";
import { curveColumns } from "./stage.js";

/** A bound of the manifest's, and how values beyond it are found. */
interface Bound {
  readonly original: string;
  readonly side: "lowerBound" | "upperBound";
  readonly bound: number;
  readonly column: string;
}

const FURTHEST = { lowerBound: "min", upperBound: "max" } as const;
const WORDS = { lowerBound: "least", upperBound: "greatest" } as const;

/** Bounds of a manifest's metrics that finite values in the snapshot lie beyond, with the furthest and its line. */
export async function boundWarnings(
  connection: Connection,
  { read: { layout, manifest }, first, pointCount }: NumberedFile,
  fields: Fields,
): Promise<string[]> {
  const bounds = curveColumns(layout).flatMap((original): Bound[] => {
    const note = noteOf(manifest?.metrics, original);
    const { column } = fields.curveField(manifest, original);
    return (["lowerBound", "upperBound"] as const).flatMap((side) => {
      const bound = note?.[side];
      return bound === undefined ? [] : [{ original, side, bound, column }];
    });
  });
  if (bounds.length === 0) return [];
  const points = `snapshot.points AS p WHERE p.id >= ${first.point} AND p.id < ${first.point + pointCount}`;
  const furthest = bounds.map(
    ({ side, column }) => `${FURTHEST[side]}(p.${column}) FILTER (isfinite(p.${column}))`,
  );
  const { rows } = await connection.query(`SELECT ${furthest.join(", ")} FROM ${points}`);
  const warnings: string[] = [];
  for (const [index, { original, side, bound, column }] of bounds.entries()) {
    const value = rows[0]?.[index] as number | null | undefined;
    if (value == null || (side === "lowerBound" ? value >= bound : value <= bound)) continue;
    const found = await connection.query(
      `SELECT min(r.line) FROM snapshot.runs AS r WHERE r.id IN (SELECT p.run FROM ${points} AND p.${column} = $1)`,
      [{ type: "double", value }],
    );
    warnings.push(
      `metrics.${original}.${side} of the manifest is ${bound}, but the ${WORDS[side]} \`${original}\` is ${value}, first in line ${Number(found.rows[0]?.[0])}: analyses refuse scores beyond a bound`,
    );
  }
  return warnings;
}
