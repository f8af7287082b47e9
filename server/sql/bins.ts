import type { Measure, PointMeasure } from "../../schema/measure.js";
import type { AggregatePlan, BinSpec, HistogramPlan } from "../../schema/plan.js";
import { binNumber, keyNames, sameNames } from "./group-keys.js";
import { compileGroups, type GroupsInput, Operands, rowLayers } from "./groups.js";
import { doubles, join, type Sql, sql } from "./tag.js";

export interface Binned {
  readonly of: Measure | PointMeasure;
  readonly bins: BinSpec;
}

/**
 * The ranges over which bins are to be cut, of all rows that a plan reads: for each measure its
 * least and greatest finite value, and its quantiles where the rule cuts by them.
 */
export function compileRanges(plan: AggregatePlan, binned: readonly Binned[], repeats: boolean): Sql {
  const operands = new Operands();
  const columns = binned.flatMap(({ of, bins: { rule } }) => {
    const { finite } = operands.of(of);
    const quantiles =
      rule.kind === "quantiles" ? sql`quantile_cont(${finite}, ${doubles(shares(rule.count))})` : sql`NULL`;
    return [sql`min(${finite})`, sql`max(${finite})`, quantiles];
  });
  const input = { plan: { ...plan, aggregates: [] }, keys: [], axisOfDataset: [], repeats };
  const rows = rowLayers(input, operands, []);
  return sql`WITH ${join(rows, ", ")}\nSELECT ${join(columns, ", ")} FROM base`;
}

const shares = (count: number): number[] => Array.from({ length: count + 1 }, (_, index) => index / count);

/** Columns: the group's ordinal, the bin, and the count; no row for an empty bin. */
export function compileHistogram(
  plan: HistogramPlan,
  input: GroupsInput,
  innerEdges: readonly number[],
): Sql {
  const groups = compileGroups({ ...input, plan: { ...plan.groups, aggregates: [] } }, true);
  const operands = new Operands();
  const { finite } = operands.of(plan.of);
  const rows = rowLayers({ ...input, plan: plan.groups }, operands, []);
  const names = [
    ...(plan.groups.partition ? [sql`part`] : []),
    ...keyNames(input.keys),
    ...(plan.groups.curve ? [sql`axis`] : []),
  ];
  return sql`WITH groups AS (${groups.statement}), ${join(rows, ", ")}
SELECT groups.ordinal AS ordinal, ${binNumber(finite, innerEdges)} AS bin, count(*) AS n
FROM base JOIN groups ON ${sameNames(names, sql`base`, sql`groups`)}
WHERE ${finite} IS NOT NULL
GROUP BY ordinal, bin
ORDER BY ordinal, bin`;
}
