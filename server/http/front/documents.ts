import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getOperationAST,
  type GraphQLSchema,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
  visit,
} from "graphql";
import { LRUCache } from "lru-cache";
import { type OperationPlan, planOperation } from "../../executor/plan.js";
import type { RequestLimits } from "../../service-settings.js";
import { givesCursors } from "../execution.js";
import { KEPT_CHARACTERS } from "../limits/document-cache.js";
import { requireFewTokens, requireModest } from "../limits/document-limits.js";
import { sha256 } from "../security/persisted.js";

/** One operation of a document, parsed, validated and planned once. */
export class PreparedOperation {
  readonly #plans = new LRUCache<string, { readonly plan: OperationPlan | null }>({ max: 16 });
  constructor(
    readonly schema: GraphQLSchema,
    readonly operation: OperationDefinitionNode,
    readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>,
    readonly hash: string,
    readonly givesCursors: boolean,
    /** Variables that say what is skipped and included. */
    private readonly conditions: readonly string[],
  ) {}

  /** Null where it is for the generic executor. Plans differ by what is skipped and included. */
  planFor(variables: Readonly<Record<string, unknown>>): OperationPlan | null {
    const key = this.conditions.map((name) => String(variables[name])).join();
    const kept = this.#plans.get(key);
    if (kept) return kept.plan;
    const { schema, operation, fragments } = this;
    const plan = planOperation({ schema, operation, fragments, variables });
    this.#plans.set(key, { plan });
    return plan;
  }
}

/** Documents that are within the limits and valid, by schema and text. */
export class Documents {
  readonly #bySchema = new WeakMap<GraphQLSchema, LRUCache<string, ReadonlyMap<string, PreparedOperation>>>();

  constructor(
    private readonly limits: RequestLimits,
    private readonly introspection: boolean,
  ) {}

  /** Null where the document has no such operation, or anything is wrong with it: what, the generic path tells. */
  operation(schema: GraphQLSchema, query: string, name: string | null): PreparedOperation | null {
    let documents = this.#bySchema.get(schema);
    if (!documents) {
      documents = new LRUCache({ maxSize: KEPT_CHARACTERS, sizeCalculation: (_, text) => text.length + 1 });
      this.#bySchema.set(schema, documents);
    }
    let operations = documents.get(query);
    if (!operations) {
      const prepared = this.#prepare(schema, query);
      if (!prepared) return null;
      documents.set(query, (operations = prepared));
    }
    return operations.get(name ?? "") ?? null;
  }

  /** By name; the one that needs none under "". */
  #prepare(schema: GraphQLSchema, query: string): Map<string, PreparedOperation> | null {
    let document: DocumentNode;
    try {
      requireFewTokens(query, this.limits);
      document = parse(query);
      requireModest(document, this.limits);
    } catch {
      return null;
    }
    const rules = this.introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
    if (validate(schema, document, rules).length > 0) return null;
    const fragments = Object.fromEntries(
      document.definitions.flatMap((one) =>
        one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
      ),
    );
    const hash = sha256(query);
    const cursors = givesCursors(query);
    const conditions = conditionVariables(document);
    const prepared = (operation: OperationDefinitionNode): PreparedOperation =>
      new PreparedOperation(schema, operation, fragments, hash, cursors, conditions);
    const operations = new Map<string, PreparedOperation>();
    for (const one of document.definitions) {
      if (one.kind === Kind.OPERATION_DEFINITION && one.name) operations.set(one.name.value, prepared(one));
    }
    const only = getOperationAST(document);
    if (only) operations.set("", (only.name && operations.get(only.name.value)) ?? prepared(only));
    return operations;
  }
}

/** The variables that say what is skipped and included, in any operation. */
function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: {
      enter({ name, arguments: given = [] }) {
        if (name.value !== "skip" && name.value !== "include") return;
        for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      },
    },
  });
  return [...names];
}
