import fc from "fast-check";
import type { Comparison, RunFilter } from "../oracle/filters.js";
import { type Cost, isFiniteNumber, type Measure, type ScoreAt, valueOf } from "../oracle/measures.js";
import type { RunOrder } from "../oracle/orders.js";
import type { GroupBy } from "../oracle/groups.js";
import type { Value, World } from "../oracle/world.js";

/** Random requests over a world. Constants are drawn from its own values, so that comparisons hit. */
export interface Arbitraries {
  readonly measure: fc.Arbitrary<Measure>;
  /** Values are the same to the last bit, however they are computed. */
  readonly numericMeasure: fc.Arbitrary<Measure>;
  readonly summarisedMeasure: fc.Arbitrary<Measure>;
  readonly filter: fc.Arbitrary<RunFilter>;
  readonly orders: fc.Arbitrary<RunOrder[]>;
  readonly groupBy: fc.Arbitrary<GroupBy>;
  readonly axisValue: fc.Arbitrary<number>;
}

/** Costs as logged, and those that are sums, which round: they are summarised, and not compared exactly. */
const LOGGED: readonly Cost[] = ["TOTAL_SECONDS", "TOKENS", "LAST_STEP"];
const SUMMED: readonly Cost[] = ["TRAIN_SECONDS", "EVAL_SECONDS"];

export function arbitraries(world: World): Arbitraries {
  const metrics = Object.keys(world.metrics);
  const judged = metrics.filter((metric) => world.metrics[metric]?.goal);
  const hyperparameters = Object.keys(world.hyperparameters);
  const numeric = hyperparameters.filter((name) =>
    ["integer", "float"].includes(world.hyperparameters[name]?.type ?? ""),
  );
  const axes = [...new Set(world.runs.flatMap(({ points }) => points.map(({ axis }) => axis)))];
  const axisValue = fc.oneof(fc.constantFrom(...axes), fc.double({ min: -10, max: 11_000, noNaN: true }));
  const at: fc.Arbitrary<ScoreAt> = fc.oneof(
    fc.constantFrom(...judged).map((best) => ({ best })),
    fc.constant<ScoreAt>({ final: true }),
    fc.constantFrom(...axes).map((step) => ({ step })),
    fc.constant<ScoreAt>({ step: 123.25 }),
  );
  const score = fc.oneof(
    fc.constantFrom(...judged).map((metric): Measure => ({ score: { metric } })),
    fc
      .tuple(fc.constantFrom(...metrics), at)
      .map(([metric, where]): Measure => ({ score: { metric, at: where } })),
  );
  const others = fc.oneof(
    fc.constant<Measure>({ iteration: true }),
    fc.constantFrom(...LOGGED).map((cost): Measure => ({ cost })),
  );
  const hyperparameter = (names: readonly string[]): fc.Arbitrary<Measure> =>
    fc.constantFrom(...names).map((name) => ({ hyperparameter: name }));
  const numericMeasure = fc.oneof(
    { weight: 4, arbitrary: score },
    { weight: 3, arbitrary: hyperparameter(numeric) },
    { weight: 1, arbitrary: others },
  );
  const measure = fc.oneof(
    { weight: 4, arbitrary: score },
    { weight: 3, arbitrary: hyperparameter(hyperparameters) },
    { weight: 1, arbitrary: others },
  );

  const summarisedMeasure = fc.oneof(
    { weight: 9, arbitrary: numericMeasure },
    { weight: 1, arbitrary: fc.constantFrom(...SUMMED).map((cost): Measure => ({ cost })) },
  );

  const pool = (values: readonly Value[]): number[] => [...new Set(values.filter(isFiniteNumber))];
  const numberFor = (values: readonly Value[], whole: boolean): fc.Arbitrary<number> => {
    const found = pool(values).filter((value) => !whole || Number.isSafeInteger(value));
    const random = whole
      ? fc.integer({ min: -5, max: 3000 })
      : fc.oneof(
          fc.double({ noNaN: true, noDefaultInfinity: true }),
          fc.double({ min: -10, max: 10, noNaN: true }),
          fc.constant(-0),
        );
    return found.length === 0
      ? random
      : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...found) }, { weight: 1, arbitrary: random });
  };
  const tests = (one: fc.Arbitrary<number | string>, states: boolean): fc.Arbitrary<Comparison> => {
    const list = fc.array(one, { maxLength: 4 });
    const bool = fc.boolean();
    const single = fc.oneof(
      ...(["eq", "ne", "lt", "lte", "gt", "gte"] as const).map((operator) =>
        one.map((value): Comparison => ({ [operator]: value })),
      ),
      list.map((values): Comparison => ({ in: values })),
      list.map((values): Comparison => ({ notIn: values })),
      bool.map((value): Comparison => ({ isNull: value })),
      ...(states
        ? [
            bool.map((value): Comparison => ({ isNaN: value })),
            bool.map((value): Comparison => ({ isFinite: value })),
          ]
        : []),
    );
    return fc.oneof(
      { weight: 4, arbitrary: single },
      { weight: 1, arbitrary: fc.tuple(single, single).map(([a, b]) => ({ ...a, ...b })) },
      { weight: 1, arbitrary: fc.constant<Comparison>({}) },
    );
  };
  const flagTests: fc.Arbitrary<Comparison> = fc.oneof(
    ...(["eq", "ne", "isNull"] as const).map((operator) =>
      fc.boolean().map((value): Comparison => ({ [operator]: value })),
    ),
  );
  const ofHyperparameter = (name: string): fc.Arbitrary<RunFilter> => {
    const { field, type } = world.hyperparameters[name] ?? { field: name, type: "float" as const };
    const values = world.runs.map((run) => run.hyperparameters[name] ?? null);
    const strings = values.filter((value) => typeof value === "string");
    const comparison =
      type === "boolean"
        ? flagTests
        : type === "string"
          ? tests(fc.oneof(fc.constantFrom(...strings), fc.string({ unit: "grapheme", maxLength: 4 })), false)
          : tests(numberFor(values, type === "integer"), true);
    return comparison.map((is) => ({ hyperparameters: { [field]: is } }));
  };
  const ofMeasure = numericMeasure.chain((of) =>
    tests(
      numberFor(
        world.runs.map((run) => valueOf(world, run, of)),
        false,
      ),
      true,
    ).map((is): RunFilter => ({ measure: [{ of, is }] })),
  );
  const names = world.datasets.map(({ name }) => name);
  const ofDataset = fc.oneof(
    fc.constantFrom(...names).chain((name) => fc.constantFrom<Comparison>({ eq: name }, { ne: name })),
    fc.subarray(names).chain((some) => fc.constantFrom<Comparison>({ in: some }, { notIn: some })),
  );
  const leaf: fc.Arbitrary<RunFilter> = fc.oneof(
    { weight: 5, arbitrary: ofMeasure },
    { weight: 4, arbitrary: fc.constantFrom(...hyperparameters).chain(ofHyperparameter) },
    { weight: 1, arbitrary: ofDataset.map((dataset) => ({ dataset })) },
    {
      weight: 1,
      arbitrary: tests(
        numberFor(
          world.runs.map(({ line }) => line),
          true,
        ),
        true,
      ).map((line) => ({ line })),
    },
    {
      weight: 1,
      arbitrary: tests(
        numberFor(
          world.runs.map(({ iteration }) => iteration),
          true,
        ),
        true,
      ).map((iteration) => ({ iteration })),
    },
    ...(["nanTrainLoss", "diverged", "complete"] as const).map((flag) => ({
      weight: 1,
      arbitrary: flagTests.map((is): RunFilter => ({ [flag]: is })),
    })),
    { weight: 1, arbitrary: fc.constant<RunFilter>({}) },
  );
  const { filter } = fc.letrec<{ filter: RunFilter }>((tie) => ({
    filter: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      fc.array(tie("filter"), { maxLength: 3 }).map((and) => ({ and })),
      fc.array(tie("filter"), { maxLength: 3 }).map((or) => ({ or })),
      tie("filter").map((not) => ({ not })),
      fc.tuple(leaf, tie("filter")).map(([a, b]) => ({ ...a, ...b })),
    ),
  }));
  const orders = fc.array(
    fc.record({ by: measure, direction: fc.constantFrom<"ASC" | "DESC">("ASC", "DESC") }),
    { maxLength: 3 },
  );
  const bin: fc.Arbitrary<GroupBy> = numericMeasure.chain((of) => {
    const values = pool(world.runs.map((run) => valueOf(world, run, of))).sort((a, b) => a - b);
    const positive = values.length > 0 && (values[0] ?? 0) > 0;
    const range = (values.at(-1) ?? 1) - (values[0] ?? 0) || 1;
    const rule = fc.oneof(
      fc.integer({ min: 1, max: 12 }).map((count) => ({ count })),
      fc.integer({ min: 1, max: 12 }).map((quantiles) => ({ quantiles })),
      fc
        .uniqueArray(
          values.length > 0
            ? fc.constantFrom(...values)
            : fc.double({ noNaN: true, noDefaultInfinity: true }),
          { minLength: 1, maxLength: 4, comparator: (a, b) => a === b },
        )
        .map((edges) => ({ edges: edges.sort((a, b) => a - b) })),
    );
    const wide = fc.constantFrom(0.07, 0.25, 1).map((share) => ({ width: range * share }));
    const decades = fc.constantFrom(0.25, 0.5, 1, 1 / 3).map((width) => ({ width }));
    const cut = fc.oneof(
      { weight: 2, arbitrary: fc.tuple(rule, fc.constant("LINEAR" as const)) },
      { weight: 1, arbitrary: fc.tuple(wide, fc.constant("LINEAR" as const)) },
      ...(positive && range < 1e100
        ? [{ weight: 2, arbitrary: fc.tuple(fc.oneof(rule, decades), fc.constant("LOG10" as const)) }]
        : []),
    );
    return fc
      .tuple(cut, fc.boolean())
      .map(([[by, scale], includeEmpty]): GroupBy => ({ bin: { of, by, scale, includeEmpty } }));
  });
  const groupBy: fc.Arbitrary<GroupBy> = fc.oneof(
    { weight: 5, arbitrary: bin },
    { weight: 2, arbitrary: measure.map((value): GroupBy => ({ value })) },
    {
      weight: 2,
      arbitrary: fc.constantFrom<GroupBy>(
        { dataset: true },
        { configuration: true },
        { nanTrainLoss: true },
        { diverged: true },
        { complete: true },
      ),
    },
  );
  return { measure, numericMeasure, summarisedMeasure, filter, orders, groupBy, axisValue };
}
