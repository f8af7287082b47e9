import {
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  getLocation,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  Source,
  validate,
  visit,
} from "graphql";

/** A text of operations and fragments, and the file that it is of. */
export interface DocumentFile {
  readonly path: string;
  readonly text: string;
}

/** An operation, and the document of it and the fragments that it needs. */
export interface ReadOperation {
  readonly operation: OperationDefinitionNode;
  readonly document: DocumentNode;
}

/** What files hold. */
export interface Documents {
  readonly operations: readonly ReadOperation[];
  readonly fragments: readonly FragmentDefinitionNode[];
  /** All that is wrong with them, each fault with file, line and column. */
  readonly faults: readonly string[];
}

/** Reads operations, their fragments from whichever file holds them, and checks them against the schema. */
export function readDocuments(files: readonly DocumentFile[], schema: GraphQLSchema): Documents {
  const faults = new Set<string>();
  const definitions = files.flatMap(({ path, text }) => {
    try {
      return parse(new Source(text, path)).definitions;
    } catch (error) {
      faults.add(told(error as GraphQLError));
      return [];
    }
  });
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const one of definitions) {
    if (one.kind === Kind.OPERATION_DEFINITION) operations.push(one);
    else if (one.kind !== Kind.FRAGMENT_DEFINITION)
      faults.add(faultAt(one, "Only operations and fragments are allowed here."));
    else {
      const other = fragments.get(one.name.value);
      if (!other) fragments.set(one.name.value, one);
      else faults.add(faultAt(one, `There is another fragment ${one.name.value}, at ${placeOf(other)}.`));
    }
  }
  const used = new Set<string>();
  const read = operations.map((operation) => {
    const document = withFragments(operation, fragments);
    for (const one of document.definitions)
      if (one.kind === Kind.FRAGMENT_DEFINITION) used.add(one.name.value);
    for (const fault of validate(schema, document)) faults.add(told(fault));
    return { operation, document };
  });
  for (const [name, fragment] of fragments)
    if (!used.has(name)) faults.add(faultAt(fragment, `No operation uses the fragment ${name}.`));
  return { operations: read, fragments: [...fragments.values()], faults: [...faults] };
}

/** A fault of a definition, with its file, line and column. */
export const faultAt = (node: DefinitionNode, message: string): string =>
  told(new GraphQLError(message, { nodes: node }));

/** Where a definition begins: file, line and column. */
export const placeOf = ({ loc }: DefinitionNode): string => {
  if (!loc) return "";
  const { line, column } = getLocation(loc.source, loc.start);
  return `${loc.source.name}:${line}:${column}`;
};

/** An operation and the fragments that it spreads, and those that they spread, each once. */
function withFragments(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): DocumentNode {
  const needed = new Set<DefinitionNode>([operation]);
  // A set is gone through to its end, what is added meanwhile included.
  for (const one of needed) {
    visit(one, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (fragment) needed.add(fragment);
      },
    });
  }
  return { kind: Kind.DOCUMENT, definitions: [...needed] };
}

function told({ message, source, locations, nodes }: GraphQLError): string {
  const [place] = locations ?? [];
  const file = nodes?.[0]?.loc?.source.name ?? source?.name ?? "";
  return `${file}:${place?.line ?? 1}:${place?.column ?? 1}: ${message}`;
}
