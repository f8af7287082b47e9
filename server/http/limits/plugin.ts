import { type ExecutionArgs, getOperationAST, type DocumentNode, Kind, type Source } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Catalogue } from "../../../schema/catalogue.js";
import { operationCost } from "../../../schema/cost.js";
import type { RequestLimits } from "../../service-settings.js";
import type { Records } from "../observe/records.js";
import { requireFewTokens, requireModest } from "./document-limits.js";
import { refusal } from "./refusal.js";
import { coercedVariables, requireShallow } from "./variables.js";

/** Refuses documents that are too large before they are validated, and operations that cost too much before they run. */
export const requestLimits = (
  limits: RequestLimits,
  catalogueOf: (request: Request) => Catalogue,
  records: Records,
): Plugin => {
  const requireAffordable = (args: ExecutionArgs): void => {
    const { request } = args.contextValue as { readonly request: Request };
    const requested = costOf(args, catalogueOf(request), limits);
    if (requested === null) return;
    records.of(request).cost = { requested, budget: limits.maxCost };
    if (requested > limits.maxCost) {
      throw refusal(
        `The operation may cost ${requested}, and at most ${limits.maxCost} is allowed: ask for smaller pages, fewer groups, bins, points or fields`,
        "--max-cost",
      );
    }
  };
  return {
    onParams: ({ params }) => requireShallow(params.variables),
    onParse({ params: { source } }) {
      requireFewTokens(typeof source === "string" ? source : String((source as Source).body), limits);
      return ({ result }) => {
        const parsed = result as DocumentNode | Error | null;
        if (parsed && "kind" in parsed) requireModest(parsed, limits);
      };
    },
    onExecute: ({ args }) => requireAffordable(args),
    onSubscribe: ({ args }) => requireAffordable(args),
  };
};

/** Null where there is no such operation: execution says so. @throws the faults of variables that do not fit. */
function costOf(args: ExecutionArgs, catalogue: Catalogue, { maxFields }: RequestLimits): number | null {
  const operation = getOperationAST(args.document, args.operationName);
  if (!operation) return null;
  const { schema } = args;
  const variables = coercedVariables(schema, operation, args.variableValues ?? {});
  const fragments = Object.fromEntries(
    args.document.definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
    ),
  );
  return operationCost({ schema, operation, fragments, variables }, catalogue, maxFields);
}
