import { limits } from "../limits.js";
import type { Builder } from "../builder.js";
import { badInput } from "../faults.js";
import type { Measure, PointMeasure } from "../measure.js";
import type { Names } from "../names.js";
import {
  type Aggregate,
  aggregateKey,
  type AggregatePlan,
  planKey,
  type QuantileMethod,
  type Quantiles,
  type Statistic,
} from "../plan.js";
import type { Selection } from "../selection.js";
import type { GroupRow, HistogramBin, RunRow } from "../store.js";
import { type BinRuleInput, type Bins, toBinSpec } from "./bins.js";
import type { Enums } from "./enums.js";
import type { Refs } from "./refs.js";
import { runColumnsBelow } from "./runs.js";

/** One group that a plan answered. */
export interface Group {
  readonly plan: AggregatePlan;
  readonly row: GroupRow;
}

/** The values of one measure in a group. */
export interface Summary extends Group {
  readonly of: Measure | PointMeasure;
}

const DEFAULT_HISTOGRAM: BinRuleInput = { count: 20 };

/** `NumberSummary`: everything that can be asked of the values of one measure. */
export function defineSummaries(builder: Builder, refs: Refs, names: Names, enums: Enums, bins: Bins) {
  return builder.objectRef<Summary>("NumberSummary").implement({
    description:
      "Statistics of the finite values of one measure, with the counts of what was left out. Null where the values do not allow it (no value at all; one value, for a standard deviation).",
    fields: (t) => {
      const count = (statistic: Statistic, description: string) =>
        t.int({ description, resolve: (summary) => statisticOf(summary, statistic) ?? 0 });
      const number = (statistic: Statistic, description: string) =>
        t.float({ nullable: true, description, resolve: (summary) => statisticOf(summary, statistic) });
      const extreme = (statistic: "argMin" | "argMax", description: string) =>
        t.field({
          type: refs.run,
          nullable: true,
          description,
          resolve: (summary, _, context, info): Promise<RunRow> | null => {
            const id = statisticOf(summary, statistic);
            return id === null ? null : context.run(runColumnsBelow(info, context, names), id);
          },
        });
      return {
        count: count("count", "How many values are finite; every other statistic is of these."),
        nullCount: count("nullCount", "How many are missing: null, absent, or never logged."),
        nanCount: count("nanCount", "How many are NaN."),
        infCount: count("infCount", "How many are infinite."),
        distinctCount: count("distinctCount", "How many different finite values."),
        min: number("min", "The least."),
        max: number("max", "The greatest."),
        mean: number("mean", "The arithmetic mean."),
        sum: number(
          "sum",
          "The sum; null also where it, or that of the values up to one of them, is too large for a double.",
        ),
        stddev: number("stddev", "Standard deviation of the sample (n − 1)."),
        variance: number("variance", "Variance of the sample (n − 1)."),
        stddevPopulation: number("stddevPopulation", "Standard deviation of the population (n)."),
        variancePopulation: number("variancePopulation", "Variance of the population (n)."),
        median: number("median", "The median, interpolated between the middle two."),
        quantile: t.float({
          nullable: true,
          description: "The value below which a share p of the values lies.",
          args: {
            p: t.arg.float({ required: true, description: "From 0 to 1." }),
            method: t.arg({
              description: "How it is computed.",
              type: enums.quantileMethod,
              defaultValue: "linear",
            }),
          },
          resolve: (summary, { p, method }) =>
            valueOf(summary, quantileOf(summary.of, p, method ?? "linear")),
        }),
        quantiles: t.field({
          type: ["Float"],
          nullable: { list: false, items: true },
          description: "Several quantiles, in the order of p.",
          args: {
            p: t.arg.floatList({
              required: true,
              description: `From 0 to 1 each; at most ${limits.maxQuantiles}.`,
            }),
            method: t.arg({
              description: "How it is computed.",
              type: enums.quantileMethod,
              defaultValue: "linear",
            }),
          },
          resolve: (summary, { p, method }) =>
            p.length === 0 ? [] : listOf(summary, quantilesOf(summary.of, p, method ?? "linear")),
        }),
        histogram: t.field({
          type: [bins.histogramBin],
          description:
            "Counts of the finite values by bin, empty bins included. The groups of one answer share their bins, so that they can be compared.",
          args: {
            by: t.arg({ type: bins.rule, description: "Default: {count: 20}." }),
            scale: t.arg({
              description: "The scale on which widths and counts are cut.",
              type: enums.scale,
              defaultValue: "linear",
            }),
          },
          resolve: async ({ plan, row, of }, { by, scale }, context): Promise<readonly HistogramBin[]> => {
            const spec = toBinSpec(
              (by as BinRuleInput | null | undefined) ?? DEFAULT_HISTOGRAM,
              scale ?? "linear",
              "histogram.by",
            );
            const asked = { groups: { ...plan, aggregates: [] }, of, bins: spec };
            const answer = await context.once(`histogram ${planKey(asked)}`, () =>
              context.store.histogram(asked, context.signal),
            );
            return answer.get(row.ordinal) ?? answer.get(-1) ?? [];
          },
        }),
        argMin: extreme(
          "argMin",
          "The run that has the least value; the first of equals, in order of dataset and line.",
        ),
        argMax: extreme(
          "argMax",
          "The run that has the greatest value; the first of equals, in order of dataset and line.",
        ),
      };
    },
  });
}

export type Summaries = ReturnType<typeof defineSummaries>;

/** As it is coerced: null where null is given. */
const methodOf = (args: Readonly<Record<string, unknown>>): QuantileMethod =>
  (args["method"] as QuantileMethod | null | undefined) ?? "linear";

/** The aggregates that a selection on `NumberSummary` reads. */
export function summaryAggregates(
  selection: Selection,
  of: Measure | PointMeasure,
): (Aggregate | Quantiles)[] {
  return selection.fields().flatMap(({ name, args }): (Aggregate | Quantiles)[] => {
    if (name === "quantile") return [quantileOf(of, args["p"] as number, methodOf(args))];
    if (name === "quantiles") {
      const levels = args["p"] as number[];
      return levels.length === 0 ? [] : [quantilesOf(of, levels, methodOf(args))];
    }
    if (name === "histogram" || name === "__typename") return [];
    return [{ kind: "statistic", of, statistic: name as Statistic }];
  });
}

/** @throws a fault where the level lies outside [0, 1]. */
export const quantileOf = (of: Measure | PointMeasure, p: number, method: QuantileMethod): Aggregate => ({
  kind: "quantile",
  of,
  p: toLevel(p, "quantile.p"),
  method,
});

/** @throws a fault where there are too many levels, or one lies outside [0, 1]. */
function quantilesOf(of: Measure | PointMeasure, p: readonly number[], method: QuantileMethod): Quantiles {
  const most = limits.maxQuantiles;
  if (p.length > most) throw badInput("quantiles.p", `${p.length} levels`, `at most ${most} are allowed`);
  return { kind: "quantiles", of, p: p.map((one) => toLevel(one, "quantiles.p")), method };
}

function toLevel(p: number, path: string): number {
  if (!(p >= 0 && p <= 1)) throw badInput(path, p, "a level from 0 to 1 is wanted");
  return p;
}

/** The value of an aggregate in a group; null in a group that no run is of. */
export function valueOf({ row }: Group, aggregate: Aggregate): number | null {
  const value = row.values.get(aggregateKey(aggregate));
  if (value === undefined && row.runCount > 0)
    throw new Error(`The group was read without ${aggregateKey(aggregate)}.`);
  return value ?? null;
}

/** The quantiles of a group; nulls in a group that no run is of. */
function listOf({ row }: Group, asked: Quantiles): readonly (number | null)[] {
  const list = row.lists.get(aggregateKey(asked));
  if (!list && row.runCount > 0) throw new Error("The group was read without these quantiles.");
  return list ?? asked.p.map(() => null);
}

const statisticOf = (summary: Summary, statistic: Statistic): number | null =>
  valueOf(summary, { kind: "statistic", of: summary.of, statistic });
