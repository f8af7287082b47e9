import type { CurveField } from "../../schema/catalogue.js";
import type { CurvePlan } from "../../schema/plan.js";
import { windowConditions } from "./groups.js";
import { pointValue } from "./measures.js";
import { allOf, integer, integers, join, type Sql, sql } from "./tag.js";

/**
 * One SELECT for points, of some runs or by their ids. Columns: run, id, axis, then the plan's
 * fields; in order of id, which is that of runs and of logging. One row more than allowed is read.
 */
export function compileCurves({ fields, of, maxPoints }: CurvePlan): Sql {
  const columns = join([sql`p.run, p.id, p.axis`, ...fields.map(pointValue)], ", ");
  const limit = sql`ORDER BY p.id\nLIMIT ${integer(maxPoints + 1)}`;
  if ("points" in of) {
    return sql`SELECT ${columns}\nFROM points p\nWHERE p.id IN (SELECT unnest(${integers(of.points)}))\n${limit}`;
  }
  const runs =
    of.runs.length === 1
      ? sql`p.run = ${integer(of.runs[0] as number)}`
      : sql`p.run IN (SELECT unnest(${integers(of.runs)}))`;
  const positions = of.positions
    ? [sql`p.position BETWEEN ${integer(of.positions.from)} AND ${integer(of.positions.to)}`]
    : [];
  const within = allOf([runs, ...positions, ...windowConditions(of.window)]);
  return sql`SELECT ${columns}\nFROM points p\nWHERE ${within}\n${limit}`;
}

/** One SELECT for whole columns of points, null being the axis. Columns: id, then those; in no order. */
export function compilePointColumns(fields: readonly (CurveField | null)[]): Sql {
  const columns = fields.map((field) => (field ? pointValue(field) : sql`p.axis`));
  return sql`SELECT ${join([sql`p.id`, ...columns], ", ")}\nFROM points p`;
}
