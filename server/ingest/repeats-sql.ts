import type { NumberedFile } from "./number-files.js";

/**
 * Writes `snapshot.repeats`, once `snapshot.points` is written: run, axis and position of all points whose
 * axis value their run logged more than once. Datasets without any are not looked through.
 */
export function createRepeatsSql(files: readonly NumberedFile[]): string {
  const ranges = files
    .filter(({ read }) => read.keptRows.repeating.count > 0)
    .map(({ first, pointCount }) => `(id >= ${first.point} AND id < ${first.point + pointCount})`);
  const points = `(SELECT run, axis, position FROM snapshot.points WHERE ${ranges.join(" OR ") || "false"})`;
  return (
    `CREATE OR REPLACE TABLE snapshot.repeats AS SELECT run, axis, position FROM ${points} ` +
    `JOIN (SELECT run, axis FROM ${points} GROUP BY run, axis HAVING count(*) > 1) USING (run, axis) ORDER BY run, position`
  );
}
