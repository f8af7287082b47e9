import { type Flag, flagOf, type Measure, valueOf } from "./measures.js";
import type { Run, Value, World } from "./world.js";

/** The API's filters, evaluated run by run: two-valued, false for comparisons with what is missing or NaN. */

export interface Comparison {
  readonly eq?: Scalar;
  readonly ne?: Scalar;
  readonly in?: readonly Scalar[];
  readonly notIn?: readonly Scalar[];
  readonly lt?: Scalar;
  readonly lte?: Scalar;
  readonly gt?: Scalar;
  readonly gte?: Scalar;
  readonly isNull?: boolean;
  readonly isNaN?: boolean;
  readonly isFinite?: boolean;
}

type Scalar = number | string | boolean;

export interface RunFilter {
  readonly and?: readonly RunFilter[];
  readonly or?: readonly RunFilter[];
  readonly not?: RunFilter;
  readonly dataset?: Comparison;
  readonly line?: Comparison;
  readonly iteration?: Comparison;
  readonly nanTrainLoss?: Comparison;
  readonly diverged?: Comparison;
  readonly complete?: Comparison;
  /** By the name of the field. */
  readonly hyperparameters?: Readonly<Record<string, Comparison>>;
  readonly measure?: readonly { readonly of: Measure; readonly is: Comparison }[];
}

export function holds(world: World, run: Run, filter: RunFilter): boolean {
  const flag = (name: Flag): boolean => compare(flagOf(world, run, name), filter[name] ?? {});
  const field = (name: string): Value => {
    const found = Object.entries(world.hyperparameters).find(([, { field }]) => field === name);
    if (!found) throw new Error(`no hyperparameter ${name}`);
    return run.hyperparameters[found[0]] ?? null;
  };
  return (
    (filter.and ?? []).every((one) => holds(world, run, one)) &&
    (filter.or === undefined || filter.or.some((one) => holds(world, run, one))) &&
    (filter.not === undefined || !holds(world, run, filter.not)) &&
    compare(run.dataset.name, filter.dataset ?? {}) &&
    compare(run.line, filter.line ?? {}) &&
    compare(run.iteration, filter.iteration ?? {}) &&
    flag("nanTrainLoss") &&
    flag("diverged") &&
    flag("complete") &&
    Object.entries(filter.hyperparameters ?? {}).every(([name, is]) => compare(field(name), is)) &&
    (filter.measure ?? []).every(({ of, is }) => compare(valueOf(world, run, of), is))
  );
}

/** Every operator that is given has to hold. */
export function compare(value: Value, is: Comparison): boolean {
  const absent = value === null || (typeof value === "number" && Number.isNaN(value));
  const against = (test: (value: Scalar) => boolean): boolean => !absent && test(value);
  const tests: boolean[] = [];
  if (is.eq !== undefined) tests.push(against((it) => order(it, is.eq as Scalar) === 0));
  if (is.ne !== undefined) tests.push(against((it) => order(it, is.ne as Scalar) !== 0));
  if (is.lt !== undefined) tests.push(against((it) => order(it, is.lt as Scalar) < 0));
  if (is.lte !== undefined) tests.push(against((it) => order(it, is.lte as Scalar) <= 0));
  if (is.gt !== undefined) tests.push(against((it) => order(it, is.gt as Scalar) > 0));
  if (is.gte !== undefined) tests.push(against((it) => order(it, is.gte as Scalar) >= 0));
  if (is.in) tests.push(against((it) => (is.in ?? []).some((one) => order(it, one) === 0)));
  if (is.notIn) tests.push(against((it) => (is.notIn ?? []).every((one) => order(it, one) !== 0)));
  if (is.isNull !== undefined) tests.push((value === null) === is.isNull);
  if (is.isNaN !== undefined) tests.push((typeof value === "number" && Number.isNaN(value)) === is.isNaN);
  if (is.isFinite !== undefined)
    tests.push((typeof value === "number" && Number.isFinite(value)) === is.isFinite);
  return tests.every(Boolean);
}

/** Numbers by value (0 and -0 alike), strings by code point, false before true. */
export function order(a: Scalar, b: Scalar): number {
  if (typeof a === "string" && typeof b === "string") return orderText(a, b);
  const [x, y] = [Number(a), Number(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function orderText(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const difference = (left[index]?.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
