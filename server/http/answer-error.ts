import { GraphQLError } from "graphql";
import { EngineMemoryError } from "../duckdb/memory-error.js";
import { UserFault } from "../errors.js";

/** Whose fault an error in an answer is, and what the client is told of it. */
export type Judged =
  | { readonly fault: "user"; readonly shown: GraphQLError; readonly cause?: unknown }
  | { readonly fault: "ours"; readonly shown: GraphQLError; readonly cause: unknown };

/** Sorts errors of requests from bugs of ours, which are masked: their message is for the log alone. */
export function judge(error: GraphQLError, requestId: string): Judged {
  const root = rootOf(error);
  if (root instanceof UserFault) {
    return { fault: "user", shown: retold(error, root.message, { code: root.code }) };
  }
  if (root instanceof EngineMemoryError) {
    const message =
      "This takes more memory than one query may have. Ask for fewer runs, groups or fields at once.";
    return { fault: "user", shown: retold(error, message, { code: "OUT_OF_MEMORY" }), cause: root };
  }
  if (root instanceof GraphQLError && root.extensions["code"] === "REQUEST_ENTITY_TOO_LARGE") {
    const message = "The body of the request is larger than this server takes (--max-body).";
    const extensions = { ...root.extensions, code: "LIMIT_EXCEEDED" };
    return { fault: "user", shown: retold(error, message, extensions) };
  }
  if (root instanceof GraphQLError && root.message === ABORTED && error.path === undefined) {
    const message = `The document selects fields of one name so often that comparing them takes more than ${MOST_COMPARISONS} steps, the most that it may: select each field once.`;
    return { fault: "user", shown: retold(error, message, { ...root.extensions, code: "LIMIT_EXCEEDED" }) };
  }
  if (root instanceof GraphQLError && isOfRequest(root, error)) {
    const code = error.extensions["code"] ?? root.extensions["code"] ?? "BAD_USER_INPUT";
    return { fault: "user", shown: retold(error, error.message, { ...error.extensions, code }) };
  }
  const message = `Internal error. The log has it under request id ${requestId}.`;
  // `unexpected` makes Yoga answer 500 where there are no data, and stays behind.
  return {
    fault: "ours",
    shown: retold(error, message, { code: "INTERNAL", unexpected: true }),
    cause: root,
  };
}

/** What graphql-js says where validation takes too long, without a word of why; the bound is its own. */
const ABORTED = "Validation aborted.";
const MOST_COMPARISONS = 500_000;

/**
 * A request's own error has a code, or comes before execution (no path), or points at the argument in
 * question (nodes of its own). What is left is a value that the schema's type does not allow.
 */
const isOfRequest = (root: GraphQLError, located: GraphQLError): boolean =>
  root.extensions["code"] !== undefined ||
  located.path === undefined ||
  (root !== located && root.nodes !== undefined);

/** What was thrown first. */
export function rootOf(error: GraphQLError): unknown {
  let root: unknown = error;
  while (root instanceof GraphQLError && root.originalError) root = root.originalError;
  return root;
}

const retold = (error: GraphQLError, message: string, extensions: Record<string, unknown>): GraphQLError =>
  new GraphQLError(shortened(message), {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    path: error.path,
    extensions,
  });

const LONGEST_MESSAGE = 2000;

/** Messages quote what was sent, which may be as long as a body may be: of a long one the ends are told. */
const shortened = (message: string): string =>
  message.length <= LONGEST_MESSAGE
    ? message
    : `${message.slice(0, LONGEST_MESSAGE / 2)} … ${message.slice(-LONGEST_MESSAGE / 2)}`;
