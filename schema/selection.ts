import {
  type FieldNode,
  getArgumentValues,
  getNamedType,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  isObjectType,
} from "graphql";
import { collectFields } from "./collect-fields.js";

/** A field that the request selects, with its coerced arguments. */
export interface SelectedField {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly selection: Selection;
}

const selections = new WeakMap<GraphQLResolveInfo, Selection>();

/** What a request selects below a field: looked at before resolving, so that only that is read. */
export class Selection {
  readonly #cache = new Map<string, readonly SelectedField[]>();

  private constructor(
    private readonly type: GraphQLNamedType,
    private readonly nodes: readonly FieldNode[],
    private readonly info: GraphQLResolveInfo,
  ) {}

  /** The selection below the field that is being resolved; read once where many parents share the info. */
  static below(info: GraphQLResolveInfo): Selection {
    let selection = selections.get(info);
    if (!selection) {
      selection = new Selection(getNamedType(info.returnType), info.fieldNodes, info);
      selections.set(info, selection);
    }
    return selection;
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
    const { schema, fragments, variableValues: variables } = this.info;
    const type = schema.getType(typeName);
    if (!isObjectType(type)) return [];
    const sets = this.nodes.map(({ selectionSet }) => selectionSet);
    const definitions = type.getFields();
    return [...collectFields(type, sets, { schema, fragments, variables }).values()].flatMap((nodes) => {
      const node = nodes[0] as FieldNode;
      const definition = definitions[node.name.value];
      if (!definition) return [];
      const args = getArgumentValues(definition, node, variables);
      return [
        {
          name: node.name.value,
          args,
          selection: new Selection(getNamedType(definition.type), nodes, this.info),
        },
      ];
    });
  }
}
