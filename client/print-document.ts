/** Nodes of an executable document, as far as they are printed. */
interface Named {
  readonly name: { readonly value: string };
}
type Value =
  | ({ readonly kind: "Variable" } & Named)
  | { readonly kind: "IntValue" | "FloatValue" | "EnumValue" | "StringValue"; readonly value: string }
  | { readonly kind: "BooleanValue"; readonly value: boolean }
  | { readonly kind: "NullValue" }
  | { readonly kind: "ListValue"; readonly values: readonly Value[] }
  | { readonly kind: "ObjectValue"; readonly fields: readonly Argument[] };
type Argument = Named & { readonly value: Value };
type Type =
  | ({ readonly kind: "NamedType" } & Named)
  | { readonly kind: "ListType" | "NonNullType"; readonly type: Type };
interface Directed {
  readonly directives?: readonly (Named & { readonly arguments?: readonly Argument[] })[];
}
interface Parent extends Directed {
  readonly selectionSet: { readonly selections: readonly Selection[] };
}
type Selection =
  | (Named &
      Directed & {
        readonly kind: "Field";
        readonly alias?: { readonly value: string };
        readonly arguments?: readonly Argument[];
        readonly selectionSet?: Parent["selectionSet"];
      })
  | (Named & Directed & { readonly kind: "FragmentSpread" })
  | (Parent & { readonly kind: "InlineFragment"; readonly typeCondition?: Named });
type Definition =
  | (Parent & {
      readonly kind: "OperationDefinition";
      readonly operation: string;
      readonly name?: { readonly value: string };
      readonly variableDefinitions?: readonly (Directed & {
        readonly variable: Named;
        readonly type: Type;
        readonly defaultValue?: Value;
      })[];
    })
  | (Parent & Named & { readonly kind: "FragmentDefinition"; readonly typeCondition: Named });

const texts = new WeakMap<object, string>();

/** The text of a parsed query, in one line; the same document is printed once. */
export function printDocument(document: { readonly definitions: readonly unknown[] }): string {
  let text = texts.get(document);
  if (text === undefined) {
    text = (document.definitions as readonly Definition[]).map(definition).join(" ");
    texts.set(document, text);
  }
  return text;
}

/** The name of a parsed document's first operation; null where it has none. */
export function operationName(document: { readonly definitions: readonly unknown[] }): string | null {
  const operation = (document.definitions as readonly Definition[]).find(
    ({ kind }) => kind === "OperationDefinition",
  );
  return operation?.name?.value ?? null;
}

function definition(node: Definition): string {
  if (node.kind === "FragmentDefinition")
    return `fragment ${node.name.value} on ${node.typeCondition.name.value}${parent(node)}`;
  const variables = wrapped(
    "(",
    node.variableDefinitions?.map(
      (one) =>
        `$${one.variable.name.value}: ${type(one.type)}${
          one.defaultValue ? ` = ${value(one.defaultValue)}` : ""
        }${directives(one)}`,
    ),
    ")",
  );
  return `${node.operation}${node.name ? ` ${node.name.value}` : ""}${variables}${parent(node)}`;
}

const parent = (node: Parent): string => `${directives(node)} ${selections(node.selectionSet)}`;

const selections = (set: Parent["selectionSet"]): string => `{ ${set.selections.map(selection).join(" ")} }`;

function selection(node: Selection): string {
  switch (node.kind) {
    case "FragmentSpread":
      return `...${node.name.value}${directives(node)}`;
    case "InlineFragment":
      return `...${node.typeCondition ? ` on ${node.typeCondition.name.value}` : ""}${parent(node)}`;
    case "Field":
      return (
        (node.alias ? `${node.alias.value}: ` : "") +
        node.name.value +
        args(node.arguments) +
        directives(node) +
        (node.selectionSet ? ` ${selections(node.selectionSet)}` : "")
      );
  }
}

const directives = (node: Directed): string =>
  (node.directives ?? []).map((one) => ` @${one.name.value}${args(one.arguments)}`).join("");

const args = (nodes: readonly Argument[] | undefined): string => wrapped("(", nodes?.map(argument), ")");

const argument = (node: Argument): string => `${node.name.value}: ${value(node.value)}`;

const wrapped = (start: string, parts: readonly string[] | undefined, end: string): string =>
  parts && parts.length > 0 ? start + parts.join(", ") + end : "";

function type(node: Type): string {
  if (node.kind === "NamedType") return node.name.value;
  return node.kind === "ListType" ? `[${type(node.type)}]` : `${type(node.type)}!`;
}

function value(node: Value): string {
  switch (node.kind) {
    case "Variable":
      return `$${node.name.value}`;
    case "StringValue":
      // JSON's escapes are all GraphQL's too; a block string is printed as a plain one of the same value.
      return JSON.stringify(node.value);
    case "NullValue":
      return "null";
    case "ListValue":
      return `[${node.values.map(value).join(", ")}]`;
    case "ObjectValue":
      return `{${node.fields.map(argument).join(", ")}}`;
    default:
      return String(node.value);
  }
}
