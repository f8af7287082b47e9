import { type ExecutionResult, GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Logger } from "pino";
import { messageWithoutNames } from "../../schema/faults.js";
import { judge, rootOf } from "./answer-error.js";
import type { Records } from "./observe/records.js";
import { requestIdOf } from "./request-id.js";

/** How every answer is finished: it names the version of the data, and errors that are ours are masked and logged. */
export type Finish = (answer: ExecutionResult, request: Request, dataVersion: string) => ExecutionResult;

export interface Finishing {
  readonly log: Logger;
  readonly records: Records;
  /** Whether validation may name fields that are like the one asked for. */
  readonly suggestions: boolean;
}

/** What a client is told of an error of its request; the log is told the rest. */
export type Tell = (error: GraphQLError, request: Request) => GraphQLError;

export const telling =
  ({ log, records, suggestions }: Finishing): Tell =>
  (error, request) => {
    const requestId = requestIdOf(request);
    const { fault, shown, cause } = judge(error, requestId);
    const isLeft = fault === "ours" && request.signal.aborted;
    if (!isLeft) records.of(request).codes.add(String(shown.extensions["code"]));
    if (fault === "user" && cause !== undefined)
      log.warn({ requestId, err: cause }, "a statement was refused");
    else if (isLeft) log.info({ requestId }, "the client went away");
    else if (fault === "ours") log.error({ requestId, path: error.path, err: cause }, "a field failed");
    return suggestions ? shown : withoutNames(shown, error);
  };

export const finishing =
  ({ records }: Pick<Finishing, "records">, tell: Tell): Finish =>
  (answer, request, dataVersion) => {
    const record = records.of(request);
    const errors = answer.errors?.map((error) => tell(error, request));
    return {
      ...answer,
      ...(errors && { errors }),
      extensions: { ...answer.extensions, ...(record.cost && { cost: record.cost }), dataVersion },
    };
  };

/** Names that there are, or that are like a wrong one, tell the schema to whoever may not see it. */
function withoutNames(
  { message, nodes, source, positions, path, extensions }: GraphQLError,
  error: GraphQLError,
) {
  const root = rootOf(error);
  const bare = root instanceof GraphQLError ? messageWithoutNames(root) : null;
  return new GraphQLError(bare ?? message.replace(/ Did you mean .*\?$/s, ""), {
    nodes,
    source,
    positions,
    path,
    extensions,
  });
}

/** Finishes every GraphQL answer; those of subscriptions are finished one by one where they are made. */
export const answers = (versionOf: (request: Request) => string, finish: Finish): Plugin => ({
  onResultProcess(event) {
    const { request, result } = event;
    if (Array.isArray(result) || Symbol.asyncIterator in result) return;
    const answer: ExecutionResult = result;
    // A subscription that was refused is finished already.
    if (answer.extensions?.["dataVersion"] !== undefined) return;
    event.setResult(finish(answer, request, versionOf(request)));
  },
});
