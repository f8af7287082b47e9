import { aggregates, bands, groups } from "../floors/queries.js";
import type { Case } from "../row.js";
import type { Answered } from "../same-numbers.js";
import { againstFloor, values } from "./against-floor.js";

const SUMMARY = `count
    diverged: count(where: { diverged: { eq: true } })
    measure(of: { score: { metric: VAL_RAW_LOSS } }) { median mean min }`;

const CONNECTION = `query Aggregate($where: RunFilter) {
  runs(where: $where) { aggregate { ${SUMMARY} } }
}`;

const UNGROUPED = `query AggregateRuns($where: RunFilter) {
  aggregateRuns(where: $where) { ${SUMMARY} }
}`;

export const overAFilter: Case = againstFloor({
  name: "aggregate",
  about:
    "Median, mean, least, count and share diverged under a filter, over HTTP; floor: one prepared statement.",
  rows: [
    { name: "aggregates of aggregateRuns", query: UNGROUPED },
    { name: "aggregates of a connection", query: CONNECTION },
  ],
  floor: aggregates,
  read: { ours: values, floor: values },
  repeat: { warmUp: 150, count: 300 },
  isShared: true,
});

const byRate = (width: number): string =>
  `{ bin: { of: { hyperparameter: LR }, by: { width: ${width} }, scale: LOG10 } }`;

const GROUPS = `query Groups($where: RunFilter) {
  aggregateRuns(where: $where, groupBy: [${byRate(0.5)}]) { keys { bin { lower upper } } ${SUMMARY} }
}`;

export const byLearningRate: Case = againstFloor({
  name: "groups",
  about: "The same by half decade of learning rate, over HTTP; floor: one prepared statement.",
  rows: [{ name: "groups by half decade", query: GROUPS }],
  floor: groups,
  read: { ours: readGroups(0.5), floor: values },
  repeat: { warmUp: 150, count: 300 },
  isShared: true,
});

const BANDS = `query Bands($where: RunFilter) {
  aggregateCurves(where: $where, groupBy: [${byRate(1)}]) {
    keys { bin { lower upper } }
    points { axis runCount metric(of: VAL_RAW_LOSS) { quantiles(p: [0.1, 0.5, 0.9]) } }
  }
}`;

export const bandByStep: Case = againstFloor({
  name: "bands",
  about:
    "The 10-50-90 % band of validation loss at every step by decade of learning rate, over HTTP; floor: one prepared statement.",
  rows: [{ name: "10-50-90 % band by step", query: BANDS }],
  floor: bands,
  read: { ours: readBands, floor: values },
  repeat: { warmUp: 60, count: 150 },
  isShared: true,
});

interface Keyed {
  readonly keys: readonly { readonly bin: { readonly lower: number } }[];
}

/** Which multiple of the width a bin begins at, as the floor numbers it. */
const place = ({ keys }: Keyed, width: number): number =>
  Math.round(Math.log10(keys[0]?.bin.lower ?? Number.NaN) / width);

function readGroups(width: number): (data: unknown) => Answered {
  return (data) =>
    (data as { aggregateRuns: readonly Keyed[] }).aggregateRuns.flatMap((group) => {
      const { keys: _, ...rest } = group;
      return [place(group, width), ...values(rest)];
    });
}

function readBands(data: unknown): Answered {
  const { aggregateCurves } = data as {
    aggregateCurves: readonly (Keyed & { readonly points: readonly unknown[] })[];
  };
  return aggregateCurves.flatMap((group) =>
    group.points.flatMap((point) => [place(group, 1), ...values(point)]),
  );
}
