import { GraphQLError } from "graphql";

/** Machine codes of the faults that a user can mend, in `extensions.code`. */
export type FaultCode =
  /** An argument makes no sense by itself. */
  | "BAD_USER_INPUT"
  /** A dataset, measure or field that the data do not have. */
  | "UNKNOWN_NAME"
  /** A metric of unknown goal was asked for its best. */
  | "GOAL_UNKNOWN"
  /** Curves over different axes would be mixed. */
  | "MIXED_AXES"
  /** The data cannot be treated so: logarithmic bins over negatives, say. */
  | "UNFIT_DATA"
  /** A documented maximum. */
  | "LIMIT_EXCEEDED"
  /** A cursor of a snapshot that is gone. */
  | "STALE_CURSOR";

/** An error whose message is the user's to read: it names the argument, the value and what is allowed. */
export function fault(code: FaultCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

/** What a fault says to whoever may not be told names, by fault. */
const unnamed = new WeakMap<GraphQLError, string>();

/** A fault whose hint lists names of the data: it is for those alone who may see the schema. */
export function faultNaming(code: FaultCode, message: string, hint: string): GraphQLError {
  const made = fault(code, `${message} ${hint}`);
  unnamed.set(made, message);
  return made;
}

/** The fault's message without the names that it lists; null where it lists none. */
export const messageWithoutNames = (error: GraphQLError): string | null => unnamed.get(error) ?? null;

/** A fault of one argument, named by its path: `where.hyperparameters.lr.eq`. */
export function badInput(path: string, found: unknown, allowed: string): GraphQLError {
  return fault("BAD_USER_INPUT", `${path}: ${show(found)} is not allowed; ${allowed}.`);
}

function show(value: unknown): string {
  const text = typeof value === "bigint" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
