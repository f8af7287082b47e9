import {
  type FieldNode,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  GraphQLSkipDirective,
  type GraphQLResolveInfo,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  type SelectionNode,
} from "graphql";

/** A field that the request selects, with its coerced arguments. */
export interface SelectedField {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly selection: Selection;
}

/** What a request selects below a field: looked at before resolving, so that only that is read. */
export class Selection {
  readonly #cache = new Map<string, readonly SelectedField[]>();

  private constructor(
    private readonly type: GraphQLNamedType,
    private readonly nodes: readonly FieldNode[],
    private readonly info: GraphQLResolveInfo,
  ) {}

  /** The selection below the field that is being resolved. */
  static below(info: GraphQLResolveInfo): Selection {
    return new Selection(getNamedType(info.returnType), info.fieldNodes, info);
  }

  /** The fields selected on an object type: the selection's own, or one that implements it. */
  fields(typeName: string = this.type.name): readonly SelectedField[] {
    let fields = this.#cache.get(typeName);
    if (!fields) {
      fields = this.#collect(typeName);
      this.#cache.set(typeName, fields);
    }
    return fields;
  }

  has(name: string): boolean {
    return this.fields().some((field) => field.name === name);
  }

  /** All occurrences of a field, by its name: `edges`, of a connection. */
  named(name: string): readonly SelectedField[] {
    return this.fields().filter((field) => field.name === name);
  }

  #collect(typeName: string): readonly SelectedField[] {
    const { schema, variableValues } = this.info;
    const type = schema.getType(typeName);
    if (!isObjectType(type)) return [];
    const groups = new Map<string, FieldNode[]>();
    const visit = (set: SelectionSetNode | undefined): void => {
      for (const node of set?.selections ?? []) {
        if (!this.#included(node)) continue;
        if (node.kind === Kind.FIELD) {
          const key = node.alias?.value ?? node.name.value;
          groups.set(key, [...(groups.get(key) ?? []), node]);
          continue;
        }
        const fragment = node.kind === Kind.FRAGMENT_SPREAD ? this.info.fragments[node.name.value] : node;
        const condition = fragment?.typeCondition?.name.value;
        if (condition === undefined || this.#applies(condition, type.name)) visit(fragment?.selectionSet);
      }
    };
    for (const node of this.nodes) visit(node.selectionSet);
    const definitions = type.getFields();
    return [...groups.values()].flatMap((nodes) => {
      const node = nodes[0] as FieldNode;
      const definition = definitions[node.name.value];
      if (!definition) return [];
      const args = getArgumentValues(definition, node, variableValues);
      return [
        {
          name: node.name.value,
          args,
          selection: new Selection(getNamedType(definition.type), nodes, this.info),
        },
      ];
    });
  }

  #applies(condition: string, typeName: string): boolean {
    if (condition === typeName) return true;
    const { schema } = this.info;
    const type = schema.getType(condition);
    const object = schema.getType(typeName);
    return isAbstractType(type) && isObjectType(object) && schema.isSubType(type, object);
  }

  #included(node: SelectionNode): boolean {
    const { variableValues } = this.info;
    const skip = getDirectiveValues(GraphQLSkipDirective, node, variableValues);
    const include = getDirectiveValues(GraphQLIncludeDirective, node, variableValues);
    return skip?.["if"] !== true && include?.["if"] !== false;
  }
}
