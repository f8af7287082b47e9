import { OperationTypeNode } from "graphql";
import { operationCost } from "../../../schema/cost.js";
import type { Operation, OperationPlan } from "../../executor/plan.js";
import type { RequestLimits } from "../../service-settings.js";
import type { Snapshot } from "../../snapshot.js";
import type { ChosenSnapshot } from "../chosen-snapshot.js";
import { coercedVariables, requireShallow } from "../limits/variables.js";
import type { Documents, PreparedOperation } from "./documents.js";
import type { Params } from "./params.js";

/** A request that can be answered: a query that is valid, affordable and planned, on a snapshot. */
export interface Question {
  readonly params: Params;
  readonly snapshot: Snapshot;
  readonly prepared: PreparedOperation;
  readonly operation: Operation;
  readonly plan: OperationPlan;
  readonly cost: { readonly requested: number; readonly budget: number };
}

/** Makes questions of requests. */
export class Questions {
  constructor(
    private readonly chosen: ChosenSnapshot,
    private readonly documents: Documents,
    private readonly limits: RequestLimits,
  ) {}

  /** Null where the request is not for this path, or is to be refused: the generic path tells why. */
  of(params: Params): Question | null {
    try {
      requireShallow(params.variables);
      return this.#affordable(params);
    } catch {
      return null;
    }
  }

  /** @throws where it is to be refused. */
  #affordable(params: Params): Question | null {
    const snapshot = this.chosen.choose(params);
    const { schema, catalogue } = snapshot;
    const prepared = this.documents.operation(schema, params.query, params.operationName);
    if (prepared?.operation.operation !== OperationTypeNode.QUERY) return null;
    const variables = coercedVariables(schema, prepared.operation, params.variables);
    const { fragments } = prepared;
    const operation: Operation = { schema, operation: prepared.operation, fragments, variables };
    const { maxCost: budget, maxFields } = this.limits;
    const requested = operationCost(operation, catalogue, maxFields);
    const plan = requested <= budget ? prepared.planFor(variables) : null;
    return plan && { params, snapshot, prepared, operation, plan, cost: { requested, budget } };
  }
}
