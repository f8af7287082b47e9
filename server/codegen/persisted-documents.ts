import { createHash } from "node:crypto";
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
  print,
  Source,
  validate,
  visit,
} from "graphql";
import { ConfigurationFault } from "../errors.js";

/** A text of operations and fragments, and the file that it is of. */
export interface DocumentFile {
  readonly path: string;
  readonly text: string;
}

/** An operation as a server keeps it, with the fragments that it needs. */
export interface PersistedDocument {
  /** SHA-256 of the text, in hexadecimal digits. */
  readonly hash: string;
  readonly text: string;
  /** Null where it has none. */
  readonly name: string | null;
  readonly path: string;
}

/**
 * One document an operation, its fragments from whichever file holds them.
 * @throws ConfigurationFault of all faults, each with file, line and column.
 */
export function persistedDocuments(
  files: readonly DocumentFile[],
  schema: GraphQLSchema,
): PersistedDocument[] {
  const faults: string[] = [];
  const definitions = files.flatMap(({ path, text }) => {
    try {
      return parse(new Source(text, path)).definitions;
    } catch (error) {
      faults.push(told(error as GraphQLError));
      return [];
    }
  });
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const one of definitions) {
    if (one.kind === Kind.OPERATION_DEFINITION) operations.push(one);
    else if (one.kind !== Kind.FRAGMENT_DEFINITION)
      faults.push(told(new GraphQLError("Only operations and fragments can be stored.", { nodes: one })));
    else {
      const other = fragments.get(one.name.value);
      if (!other) fragments.set(one.name.value, one);
      else
        faults.push(
          told(
            new GraphQLError(`There is another fragment ${one.name.value}, at ${placeOf(other)}.`, {
              nodes: one,
            }),
          ),
        );
    }
  }
  const used = new Set<string>();
  const documents = operations.map((operation) => {
    const document = withFragments(operation, fragments);
    for (const one of document.definitions)
      if (one.kind === Kind.FRAGMENT_DEFINITION) used.add(one.name.value);
    faults.push(...validate(schema, document).map(told));
    return persisted(document, operation);
  });
  for (const [name, fragment] of fragments) {
    if (!used.has(name))
      faults.push(told(new GraphQLError(`No operation uses the fragment ${name}.`, { nodes: fragment })));
  }
  if (faults.length > 0) throw new ConfigurationFault([...new Set(faults)]);
  if (documents.length === 0) throw new ConfigurationFault(["The files hold no operation."]);
  return documents;
}

function persisted(document: DocumentNode, { name, loc }: OperationDefinitionNode): PersistedDocument {
  const text = print(document);
  return {
    hash: createHash("sha256").update(text).digest("hex"),
    text,
    name: name?.value ?? null,
    path: loc?.source.name ?? "",
  };
}

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

const placeOf = ({ loc }: DefinitionNode): string => {
  if (!loc) return "";
  const { line, column } = getLocation(loc.source, loc.start);
  return `${loc.source.name}:${line}:${column}`;
};

/** A fault with its file, line and column. */
function told({ message, source, locations, nodes }: GraphQLError): string {
  const [place] = locations ?? [];
  const file = nodes?.[0]?.loc?.source.name ?? source?.name ?? "";
  return `${file}:${place?.line ?? 1}:${place?.column ?? 1}: ${message}`;
}
