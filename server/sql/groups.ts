import type { Measure, PointMeasure } from "../../schema/measure.js";
import { measureKey } from "../../schema/measure.js";
import {
  type Aggregate,
  type AggregatePlan,
  aggregateKey,
  type CurveWindow,
  type Quantiles,
} from "../../schema/plan.js";
import { correlation, type Operand, quantile, quantiles, statistics } from "./aggregates.js";
import { condition, havingCondition } from "./conditions.js";
import { Levels } from "./quantile-levels.js";
import { emptyGrid, type GroupKey, keyColumns, keyNames, keyValues, sameNames } from "./group-keys.js";
import { alias } from "./identifiers.js";
import { finite, pointValue, RunSource } from "./measures.js";
import { allOf, double, empty, integer, integers, join, type Sql, sql } from "./tag.js";

/** A plan with its bins cut, ready to be compiled. */
export interface GroupsInput {
  readonly plan: AggregatePlan;
  readonly keys: readonly GroupKey[];
  /** For each dataset by index, which axis its curves have; empty where all have the same. */
  readonly axisOfDataset: readonly number[];
  /** Whether any run logged an axis value more than once: the last of these points stands for the run there. */
  readonly repeats: boolean;
}

export interface CompiledGroups {
  /** Columns: ordinal, part, axis, n, least and greatest axis number, keys and states, then the aggregates. */
  readonly statement: Sql;
  readonly aggregates: readonly (Aggregate | Quantiles)[];
}

/**
 * One SELECT for all groups of a plan, in its order, each with its number among all by key; where
 * that is the order anyway, and all are answered, the rows' own positions are the numbers, and NULL stands.
 */
export function compileGroups(input: GroupsInput, numbered = isCut(input.plan)): CompiledGroups {
  const { plan, keys } = input;
  const aggregates = distinctAggregates(plan);
  const operands = new Operands();
  const levels = new Levels(aggregates);
  const lists = levels.columns(operands);
  const computed = aggregates.map((aggregate, index) => compileAggregate(aggregate, index, operands, levels));
  const rows = rowLayers(input, operands, aggregates);
  const groupNames = [...partNames(plan), ...keyNames(keys)];
  const by = [...groupNames, ...(plan.curve ? [sql`axis`] : [])];
  const columns = [
    ...by,
    plan.curve ? sql`count(DISTINCT id) AS n` : sql`count(*) AS n`,
    ...axisColumns(input),
    ...lists,
    ...computed.flatMap(({ inline }, index) => (inline ? [sql`${inline} AS ${alias("a", index)}`] : [])),
  ];
  const found = sql`SELECT ${join(columns, ", ")}\nFROM base${by.length > 0 ? sql`\nGROUP BY ${join(by, ", ")}` : empty}`;
  const apart = computed.flatMap(({ apart: make }, index) => (make ? [{ index, rows: make(by) }] : []));
  const wantsEmpty = !plan.curve && keys.some((key) => key.by.kind === "bin" && key.by.includeEmpty);
  const withs = [
    ...rows,
    sql`found AS (${found})`,
    ...apart.map(({ index, rows: ranked }) => sql`${alias("c", index)} AS (${ranked})`),
  ];
  const joins = apart.map(
    ({ index }) => sql`\nLEFT JOIN ${alias("c", index)} ON ${sameNames(by, sql`found`, alias("c", index))}`,
  );
  const grid = wantsEmpty
    ? sql`(${emptyGrid(keys, partNames(plan))}) grid FULL JOIN found ON ${sameNames(groupNames, sql`grid`, sql`found`)}`
    : sql`found`;
  const named = (name: Sql): Sql =>
    wantsEmpty ? sql`coalesce(grid.${name}, found.${name})` : sql`found.${name}`;
  const group = groupNames.length > 0 ? sql`(PARTITION BY ${join(groupNames.map(named), ", ")})` : sql`()`;
  const outer = [
    ...partNames(plan).map((name) => sql`${named(name)} AS ${name}`),
    ...keyNames(keys).map((name) => sql`${named(name)} AS ${name}`),
    plan.curve ? sql`found.axis AS axis` : sql`NULL AS axis`,
    wantsEmpty ? sql`coalesce(n, 0) AS n` : sql`n`,
    input.axisOfDataset.length > 0
      ? sql`min(first_axis) OVER ${group} AS first_axis, max(last_axis) OVER ${group} AS last_axis`
      : sql`0 AS first_axis, 0 AS last_axis`,
    ...aggregates.map((aggregate, index) => {
      const { inline, found } = computed[index] as CompiledAggregate;
      const value = found ?? (inline ? sql`found.${alias("a", index)}` : sql`${alias("c", index)}.c`);
      if (aggregate.kind === "quantiles") return sql`${value} AS ${alias("a", index)}`;
      const answered = !isWhole(aggregate) ? finite(value) : wantsEmpty ? sql`coalesce(${value}, 0)` : value;
      // Rounding may leave a correlation a bit beyond 1.
      const bounded =
        aggregate.kind === "correlation" ? sql`${answered} / greatest(1, abs(${value}))` : answered;
      return sql`${bounded} AS ${alias("a", index)}`;
    }),
  ];
  withs.push(sql`answer AS (SELECT ${join(outer, ", ")}\nFROM ${grid}${join(joins, "\n")})`);
  const indexOf = (aggregate: Aggregate): Sql =>
    alias(
      "a",
      aggregates.findIndex((other) => aggregateKey(other) === aggregateKey(aggregate)),
    );
  const having = plan.having.flatMap(({ of, is }) => is.map((test) => havingCondition(indexOf(of), test)));
  // By the keys alone: sums may differ in their last bits between two statements, and equal keys never.
  const number = numbered ? sql`row_number() OVER (ORDER BY ${join(keyOrder(input), ", ")}) - 1` : sql`NULL`;
  withs.push(sql`numbered AS (SELECT *, ${number} AS ordinal FROM answer)`);
  const limit = plan.first ?? plan.maxGroups + 1;
  const statement = sql`WITH ${commaLines(withs)}
SELECT ordinal, ${plan.partition ? sql`part` : sql`NULL AS part`}, axis, n, first_axis, last_axis${tail([...keyNames(keys), ...aggregates.map((_, index) => alias("a", index))])}
FROM numbered
WHERE ${allOf(having)}
${groupOrder(input, indexOf)}
LIMIT ${integer(limit)}`;
  return { statement, aggregates };
}

/** Whether a plan answers its groups in another order than by key, or not all of them. */
const isCut = ({ having, order, first }: AggregatePlan): boolean =>
  having.length > 0 || order.length > 0 || first !== null;

/** The rows that statistics are of: `measured` (values as logged) and `base` (with keys, and operands where finite). */
export function rowLayers(
  { plan, keys, axisOfDataset, repeats }: GroupsInput,
  operands: Operands,
  aggregates: readonly (Aggregate | Quantiles)[],
): Sql[] {
  const source = new RunSource();
  const measured = [
    sql`r.id AS id`,
    ...(plan.partition ? [sql`${partColumn(plan.partition.by)} AS part`] : []),
    ...(plan.curve ? [sql`p.axis AS axis`] : []),
    ...(axisOfDataset.length > 0 ? [sql`r.dataset AS dataset`] : []),
    ...keyValues(keys, source),
    ...operands.measures.map(
      (measure, index) =>
        sql`${measure.kind === "point" ? pointValue(measure.metric) : source.value(measure)} AS ${alias("x", index)}`,
    ),
    ...aggregates.flatMap((aggregate, index) =>
      aggregate.kind === "count" && aggregate.where
        ? [sql`${condition(aggregate.where, source)} AS ${alias("w", index)}`]
        : [],
    ),
  ];
  const where = allOf([
    condition(plan.where, source),
    ...(plan.partition
      ? [sql`${partColumn(plan.partition.by)} IN (SELECT unnest(${integers(plan.partition.of)}))`]
      : []),
    ...(plan.curve && repeats ? [isLast(plan.curve)] : []),
  ]);
  const points = plan.curve
    ? sql`\nJOIN points p ON ${allOf([sql`p.run = r.id`, ...windowConditions(plan.curve)])}`
    : empty;
  const base = [
    sql`*`,
    ...keyColumns(keys),
    ...operands.measures.map((_, index) => sql`${finite(alias("x", index))} AS ${alias("y", index)}`),
  ];
  return [
    sql`measured AS (SELECT ${join(measured, ", ")}\nFROM ${source.from}${points}\nWHERE ${where})`,
    sql`base AS (SELECT ${join(base, ", ")} FROM measured)`,
  ];
}

/** What a window asks of points `p`. */
export const windowConditions = ({ from, to, every }: CurveWindow): Sql[] => [
  ...(from === null ? [] : [sql`p.axis >= ${double(from)}`]),
  ...(to === null ? [] : [sql`p.axis <= ${double(to)}`]),
  ...(every === 1 ? [] : [sql`p.position % ${integer(every)} = 0`]),
];

/** Whether no later point `p` of the window has the same run and axis value; `repeats` has the few that can. */
const isLast = ({ every }: CurveWindow): Sql =>
  sql`NOT EXISTS (SELECT 1 FROM repeats q WHERE q.run = p.run AND q.axis = p.axis AND q.position > p.position${every === 1 ? empty : sql` AND q.position % ${integer(every)} = 0`})`;

/** The measures that a statement's aggregates are of, each computed once. */
export class Operands {
  readonly measures: (Measure | PointMeasure)[] = [];
  readonly #indexes = new Map<string, number>();

  of(measure: Measure | PointMeasure): Operand {
    const key = measureKey(measure);
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = this.measures.push(measure) - 1;
      this.#indexes.set(key, index);
    }
    return { value: alias("x", index), finite: alias("y", index) };
  }
}

interface CompiledAggregate {
  /** An expression over the rows of a group… */
  readonly inline: Sql | null;
  /** …or a relation of its own, with the grouping names and the value `c`… */
  readonly apart: ((by: readonly Sql[]) => Sql) | null;
  /** …or part of a column that `found` has already. */
  readonly found: Sql | null;
}

function compileAggregate(
  aggregate: Aggregate | Quantiles,
  index: number,
  operands: Operands,
  levels: Levels,
): CompiledAggregate {
  const inline = (value: Sql): CompiledAggregate => ({ inline: value, apart: null, found: null });
  switch (aggregate.kind) {
    case "count":
      return inline(aggregate.where ? sql`count(*) FILTER (WHERE ${alias("w", index)})` : sql`count(*)`);
    case "statistic":
      return inline(statistics[aggregate.statistic](operands.of(aggregate.of)));
    case "quantile": {
      const found = levels.value(aggregate);
      if (found) return { inline: null, apart: null, found };
      return inline(quantile(operands.of(aggregate.of).finite, aggregate.p, aggregate.method));
    }
    case "quantiles":
      return inline(quantiles(operands.of(aggregate.of).finite, aggregate.p, aggregate.method));
    case "correlation": {
      const x = operands.of(aggregate.x).finite;
      const y = operands.of(aggregate.y).finite;
      if (aggregate.method === "pearson") {
        const both = (value: Sql, other: Sql): Sql => sql`CASE WHEN ${other} IS NOT NULL THEN ${value} END`;
        return inline(correlation(both(x, y), both(y, x)));
      }
      return { inline: null, apart: (by) => spearman(x, y, by), found: null };
    }
  }
}

/** Correlation of ranks within each group; equal values share the mean of their ranks. */
function spearman(x: Sql, y: Sql, by: readonly Sql[]): Sql {
  const within = (value: Sql): Sql => sql`PARTITION BY ${join([...by, value], ", ")}`;
  const all = by.length > 0 ? sql`PARTITION BY ${join(by, ", ")} ` : empty;
  const rank = (value: Sql): Sql =>
    sql`rank() OVER (${all}ORDER BY ${value}) + (count(*) OVER (${within(value)}) - 1) / 2.0`;
  const names = by.length > 0 ? sql`${join(by, ", ")}, ` : empty;
  return sql`SELECT ${names}corr(rx, ry ORDER BY rx, ry) AS c FROM (SELECT ${names}${rank(x)} AS rx, ${rank(y)} AS ry FROM base WHERE ${x} IS NOT NULL AND ${y} IS NOT NULL)${by.length > 0 ? sql` GROUP BY ${join(by, ", ")}` : empty}`;
}

/** Counts; the others may overflow, or be NaN where nothing varies, which is no number. */
const isWhole = (aggregate: Aggregate): boolean =>
  aggregate.kind === "count" ||
  (aggregate.kind === "statistic" && aggregate.statistic.toLowerCase().endsWith("count"));

function distinctAggregates(plan: AggregatePlan): (Aggregate | Quantiles)[] {
  const all = [
    ...plan.aggregates,
    ...plan.having.map(({ of }) => of),
    ...plan.order.flatMap(({ by }) => (by.kind === "key" ? [] : [by])),
  ];
  return [...new Map(all.map((aggregate) => [aggregateKey(aggregate), aggregate])).values()];
}

/** Rows in the plan's order, then by all keys; NULL (not finite, missing) last in both directions. */
function groupOrder({ plan, keys }: GroupsInput, aggregate: (of: Aggregate) => Sql): Sql {
  const asked = plan.order.map(({ by, direction }) => {
    const value = by.kind === "key" ? alias("k", by.index) : aggregate(by);
    return direction === "asc" ? sql`${value} ASC NULLS LAST` : sql`${value} DESC NULLS LAST`;
  });
  return sql`ORDER BY ${join([...asked, ...keyOrder({ plan, keys })], ", ")}`;
}

const keyOrder = ({ plan, keys }: Pick<GroupsInput, "plan" | "keys">): Sql[] =>
  [...partNames(plan), ...keyNames(keys), sql`axis`].map((name) => sql`${name} ASC NULLS LAST`);

function axisColumns({ axisOfDataset }: GroupsInput): Sql[] {
  if (axisOfDataset.length === 0) return [];
  const axis = sql`list_extract(${integers(axisOfDataset)}, dataset + 1)`;
  return [sql`min(${axis}) AS first_axis, max(${axis}) AS last_axis`];
}

const partNames = (plan: AggregatePlan): Sql[] => (plan.partition ? [sql`part`] : []);

export const partColumn = (by: "dataset" | "configuration"): Sql =>
  by === "dataset" ? sql`r.dataset` : sql`r.configuration`;

const tail = (columns: readonly Sql[]): Sql => (columns.length > 0 ? sql`, ${join(columns, ", ")}` : empty);

const commaLines = (parts: readonly Sql[]): Sql => join(parts, ", ");
