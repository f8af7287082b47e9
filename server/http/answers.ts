import type { ExecutionResult } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Logger } from "pino";
import { judge } from "./answer-error.js";
import { requestIdOf } from "./request-id.js";

/** Gives every GraphQL answer the version of the data, and masks and logs the errors that are ours. */
export const answers = (dataVersion: string, log: Logger): Plugin => ({
  onResultProcess(event) {
    const { request, result } = event;
    if (Array.isArray(result) || Symbol.asyncIterator in result) return;
    const answer: ExecutionResult = result;
    event.setResult({
      ...answer,
      ...(answer.errors && {
        errors: answer.errors.map((error) => {
          const requestId = requestIdOf(request);
          const judged = judge(error, requestId);
          if (judged.fault === "ours") {
            if (request.signal.aborted) log.info({ requestId }, "the client went away");
            else log.error({ requestId, path: error.path, err: judged.cause }, "a field failed");
          }
          return judged.shown;
        }),
      }),
      extensions: { ...answer.extensions, dataVersion },
    });
  },
});
