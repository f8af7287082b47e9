import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  Lexer,
  type OperationDefinitionNode,
  type SelectionSetNode,
  Source,
  TokenKind,
  visit,
} from "graphql";
import type { RequestLimits } from "../../service-settings.js";
import { refusal } from "./refusal.js";

/**
 * Counts tokens before anything is parsed, and nesting with them: the parser calls itself.
 * @throws LIMIT_EXCEEDED
 */
export function requireFewTokens(query: string, { maxTokens }: RequestLimits): void {
  const lexer = new Lexer(new Source(query));
  let count = 0;
  try {
    while (lexer.advance().kind !== TokenKind.EOF) {
      count += 1;
      if (count > maxTokens) throw refusal(`The document has more than ${maxTokens} tokens`, "--max-tokens");
    }
  } catch (error) {
    // A text that is no GraphQL is refused by the parser, which says where.
    if (error instanceof GraphQLError && error.extensions["code"] === "LIMIT_EXCEEDED") throw error;
  }
}

/**
 * Checks what can be counted without a schema, before the document is validated: validation compares
 * fields with each other.
 * @throws LIMIT_EXCEEDED
 */
export function requireModest(document: DocumentNode, limits: RequestLimits): void {
  let aliases = 0;
  let directives = 0;
  let fields = 0;
  visit(document, {
    Field: ({ alias }) => {
      fields += 1;
      if (alias) aliases += 1;
    },
    Directive: () => {
      directives += 1;
    },
  });
  requireAtMost("aliases", aliases, limits.maxAliases, "--max-aliases");
  requireAtMost("directives", directives, limits.maxDirectives, "--max-directives");
  requireAtMost("fields", fields, limits.maxFields, "--max-fields");
  const shape = new Shape(document);
  for (const operation of shape.operations) {
    requireAtMost(
      "fields at its root",
      shape.rootFields(operation),
      limits.maxRootFields,
      "--max-root-fields",
    );
    requireAtMost("fields within each other", shape.depth(operation), limits.maxDepth, "--max-depth");
  }
}

function requireAtMost(what: string, found: number, most: number, flag: string): void {
  if (found > most) throw refusal(`The document has ${found} ${what}, and at most ${most} are allowed`, flag);
}

/** Depth and width of operations, fragments spread out. */
class Shape {
  readonly operations: readonly OperationDefinitionNode[];
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #depths = new Map<string, number>();
  readonly #widths = new Map<string, number>();

  constructor({ definitions }: DocumentNode) {
    this.operations = definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
    this.#fragments = new Map(
      definitions.flatMap((one) =>
        one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
      ),
    );
  }

  depth({ selectionSet }: OperationDefinitionNode): number {
    return this.#depth(selectionSet);
  }

  rootFields({ selectionSet }: OperationDefinitionNode): number {
    return this.#width(selectionSet);
  }

  #depth(set: SelectionSetNode): number {
    let depth = 0;
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) {
        depth = Math.max(depth, 1 + (node.selectionSet ? this.#depth(node.selectionSet) : 0));
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        depth = Math.max(depth, this.#depth(node.selectionSet));
      } else {
        depth = Math.max(
          depth,
          this.#ofFragment(node.name.value, this.#depths, (below) => this.#depth(below)),
        );
      }
    }
    return depth;
  }

  #width(set: SelectionSetNode): number {
    return set.selections.reduce((width, node) => {
      if (node.kind === Kind.FIELD) return width + 1;
      if (node.kind === Kind.INLINE_FRAGMENT) return width + this.#width(node.selectionSet);
      return width + this.#ofFragment(node.name.value, this.#widths, (below) => this.#width(below));
    }, 0);
  }

  /** Each fragment is looked at once; one that spreads itself ends there, and validation refuses it. */
  #ofFragment(name: string, known: Map<string, number>, look: (set: SelectionSetNode) => number): number {
    const found = known.get(name);
    if (found !== undefined) return found;
    known.set(name, 0);
    const fragment = this.#fragments.get(name);
    const measured = fragment ? look(fragment.selectionSet) : 0;
    known.set(name, measured);
    return measured;
  }
}
