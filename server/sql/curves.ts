import type { CurveField } from "../../schema/catalogue.js";
import type { CurvePlan, CurveWindow, PointLookupPlan } from "../../schema/plan.js";
import { windowConditions } from "./groups.js";
import { pointValue } from "./measures.js";
import { allOf, integer, integers, join, type Sql, sql } from "./tag.js";

/**
 * One SELECT for points, of some runs or by their ids. Columns: run, id, axis, then the plan's
 * fields; in order of id, which is that of runs and of logging. One row more than allowed is read.
 */
export function compileCurves({ fields, of, maxPoints }: CurvePlan): Sql {
  const which =
    "points" in of ? sql`p.id IN (SELECT unnest(${integers(of.points)}))` : allOf(ofRuns(of.runs, of.window));
  return sql`${select(fields, which)}\nLIMIT ${integer(maxPoints + 1)}`;
}

/** The same of some runs, without a limit. */
export function compilePointLookup({ fields, runs, window, positions }: PointLookupPlan): Sql {
  const between = positions
    ? [sql`p.position BETWEEN ${integer(positions.from)} AND ${integer(positions.to)}`]
    : [];
  return select(fields, allOf([...ofRuns(runs, window), ...between]));
}

function select(fields: readonly CurveField[], which: Sql): Sql {
  const columns = join([sql`p.run, p.id, p.axis`, ...fields.map(pointValue)], ", ");
  return sql`SELECT ${columns}\nFROM points p\nWHERE ${which}\nORDER BY p.id`;
}

const ofRuns = (runs: readonly number[], window: CurveWindow): Sql[] => [
  runs.length === 1
    ? sql`p.run = ${integer(runs[0] as number)}`
    : sql`p.run IN (SELECT unnest(${integers(runs)}))`,
  ...windowConditions(window),
];

/** One SELECT for whole columns of points, null being the axis. Columns: id, then those; in no order. */
export function compilePointColumns(fields: readonly (CurveField | null)[]): Sql {
  const columns = fields.map((field) => (field ? pointValue(field) : sql`p.axis`));
  return sql`SELECT ${join([sql`p.id`, ...columns], ", ")}\nFROM points p`;
}
