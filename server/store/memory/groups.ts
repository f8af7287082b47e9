import type { Catalogue } from "../../../schema/catalogue.js";
import { type Measure, measureKey, type PointMeasure } from "../../../schema/measure.js";
import { type Aggregate, type AggregatePlan, aggregateKey, type Quantiles } from "../../../schema/plan.js";
import type { GroupKeyValue, GroupRow } from "../../../schema/store.js";
import { mayMixAxes } from "../axes.js";
import { requireFewGroups } from "../refusals.js";
import type { Column } from "./column.js";
import { condition, holdingRuns } from "./conditions.js";
import { compileKey } from "./group-keys.js";
import { compilePoints, type PointRows } from "./group-points.js";
import { groupRuns, type RunGroups } from "./group-runs.js";
import { type GroupedRows, Operand } from "./operands.js";
import { quantile } from "./quantiles.js";
import { statistics } from "./statistics.js";
import { stepsOf } from "./group-steps.js";
import { MAX_STEPS, type View } from "./view.js";

/**
 * The groups of a plan in order of their keys, as the statement of `compileGroups` answers them. Plans
 * with sets, other orders and tests of groups are left to that, and so are correlations. Null where
 * there turn out to be too many points, or too much to do with them.
 */
export function compileGroups(
  plan: AggregatePlan,
  view: View,
  catalogue: Catalogue,
): () => GroupRow[] | null {
  const isCut = plan.having.length > 0 || plan.order.length > 0 || plan.first !== null;
  if (isCut || plan.partition !== null || mayMixAxes(plan, catalogue)) view.refuse();
  const holds = condition(plan.where, view);
  const keys = plan.groupBy.map((by) => compileKey(by, view));
  const points = plan.curve && compilePoints(plan.curve, view);
  const aggregates = plan.aggregates.flatMap((aggregate): [string, Answer][] =>
    aggregate.kind === "quantiles" ? [] : [[aggregateKey(aggregate), compileAggregate(aggregate, view)]],
  );
  const quantiles = plan.aggregates.flatMap((aggregate): [string, ListAnswer][] =>
    aggregate.kind === "quantiles" ? [[aggregateKey(aggregate), compileQuantiles(aggregate, view)]] : [],
  );
  return () => {
    const runs = holdingRuns(holds, view.runs.count);
    const groups = groupRuns(
      runs,
      keys.map((keyOf) => keyOf(runs)),
    );
    const rows = points ? points(groups) : rowsOfRuns(groups, keys.length > 0);
    if (rows === null) return null;
    if (stepsOf(plan.aggregates, rows) > MAX_STEPS) return null;
    requireFewGroups(rows.groupCount, plan.maxGroups, plan.curve !== null);
    const operands = new Operands(rows);
    const values = aggregates.map(([key, answer]): [string, Of] => [key, answer(operands)]);
    const lists = quantiles.map(([key, answer]): [string, ListOf] => [key, answer(operands)]);
    return Array.from({ length: rows.groupCount }, (_, group) => ({
      ordinal: group,
      part: null,
      axis: rows.axis?.[group] ?? null,
      keys: rows.keys[group] ?? [],
      runCount: rows.runCounts[group] as number,
      values: new Map(values.map(([key, of]) => [key, finite(of(group))])),
      lists: new Map(lists.map(([key, of]) => [key, of(group).map(finite)])),
    }));
  };
}

/** The value of one aggregate of a group. */
type Of = (group: number) => number | null;
type Answer = (operands: Operands) => Of;
type ListOf = (group: number) => readonly (number | null)[];
type ListAnswer = (operands: Operands) => ListOf;

const finite = (value: number | null): number | null =>
  value !== null && Number.isFinite(value) ? value : null;

function compileAggregate(aggregate: Aggregate, view: View): Answer {
  switch (aggregate.kind) {
    case "count": {
      if (aggregate.where === null) return ({ rows }) => countRows(rows, null);
      const holds = condition(aggregate.where, view);
      return ({ rows }) => {
        const mask = new Uint8Array(view.runs.count);
        holds(mask);
        return countRows(rows, mask);
      };
    }
    case "statistic": {
      const column = columnOf(aggregate.of, view);
      const compute = statistics[aggregate.statistic];
      return (operands) => {
        const operand = operands.of(aggregate.of, column);
        return (group) => compute(operand, group);
      };
    }
    case "quantile": {
      const column = columnOf(aggregate.of, view);
      return (operands) => {
        const operand = operands.of(aggregate.of, column);
        return (group) => quantile(operand.ranked(group), aggregate.p, aggregate.method);
      };
    }
    case "correlation":
      view.refuse();
      return () => () => null;
  }
}

function compileQuantiles({ of, p, method }: Quantiles, view: View): ListAnswer {
  const column = columnOf(of, view);
  return (operands) => {
    const operand = operands.of(of, column);
    return (group) => p.map((one) => quantile(operand.ranked(group), one, method));
  };
}

const columnOf = (of: Measure | PointMeasure, view: View): Column =>
  of.kind === "point" ? view.points(of.metric) : view.run({ kind: "value", measure: of });

/** How many rows each group has, of runs that a mask has. */
function countRows({ groupCount, group, run }: GroupedRows, mask: Uint8Array | null): Of {
  const counts = new Int32Array(groupCount);
  for (let row = 0; row < group.length; row += 1) {
    if (mask === null || mask[run[row] as number] === 1) (counts[group[row] as number] as number)++;
  }
  return (of) => counts[of] as number;
}

/** The measures that aggregates are of, each sorted into the groups once. */
class Operands {
  readonly #operands = new Map<string, Operand>();

  constructor(readonly rows: GroupedRows) {}

  of(measure: Measure | PointMeasure, column: Column): Operand {
    const key = measureKey(measure);
    let operand = this.#operands.get(key);
    if (!operand) {
      const { run, point } = this.rows;
      operand = new Operand(column, this.rows, measure.kind === "point" ? (point ?? run) : run);
      this.#operands.set(key, operand);
    }
    return operand;
  }
}

/** Groups of runs as rows; without keys there is one group, though no run be in it. */
function rowsOfRuns({ runs, group, keys, counts }: RunGroups, hasKeys: boolean): PointRows {
  const groupCount = hasKeys ? keys.length : 1;
  const all: readonly (readonly GroupKeyValue[])[] = hasKeys ? keys : [[]];
  return {
    groupCount,
    group,
    run: runs,
    point: null,
    axis: null,
    keys: all,
    runCounts: hasKeys ? counts : [runs.length],
  };
}
