import type { Catalogue, Hyperparameter } from "../../schema/catalogue.js";
import type { ConfigurationLookupPlan, ConfigurationPlan } from "../../schema/plan.js";
import { alias, hyperparameterColumn } from "./identifiers.js";
import { beyond, orderBy } from "./order.js";
import { allOf, empty, integer, integers, join, no, type Sql, sql, texts } from "./tag.js";

const own = sql`c.id, c.key, c.block, c.quantile, c.run_count`;

/**
 * Columns of hyperparameters in which runs of one configuration may differ, beside seeds, which are never
 * shared: labels, and what a manifest calls fixed though it varies, in one dataset or from one to another.
 */
export function unsharedColumns({ datasets, hyperparameters }: Catalogue): ReadonlySet<string> {
  const mayDiffer = ({ column }: Hyperparameter): boolean => {
    const found = datasets.map((dataset) =>
      dataset.hyperparameters.find(({ hyperparameter }) => hyperparameter.column === column),
    );
    if (found.some((one) => one?.role === "seed")) return false;
    if (found.every((one) => one === undefined || one.role === "searched")) return false;
    const [first] = found;
    const isConstant = first?.lower != null && first.lower === first.upper;
    const isSame = found.every(
      (one) => one?.missingCount === 0 && one.lower === first?.lower && one.upper === first?.upper,
    );
    const isAlone = datasets.length === 1 && first?.missingCount === 0 && first.distinctCount === 1;
    return !isAlone && !(isConstant && isSame);
  };
  return new Set(hyperparameters.filter(mayDiffer).map(({ column }) => column));
}

/** Values of configurations `c` that their first runs `r` have; those in which runs may differ, only where all have the same. */
function valuesOf(
  hyperparameters: readonly Hyperparameter[],
  unshared: ReadonlySet<string>,
  wanted: Sql,
): { readonly columns: Sql; readonly shared: Sql } {
  const compared = hyperparameters.filter(({ column }) => unshared.has(column));
  const name = (of: Hyperparameter): Sql => alias("v", compared.indexOf(of));
  const columns = hyperparameters.map((one) =>
    compared.includes(one) ? sql`shared.${name(one)}` : hyperparameterColumn(one),
  );
  const same = compared.map((one) => {
    const value = hyperparameterColumn(one);
    return sql`CASE WHEN count(${value}) = count(*) AND count(DISTINCT ${value}) = 1 THEN min(${value}) END AS ${name(one)}`;
  });
  return {
    columns: join([own, ...columns], ", "),
    shared:
      compared.length === 0
        ? empty
        : sql` LEFT JOIN (SELECT r.configuration AS id, ${join(same, ", ")} FROM runs r WHERE r.configuration IN (${wanted}) GROUP BY r.configuration) shared ON shared.id = c.id`,
  };
}

/**
 * One SELECT for configurations, by id or by key. Columns: id, key, block, quantile, run count, then
 * hyperparameters, null where runs differ.
 */
export function compileConfigurationLookup(
  { by, hyperparameters }: ConfigurationLookupPlan,
  unshared: ReadonlySet<string>,
): Sql {
  const wanted =
    "ids" in by
      ? sql`c.id IN (SELECT unnest(${integers(by.ids)}))`
      : sql`c.key IN (SELECT unnest(${texts(by.keys)}))`;
  const { columns, shared } = valuesOf(
    hyperparameters,
    unshared,
    sql`SELECT c.id FROM configurations c WHERE ${wanted}`,
  );
  return sql`SELECT ${columns}\nFROM configurations c JOIN runs r ON r.id = c.first_run${shared}\nWHERE ${wanted}`;
}

/**
 * One SELECT for a page of configurations of each of some datasets, in order of their first run.
 * Columns: dataset, total, rows beyond the cursors (before, after), then those of the look-up; one
 * row more than the limit is read, and a dataset without rows answers with one whose id is NULL.
 */
export function compileConfigurations(
  { datasets, minRuns, page, extras, hyperparameters }: ConfigurationPlan,
  unshared: ReadonlySet<string>,
): Sql {
  const after = page.after ? sql`(${beyond([], page.after, "after")})` : null;
  const before = page.before ? sql`(${beyond([], page.before, "before")})` : null;
  const bounds = allOf([after, before].filter((bound) => bound !== null));
  const { columns, shared } = valuesOf(hyperparameters, unshared, sql`SELECT id FROM page`);
  return sql`WITH base AS (SELECT dataset AS part, configuration AS id FROM runs WHERE dataset IN (SELECT unnest(${integers(datasets)})) GROUP BY dataset, configuration HAVING count(*) >= ${integer(minRuns)}), page AS (SELECT part, id FROM base WHERE ${bounds} QUALIFY row_number() OVER (PARTITION BY part ${orderBy([], page.from === "end")}) <= ${integer(page.limit + 1)}), totals AS (SELECT part, ${extras.totalCount ? sql`count(*)` : sql`NULL`} AS total, ${extras.oppositePage && after ? sql`bool_or(NOT ${after})` : no} AS earlier, ${extras.oppositePage && before ? sql`bool_or(NOT ${before})` : no} AS later FROM base GROUP BY part)
SELECT totals.part, total, earlier, later, ${columns}
FROM totals LEFT JOIN page ON page.part = totals.part LEFT JOIN configurations c ON c.id = page.id LEFT JOIN runs r ON r.id = c.first_run${shared}
ORDER BY totals.part, c.id`;
}
