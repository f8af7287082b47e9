import { execute, type ExecutionArgs, type ExecutionResult, GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { ChosenSnapshot } from "./chosen-snapshot.js";
import { type Execution, givesCursors } from "./execution.js";

/** Has graphql-js answer what comes through Yoga. */
export const genericExecution = (execution: Execution, chosen: ChosenSnapshot): Plugin => ({
  onExecute({ args, setExecuteFn }) {
    const { request } = args.contextValue as { readonly request: Request };
    setExecuteFn(async (asked: ExecutionArgs): Promise<ExecutionResult> => {
      try {
        return await execution.run({
          asker: request,
          signal: request.signal,
          snapshot: chosen.of(request),
          givesCursors: givesCursors(asked.document.loc?.source.body ?? "cursor"),
          work: async (contextValue) => execute({ ...asked, contextValue }),
        });
      } catch (error) {
        if (error instanceof GraphQLError) return { errors: [error] };
        throw error;
      }
    });
  },
});
