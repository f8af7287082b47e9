import { GraphQLError, type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from "graphql";
import { MOST_LEVELS, nestsTooDeep } from "../../../schema/nesting.js";
import { refusal } from "./refusal.js";

/** Every fault of a variable quotes it: one with many would be answered many times over. */
const MOST_FAULTS = 10;

/** @throws LIMIT_EXCEEDED where variables nest deeper than any input of the schema that is allowed. */
export function requireShallow(variables: object | null | undefined): void {
  if (Object.values(variables ?? {}).some(nestsTooDeep))
    throw refusal(`The variables nest deeper than the ${MOST_LEVELS} levels that are allowed`, null);
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
  throw new AggregateError(errors?.map(misfit), "The variables do not fit.");
}

/** Nothing was executed: 400 where the protocol lets it be. */
const misfit = ({ message, nodes }: GraphQLError): GraphQLError =>
  new GraphQLError(message, {
    nodes,
    extensions: { code: "BAD_USER_INPUT", http: { status: 400, spec: true } },
  });
