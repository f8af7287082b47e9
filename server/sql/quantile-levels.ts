import { type Measure, measureKey, type PointMeasure } from "../../schema/measure.js";
import type { Aggregate, Quantiles } from "../../schema/plan.js";
import type { Operand } from "./aggregates.js";
import { alias } from "./identifiers.js";
import { doubles, integer, type Sql, sql } from "./tag.js";

type Quantile = Extract<Aggregate, { kind: "quantile" }>;

interface Wanted {
  readonly of: Measure | PointMeasure;
  readonly levels: number[];
}

/** Interpolated quantiles of one operand at several levels: one aggregate sorts the values once for all of them. */
export class Levels {
  readonly #wanted: readonly Wanted[];

  constructor(aggregates: readonly (Aggregate | Quantiles)[]) {
    const byOperand = new Map<string, Wanted>();
    for (const aggregate of aggregates) {
      if (aggregate.kind !== "quantile" || aggregate.method !== "linear") continue;
      const key = measureKey(aggregate.of);
      const wanted = byOperand.get(key) ?? { of: aggregate.of, levels: [] };
      wanted.levels.push(aggregate.p);
      byOperand.set(key, wanted);
    }
    this.#wanted = [...byOperand.values()].filter(({ levels }) => levels.length > 1);
  }

  /** One list `q0`, `q1`, … for each operand that has several levels. */
  columns(operands: { of(measure: Measure | PointMeasure): Operand }): Sql[] {
    return this.#wanted.map(
      ({ of, levels }, index) =>
        sql`quantile_cont(${operands.of(of).finite}, ${doubles(levels)}) AS ${alias("q", index)}`,
    );
  }

  /** The quantile out of its operand's list; null where it has none. */
  value({ of, p, method }: Quantile): Sql | null {
    const key = measureKey(of);
    const index = this.#wanted.findIndex((wanted) => measureKey(wanted.of) === key);
    const place = this.#wanted[index]?.levels.indexOf(p) ?? -1;
    if (place < 0 || method !== "linear") return null;
    return sql`list_extract(found.${alias("q", index)}, ${integer(place + 1)})`;
  }
}
