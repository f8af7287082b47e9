import type { CurveField } from "../catalogue.js";
import type { Measure, PointMeasure } from "../measure.js";
import type { Aggregate, GroupBy, Statistic } from "../plan.js";
import type { ColumnOf, ColumnType, GroupValue } from "./export-plan.js";
import { measureName, measureType } from "./run-columns.js";

type GroupColumn = ColumnOf<GroupValue>;

/**
 * Columns of groups. A key has the name of what it is (`dataset`, `diverged`, `hyperparameters.optimizer`);
 * a bin has `.lower` and `.upper`, infinite where it is open, `.upperClosed`, and `.state`, which says
 * why there is no bin. A statistic follows its measure: `score.valLoss.median`,
 * `score.valLoss.quantile.0.9`; correlations are `pearson.<x>.<y>` and `spearman.<x>.<y>`. A name that is
 * taken gets `_2`, `_3`, …
 */
export function keyColumns(groupBy: readonly GroupBy[]): GroupColumn[] {
  return groupBy.flatMap((by, index): GroupColumn[] => {
    const part = (name: string, type: ColumnType, part: KeyPart): GroupColumn => ({
      name,
      type,
      from: { kind: "key", index, part },
    });
    switch (by.kind) {
      case "dataset":
      case "configuration":
        return [part(by.kind, "string", "value")];
      case "flag":
        return [part(by.flag, "boolean", "value")];
      case "value":
        return [part(measureName(by.of), measureType(by.of), "value")];
      case "bin": {
        const name = measureName(by.of);
        return [
          part(`${name}.lower`, "float", "lower"),
          part(`${name}.upper`, "float", "upper"),
          part(`${name}.upperClosed`, "boolean", "upperClosed"),
          part(`${name}.state`, "string", "state"),
        ];
      }
    }
  });
}

type KeyPart = Extract<GroupValue, { kind: "key" }>["part"];

export const aggregateColumn = (aggregate: Aggregate): GroupColumn => ({
  name: aggregateName(aggregate),
  type: isCount(aggregate) ? "integer" : "float",
  from: { kind: "aggregate", aggregate },
});

const isCount = (aggregate: Aggregate): boolean =>
  aggregate.kind === "count" ||
  (aggregate.kind === "statistic" && aggregate.statistic.toLowerCase().endsWith("count"));

function aggregateName(aggregate: Aggregate): string {
  switch (aggregate.kind) {
    case "count":
      return "count";
    case "statistic":
      return `${ofName(aggregate.of)}.${aggregate.statistic}`;
    case "quantile":
      return `${ofName(aggregate.of)}.quantile.${aggregate.p}${aggregate.method === "lower" ? ".lower" : ""}`;
    case "correlation":
      return `${aggregate.method}.${measureName(aggregate.x)}.${measureName(aggregate.y)}`;
  }
}

const ofName = (of: Measure | PointMeasure): string =>
  of.kind === "point" ? `metric.${of.metric.name}` : measureName(of);

/** What a group tells of each measure where nothing else is asked for. */
const USUAL: readonly Statistic[] = ["count", "mean", "stddev", "min", "median", "max"];

const usual = (of: Measure | PointMeasure): Aggregate[] =>
  USUAL.map((statistic) => ({ kind: "statistic", of, statistic }));

/** The usual statistics of every metric's best, where it has one. */
export const usualOfRuns = (metrics: readonly CurveField[]): Aggregate[] =>
  metrics
    .filter(({ goal, role }) => goal !== null && role !== "axis")
    .flatMap((metric) => usual({ kind: "score", metric, at: { kind: "best", of: metric } }));

/** The usual statistics of every metric at every point. */
export const usualOfPoints = (metrics: readonly CurveField[]): Aggregate[] =>
  metrics.filter(({ role }) => role !== "axis").flatMap((metric) => usual({ kind: "point", metric }));

/** The columns, each with a name of its own. */
export function withUniqueNames(columns: readonly GroupColumn[]): GroupColumn[] {
  const taken = new Set<string>();
  return columns.map((column) => {
    let name = column.name;
    for (let count = 2; taken.has(name); count += 1) name = `${column.name}_${count}`;
    taken.add(name);
    return { ...column, name };
  });
}
