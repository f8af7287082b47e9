import { measureKey } from "../../../schema/measure.js";
import type { Aggregate, Quantiles, Statistic } from "../../../schema/plan.js";
import { SELECTIONS, type GroupedRows } from "./operands.js";

/** Steps for each row: to sort a measure's values into the groups, to select a quantile, to sort them. */
const [SPLIT, SELECT, SORT] = [6, 6, 30];
/** Steps for each value of a group that is answered. */
const ANSWER = 50;

/** What each statistic takes for each row, beside the splitting. */
const ofStatistic: Readonly<Record<Statistic, number>> = {
  count: 0,
  nullCount: 0,
  nanCount: 0,
  infCount: 0,
  distinctCount: 50,
  min: 1,
  max: 1,
  mean: 4,
  sum: 3,
  stddev: 8,
  variance: 8,
  stddevPopulation: 8,
  variancePopulation: 8,
  median: SELECT,
  argMin: 3,
  argMax: 3,
};

/** About how many steps of a nanosecond or two it takes to aggregate rows. */
export function stepsOf(
  aggregates: readonly (Aggregate | Quantiles)[],
  { group, groupCount }: GroupedRows,
): number {
  const quantiles = new Map<string, number>();
  const measures = new Set<string>();
  let [each, answers] = [0, 0];
  for (const aggregate of aggregates) {
    const numbers = aggregate.kind === "quantiles" ? aggregate.p.length : 1;
    answers += numbers;
    if (aggregate.kind === "correlation") continue;
    if (aggregate.kind === "count") {
      each += 1;
      continue;
    }
    const key = measureKey(aggregate.of);
    measures.add(key);
    if (aggregate.kind === "statistic") each += ofStatistic[aggregate.statistic];
    else quantiles.set(key, (quantiles.get(key) ?? 0) + numbers);
  }
  for (const asked of quantiles.values())
    each += Math.min(asked, SELECTIONS) * SELECT + (asked < SELECTIONS ? 0 : SORT);
  each += measures.size * SPLIT;
  return each * group.length + ANSWER * groupCount * answers;
}
