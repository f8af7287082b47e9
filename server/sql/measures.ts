import type { CurveField } from "../../schema/catalogue.js";
import { isNumeric, type Measure, type ScoreAt, type ScoreMeasure } from "../../schema/measure.js";
import type { RunColumn, RunField, Subject } from "../../schema/plan.js";
import {
  alias,
  bestColumn,
  bestPointColumn,
  fieldColumn,
  finalColumn,
  hyperparameterColumn,
} from "./identifiers.js";
import { double, join, type Sql, sql } from "./tag.js";

/**
 * The runs that a statement reads, `r`, with the joins that its measures turn out to need. Ask for
 * every column first, then for `from`.
 */
export class RunSource {
  readonly #joins = new Map<string, Sql>();

  /** The measure's value: a double, with NaN and infinities as logged, or a string or boolean hyperparameter. */
  value(measure: Measure): Sql {
    switch (measure.kind) {
      case "hyperparameter": {
        const column = hyperparameterColumn(measure.hyperparameter);
        return measure.hyperparameter.type === "integer" ? sql`${column}::DOUBLE` : column;
      }
      case "iteration":
        return sql`r.iteration::DOUBLE`;
      case "cost":
        return costColumns[measure.cost];
      case "score":
        return this.#score(measure);
    }
  }

  /** What a filter compares: a measure, or a run's own column. */
  subject(subject: Subject): Sql {
    switch (subject.kind) {
      case "dataset":
        return sql`r.dataset`;
      case "line":
        return sql`r.line::DOUBLE`;
      case "flag":
        return flagColumns[subject.flag];
      case "configuration":
        this.#joins.set("configuration", sql`JOIN configurations c ON c.id = r.configuration`);
        return sql`c.key`;
      default:
        return this.value(subject);
    }
  }

  /** One column of a selection. */
  column(column: RunColumn): Sql {
    switch (column.kind) {
      case "field":
        return fieldColumns[column.field];
      case "value":
        return this.value(column.measure);
      case "scoreStep":
        return this.#step(column.score);
      case "scorePoint":
        return this.#point(column.score.at);
    }
  }

  /** `runs r` and the joins; complete once every column has been asked for. */
  get from(): Sql {
    return sql`runs r\n${join([...this.#joins.values()], "\n")}`;
  }

  /** The joins alone, for a statement that brings its own `r`. */
  get joins(): Sql {
    return join([...this.#joins.values()], "\n");
  }

  #score({ metric, at }: ScoreMeasure): Sql {
    if (at.kind === "final") return finalColumn(metric);
    if (at.kind === "best" && at.of === metric) return bestColumn(metric);
    return sql`${this.#pointAlias(at)}.${fieldColumn(metric)}`;
  }

  #step({ at }: ScoreMeasure): Sql {
    return at.kind === "final" ? sql`r.last_step` : sql`${this.#pointAlias(at)}.axis`;
  }

  #point(at: ScoreAt): Sql {
    switch (at.kind) {
      case "best":
        return bestPointColumn(at.of);
      case "final":
        return sql`CASE WHEN r.point_count > 0 THEN r.first_point + r.point_count - 1 END`;
      case "step":
        return sql`${this.#pointAlias(at)}.id`;
    }
  }

  /** Joins the point at which a score is read. A run that logged an axis value twice is read at the later point. */
  #pointAlias(at: Exclude<ScoreAt, { kind: "final" }>): Sql {
    const key = at.kind === "best" ? `best:${at.of.column}` : `step:${at.step}`;
    const keys = [...this.#joins.keys()];
    const name = alias("p", this.#joins.has(key) ? keys.indexOf(key) : keys.length);
    if (!this.#joins.has(key)) {
      this.#joins.set(
        key,
        at.kind === "best"
          ? sql`LEFT JOIN points ${name} ON ${name}.id = ${bestPointColumn(at.of)}`
          : sql`LEFT JOIN (SELECT * FROM points WHERE axis = ${double(at.step)} QUALIFY row_number() OVER (PARTITION BY run ORDER BY id DESC) = 1) ${name} ON ${name}.run = r.id`,
      );
    }
    return name;
  }
}

/** Whether a subject's values are doubles, among which NaN and infinities have to be told from numbers. */
export function isDouble(subject: Subject): boolean {
  switch (subject.kind) {
    case "dataset":
    case "flag":
    case "configuration":
      return false;
    case "line":
      return true;
    default:
      return isNumeric(subject);
  }
}

/** The value where it is a finite number, else NULL. */
export const finite = (value: Sql): Sql => sql`CASE WHEN isfinite(${value}) THEN ${value} END`;

/** A metric at a point `p` of a curve. */
export const pointValue = (field: CurveField): Sql => sql`p.${fieldColumn(field)}`;

const costColumns = {
  trainSeconds: sql`r.train_seconds`,
  evalSeconds: sql`r.eval_seconds`,
  totalSeconds: sql`r.total_seconds`,
  tokens: sql`r.tokens`,
  lastStep: sql`r.last_step`,
} as const;

const flagColumns = {
  nanTrainLoss: sql`r.nan_train_loss`,
  diverged: sql`r.diverged`,
  complete: sql`r.complete`,
} as const;

const fieldColumns: Readonly<Record<RunField, Sql>> = {
  ...costColumns,
  ...flagColumns,
  iteration: sql`r.iteration`,
  pointCount: sql`r.point_count`,
  configuration: sql`r.configuration`,
};
