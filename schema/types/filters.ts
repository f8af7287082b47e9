import { limits } from "../limits.js";
import type { Builder } from "../builder.js";
import type { Catalogue, Hyperparameter } from "../catalogue.js";
import { badInput } from "../faults.js";
import { decodeId } from "../ids.js";
import type { Names } from "../names.js";
import type { Filter, Scalar, Subject } from "../plan.js";
import { describe } from "./describe.js";
import { type MeasureInput, type Measures, toNumericMeasure } from "./measures.js";

/** One operator a key; several hold together. */
export type ComparisonInput = Readonly<Partial<Record<Operator, unknown>>>;

type Operator = "eq" | "ne" | "in" | "notIn" | "lt" | "lte" | "gt" | "gte" | "isNull" | "isNaN" | "isFinite";

export interface RunFilterInput {
  and?: RunFilterInput[] | null;
  or?: RunFilterInput[] | null;
  not?: RunFilterInput | null;
  dataset?: ComparisonInput | null;
  configuration?: ComparisonInput | null;
  line?: ComparisonInput | null;
  iteration?: ComparisonInput | null;
  nanTrainLoss?: ComparisonInput | null;
  diverged?: ComparisonInput | null;
  complete?: ComparisonInput | null;
  hyperparameters?: Readonly<Record<string, ComparisonInput | null>> | null;
  measure?: { of: MeasureInput; is: ComparisonInput }[] | null;
}

/** `RunFilter` and the comparisons that it is made of. */
export function defineFilters(builder: Builder, catalogue: Catalogue, measures: Measures) {
  const numberTests = {
    isNull: "true: missing; false: anything else.",
    isNaN: "true: logged as NaN; false: anything else.",
    isFinite: "true: a finite number; false: NaN, infinite or missing.",
  };
  const logic =
    "A comparison with a missing or NaN value is false, `ne` and `notIn` included. Several operators hold together.";
  const ordered = <T extends "Float" | "SafeInt" | "String">(name: string, type: T, states: boolean) =>
    builder.inputRef<ComparisonInput>(name).implement({
      description: logic,
      fields: (t) => ({
        eq: t.field({ type, description: "Equal." }),
        ne: t.field({ type, description: "Present and different." }),
        in: t.field({ type: [type], description: "One of these; none where the list is empty." }),
        notIn: t.field({ type: [type], description: "Present and none of these." }),
        lt: t.field({ type, description: "Less." }),
        lte: t.field({ type, description: "Less or equal." }),
        gt: t.field({ type, description: "Greater." }),
        gte: t.field({ type, description: "Greater or equal." }),
        isNull: t.boolean({ description: numberTests.isNull }),
        ...(states && {
          isNaN: t.boolean({ description: numberTests.isNaN }),
          isFinite: t.boolean({ description: numberTests.isFinite }),
        }),
      }),
    });
  const float = ordered("FloatFilter", "Float", true);
  const integer = ordered("IntegerFilter", "SafeInt", true);
  const string = ordered("StringFilter", "String", false);
  const boolean = builder.inputRef<ComparisonInput>("BooleanFilter").implement({
    description: logic,
    fields: (t) => ({
      eq: t.boolean({ description: "Equal." }),
      ne: t.boolean({ description: "Present and different." }),
      isNull: t.boolean({ description: numberTests.isNull }),
    }),
  });
  const named = <T extends "String" | "ID">(name: string, type: T, description: string) =>
    builder.inputRef<ComparisonInput>(name).implement({
      description,
      fields: (t) => ({
        eq: t.field({ type, description: "This one." }),
        ne: t.field({ type, description: "Any other." }),
        in: t.field({ type: [type], description: "One of these; none where the list is empty." }),
        notIn: t.field({ type: [type], description: "None of these." }),
      }),
    });
  const dataset = named("DatasetFilter", "String", "Datasets by name; a name that is not served is refused.");
  const configuration = named("ConfigurationFilter", "ID", "Configurations by their `id`.");
  const byType = { integer, float, boolean, string } as const;
  const hyperparameters =
    catalogue.hyperparameters.length === 0
      ? null
      : builder.inputRef<Readonly<Record<string, ComparisonInput | null>>>("HyperparameterFilter").implement({
          description: "Conditions on hyperparameters; all hold together.",
          fields: (t) =>
            Object.fromEntries(
              catalogue.hyperparameters.map((one) => [
                one.name,
                t.field({ type: byType[one.type], ...describe(one) }),
              ]),
            ),
        });
  const measureFilter = builder
    .inputRef<{ of: MeasureInput; is: ComparisonInput }>("MeasureFilter")
    .implement({
      description:
        "A condition on any measure: the best validation loss, the final one, a hyperparameter, a cost.",
      fields: (t) => ({
        of: t.field({ description: "What is compared.", type: measures.measure, required: true }),
        is: t.field({ description: "What must hold for it.", type: float, required: true }),
      }),
    });
  const runFilter = builder.inputRef<RunFilterInput>("RunFilter");
  runFilter.implement({
    description:
      "Which runs. All conditions given hold together; an empty filter is no filter. Two-valued: a comparison with a missing or NaN value is false, and `not` is the plain complement.",
    fields: (t) => ({
      and: t.field({ type: [runFilter], description: "All of these; every run where the list is empty." }),
      or: t.field({ type: [runFilter], description: "Any of these; no run where the list is empty." }),
      not: t.field({ type: runFilter, description: "The complement." }),
      dataset: t.field({ description: "By the name of the dataset.", type: dataset }),
      configuration: t.field({ description: "By the id of the configuration.", type: configuration }),
      line: t.field({ type: integer, description: "1-based line of the file." }),
      iteration: t.field({ type: integer, description: "Iteration of random search, as the file has it." }),
      nanTrainLoss: t.field({
        type: boolean,
        description: "The file's own flag: the loss became NaN during training.",
      }),
      diverged: t.field({
        type: boolean,
        description: "As `Run.diverged`: the run's own flag, else that no metric with a goal ends finite.",
      }),
      complete: t.field({
        type: boolean,
        description: "Whether the curve reaches the end that was planned.",
      }),
      ...(hyperparameters && {
        hyperparameters: t.field({
          description: "Conditions on hyperparameters; all hold together.",
          type: hyperparameters,
        }),
      }),
      measure: t.field({ type: [measureFilter], description: "Conditions on measures; all hold together." }),
    }),
  });
  return { runFilter, float, string, boolean, integer };
}

export type Filters = ReturnType<typeof defineFilters>;

/**
 * The plan of a filter; null where it asks for nothing.
 * @throws a fault that names the argument's path where a value is null or unknown, or the filter too long.
 */
export function toFilter(
  names: Names,
  catalogue: Catalogue,
  input: object | null | undefined,
  path = "where",
): Filter | null {
  if (!input) return null;
  let conditions = 0;
  const count = (more: number): void => {
    conditions += more;
    if (conditions > limits.maxConditions)
      throw badInput(path, conditions, `a filter has at most ${limits.maxConditions} conditions`);
  };
  const tests = (
    subject: Subject,
    comparison: ComparisonInput,
    at: string,
    map?: (value: Scalar, path: string) => Scalar,
  ): Filter[] => {
    const result = toTests(subject, comparison, at, map);
    count(result.length);
    return result;
  };
  const hyperparameters = new Map<string, Hyperparameter>(
    catalogue.hyperparameters.map((one) => [one.name, one]),
  );
  const all = (filter: RunFilterInput, at: string, depth = 1): Filter => {
    if (depth > limits.maxFilterDepth)
      throw badInput(path, `${depth} levels`, `a filter nests at most ${limits.maxFilterDepth} deep`);
    if (depth > 1) count(1);
    const parts: Filter[] = [];
    for (const [key, value] of Object.entries(filter) as [keyof RunFilterInput, unknown][]) {
      const here = `${at}.${key}`;
      if (value === undefined) continue;
      if (value === null) throw badInput(here, null, "leave the field out for no condition");
      switch (key) {
        case "and":
        case "or":
          parts.push({
            kind: key,
            of: (value as RunFilterInput[]).map((one, index) => all(one, `${here}[${index}]`, depth + 1)),
          });
          break;
        case "not":
          parts.push({ kind: "not", of: all(value, here, depth + 1) });
          break;
        case "dataset":
          parts.push(
            ...tests(
              { kind: "dataset" },
              value,
              here,
              (name, path) => names.dataset(String(name), path).index,
            ),
          );
          break;
        case "configuration":
          parts.push(...tests({ kind: "configuration" }, value, here, configurationKey));
          break;
        case "line":
        case "iteration":
          parts.push(...tests({ kind: key }, value, here));
          break;
        case "nanTrainLoss":
        case "diverged":
        case "complete":
          parts.push(...tests({ kind: "flag", flag: key }, value, here));
          break;
        case "hyperparameters":
          for (const [name, comparison] of Object.entries(value as Record<string, ComparisonInput | null>)) {
            const hyperparameter = hyperparameters.get(name);
            if (comparison === null)
              throw badInput(`${here}.${name}`, null, "leave the field out for no condition");
            if (hyperparameter)
              parts.push(...tests({ kind: "hyperparameter", hyperparameter }, comparison, `${here}.${name}`));
          }
          break;
        case "measure":
          (value as NonNullable<RunFilterInput["measure"]>).forEach(({ of, is }, index) => {
            parts.push(
              ...tests(toNumericMeasure(names, of, `${here}[${index}].of`), is, `${here}[${index}].is`),
            );
          });
      }
    }
    return parts.length === 1 ? (parts[0] as Filter) : { kind: "and", of: parts };
  };
  const filter = all(input, path);
  return filter.kind === "and" && filter.of.length === 0 ? null : filter;
}

/** What is to be said in place of null. */
export const nullAllowed = (operator: string): string =>
  operator === "isNull"
    ? "true asks for missing values, and false for all others"
    : operator === "isNaN" || operator === "isFinite"
      ? "true or false is wanted"
      : "isNull: true asks for missing values; an operator that is left out asks for nothing";

/** Each operator of a comparison, as a condition on the subject. */
function toTests(
  subject: Subject,
  comparison: ComparisonInput,
  path: string,
  map: (value: Scalar, path: string) => Scalar = (value) => value,
): Filter[] {
  return (Object.entries(comparison) as [Operator, Scalar | Scalar[] | null | undefined][]).flatMap(
    ([operator, value]): Filter[] => {
      const at = `${path}.${operator}`;
      if (value === undefined) return [];
      if (value === null) throw badInput(at, null, nullAllowed(operator));
      switch (operator) {
        case "in":
        case "notIn": {
          const values = value as Scalar[];
          if (values.length > limits.maxListValues)
            throw badInput(at, `${values.length} values`, `at most ${limits.maxListValues}`);
          return [
            {
              kind: "member",
              subject,
              operator,
              values: values.map((one, index) => map(one, `${at}[${index}]`)),
            },
          ];
        }
        case "isNull":
        case "isNaN":
        case "isFinite":
          return [{ kind: "test", subject, operator, value: value === true }];
        default:
          return [{ kind: "compare", subject, operator, value: map(value as Scalar, at) }];
      }
    },
  );
}

function configurationKey(id: Scalar, path: string): string {
  const decoded = decodeId(String(id));
  if (decoded?.type !== "Configuration") throw badInput(path, id, "the id of a Configuration is wanted");
  return decoded.rest;
}
