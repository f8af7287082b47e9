import type { Builder } from "../builder.js";
import type { Catalogue, CurveField } from "../catalogue.js";
import type { Context, CurveSlice } from "../context.js";
import { badInput } from "../faults.js";
import type { FloatList } from "../float-list.js";
import type { Names } from "../names.js";
import type { CurveWindow } from "../plan.js";
import type { SelectedField, Selection } from "../selection.js";
import type { ValueState } from "../store.js";
import { finiteOrNull, stateOf } from "../values.js";
import { describe } from "./describe.js";
import type { Enums } from "./enums.js";

/** One point of a slice of points. */
export interface CurvePoint {
  readonly slice: CurveSlice;
  readonly index: number;
}

interface NonFinite {
  readonly metric: string;
  readonly index: number;
  readonly state: ValueState;
}

/** `CurvePoint` (an object a point) and `CurveSeries` (a list a metric). */
export function defineCurves(builder: Builder, catalogue: Catalogue, names: Names, enums: Enums) {
  const { metricName } = enums;
  const metrics = catalogue.curveFields.filter(({ role }) => role !== "axis");
  const axisHelp = catalogue.curveFields
    .filter(({ role }) => role === "axis")
    .map(({ name }) => name)
    .join(" or ");

  const measureValue = builder
    .objectRef<{ value: number | null; state: ValueState }>("MeasureValue")
    .implement({
      description: "A number, or why there is none.",
      fields: (t) => ({
        value: t.exposeFloat("value", { nullable: true, description: "Null where the state is not FINITE." }),
        state: t.field({
          description: "What the value turned out to be.",
          type: enums.valueState,
          resolve: (it) => it.state,
        }),
      }),
    });

  const nonFinite = builder.objectRef<NonFinite>("NonFinite").implement({
    description: "A logged value that is NaN or infinite.",
    fields: (t) => ({
      ...(metricName && {
        metric: t.field({ description: "The metric.", type: metricName, resolve: (it) => it.metric }),
      }),
      index: t.exposeInt("index", {
        description: "Which point of the answered list, from 0; 0 where it is asked of a single point.",
      }),
      state: t.field({
        description: "What the value turned out to be.",
        type: enums.valueState,
        resolve: (it) => it.state,
      }),
    }),
  });

  const point = builder.objectRef<CurvePoint>("CurvePoint").implement({
    extensions: { resolvesAtOnce: true },
    description:
      "What was logged at one point of a run's learning curve. A metric is null where its value is missing, NaN or infinite; `nonFinite` tells the latter two.",
    fields: (t) => ({
      axis: t.float({
        description: `Where on the curve: the dataset's axis (${axisHelp || "step"}), in its unit.`,
        resolve: ({ slice, index }) => slice.columns.axis[index] as number,
      }),
      ...Object.fromEntries(
        catalogue.curveFields.map((field) => [
          field.name,
          t.float({
            nullable: true,
            ...describe(field),
            resolve: ({ slice, index }: CurvePoint) => finiteOrNull(column(slice, field)[index]),
          }),
        ]),
      ),
      ...(metricName && {
        metric: t.field({
          type: measureValue,
          description: "Any metric, by name.",
          args: { of: t.arg({ description: "The metric.", type: metricName, required: true }) },
          resolve: ({ slice, index }, { of }) => {
            const value = column(slice, names.metric(of))[index];
            return { value: finiteOrNull(value), state: stateOf(value) };
          },
        }),
      }),
      nonFinite: t.field({
        type: [nonFinite],
        description: "The metrics that were logged as NaN or infinite here.",
        resolve: ({ slice, index }) => nonFinites(slice, metrics, index, index + 1),
      }),
    }),
  });

  const metricSeries = builder.objectRef<{ metric: string; values: FloatList }>("MetricSeries").implement({
    description: "One metric of a learning curve, by name.",
    fields: (t) => ({
      metric: t.exposeString("metric", { description: "The value of MetricName." }),
      values: t.field({ type: "FloatList", description: "One entry a point.", resolve: (it) => it.values }),
    }),
  });

  const series = builder.objectRef<CurveSlice>("CurveSeries").implement({
    extensions: { resolvesAtOnce: true },
    description:
      "A learning curve by column: one list a metric, each a single leaf with one entry a point. Fast, for plots.",
    fields: (t) => ({
      axis: t.field({
        type: "FloatList",
        description: `Where on the curve: the dataset's axis (${axisHelp || "step"}), in its unit.`,
        resolve: (slice) => new AxisList(slice),
      }),
      ...Object.fromEntries(
        catalogue.curveFields.map((field) => [
          field.name,
          t.field({
            type: "FloatList",
            ...describe(field),
            resolve: (slice: CurveSlice) => new FieldList(slice, field),
          }),
        ]),
      ),
      ...(metricName && {
        metric: t.field({
          type: "FloatList",
          description: "Any metric, by name.",
          args: { of: t.arg({ description: "The metric.", type: metricName, required: true }) },
          resolve: (slice, { of }) => new FieldList(slice, names.metric(of)),
        }),
        metrics: t.field({
          type: [metricSeries],
          description: "Several metrics, by name, in the order asked for.",
          args: { of: t.arg({ type: [metricName], required: true, description: "The metrics." }) },
          resolve: (slice, { of }) =>
            of.map((metric) => ({ metric, values: new FieldList(slice, names.metric(metric)) })),
        }),
      }),
      nonFinite: t.field({
        type: [nonFinite],
        description:
          "Every NaN and infinite value of the metrics, by its place in the lists; any other null is missing.",
        resolve: (slice) => nonFinites(slice, metrics, slice.start, slice.end),
      }),
    }),
  });

  return { point, series, measureValue };
}

export type Curves = ReturnType<typeof defineCurves>;

const read = new WeakMap<Selection, readonly CurveField[]>();

/** The curve fields that a selection on `CurvePoint` or `CurveSeries` reads; found once where many runs share it. */
export function curveFields(selection: Selection, catalogue: Catalogue, names: Names): readonly CurveField[] {
  let fields = read.get(selection);
  if (!fields) read.set(selection, (fields = fieldsOf(selection, catalogue, names)));
  return fields;
}

function fieldsOf(selection: Selection, catalogue: Catalogue, names: Names): CurveField[] {
  const byName = new Map(catalogue.curveFields.map((field) => [field.name, field]));
  const wanted = new Set<CurveField>();
  for (const { name, args } of selection.fields()) {
    const field = byName.get(name);
    if (field) wanted.add(field);
    else if (name === "metrics")
      for (const metric of args["of"] as string[]) wanted.add(names.metric(metric));
    else if (name === "metric") wanted.add(names.metric(args["of"] as string));
    else if (name === "nonFinite")
      for (const one of catalogue.curveFields) if (one.role !== "axis") wanted.add(one);
  }
  return catalogue.curveFields.filter((field) => wanted.has(field));
}

export interface WindowArgs {
  from?: number | null;
  to?: number | null;
  every?: number | null;
}

/** The window that `from`, `to` and `every` name. */
export function toWindow({ from, to, every }: WindowArgs, path: string): CurveWindow {
  if (typeof every === "number" && every < 1)
    throw badInput(`${path}.every`, every, "a whole number from 1 is wanted");
  if (typeof from === "number" && typeof to === "number" && from > to) {
    throw badInput(`${path}.from`, from, `it must not exceed to, which is ${to}`);
  }
  return { from: from ?? null, to: to ?? null, every: every ?? 1 };
}

/** The points of a run, as the selected `curve` or `series` field wants them. */
export const loadCurve = (
  run: number,
  field: Pick<SelectedField, "args" | "selection">,
  context: Context,
  names: Names,
  path: string,
): Promise<CurveSlice> =>
  context.curve(curveFields(field.selection, context.catalogue, names), toWindow(field.args, path), run);

export const pointsOf = (slice: CurveSlice): CurvePoint[] =>
  Array.from({ length: slice.end - slice.start }, (_, offset) => ({ slice, index: slice.start + offset }));

const column = ({ columns }: CurveSlice, field: CurveField): readonly (number | null)[] =>
  columns.values(field.column);

/** Places on the axis. */
class AxisList implements FloatList {
  constructor(private readonly slice: CurveSlice) {}

  values(): number[] {
    const { columns, start, end } = this.slice;
    return Array.prototype.slice.call(columns.axis, start, end) as number[];
  }

  text(): string {
    const { columns, start, end } = this.slice;
    return columns.text?.(null, start, end) ?? JSON.stringify(this.values());
  }
}

/** Values of a field, as an answer carries them. */
class FieldList implements FloatList {
  constructor(
    private readonly slice: CurveSlice,
    private readonly field: CurveField,
  ) {}

  values(): (number | null)[] {
    const { columns, start, end } = this.slice;
    return columns.values(this.field.column).slice(start, end).map(finiteOrNull);
  }

  text(): string {
    const { columns, start, end } = this.slice;
    return columns.text?.(this.field.column, start, end) ?? JSON.stringify(this.values());
  }
}

function nonFinites(
  slice: CurveSlice,
  metrics: readonly CurveField[],
  start: number,
  end: number,
): NonFinite[] {
  return metrics.flatMap((metric) => {
    const values = column(slice, metric);
    const found: NonFinite[] = [];
    for (let index = start; index < end; index += 1) {
      const value = values[index];
      if (typeof value === "number" && !Number.isFinite(value)) {
        found.push({ metric: metric.enumValue, index: index - start, state: stateOf(value) });
      }
    }
    return found;
  });
}
