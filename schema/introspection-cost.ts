import {
  type FieldNode,
  getArgumentValues,
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  isObjectType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
} from "graphql";
import { collectFields, type SelectionScope } from "./collect-fields.js";
import { fault } from "./faults.js";

/** What a value of the schema costs: it is worked out by itself, by the generic executor, which lets nobody have a turn. */
const VALUE = 2;

/** So many things of the schema are counted, each for each selection that is made on it. */
const MOST_COUNTED = 250_000;

interface AskedField {
  readonly definition: GraphQLField<unknown, unknown>;
  readonly args: Readonly<Record<string, unknown>>;
  /** Null for a leaf. */
  readonly below: Selection | null;
}

interface Selection {
  readonly fields: readonly AskedField[];
  /** Values that a thing of the schema has under this selection: fragments ask for many of them over and over. */
  readonly known: Map<unknown, number>;
}

/** Counts the values that introspection answers, on the schema itself. */
export class IntrospectionCost {
  readonly #selections = new Map<string, Selection>();
  readonly #numbers = new Map<FieldNode, number>();
  #counted = 0;

  constructor(private readonly scope: SelectionScope) {}

  /**
   * What `__schema` or `__type` costs.
   * @throws LIMIT_EXCEEDED where so much is asked that counting it takes too long.
   */
  field(nodes: readonly FieldNode[]): number {
    const definition = nodes[0]?.name.value === TypeMetaFieldDef.name ? TypeMetaFieldDef : SchemaMetaFieldDef;
    return VALUE * this.#values(this.#asked(definition, nodes), undefined);
  }

  #asked(definition: GraphQLField<unknown, unknown>, nodes: readonly FieldNode[]): AskedField {
    const type = getNamedType(definition.type);
    return {
      definition,
      args: getArgumentValues(definition, nodes[0] as FieldNode, this.scope.variables),
      below: isObjectType(type) ? this.#selection(type, nodes) : null,
    };
  }

  /** The selection below some nodes, which is read once, wherever fragments bring it. */
  #selection(type: GraphQLObjectType, nodes: readonly FieldNode[]): Selection {
    const key = nodes.map((node) => this.#numberOf(node)).join();
    const known = this.#selections.get(key);
    if (known) return known;
    const sets = nodes.map(({ selectionSet }) => selectionSet);
    const definitions = type.getFields();
    const fields = [...collectFields(type, sets, this.scope).values()].flatMap((below) => {
      const definition = definitions[below[0]?.name.value ?? ""];
      return definition ? [this.#asked(definition, below)] : [];
    });
    const selection: Selection = { fields, known: new Map() };
    this.#selections.set(key, selection);
    return selection;
  }

  #numberOf(node: FieldNode): number {
    const number = this.#numbers.get(node) ?? this.#numbers.size;
    this.#numbers.set(node, number);
    return number;
  }

  #values({ definition, args, below }: AskedField, source: unknown): number {
    if (!below) return 1;
    const { schema } = this.scope;
    const info = { schema } as unknown as GraphQLResolveInfo;
    const found: unknown = definition.resolve?.(source, args, undefined, info);
    if (!Array.isArray(found)) return this.#under(below, found);
    return found.reduce<number>((sum, one) => sum + this.#under(below, one), 0);
  }

  #under(selection: Selection, thing: unknown): number {
    if (thing === null || thing === undefined) return 1;
    const known = selection.known.get(thing);
    if (known !== undefined) return known;
    this.#counted += 1;
    if (this.#counted > MOST_COUNTED) {
      throw fault(
        "LIMIT_EXCEEDED",
        `The operation asks for more of the schema than can be counted: more than ${MOST_COUNTED} things of it, each selection on one of them counted by itself.`,
      );
    }
    const values = selection.fields.reduce((sum, field) => sum + this.#values(field, thing), 1);
    selection.known.set(thing, values);
    return values;
  }
}
