import {
  getNamedType,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from "graphql";
import type { Random } from "./random.js";

const INTEGERS = ["-1", "0", "1", "2", "7", "64", "5000", "5001", "2147483647", "-2147483648"];
const FLOATS = ["-1.5", "0", "-0", "1e-300", "1e300", "0.5", "0.95", "1", "2.5", "1e5"];
const STRINGS = [
  "",
  "llama-33m_tuning",
  "llama-33m_residual",
  "NaN",
  "'; DROP TABLE runs; --",
  "\\u0000",
  "é😀",
  "WyJ4Il0",
];
const DEEPEST = 7;

/** A random query that is valid under the schema, though its values may make no sense. */
export function randomQuery(schema: GraphQLSchema, random: Random): string {
  const root = schema.getQueryType();
  if (!root) throw new Error("the schema has no queries");
  return selection(schema, root, random, 0);
}

function selection(schema: GraphQLSchema, type: GraphQLObjectType, random: Random, depth: number): string {
  const fields = Object.values(type.getFields());
  const count = 1 + random.below(depth === 0 ? 2 : 4);
  const chosen = Array.from({ length: count }, () => random.pick(fields)).flatMap((field, index) => {
    const named = getNamedType(field.type);
    const head = `f${depth}_${index}: ${field.name}${argumentsOf(field.args, random)}`;
    if (!isCompositeType(named)) return [head];
    if (depth >= DEEPEST) return [];
    if (isObjectType(named)) return [`${head} ${selection(schema, named, random, depth + 1)}`];
    const parts = schema
      .getPossibleTypes(named)
      .map((possible) => `... on ${possible.name} ${selection(schema, possible, random, DEEPEST)}`);
    return [`${head} { __typename ${parts.join(" ").replaceAll(/f\d+_/g, (alias) => `${alias}u`)} }`];
  });
  return `{ ${chosen.length > 0 ? chosen.join(" ") : "__typename"} }`;
}

function argumentsOf(args: readonly GraphQLArgument[], random: Random): string {
  const given = args.filter((arg) => isRequiredArgument(arg) || random.chance(0.35));
  return given.length === 0
    ? ""
    : `(${given.map(({ name, type }) => `${name}: ${value(type, random, 0)}`).join(", ")})`;
}

function value(type: GraphQLInputType, random: Random, depth: number): string {
  if (isNonNullType(type)) return value(type.ofType, random, depth);
  if (isListType(type)) {
    const length = depth > 4 ? 0 : random.below(3);
    return `[${Array.from({ length }, () => value(type.ofType, random, depth + 1)).join(", ")}]`;
  }
  if (isEnumType(type)) return random.pick(type.getValues()).name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    const chosen = type.isOneOf
      ? [random.pick(fields)]
      : fields.filter(
          (field) => isRequiredInputField(field) || random.chance(depth > 3 ? 0 : 2 / fields.length),
        );
    return `{ ${chosen.map((field) => `${field.name}: ${value(field.type, random, depth + 1)}`).join(", ")} }`;
  }
  switch (type.name) {
    case "Boolean":
      return random.pick(["true", "false"]);
    case "String":
    case "ID":
      return `"${random.pick(STRINGS)}"`;
    case "Float":
      return random.pick(FLOATS);
    default:
      return random.pick(INTEGERS);
  }
}

const PIECES = [
  "{",
  "}",
  "(",
  ")",
  "[",
  "]",
  "...",
  "$x",
  ":",
  '"',
  '"""',
  "@skip(if: true)",
  "fragment F on Query { ...F }",
  "\u0000",
  "\ufeff",
  "9".repeat(400),
  "{".repeat(2000),
  "# ",
  "subscription",
  "mutation",
];

/** A document with some of its text taken out, doubled or replaced. */
export function mutated(document: string, random: Random): string {
  let text = document;
  for (let count = 1 + random.below(3); count > 0; count -= 1) {
    const at = random.below(text.length + 1);
    const to = Math.min(text.length, at + random.below(12));
    const middle = random.pick([() => "", () => random.pick(PIECES), () => text.slice(at, to).repeat(2)])();
    text = text.slice(0, at) + middle + text.slice(to);
  }
  return text;
}
