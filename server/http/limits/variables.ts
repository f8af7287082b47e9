import { type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from "graphql";
import { refusal } from "./refusal.js";

/** Levels of lists and objects in variables: twice those of the deepest filter, and some. What coerces them calls itself. */
const MOST_LEVELS = 150;
/** Every fault of a variable quotes it: one with many would be answered many times over. */
const MOST_FAULTS = 10;

/** @throws LIMIT_EXCEEDED where variables nest deeper than any input of the schema that is allowed. */
export function requireShallow(variables: unknown): void {
  let level: readonly unknown[] = [variables];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_LEVELS + 1)
      throw refusal(`The variables nest deeper than the ${MOST_LEVELS} levels that are allowed`, null);
    level = level.flatMap((value): unknown[] =>
      typeof value === "object" && value !== null ? Object.values(value) : [],
    );
  }
}

/**
 * The operation's variables as the schema coerces them.
 * @throws AggregateError of the faults, each a GraphQLError, where they do not fit.
 */
export function coercedVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { coerced, errors } = getVariableValues(schema, variableDefinitions, given, {
    maxErrors: MOST_FAULTS,
  });
  if (coerced) return coerced;
  throw new AggregateError(errors, "The variables do not fit.");
}
