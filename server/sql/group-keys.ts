import type { GroupBy } from "../../schema/plan.js";
import { alias } from "./identifiers.js";
import { isDouble, type RunSource } from "./measures.js";
import { allOf, double, integer, join, type Sql, sql } from "./tag.js";

/** A key of a group, and, for a bin, the edges inside the range: the bin is the number of them that a value reaches. */
export interface GroupKey {
  readonly by: GroupBy;
  readonly innerEdges: readonly number[];
  readonly binCount: number;
}

/** States as the statement numbers them; the position is the number. */
export const stateNumbers = ["finite", "nan", "positiveInfinity", "negativeInfinity", "missing"] as const;

/** What each key is made of, as `v0`, `v1`, … of the runs read. */
export const keyValues = (keys: readonly GroupKey[], source: RunSource): Sql[] =>
  keys.map(({ by }, index) => sql`${keyValue(by, source)} AS ${alias("v", index)}`);

function keyValue(by: GroupBy, source: RunSource): Sql {
  switch (by.kind) {
    case "dataset":
      return sql`r.dataset`;
    case "configuration":
      return sql`r.configuration`;
    case "flag":
      return source.subject(by);
    case "value":
    case "bin":
      return source.value(by.of);
  }
}

/** The keys `k0`, `k1`, … and their states `s0`, `s1`, … from the values. */
export function keyColumns(keys: readonly GroupKey[]): Sql[] {
  return keys.flatMap(({ by, innerEdges }, index) => {
    const value = alias("v", index);
    const key = alias("k", index);
    const state = alias("s", index);
    if (by.kind === "bin") {
      return [
        sql`CASE WHEN isfinite(${value}) THEN ${reached(value, innerEdges, 0)} END AS ${key}`,
        sql`${doubleState(value)} AS ${state}`,
      ];
    }
    if (by.kind === "value" && isDouble(by.of)) {
      // 0 and -0 are one group.
      return [
        sql`CASE WHEN isfinite(${value}) THEN ${value} + 0.0 END AS ${key}`,
        sql`${doubleState(value)} AS ${state}`,
      ];
    }
    return [sql`${value} AS ${key}`, sql`CASE WHEN ${value} IS NULL THEN 4 ELSE 0 END AS ${state}`];
  });
}

const doubleState = (value: Sql): Sql =>
  sql`CASE WHEN ${value} IS NULL THEN 4 WHEN isnan(${value}) THEN 1 WHEN isfinite(${value}) THEN 0 WHEN ${value} > 0 THEN 2 ELSE 3 END`;

/** How many of the ascending edges the value reaches, by halving: as exact as a comparison, and log n deep. */
function reached(value: Sql, edges: readonly number[], before: number): Sql {
  if (edges.length === 0) return integer(before);
  const middle = edges.length >> 1;
  return sql`CASE WHEN ${value} >= ${double(edges[middle] as number)} THEN ${reached(value, edges.slice(middle + 1), before + middle + 1)} ELSE ${reached(value, edges.slice(0, middle), before)} END`;
}

/** The bin of a value among the edges inside the range. */
export const binNumber = (value: Sql, innerEdges: readonly number[]): Sql => reached(value, innerEdges, 0);

/** The names of all keys and states. */
export const keyNames = (keys: readonly GroupKey[]): Sql[] =>
  keys.flatMap((_, index) => [alias("k", index), alias("s", index)]);

/** Whether two relations' rows have the same keys. */
export const sameNames = (names: readonly Sql[], left: Sql, right: Sql): Sql =>
  allOf(names.map((name) => sql`${left}.${name} IS NOT DISTINCT FROM ${right}.${name}`));

/** All combinations of the keys that were found with every bin, empty or not, of the keys that want them. */
export function emptyGrid(keys: readonly GroupKey[], others: readonly Sql[]): Sql {
  const wanted = keys.map(({ by }) => by.kind === "bin" && by.includeEmpty);
  const found = [
    ...others,
    ...keys.flatMap((_, index) => (wanted[index] ? [] : [alias("k", index), alias("s", index)])),
  ];
  const columns = [...others, ...keyNames(keys)];
  const ranges = keys.flatMap(({ binCount }, index) =>
    wanted[index]
      ? [
          sql`(SELECT unnest(range(${integer(binCount)}))::INTEGER AS ${alias("k", index)}, 0 AS ${alias("s", index)})`,
        ]
      : [],
  );
  const seen = found.length === 0 ? [] : [sql`(SELECT DISTINCT ${join(found, ", ")} FROM found)`];
  return sql`SELECT ${join(columns, ", ")} FROM ${join([...seen, ...ranges], ", ")}`;
}
