import {
  coerceInputValue,
  type GraphQLEnumType,
  GraphQLFloat,
  GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLList,
  GraphQLNonNull,
  type GraphQLSchema,
  GraphQLString,
  isEnumType,
  isInputType,
  isObjectType,
  parseConstValue,
  valueFromASTUntyped,
} from "graphql";
import { badInput, fault } from "../faults.js";
import { isWrittenTooDeep, MOST_LEVELS, nestsTooDeep } from "../nesting.js";
import type { ExportTable } from "./export-plan.js";

/** Arguments as they were given: text of a URL or a command line, or values of JSON. */
export type GivenArguments = Readonly<Record<string, unknown>>;

/** Arguments coerced by the schema's types, enum values and all; what was not given, or is null, is left out. */
export type CoercedArguments = Readonly<Record<string, unknown>>;

/** Fields whose arguments an export takes as they are, by type and name. */
const takenFrom: Readonly<
  Record<ExportTable, readonly (readonly [type: string, field: string, args: readonly string[]])[]>
> = {
  runs: [["Query", "runs", ["where", "orderBy", "first"]]],
  points: [
    ["Query", "runs", ["where", "orderBy", "first"]],
    ["Run", "curve", ["from", "to", "every"]],
  ],
  groups: [["Query", "aggregateRuns", ["where", "groupBy", "having", "orderBy", "first"]]],
  "curve-groups": [["Query", "aggregateCurves", ["where", "groupBy", "from", "to", "every"]]],
};

const known = new WeakMap<GraphQLSchema, Map<ExportTable, ReadonlyMap<string, GraphQLInputType>>>();

/** The arguments of a table's export, with their types: those of the schema's fields, and what only exports have. */
export function exportArguments(
  table: ExportTable,
  schema: GraphQLSchema,
): ReadonlyMap<string, GraphQLInputType> {
  let tables = known.get(schema);
  if (!tables) known.set(schema, (tables = new Map<ExportTable, ReadonlyMap<string, GraphQLInputType>>()));
  let found = tables.get(table);
  if (!found) tables.set(table, (found = findArguments(table, schema)));
  return found;
}

function findArguments(table: ExportTable, schema: GraphQLSchema): ReadonlyMap<string, GraphQLInputType> {
  const types = new Map<string, GraphQLInputType>();
  for (const [typeName, fieldName, names] of takenFrom[table]) {
    const type = schema.getType(typeName);
    const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
    for (const name of names) {
      const found = field?.args.find((arg) => arg.name === name);
      if (!found) throw new Error(`The schema has no argument ${typeName}.${fieldName}(${name}:).`);
      types.set(name, found.type);
    }
  }
  if (table === "runs" || table === "points")
    types.set("columns", new GraphQLList(new GraphQLNonNull(GraphQLString)));
  const aggregate = table === "groups" ? schema.getType("GroupAggregate") : curveAggregate(schema);
  if ((table === "groups" || table === "curve-groups") && isInputType(aggregate))
    types.set("aggregates", new GraphQLList(new GraphQLNonNull(aggregate)));
  return types;
}

/** What `GroupAggregate` is to runs, of the points of curves: `of` names a metric. */
function curveAggregate(schema: GraphQLSchema): GraphQLInputType | null {
  const [metric, statistic, method] = ["MetricName", "Statistic", "QuantileMethod"].map((name) =>
    schema.getType(name),
  );
  if (!isEnumType(metric) || !isEnumType(statistic) || !isEnumType(method)) return null;
  const required = (type: GraphQLEnumType | typeof GraphQLFloat) => ({ type: new GraphQLNonNull(type) });
  return new GraphQLInputObjectType({
    name: "CurveAggregate",
    isOneOf: true,
    fields: {
      statistic: {
        type: new GraphQLInputObjectType({
          name: "CurveStatisticInput",
          fields: { of: required(metric), statistic: required(statistic) },
        }),
      },
      quantile: {
        type: new GraphQLInputObjectType({
          name: "CurveQuantileInput",
          fields: { of: required(metric), p: required(GraphQLFloat), method: { type: method } },
        }),
      },
    },
  });
}

export interface CoercionOptions {
  readonly schema: GraphQLSchema;
  /** Whether messages may name what is like a wrong name. Default: true. */
  readonly suggestions?: boolean;
}

/**
 * Coerces arguments as GraphQL coerces those of a field.
 * @throws a fault that names the argument, its value and what is allowed.
 */
export function coerceArguments(
  table: ExportTable,
  given: GivenArguments,
  { schema, suggestions = true }: CoercionOptions,
): CoercedArguments {
  const types = exportArguments(table, schema);
  const coerced: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(given)) {
    const type = types.get(name);
    if (!type)
      throw fault(
        "BAD_USER_INPUT",
        `${name.slice(0, 80)}: an export of ${table} has no such argument. It has ${[...types.keys()].join(", ")}.`,
      );
    const tooDeep = `${name}: it nests deeper than ${MOST_LEVELS} levels, the most that are allowed.`;
    if (typeof text === "string" && isWrittenTooDeep(text)) throw fault("BAD_USER_INPUT", tooDeep);
    const value = typeof text === "string" ? readText(name, text) : text;
    if (value === null || value === undefined) continue;
    if (nestsTooDeep(value)) throw fault("BAD_USER_INPUT", tooDeep);
    coerced[name] = coerceInputValue(
      value,
      type,
      (path, found, error) => {
        const at = path.reduce<string>(
          (text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}.${key}`),
          name,
        );
        const said = error.message.replace(/\.? Did you mean (.*\?)$/s, " (did you mean $1)");
        throw badInput(at, found, said.replace(/\.$/, ""));
      },
      !suggestions,
    );
  }
  return coerced;
}

/** Tokens of one argument that is written as in GraphQL; the parser calls itself. */
const MOST_TOKENS = 5000;

/** An argument's text: a list of columns, JSON, or a value as a GraphQL query would write it. */
function readText(name: string, text: string): unknown {
  if (name === "columns" && !text.trimStart().startsWith("["))
    return text.split(",").map((column) => column.trim());
  const json = attempt(() => JSON.parse(text) as unknown);
  if ("value" in json) return json.value;
  const literal = attempt(() => valueFromASTUntyped(parseConstValue(text, { maxTokens: MOST_TOKENS })));
  if ("value" in literal) return literal.value;
  // Only JSON quotes its keys.
  const { message } = /^[\s[]*\{\s*"/.test(text) ? json : literal;
  const reason = message.replaceAll("\n", " ").replace(/\.$/, "");
  throw badInput(name, text, `JSON is wanted, or a value as in GraphQL (${reason})`);
}

function attempt<T>(read: () => T): { readonly value: T } | { readonly message: string } {
  try {
    return { value: read() };
  } catch (error) {
    return { message: (error as Error).message };
  }
}
