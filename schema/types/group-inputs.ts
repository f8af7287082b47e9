import { limits } from "../limits.js";
import type { Builder } from "../builder.js";
import type { Catalogue } from "../catalogue.js";
import { badInput } from "../faults.js";
import type { Names } from "../names.js";
import type {
  Aggregate,
  CorrelationMethod,
  Direction,
  GroupOrder,
  Having,
  HavingTest,
  QuantileMethod,
  Statistic,
} from "../plan.js";
import { correlationOf } from "./aggregates.js";
import type { Enums } from "./enums.js";
import { type ComparisonInput, type Filters, nullAllowed, toFilter } from "./filters.js";
import type { GroupByInput } from "./groups.js";
import { type MeasureInput, type Measures, toNumericMeasure } from "./measures.js";
import { toDirection } from "./run-connections.js";
import { quantileOf } from "./summaries.js";

export interface GroupAggregateInput {
  count?: { where?: object | null } | null;
  statistic?: { of: MeasureInput; statistic: Statistic } | null;
  quantile?: { of: MeasureInput; p: number; method?: QuantileMethod | null } | null;
  correlation?: { x: MeasureInput; y: MeasureInput; method?: CorrelationMethod | null } | null;
}

export interface GroupOrderInput {
  by: { key?: number | null; aggregate?: GroupAggregateInput | null };
  direction?: Direction | "best" | null;
}

/** `GroupFilter`, `GroupOrder`, and the numbers about a group that they name. */
export function defineGroupInputs(builder: Builder, enums: Enums, filters: Filters, measures: Measures) {
  const count = builder.inputType("CountInput", {
    description: "How many runs.",
    fields: (t) => ({
      where: t.field({
        type: filters.runFilter,
        description: "Count only these runs. Default: all of the group.",
      }),
    }),
  });
  const statistic = builder.inputType("StatisticInput", {
    description: "A statistic of one measure.",
    fields: (t) => ({
      of: t.field({ description: "What is measured.", type: measures.measure, required: true }),
      statistic: t.field({ description: "Which statistic.", type: enums.statistic, required: true }),
    }),
  });
  const quantile = builder.inputType("QuantileInput", {
    description: "A quantile of one measure.",
    fields: (t) => ({
      of: t.field({ description: "What is measured.", type: measures.measure, required: true }),
      p: t.float({ required: true, description: "From 0 to 1." }),
      method: t.field({
        description: "How it is computed.",
        type: enums.quantileMethod,
        defaultValue: "linear",
      }),
    }),
  });
  const correlation = builder.inputType("CorrelationInput", {
    description: "A correlation of two measures.",
    fields: (t) => ({
      x: t.field({ description: "The one measure.", type: measures.measure, required: true }),
      y: t.field({ description: "The other.", type: measures.measure, required: true }),
      method: t.field({
        description: "How it is computed.",
        type: enums.correlationMethod,
        defaultValue: "pearson",
      }),
    }),
  });
  const aggregate = builder.inputType("GroupAggregate", {
    isOneOf: true,
    description: "One number about a group.",
    fields: (t) => ({
      count: t.field({ description: "How many runs the group has.", type: count }),
      statistic: t.field({ description: "Which statistic.", type: statistic }),
      quantile: t.field({ description: "A quantile of one measure.", type: quantile }),
      correlation: t.field({ description: "A correlation of two measures.", type: correlation }),
    }),
  });
  const having = builder.inputType("GroupFilter", {
    description: "A condition on a group's number.",
    fields: (t) => ({
      of: t.field({ description: "What is measured.", type: aggregate, required: true }),
      is: t.field({ description: "What must hold for it.", type: filters.float, required: true }),
    }),
  });
  const orderKey = builder.inputType("GroupOrderKey", {
    description: "A key, or a number about the group.",
    isOneOf: true,
    fields: (t) => ({
      key: t.int({ description: "Position of the key in groupBy, from 0." }),
      aggregate: t.field({ description: "A number about the group.", type: aggregate }),
    }),
  });
  const order = builder.inputType("GroupOrder", {
    description:
      "What groups are put in order by. Null comes last in every direction; ties are in order of the keys.",
    fields: (t) => ({
      by: t.field({ description: "What is compared.", type: orderKey, required: true }),
      direction: t.field({ description: "Which come first.", type: enums.direction, defaultValue: "asc" }),
    }),
  });
  return { having, order };
}

function requireFew(path: string, count: number): void {
  if (count > limits.maxOrders)
    throw badInput(path, `${count} entries`, `at most ${limits.maxOrders} are allowed`);
}

/** How many groups at most; null where nothing says. @throws a fault where it is out of range. */
export function toFirst(first: number | null | undefined): number | null {
  if (typeof first !== "number") return null;
  if (first < 1 || first > limits.maxGroups)
    throw badInput("first", first, `1 to ${limits.maxGroups} are allowed`);
  return first;
}

/**
 * The number about a group that an input names.
 * @throws a fault that names the argument, its value and what is allowed.
 */
export function toAggregate(
  { count, statistic, quantile, correlation }: GroupAggregateInput,
  names: Names,
  catalogue: Catalogue,
  path: string,
): Aggregate {
  if (statistic)
    return {
      kind: "statistic",
      of: toNumericMeasure(names, statistic.of, `${path}.statistic.of`),
      statistic: statistic.statistic,
    };
  if (quantile)
    return quantileOf(
      toNumericMeasure(names, quantile.of, `${path}.quantile.of`),
      quantile.p,
      quantile.method ?? "linear",
    );
  if (correlation) return correlationOf(correlation, names, `${path}.correlation`);
  return { kind: "count", where: toFilter(names, catalogue, count?.where, `${path}.count.where`) };
}

/** The conditions that groups have to meet. @throws as `toAggregate` does. */
export function toHaving(
  inputs: readonly { of: object; is: object }[],
  names: Names,
  catalogue: Catalogue,
): Having[] {
  requireFew("having", inputs.length);
  return inputs.map(({ of, is }, index) => ({
    of: toAggregate(of as GroupAggregateInput, names, catalogue, `having[${index}].of`),
    is: Object.entries(is as ComparisonInput).flatMap(([operator, value]): HavingTest[] => {
      if (value === null) throw badInput(`having[${index}].is.${operator}`, null, nullAllowed(operator));
      if (value === undefined) return [];
      return [(Array.isArray(value) ? { operator, values: value } : { operator, value }) as HavingTest];
    }),
  }));
}

/** What groups are put in order by. @throws as `toAggregate` does. */
export function toGroupOrder(
  inputs: readonly GroupOrderInput[],
  groupBy: readonly GroupByInput[],
  names: Names,
  catalogue: Catalogue,
): GroupOrder[] {
  requireFew("orderBy", inputs.length);
  return inputs.map(({ by, direction }, index) => {
    const path = `orderBy[${index}]`;
    if (typeof by.key === "number") {
      if (by.key < 0 || by.key >= groupBy.length)
        throw badInput(
          `${path}.by.key`,
          by.key,
          groupBy.length === 0
            ? "groupBy has no key"
            : `groupBy has ${groupBy.length === 1 ? "1 key, number 0" : `${groupBy.length} keys, counted from 0`}`,
        );
      return {
        by: { kind: "key", index: by.key },
        direction: toDirection(direction, null, `${path}.direction`),
      };
    }
    const aggregate = toAggregate(by.aggregate ?? {}, names, catalogue, `${path}.by.aggregate`);
    return { by: aggregate, direction: toAggregateDirection(direction, aggregate, `${path}.direction`) };
  });
}

/** What a statistic is where it is no value of what it is of, and so has no part in its goal. */
const GOALLESS: Partial<Record<Statistic, string>> = {
  count: "a count",
  nullCount: "a count",
  nanCount: "a count",
  infCount: "a count",
  distinctCount: "a count",
  stddev: "a spread",
  variance: "a spread",
  stddevPopulation: "a spread",
  variancePopulation: "a spread",
};

/** @throws a fault where the best is wanted of a number that is no value of a measure with a goal. */
function toAggregateDirection(
  direction: GroupOrderInput["direction"],
  aggregate: Aggregate,
  path: string,
): Direction {
  const goalless = aggregate.kind === "statistic" ? GOALLESS[aggregate.statistic] : undefined;
  if (direction === "best" && goalless)
    throw badInput(path, "BEST", `${goalless} has no goal, whatever it is of; use ASC or DESC`);
  const measure = "of" in aggregate && aggregate.of.kind !== "point" ? aggregate.of : null;
  return toDirection(direction, measure, path);
}
