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

/** A fault of one argument, named by its path: `where.hyperparameters.lr.eq`. */
export function badInput(path: string, found: unknown, allowed: string): GraphQLError {
  return fault("BAD_USER_INPUT", `${path}: ${show(found)} is not allowed; ${allowed}.`);
}

function show(value: unknown): string {
  const text = typeof value === "bigint" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
