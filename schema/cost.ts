import {
  getArgumentValues,
  getNamedType,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isCompositeType,
  isObjectType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import type { Catalogue } from "./catalogue.js";
import { collectFields, type SelectionScope } from "./collect-fields.js";
import type { Arguments } from "./cost-counts.js";
import { countSteps, fieldPrice, stepPrice } from "./cost-prices.js";
import { fault } from "./faults.js";
import { IntrospectionCost } from "./introspection-cost.js";

/** An operation that is valid, with its coerced variables. */
export interface AskedOperation extends SelectionScope {
  readonly operation: OperationDefinitionNode;
}

/**
 * What an operation may cost at most, in values answered: pages, groups, bins and points as large as
 * they are asked for, one within the other, and what analyses compute, whatever the data then hold.
 * @throws LIMIT_EXCEEDED where it has more fields than `maxFields`, fragments spread out.
 */
export function operationCost(asked: AskedOperation, catalogue: Catalogue, maxFields: number): number {
  return new Walk(asked, catalogue, maxFields).cost();
}

class Walk {
  #visited = 0;
  /** Scores at steps that fields name, and what else is worked out once for all objects that have a field. */
  #steps = 0;
  #shared = 0;
  readonly #introspection: IntrospectionCost;

  constructor(
    private readonly asked: AskedOperation,
    private readonly catalogue: Catalogue,
    private readonly maxFields: number,
  ) {
    this.#introspection = new IntrospectionCost(asked);
  }

  cost(): number {
    const { schema, operation } = this.asked;
    const root = schema.getRootType(operation.operation);
    const cost = root ? this.#object(root, [operation.selectionSet], {}) : 0;
    return Math.ceil(cost + this.#shared + stepPrice(this.#steps, this.catalogue));
  }

  /** The fields of one object. `above` are the arguments of the nearest field above that has any. */
  #object(type: GraphQLObjectType, sets: readonly SelectionSetNode[], above: Arguments): number {
    let cost = 0;
    for (const nodes of collectFields(type, sets, this.asked, () => this.#visit()).values())
      cost += this.#field(type, nodes, above);
    return cost;
  }

  #field(type: GraphQLObjectType, nodes: readonly FieldNode[], above: Arguments): number {
    const [node] = nodes as readonly [FieldNode];
    const name = node.name.value;
    if (name === "__typename") return 1;
    if (name.startsWith("__")) return this.#introspection.field(nodes);
    const definition = type.getFields()[name];
    if (!definition) return 0;
    const args = getArgumentValues(definition, node, this.asked.variables);
    this.#steps += countSteps(args);
    const price = fieldPrice({ type: type.name, field: name, args, above }, this.catalogue);
    this.#shared += price.shared;
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    // Rows of a connection, points of a curve: what has no arguments of its own goes by those above it.
    const each = this.#answer(definition.type, sets, definition.args.length === 0 ? above : args);
    return price.once + price.items * (price.each + each);
  }

  /** What one item of a field's answer costs: the dearest that it can be, where its type is abstract. */
  #answer(type: GraphQLOutputType, sets: readonly SelectionSetNode[], args: Arguments): number {
    const named = getNamedType(type);
    if (!isCompositeType(named)) return 0;
    if (isObjectType(named)) return this.#object(named, sets, args);
    const possible = this.asked.schema.getPossibleTypes(named);
    return Math.max(0, ...possible.map((one) => this.#object(one, sets, args)));
  }

  #visit(): void {
    this.#visited += 1;
    if (this.#visited > this.maxFields) {
      throw fault(
        "LIMIT_EXCEEDED",
        `The operation has more than ${this.maxFields} fields, the most that are allowed (fragments spread out).`,
      );
    }
  }
}
