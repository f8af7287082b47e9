import type { ConfigurationLookupPlan, ConfigurationPlan } from "../../schema/plan.js";
import { hyperparameterColumn } from "./identifiers.js";
import { beyond, orderBy } from "./order.js";
import { allOf, integer, integers, join, no, type Sql, sql, texts } from "./tag.js";

const own = sql`c.id, c.key, c.block, c.quantile, c.run_count`;

/** One SELECT for configurations, by id or by key. Columns: id, key, block, quantile, run count, then hyperparameters of the first run. */
export function compileConfigurationLookup({ by, hyperparameters }: ConfigurationLookupPlan): Sql {
  const columns = join([own, ...hyperparameters.map(hyperparameterColumn)], ", ");
  const wanted =
    "ids" in by
      ? sql`c.id IN (SELECT unnest(${integers(by.ids)}))`
      : sql`c.key IN (SELECT unnest(${texts(by.keys)}))`;
  return sql`SELECT ${columns}\nFROM configurations c JOIN runs r ON r.id = c.first_run\nWHERE ${wanted}`;
}

/**
 * One SELECT for a page of configurations of each of some datasets, in order of their first run.
 * Columns: dataset, total, rows beyond the cursors (before, after), then those of the look-up; one
 * row more than the limit is read, and a dataset without rows answers with one whose id is NULL.
 */
export function compileConfigurations({
  datasets,
  minRuns,
  page,
  extras,
  hyperparameters,
}: ConfigurationPlan): Sql {
  const after = page.after ? sql`(${beyond([], page.after, "after")})` : null;
  const before = page.before ? sql`(${beyond([], page.before, "before")})` : null;
  const bounds = allOf([after, before].filter((bound) => bound !== null));
  const columns = join([own, ...hyperparameters.map(hyperparameterColumn)], ", ");
  return sql`WITH base AS (SELECT dataset AS part, configuration AS id FROM runs WHERE dataset IN (SELECT unnest(${integers(datasets)})) GROUP BY dataset, configuration HAVING count(*) >= ${integer(minRuns)}), page AS (SELECT part, id FROM base WHERE ${bounds} QUALIFY row_number() OVER (PARTITION BY part ${orderBy([], page.from === "end")}) <= ${integer(page.limit + 1)}), totals AS (SELECT part, ${extras.totalCount ? sql`count(*)` : sql`NULL`} AS total, ${extras.oppositePage && after ? sql`bool_or(NOT ${after})` : no} AS earlier, ${extras.oppositePage && before ? sql`bool_or(NOT ${before})` : no} AS later FROM base GROUP BY part)
SELECT totals.part, total, earlier, later, ${columns}
FROM totals LEFT JOIN page ON page.part = totals.part LEFT JOIN configurations c ON c.id = page.id LEFT JOIN runs r ON r.id = c.first_run
ORDER BY totals.part, c.id`;
}
