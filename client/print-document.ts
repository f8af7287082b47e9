/** A node of an executable document, as far as it is printed: what each kind has of this. */
interface Node {
  readonly kind: string;
  readonly operation?: string;
  readonly alias?: { readonly value: string };
  readonly name?: { readonly value: string };
  readonly typeCondition?: Node;
  readonly variable?: Node;
  readonly type?: Node;
  readonly defaultValue?: Node;
  readonly value?: string | boolean | Node;
  readonly values?: readonly Node[];
  readonly fields?: readonly Node[];
  readonly variableDefinitions?: readonly Node[];
  readonly arguments?: readonly Node[];
  readonly directives?: readonly Node[];
  readonly selectionSet?: { readonly selections: readonly Node[] };
}

/** The text of a parsed query, in one line. */
export const printDocument = (document: { readonly definitions: readonly unknown[] }): string =>
  all(document.definitions as readonly Node[]);

/** Nodes one after another, within brackets where there are any; GraphQL needs no commas. */
const all = (nodes: readonly Node[] = [], open = "", close = ""): string =>
  nodes.length > 0 ? open + nodes.map(print).join(" ") + close : "";

/** What stands before a name, or for one. */
const MARKS: Readonly<Record<string, string>> = {
  FragmentDefinition: "fragment ",
  FragmentSpread: "...",
  InlineFragment: "...",
  Directive: "@",
  Variable: "$",
  NullValue: "null",
};

function print(node: Node): string {
  const { kind, type, value } = node;
  switch (kind) {
    case "StringValue":
      // JSON's escapes are all GraphQL's too; a block string is printed as a plain one of the same value.
      return JSON.stringify(value);
    case "ListValue":
      return `[${all(node.values)}]`;
    case "ObjectValue":
      return `{${all(node.fields)}}`;
    case "ListType":
      return `[${one(type)}]`;
    case "NonNullType":
      return `${one(type)}!`;
    case "VariableDefinition":
      return `${one(node.variable)}: ${one(type)}${one(node.defaultValue, " = ")}${all(node.directives, " ")}`;
  }
  // An argument's value is a node.
  if (typeof value === "object") return `${node.name?.value}: ${print(value)}`;
  if (value !== undefined) return String(value);
  return (
    (node.operation ? `${node.operation} ` : "") +
    (node.alias ? `${node.alias.value}: ` : "") +
    (MARKS[kind] ?? "") +
    (node.name?.value ?? "") +
    one(node.typeCondition, " on ") +
    all(node.variableDefinitions ?? node.arguments, "(", ")") +
    all(node.directives, " ") +
    all(node.selectionSet?.selections, " { ", " }")
  );
}

const one = (node: Node | undefined, before = ""): string => (node ? before + print(node) : "");
