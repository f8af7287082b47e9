import type { RunLookupPlan, RunPlan, ValuesPlan } from "../../schema/plan.js";
import { condition } from "./conditions.js";
import { type GroupKey, keyColumns, keyNames, keyValues, sameNames } from "./group-keys.js";
import { compileGroups, type GroupsInput, partColumn } from "./groups.js";
import { alias } from "./identifiers.js";
import { RunSource } from "./measures.js";
import { beyond, orderBy, orderKeys, orderValues } from "./order.js";
import { allOf, integer, integers, join, no, type Sql, sql } from "./tag.js";

/**
 * One SELECT for a page of runs, or for a page of each set of a partition. Columns: part, total,
 * rows beyond the cursors (before, after), id, dataset, line, the order's values, then the plan's
 * columns. One row more than the limit is read, to tell whether there are more; where totals are
 * wanted, a set without rows still answers with one whose id is NULL.
 *
 * Filter and order see all runs; the selection's columns are joined to the page alone.
 */
export function compileRuns(plan: RunPlan, groups: GroupsInput | null): Sql {
  const reversed = plan.page.from === "end";
  const keys = orderKeys(plan.order);
  const names = keys.map(({ value }) => value);
  const bounds = [
    ...(plan.page.after ? [beyond(keys, plan.page.after, "after")] : []),
    ...(plan.page.before ? [beyond(keys, plan.page.before, "before")] : []),
  ];
  const limit = integer(plan.page.limit + 1);
  const cut = plan.partition
    ? sql`QUALIFY row_number() OVER (PARTITION BY part ${orderBy(keys, reversed)}) <= ${limit}`
    : sql`${orderBy(keys, reversed)} LIMIT ${limit}`;
  const page = sql`page AS (SELECT * FROM base WHERE ${allOf(bounds)} ${cut})`;
  const source = new RunSource();
  const columns = plan.columns.map((column, index) => sql`${source.column(column)} AS ${alias("a", index)}`);
  const { totalCount } = plan.extras;
  const oppositePage = plan.extras.oppositePage && bounds.length > 0;
  const extras = totalCount || oppositePage;
  const totals = sql`totals AS (SELECT part, ${totalCount ? sql`count(*)` : sql`NULL`} AS total, ${oppositePage && plan.page.after ? sql`bool_or((${beyond(keys, plan.page.after, "after")}) IS NOT TRUE)` : no} AS earlier, ${oppositePage && plan.page.before ? sql`bool_or((${beyond(keys, plan.page.before, "before")}) IS NOT TRUE)` : no} AS later FROM base GROUP BY part)`;
  const from = extras ? sql`totals LEFT JOIN page ON page.part = totals.part LEFT JOIN` : sql`page JOIN`;
  const joined = sql`${from} runs r ON r.id = page.id\n${source.joins}`;
  const head = extras
    ? sql`totals.part AS part, total, earlier, later`
    : sql`page.part AS part, NULL AS total, false AS earlier, false AS later`;
  const selected = [
    head,
    sql`page.id AS id, page.dataset AS dataset, page.line AS line`,
    ...names.map((name) => sql`page.${name} AS ${name}`),
    ...columns,
  ];
  return sql`WITH ${join([...baseOf(plan, groups), page, ...(extras ? [totals] : [])], ", ")}
SELECT ${join(selected, ", ")}
FROM ${joined}
ORDER BY part, ${sql`${join([...pageOrder(plan), sql`page.id ASC`], ", ")}`}`;
}

const pageOrder = (plan: RunPlan): Sql[] =>
  plan.order.map(({ direction }, index) => {
    const name = alias("o", index);
    return direction === "asc" ? sql`page.${name} ASC NULLS LAST` : sql`page.${name} DESC NULLS LAST`;
  });

/** The runs that a plan pages through: part, id, dataset, line and the order's values. */
function baseOf(plan: RunPlan, groups: GroupsInput | null): Sql[] {
  const source = new RunSource();
  const orders = orderValues(plan.order, source).map((value, index) => sql`${value} AS ${alias("o", index)}`);
  const own = sql`r.id AS id, r.dataset AS dataset, r.line AS line`;
  if (plan.partition?.by === "group" && groups) return groupedBase(plan, groups, source, [own, ...orders]);
  const part = plan.partition && plan.partition.by !== "group" ? partColumn(plan.partition.by) : sql`-1`;
  const where = allOf([
    condition(plan.where, source),
    ...(plan.partition && plan.partition.by !== "group"
      ? [sql`${part} IN (SELECT unnest(${integers(plan.partition.of)}))`]
      : []),
  ]);
  return [
    sql`base AS (SELECT ${join([sql`${part} AS part`, own, ...orders], ", ")}\nFROM ${source.from}\nWHERE ${where})`,
  ];
}

/** The runs of each group of an aggregate plan; the part is the group's ordinal. */
function groupedBase(plan: RunPlan, groups: GroupsInput, source: RunSource, own: readonly Sql[]): Sql[] {
  const keys: readonly GroupKey[] = groups.keys;
  const values = keyValues(keys, source);
  const where = allOf([condition(groups.plan.where, source), condition(plan.where, source)]);
  const { statement } = compileGroups({ ...groups, plan: { ...groups.plan, aggregates: [] } }, true);
  return [
    sql`groups AS (${statement})`,
    sql`measured AS (SELECT ${join([...own, ...values], ", ")}\nFROM ${source.from}\nWHERE ${where})`,
    sql`keyed AS (SELECT ${join([sql`*`, ...keyColumns(keys)], ", ")} FROM measured)`,
    sql`base AS (SELECT groups.ordinal AS part, keyed.* FROM keyed JOIN groups ON ${sameNames(keyNames(keys), sql`keyed`, sql`groups`)})`,
  ];
}

/** One SELECT for runs by id, or by dataset and line. Columns: id, dataset, line, then the plan's. */
export function compileRunLookup({ columns, by }: RunLookupPlan): Sql {
  const source = new RunSource();
  const selected = join(
    [sql`r.id, r.dataset, r.line`, ...columns.map((column) => source.column(column))],
    ", ",
  );
  return sql`SELECT ${selected}\nFROM ${source.from}\nWHERE ${wanted(by)}`;
}

function wanted(by: RunLookupPlan["by"]): Sql {
  if ("ids" in by) {
    const [first] = by.ids;
    return by.ids.length === 1 && first !== undefined
      ? sql`r.id = ${integer(first)}`
      : sql`r.id IN (SELECT unnest(${integers(by.ids)}))`;
  }
  const [first] = by.lines;
  if (by.lines.length === 1 && first)
    return sql`r.dataset = ${integer(first.dataset)} AND r.line = ${integer(first.line)}`;
  const datasets = integers(by.lines.map(({ dataset }) => dataset));
  const lines = integers(by.lines.map(({ line }) => line));
  return sql`(r.dataset, r.line) IN (SELECT (unnest(${datasets}), unnest(${lines})))`;
}

/** One SELECT for columns of all runs of a filter: id, dataset, line, then the plan's. One row more than allowed is read. */
export function compileValues({ columns, where, order = [], first = null, maxRuns }: ValuesPlan): Sql {
  const source = new RunSource();
  const selected = [sql`r.id, r.dataset, r.line`, ...columns.map((column) => source.column(column))];
  const held = condition(where, source);
  const limit = integer(Math.min(first ?? Infinity, maxRuns + 1));
  if (order.length === 0)
    return sql`SELECT ${join(selected, ", ")}\nFROM ${source.from}\nWHERE ${held}\nORDER BY r.id\nLIMIT ${limit}`;
  const keys = orderKeys(order);
  const values = orderValues(order, source).map((value, index) => sql`${value} AS ${alias("o", index)}`);
  // The order's values are the last columns, which nobody reads.
  return sql`SELECT ${join([...selected, ...values], ", ")}\nFROM ${source.from}\nWHERE ${held}\n${orderBy(keys)}\nLIMIT ${limit}`;
}
