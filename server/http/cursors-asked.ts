import { Kind, parse, type ValueNode, visit } from "graphql";

/** The cursors that a query's `after` and `before` name, written out or by variable. */
export function cursorsAsked(query: string, variables: Readonly<Record<string, unknown>>): string[] {
  const asked: ValueNode[] = [];
  const defaults = new Map<string, ValueNode>();
  try {
    visit(parse(query), {
      VariableDefinition({ variable, defaultValue }) {
        if (defaultValue) defaults.set(variable.name.value, defaultValue);
      },
      Argument({ name, value }) {
        if (name.value === "after" || name.value === "before") asked.push(value);
      },
    });
  } catch {
    // What is no query is refused by whoever answers it.
    return [];
  }
  return asked.flatMap((node) => {
    const given = node.kind === Kind.VARIABLE ? variables[node.name.value] : undefined;
    const written = node.kind === Kind.VARIABLE ? defaults.get(node.name.value) : node;
    const value = given ?? (written?.kind === Kind.STRING ? written.value : null);
    return typeof value === "string" ? [value] : [];
  });
}
