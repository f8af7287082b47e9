import type { Catalogue, CurveField, ValueType } from "../catalogue.js";
import { badInput, fault, faultNaming } from "../faults.js";
import { limits } from "../limits.js";
import type { Measure, ScoreMeasure } from "../measure.js";
import type { Names } from "../names.js";
import type { RunField } from "../plan.js";
import { type ScoreAtInput, toScore } from "../types/measures.js";
import type { ColumnOf, ColumnType, PointValue, RunValue } from "./export-plan.js";

/**
 * Columns are called as GraphQL calls the value: `Run`'s fields by their names (`dataset` and
 * `configuration` stand for what filters name them by), what lies deeper by its path:
 * `hyperparameters.lr`; `score.valLoss`, a metric at its own best, `score.valLoss.step`, the axis value
 * of that point, `score.valLoss@final`, `score.valLoss@step:500`, `score.testLoss@best:valLoss`; and of
 * points `axis` and `metric.valLoss`. A name answered can be asked for, and so can `hyperparameters.*`,
 * `score.*` and `metric.*`.
 */

const runFields: Readonly<Record<RunField, ColumnType>> = {
  iteration: "integer",
  configuration: "string",
  nanTrainLoss: "boolean",
  diverged: "boolean",
  complete: "boolean",
  lastStep: "float",
  pointCount: "integer",
  trainSeconds: "float",
  evalSeconds: "float",
  totalSeconds: "float",
  tokens: "float",
};

/** A score's column: metric, where it is read, and whether its step is meant. */
const SCORE =
  /^score\.(?<metric>\w+)(?:@(?:(?<final>final)|step:(?<at>[^@]+?)|best:(?<best>\w+)))?(?<step>\.step)?$/;

type RunColumnOf = ColumnOf<RunValue>;

const dataset: RunColumnOf = { name: "dataset", type: "string", from: { kind: "dataset" } };
const line: RunColumnOf = { name: "line", type: "integer", from: { kind: "line" } };
const axis: ColumnOf<PointValue> = { name: "axis", type: "float", from: { kind: "axis" } };

/** The columns of one catalogue's runs and points, by name. */
export class NamedColumns {
  readonly #metrics: ReadonlyMap<string, CurveField>;
  readonly #plain: ReadonlyMap<string, RunColumnOf>;

  constructor(
    private readonly catalogue: Catalogue,
    private readonly names: Names,
  ) {
    this.#metrics = new Map(
      catalogue.curveFields.filter(({ role }) => role !== "axis").map((one) => [one.name, one]),
    );
    const own: RunColumnOf[] = [
      { name: "id", type: "string", from: { kind: "id" } },
      dataset,
      line,
      ...Object.entries(runFields).map(([field, type]): RunColumnOf => ({
        name: field,
        type,
        from: { kind: "field", field: field as RunField },
      })),
    ];
    this.#plain = new Map([...own, ...this.#hyperparameters()].map((column) => [column.name, column]));
  }

  /** The columns of runs that are asked for; all but `id`, with scores at their best, where none are. */
  ofRuns(asked: readonly string[] | undefined): RunColumnOf[] {
    if (!asked) return [...this.#plain.values(), ...this.#bestScores()].filter(({ name }) => name !== "id");
    return this.#chosen(asked, (name, path) => this.#runColumns(name, path), this.#runNames());
  }

  /** The columns of points that are asked for; which run's, where on its curve, and all metrics, where none are. */
  ofPoints(asked: readonly string[] | undefined): ColumnOf<PointValue>[] {
    if (!asked) return [dataset, line, axis, ...this.#metricColumns()];
    const find = (name: string, path: string): readonly ColumnOf<PointValue>[] | null => {
      if (name === "axis") return [axis];
      if (name === "metric.*") return this.#metricColumns();
      const metric = name.startsWith("metric.") ? this.#metrics.get(name.slice("metric.".length)) : undefined;
      return metric ? [metricColumn(metric)] : this.#runColumns(name, path);
    };
    const names = ["axis", ...this.#metricColumns().map(({ name }) => name), ...this.#runNames()];
    return this.#chosen(asked, find, names);
  }

  #chosen<Value extends PointValue>(
    asked: readonly string[],
    find: (name: string, path: string) => readonly ColumnOf<Value>[] | null,
    names: readonly string[],
  ): ColumnOf<Value>[] {
    const { maxExportColumns } = limits;
    if (asked.length > maxExportColumns)
      throw fault(
        "LIMIT_EXCEEDED",
        `columns: ${asked.length} are asked for, and at most ${maxExportColumns} are allowed.`,
      );
    const chosen = new Map<string, ColumnOf<Value>>();
    asked.forEach((name, index) => {
      const found = find(name, `columns[${index}]`);
      if (!found)
        throw faultNaming(
          "UNKNOWN_NAME",
          `columns[${index}]: there is no column ${JSON.stringify(name.slice(0, 80))}.`,
          `There are: ${names.join(", ")}; scores also @final, @step:<axis value>, @best:<metric>, and .step.`,
        );
      for (const column of found) {
        if (chosen.has(column.name) && !name.endsWith("*"))
          throw badInput(`columns[${index}]`, name, "it is asked for twice");
        if (!chosen.has(column.name)) chosen.set(column.name, column);
      }
    });
    if (chosen.size === 0) throw badInput("columns", asked, "at least one column is wanted");
    requireFewSteps([...chosen.values()].map(({ from }) => from));
    return [...chosen.values()];
  }

  /** The columns that one name stands for; null where it is none of a run's. */
  #runColumns(name: string, path: string): readonly RunColumnOf[] | null {
    if (name === "hyperparameters.*") return this.#hyperparameters();
    if (name === "score.*") return this.#bestScores();
    const plain = this.#plain.get(name);
    if (plain) return [plain];
    const score = SCORE.exec(name)?.groups;
    return score ? this.#score(name, score, path) : null;
  }

  #score(
    name: string,
    parts: Readonly<Record<string, string | undefined>>,
    path: string,
  ): RunColumnOf[] | null {
    const metric = this.#metrics.get(parts["metric"] ?? "");
    const best = parts["best"] === undefined ? undefined : this.#metrics.get(parts["best"]);
    if (!metric || (parts["best"] !== undefined && !best)) return null;
    const at: ScoreAtInput = {
      ...(best && { best: best.enumValue }),
      ...(parts["final"] !== undefined && { final: true }),
      ...(parts["at"] !== undefined && { step: toStep(parts["at"], name, path) }),
    };
    const score = toScore(this.names, metric.enumValue, at, path);
    return [scoreColumn(score, parts["step"] !== undefined)];
  }

  #hyperparameters(): RunColumnOf[] {
    return this.catalogue.hyperparameters.map((hyperparameter) =>
      measureColumn({ kind: "hyperparameter", hyperparameter }),
    );
  }

  /** Every metric that has a best. */
  #bestScores(): RunColumnOf[] {
    return [...this.#metrics.values()]
      .filter(({ goal }) => goal !== null)
      .map((metric) => measureColumn({ kind: "score", metric, at: { kind: "best", of: metric } }));
  }

  #metricColumns(): ColumnOf<PointValue>[] {
    return [...this.#metrics.values()].map(metricColumn);
  }

  #runNames(): string[] {
    return [...this.#plain.keys(), ...this.#bestScores().map(({ name }) => name)];
  }
}

/** @throws LIMIT_EXCEEDED where scores are read at more steps than one statement may look for. */
function requireFewSteps(values: readonly PointValue[]): void {
  const steps = new Set(
    values.flatMap((value) => {
      const measure =
        value.kind === "scoreStep" ? value.score : value.kind === "value" ? value.measure : null;
      return measure?.kind === "score" && measure.at.kind === "step" ? [measure.at.step] : [];
    }),
  );
  if (steps.size > limits.maxExportSteps)
    throw fault(
      "LIMIT_EXCEEDED",
      `columns: scores are asked for at ${steps.size} different steps (@step), and at most ${limits.maxExportSteps} are allowed. An export of points has all of them.`,
    );
}

const metricColumn = (metric: CurveField): ColumnOf<PointValue> => ({
  name: `metric.${metric.name}`,
  type: "float",
  from: { kind: "metric", metric },
});

const scoreColumn = (score: ScoreMeasure, step: boolean): RunColumnOf =>
  step
    ? { name: `${measureName(score)}.step`, type: "float", from: { kind: "scoreStep", score } }
    : measureColumn(score);

const measureColumn = (measure: Measure): RunColumnOf => ({
  name: measureName(measure),
  type: measureType(measure),
  from: { kind: "value", measure },
});

const valueTypes: Readonly<Record<ValueType, ColumnType>> = {
  integer: "integer",
  float: "float",
  boolean: "boolean",
  string: "string",
};

export const measureType = (measure: Measure): ColumnType =>
  measure.kind === "hyperparameter"
    ? valueTypes[measure.hyperparameter.type]
    : measure.kind === "iteration"
      ? "integer"
      : "float";

/** The name of the column that holds a measure. */
export function measureName(measure: Measure): string {
  switch (measure.kind) {
    case "hyperparameter":
      return `hyperparameters.${measure.hyperparameter.name}`;
    case "iteration":
      return "iteration";
    case "cost":
      return measure.cost;
    case "score":
      return `score.${measure.metric.name}${placeName(measure)}`;
  }
}

function placeName({ metric, at }: ScoreMeasure): string {
  switch (at.kind) {
    case "best":
      return at.of === metric ? "" : `@best:${at.of.name}`;
    case "final":
      return "@final";
    case "step":
      return `@step:${at.step}`;
  }
}

function toStep(text: string, name: string, path: string): number {
  const step = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(step)) return step;
  throw badInput(path, name, "after @step: an axis value is wanted, such as 500");
}
