import { columnKey, type Page, type RunColumn, type RunPlan } from "../../schema/plan.js";
import type {
  ConfigurationPage,
  ConfigurationRow,
  RunColumns,
  RunPage,
  RunRow,
  StoredValue,
} from "../../schema/store.js";

type Row = readonly unknown[];

/** A page's rows as read: one more than its limit where there are more, and whether any lie beyond its cursors. */
interface Cut<T> {
  readonly rows: readonly T[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

function cut<T>(rows: readonly T[], { limit, from }: Page, earlier: boolean, later: boolean): Cut<T> {
  const more = rows.length > limit;
  const kept = !more ? rows : from === "start" ? rows.slice(0, limit) : rows.slice(rows.length - limit);
  return {
    rows: kept,
    hasNextPage: later || (more && from === "start"),
    hasPreviousPage: earlier || (more && from === "end"),
  };
}

/** Columns before the order's values: part, total, earlier, later, id, dataset, line. */
const OWN = 7;

/** The pages that a statement of `compileRuns` answered, by part. */
export function runPages(rows: readonly Row[], plan: RunPlan): Map<number, RunPage> {
  const parts = byPart(rows);
  const keys = plan.columns.map(columnKey);
  const width = plan.order.length;
  return new Map(
    [...parts].map(([part, list]) => {
      const head = list[0] as Row;
      const found = list.filter((row) => row[4] !== null);
      const page = cut(found, plan.page, head[2] === true, head[3] === true);
      return [
        part,
        {
          ...page,
          rows: page.rows.map((row) => runRow(row.slice(4, OWN), row.slice(OWN + width), keys)),
          positions: page.rows.map((row) => row.slice(OWN, OWN + width) as StoredValue[]),
          totalCount: head[1] === null ? null : Number(head[1]),
        },
      ];
    }),
  );
}

/** A run from its id, dataset and line, and the values under the keys. */
export function runRow(own: Row, values: Row, keys: readonly string[]): RunRow {
  return {
    id: own[0] as number,
    dataset: own[1] as number,
    line: own[2] as number,
    values: new Map(keys.map((key, index) => [key, values[index] as StoredValue])),
  };
}

/** Runs by column from a statement whose columns are id, dataset, line, and then those. */
export const runColumns = (
  [id = [], dataset = [], line = [], ...values]: readonly (readonly unknown[])[],
  columns: readonly RunColumn[],
): RunColumns => ({
  id: id as readonly number[],
  dataset: dataset as readonly number[],
  line: line as readonly number[],
  values: new Map(
    columns.map((column, index) => [columnKey(column), (values[index] ?? []) as readonly StoredValue[]]),
  ),
});

/** The pages that a statement of `compileConfigurations` answered, by dataset. */
export function configurationPages(
  rows: readonly Row[],
  columns: readonly string[],
  page: Page,
): Map<number, ConfigurationPage> {
  return new Map(
    [...byPart(rows)].map(([part, list]) => {
      const [, total, earlier, later] = list[0] as Row;
      const found = list.filter((row) => row[4] !== null);
      const kept = cut(found, page, earlier === true, later === true);
      return [
        part,
        {
          ...kept,
          rows: kept.rows.map((row) => configurationRow(row.slice(4), columns)),
          totalCount: total === null ? null : Number(total),
        },
      ];
    }),
  );
}

/** A configuration from a row of `compileConfigurationLookup`. */
export const configurationRow = (
  [id, key, block, quantile, runCount, ...values]: Row,
  columns: readonly string[],
): ConfigurationRow => ({
  id: id as number,
  key: key as string,
  block: block as number | null,
  quantile: quantile as number | null,
  runCount: runCount as number,
  values: new Map(columns.map((column, index) => [column, values[index] as StoredValue])),
});

/** Rows whose first column is the same, together. */
function byPart(rows: readonly Row[]): Map<number, Row[]> {
  const parts = new Map<number, Row[]>();
  for (const row of rows) {
    const part = Number(row[0]);
    const list = parts.get(part);
    if (list) list.push(row);
    else parts.set(part, [row]);
  }
  return parts;
}
