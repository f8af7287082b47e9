import type { Filter, HavingTest, Scalar, Subject } from "../../schema/plan.js";
import { isDouble, type RunSource } from "./measures.js";
import {
  allOf,
  anyOf,
  boolean,
  double,
  doubles,
  integer,
  integers,
  no,
  type Sql,
  sql,
  text,
  texts,
  yes,
} from "./tag.js";

/** The condition that a filter is; its measures join themselves to the source. */
export function condition(filter: Filter | null, source: RunSource): Sql {
  if (filter === null) return yes;
  switch (filter.kind) {
    case "and":
      return allOf(filter.of.map((part) => condition(part, source)));
    case "or":
      return anyOf(filter.of.map((part) => condition(part, source)));
    case "not":
      return sql`NOT ${condition(filter.of, source)}`;
    default: {
      const value = source.subject(filter.subject);
      return comparison(value, filter, kindOf(filter.subject));
    }
  }
}

/** A test of an aggregate's value. */
export const havingCondition = (value: Sql, test: HavingTest): Sql =>
  comparison(
    value,
    "operator" in test && "value" in test ? narrow(test) : { kind: "member", ...test },
    "double",
  );

type Comparison =
  | {
      readonly kind: "compare";
      readonly operator: "eq" | "ne" | "lt" | "lte" | "gt" | "gte";
      readonly value: Scalar;
    }
  | { readonly kind: "member"; readonly operator: "in" | "notIn"; readonly values: readonly Scalar[] }
  | { readonly kind: "test"; readonly operator: "isNull" | "isNaN" | "isFinite"; readonly value: boolean };

function narrow(test: Exclude<HavingTest, { operator: "in" | "notIn" }>): Comparison {
  return typeof test.value === "boolean"
    ? { kind: "test", operator: test.operator as "isNull", value: test.value }
    : { kind: "compare", operator: test.operator as "eq", value: test.value };
}

type ValueKind = "double" | "integer" | "other";

const kindOf = (subject: Subject): ValueKind =>
  isDouble(subject) ? "double" : subject.kind === "dataset" ? "integer" : "other";

/** Never NULL: a missing value, or a NaN, satisfies no comparison; `isNull` and its like say what it is. */
function comparison(value: Sql, test: Comparison, kind: ValueKind): Sql {
  switch (test.kind) {
    case "test":
      return truth(test.value, stateTest(value, test.operator));
    case "member": {
      const [only] = test.values;
      if (test.values.length === 1 && only !== undefined) {
        // A list is joined to, which takes twice as long.
        const operator = test.operator === "in" ? "eq" : "ne";
        return comparison(value, { kind: "compare", operator, value: only }, kind);
      }
      if (test.operator === "in") {
        return test.values.length === 0
          ? no
          : sql`coalesce(${value} IN (SELECT unnest(${list(test.values, kind)})), false)`;
      }
      return sql`coalesce(${value} NOT IN (SELECT unnest(${list(test.values, kind)}))${notNaN(value, kind)} AND ${value} IS NOT NULL, false)`;
    }
    case "compare": {
      const bound = scalar(test.value, kind);
      switch (test.operator) {
        case "eq":
          return sql`coalesce(${value} = ${bound}, false)`;
        case "ne":
          return sql`coalesce(${value} <> ${bound}${notNaN(value, kind)}, false)`;
        case "lt":
          return sql`coalesce(${value} < ${bound}, false)`;
        case "lte":
          return sql`coalesce(${value} <= ${bound}, false)`;
        case "gt":
          return sql`coalesce(${value} > ${bound}${notNaN(value, kind)}, false)`;
        case "gte":
          return sql`coalesce(${value} >= ${bound}${notNaN(value, kind)}, false)`;
      }
    }
  }
}

const truth = (wanted: boolean, test: Sql): Sql => (wanted ? test : sql`NOT ${test}`);

function stateTest(value: Sql, operator: "isNull" | "isNaN" | "isFinite"): Sql {
  switch (operator) {
    case "isNull":
      return sql`(${value} IS NULL)`;
    case "isNaN":
      return sql`coalesce(isnan(${value}), false)`;
    case "isFinite":
      return sql`coalesce(isfinite(${value}), false)`;
  }
}

/** NaN sorts above every number in DuckDB, so what looks upwards has to leave it out. */
const notNaN = (value: Sql, kind: ValueKind): Sql =>
  kind === "double" ? sql` AND NOT isnan(${value})` : sql``;

function scalar(value: Scalar, kind: ValueKind): Sql {
  if (typeof value === "string") return text(value);
  if (typeof value === "boolean") return boolean(value);
  return kind === "integer" ? integer(value) : double(value);
}

function list(values: readonly Scalar[], kind: ValueKind): Sql {
  if (kind === "double") return doubles(values.map(Number));
  if (kind === "integer") return integers(values.map(Number));
  return texts(values.map(String));
}
