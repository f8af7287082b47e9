/**
 * A parsed GraphQL document that knows the types of its result and its variables. GraphQL clients take
 * it as theirs (graphql's `DocumentNode`, `TypedDocumentNode`), and no package is needed for its type:
 * graphql declares kinds of nodes as enums, which no literal can be assigned to, but `never` can.
 */
export interface TypedDocument<Result, Variables> {
  readonly kind: never;
  readonly definitions: readonly never[];
  /** Of types only: never there. */
  readonly __apiType?: (variables: Variables) => Result;
}

/** A parsed document: generated here or elsewhere, or made by a `gql` tag. */
export interface ParsedDocument<Result, Variables> {
  readonly kind: string;
  readonly definitions: readonly { readonly kind: string }[];
  readonly __apiType?: (variables: Variables) => Result;
}

/** A text: a plain string, or one that a generator gave types. */
export interface TextDocument<Result, Variables> {
  readonly length: number;
  toString(): string;
  readonly __apiType?: (variables: Variables) => Result;
}

/** What `request` takes: a typed document of any generator, a parsed one, or a text. */
export type GraphqlDocument<Result, Variables> =
  ParsedDocument<Result, Variables> | TextDocument<Result, Variables>;

/** Whether a document is parsed, and not a text. */
export const isParsed = <Result, Variables>(
  document: GraphqlDocument<Result, Variables>,
): document is ParsedDocument<Result, Variables> => "definitions" in Object(document);

/** The type of a typed document's result. */
export type ResultOf<D> = D extends { readonly __apiType?: (variables: never) => infer Result }
  ? Result
  : never;

/** The type of a typed document's variables. */
export type VariablesOf<D> = D extends { readonly __apiType?: (variables: infer Variables) => unknown }
  ? Variables
  : never;
