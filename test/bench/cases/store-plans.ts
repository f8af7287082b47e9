import type { Catalogue, CurveField, Hyperparameter } from "../../../schema/catalogue.js";
import type { AggregatePlan, CurvePlan, Filter, GroupBy, RunColumn, RunPlan } from "../../../schema/plan.js";
import type { Asked } from "../floors/queries.js";

/** The plans that the questions of `cases/runs.ts` and `cases/aggregates.ts` come to. */
export function plansOver(catalogue: Catalogue) {
  const field = (name: string): CurveField => named(catalogue.curveFields, name);
  const hyperparameter = (name: string): Hyperparameter => named(catalogue.hyperparameters, name);
  const loss = field("valRawLoss");
  const score = { kind: "score", metric: loss, at: { kind: "best", of: loss } } as const;
  const names = ["lr", "beta1", "beta2", "weightDecay", "dropout", "warmupSteps"];
  const columns: RunColumn[] = [
    { kind: "field", field: "diverged" },
    ...names.map((name): RunColumn => ({
      kind: "value",
      measure: { kind: "hyperparameter", hyperparameter: hyperparameter(name) },
    })),
    { kind: "value", measure: score },
  ];
  const where = ({ dataset, maxDropout }: Asked): Filter => ({
    kind: "and",
    of: [
      { kind: "compare", subject: { kind: "dataset" }, operator: "eq", value: dataset },
      {
        kind: "compare",
        subject: { kind: "hyperparameter", hyperparameter: hyperparameter("dropout") },
        operator: "lte",
        value: maxDropout,
      },
    ],
  });
  const groups = (asked: Asked, width: number | null): AggregatePlan => ({
    where: where(asked),
    groupBy: width === null ? [] : [byRate(width)],
    curve: null,
    aggregates: [
      { kind: "count", where: null },
      {
        kind: "count",
        where: {
          kind: "compare",
          subject: { kind: "flag", flag: "diverged" },
          operator: "eq",
          value: true,
        },
      },
      { kind: "statistic", of: score, statistic: "median" },
      { kind: "statistic", of: score, statistic: "mean" },
      { kind: "statistic", of: score, statistic: "min" },
    ],
    having: [],
    order: [],
    first: null,
    maxGroups: 10_000,
    partition: null,
  });
  const byRate = (width: number): GroupBy => ({
    kind: "bin",
    of: { kind: "hyperparameter", hyperparameter: hyperparameter("lr") },
    bins: { rule: { kind: "width", width }, scale: "log10" },
    includeEmpty: false,
  });
  const every = { from: null, to: null, every: 1 };
  return {
    line: ({ dataset, line }: Asked) => ({ columns, by: { lines: [{ dataset, line }] } }),
    curve: (run: number): CurvePlan => ({
      fields: ["step", "trainRawLoss", "valRawLoss", "valWeightAveragedLoss"].map(field),
      of: { runs: [run], window: every },
      maxPoints: 1_000_000,
    }),
    page: (asked: Asked): RunPlan => ({
      columns: [...columns, { kind: "scoreStep", score }],
      where: where(asked),
      order: [{ by: score, direction: "asc" }],
      page: { limit: 50, from: "start", after: null, before: null },
      extras: { totalCount: false, oppositePage: false },
      partition: null,
    }),
    groups,
    bands: (asked: Asked): AggregatePlan => ({
      ...groups(asked, 1),
      curve: every,
      aggregates: [0.1, 0.5, 0.9].map((p) => ({
        kind: "quantile",
        of: { kind: "point", metric: loss },
        p,
        method: "linear",
      })),
      maxGroups: 100_000,
    }),
  };
}

function named<T extends { readonly name: string }>(list: readonly T[], name: string): T {
  const found = list.find((one) => one.name === name);
  if (!found) throw new Error(`the sample has no ${name}`);
  return found;
}
