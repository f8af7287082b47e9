import { aggregates, bands, groups } from "../floors/queries.js";
import type { Case } from "../row.js";
import type { Answered } from "../same-numbers.js";
import { againstFloor, type Aims, values } from "./against-floor.js";

/** What is aimed at with the runs of `npm run bench`. */
export const BESIDE_THE_SQL: Aims = {
  work: "aggregates",
  alone: { kind: "over", most: 0.7 },
  shared: { kind: "share", least: 0.8 },
};
/** With a hundred thousand: one client, as the aim does not say of more. */
export const AS_THE_SQL: Aims = {
  work: "largeAggregates",
  alone: { kind: "ratio", most: 1.1 },
  shared: null,
};

const SUMMARY = `count
    diverged: count(where: { diverged: { eq: true } })
    measure(of: { score: { metric: VAL_RAW_LOSS } }) { median mean min }`;

const CONNECTION = `query Aggregate($where: RunFilter) {
  runs(where: $where) { aggregate { ${SUMMARY} } }
}`;

export const AGGREGATES = `query AggregateRuns($where: RunFilter) {
  aggregateRuns(where: $where) { ${SUMMARY} }
}`;

const overAFilter = (aims: Aims): Case =>
  againstFloor({
    name: "aggregate",
    about:
      "Median, mean, least, count and share diverged under a filter, over HTTP; floor: one prepared statement.",
    rows: [
      { name: "aggregates of aggregateRuns", query: AGGREGATES },
      { name: "aggregates of a connection", query: CONNECTION },
    ],
    floor: aggregates,
    read: { ours: values, floor: values },
    repeat: { warmUp: 150, count: 300 },
    isShared: true,
    aims,
  });

const byRate = (width: number): string =>
  `{ bin: { of: { hyperparameter: LR }, by: { width: ${width} }, scale: LOG10 } }`;

export const GROUPS = `query Groups($where: RunFilter) {
  aggregateRuns(where: $where, groupBy: [${byRate(0.5)}]) { keys { bin { lower upper } } ${SUMMARY} }
}`;

const byLearningRate = (aims: Aims): Case =>
  againstFloor({
    name: "groups",
    about: "The same by half decade of learning rate, over HTTP; floor: one prepared statement.",
    rows: [{ name: "groups by half decade", query: GROUPS }],
    floor: groups,
    read: { ours: readGroups(0.5), floor: values },
    repeat: { warmUp: 150, count: 300 },
    isShared: true,
    aims,
  });

export const BANDS = `query Bands($where: RunFilter) {
  aggregateCurves(where: $where, groupBy: [${byRate(1)}]) {
    keys { bin { lower upper } }
    points { axis runCount metric(of: VAL_RAW_LOSS) { quantiles(p: [0.1, 0.5, 0.9]) } }
  }
}`;

const bandByStep = (aims: Aims): Case =>
  againstFloor({
    name: "bands",
    about:
      "The 10-50-90 % band of validation loss at every step by decade of learning rate, over HTTP; floor: one prepared statement.",
    rows: [{ name: "10-50-90 % band by step", query: BANDS }],
    floor: bands,
    read: { ours: readBands, floor: values },
    repeat: { warmUp: 60, count: 150 },
    isShared: true,
    aims,
  });

/** Aggregates under a filter, by bin, and by step. */
export const aggregateCases = (aims: Aims): Case[] => [
  overAFilter(aims),
  byLearningRate(aims),
  bandByStep(aims),
];

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
