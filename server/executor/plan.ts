import {
  defaultFieldResolver,
  type FieldNode,
  getArgumentValues,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  visit,
} from "graphql";
import { collectFields, type SelectionScope } from "../../schema/collect-fields.js";
import { type LeafWriter, leafWriter } from "./leaf.js";

/** An operation with its coerced variables. */
export interface Operation extends SelectionScope {
  readonly operation: OperationDefinitionNode;
}

/** How an object is written. */
export interface ObjectPlan {
  readonly fields: readonly FieldPlan[];
  /** Whether its text can be made when it is sent, for no field below asks anybody. */
  readonly isLate: boolean;
}

export type FieldPlan = TypenamePlan | ResolvedPlan;

interface TypenamePlan {
  readonly kind: "typename";
  readonly key: string;
  readonly name: string;
}

export interface ResolvedPlan {
  readonly kind: "resolved";
  /** Its place among the operation's fields. */
  readonly index: number;
  readonly key: string;
  /** The key as text, and the colon. */
  readonly opening: string;
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
  readonly resolve: GraphQLFieldResolver<unknown, unknown>;
  /** Null where they hang on variables. */
  readonly args: Readonly<Record<string, unknown>> | null;
  readonly value: ValuePlan;
}

export type ValuePlan = { readonly nullable: boolean } & (
  | ({ readonly kind: "leaf" } & LeafWriter)
  | { readonly kind: "object"; readonly object: ObjectPlan }
  | {
      readonly kind: "abstract";
      readonly type: GraphQLAbstractType;
      readonly byName: ReadonlyMap<string, ObjectPlan>;
    }
  | { readonly kind: "list"; readonly item: ValuePlan }
);

/** How a query is written: good for all variables by which the same fields are skipped and included. */
export interface OperationPlan {
  readonly root: ObjectPlan;
  readonly fieldCount: number;
}

/** Null where the operation is for the generic executor: no query, or one about the schema itself. */
export function planOperation(asked: Operation): OperationPlan | null {
  const root = asked.schema.getQueryType();
  if (asked.operation.operation !== OperationTypeNode.QUERY || !root) return null;
  const planner = new Planner(asked);
  try {
    return {
      root: planner.object(root, [asked.operation.selectionSet]),
      fieldCount: planner.fieldCount,
    };
  } catch (error) {
    if (error instanceof NotPlanned) return null;
    throw error;
  }
}

class NotPlanned extends Error {}

class Planner {
  fieldCount = 0;

  constructor(private readonly asked: Operation) {}

  object(type: GraphQLObjectType, sets: readonly (SelectionSetNode | undefined)[]): ObjectPlan {
    if (type.isTypeOf) throw new NotPlanned();
    const groups = [...collectFields(type, sets, this.asked)];
    const fields = groups.map(([key, nodes]) => this.#field(type, key, nodes));
    return { fields, isLate: type.extensions["resolvesAtOnce"] === true };
  }

  #field(type: GraphQLObjectType, key: string, nodes: readonly FieldNode[]): FieldPlan {
    const [node] = nodes as readonly [FieldNode];
    if (node.name.value === "__typename") return { kind: "typename", key, name: type.name };
    const definition = type.getFields()[node.name.value];
    if (!definition) throw new NotPlanned();
    const index = this.fieldCount;
    this.fieldCount += 1;
    return {
      kind: "resolved",
      index,
      key,
      opening: `${JSON.stringify(key)}:`,
      parentType: type,
      definition,
      nodes,
      resolve: definition.resolve ?? defaultFieldResolver,
      args: hangsOnVariables(node) ? null : getArgumentValues(definition, node),
      value: this.#value(definition.type, nodes),
    };
  }

  #value(type: GraphQLOutputType, nodes: readonly FieldNode[], nullable = true): ValuePlan {
    if (isNonNullType(type)) return this.#value(type.ofType as GraphQLOutputType, nodes, false);
    if (isListType(type)) return { kind: "list", nullable, item: this.#value(type.ofType, nodes) };
    if (isLeafType(type)) return { kind: "leaf", nullable, ...leafWriter(type) };
    const sets = nodes.map(({ selectionSet }) => selectionSet);
    if (isObjectType(type)) return { kind: "object", nullable, object: this.object(type, sets) };
    const possible = this.asked.schema.getPossibleTypes(type);
    const byName = new Map(possible.map((one) => [one.name, this.object(one, sets)]));
    return { kind: "abstract", nullable, type, byName };
  }
}

function hangsOnVariables(node: FieldNode): boolean {
  let found = false;
  for (const argument of node.arguments ?? []) {
    visit(argument, {
      [Kind.VARIABLE]: () => {
        found = true;
      },
    });
  }
  return found;
}
