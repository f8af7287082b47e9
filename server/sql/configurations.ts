import type { ConfigurationPlan } from "../../schema/plan.js";
import { hyperparameterColumn } from "./identifiers.js";
import { beyond, orderBy } from "./order.js";
import { allOf, integer, integers, join, no, type Sql, sql, texts } from "./tag.js";

/**
 * One SELECT for configurations, by id, by key, or those of a dataset that has enough runs of them.
 * Columns: total, rows beyond the cursors (before, after), id, key, block, quantile, run count, then
 * the hyperparameters of the configuration's first run.
 */
export function compileConfigurations({ by, hyperparameters }: ConfigurationPlan): Sql {
  const own = [
    sql`c.id, c.key, c.block, c.quantile, c.run_count`,
    ...hyperparameters.map(hyperparameterColumn),
  ];
  const from = sql`configurations c JOIN runs r ON r.id = c.first_run`;
  if (!("dataset" in by)) {
    const where =
      "ids" in by
        ? sql`c.id IN (SELECT unnest(${integers(by.ids)}))`
        : sql`c.key IN (SELECT unnest(${texts(by.keys)}))`;
    return sql`SELECT ${join([sql`NULL AS total, false AS earlier, false AS later`, ...own], ", ")}\nFROM ${from}\nWHERE ${where}`;
  }
  const { page, extras } = by;
  const after = page.after ? beyond([], page.after, "after") : null;
  const before = page.before ? beyond([], page.before, "before") : null;
  const bounds = allOf([after, before].filter((bound) => bound !== null));
  return sql`WITH base AS (SELECT configuration AS id FROM runs WHERE dataset = ${integer(by.dataset)} GROUP BY configuration HAVING count(*) >= ${integer(by.minRuns)}), page AS (SELECT id FROM base WHERE ${bounds} ${orderBy([], page.from === "end")} LIMIT ${integer(page.limit + 1)}), totals AS (SELECT ${extras.totalCount ? sql`count(*)` : sql`NULL`} AS total, ${extras.oppositePage && after ? sql`bool_or(NOT ${after})` : no} AS earlier, ${extras.oppositePage && before ? sql`bool_or(NOT ${before})` : no} AS later FROM base)
SELECT ${join([sql`total, earlier, later`, ...own], ", ")}
FROM totals LEFT JOIN page ON true LEFT JOIN configurations c ON c.id = page.id LEFT JOIN runs r ON r.id = c.first_run
ORDER BY c.id`;
}
