import type { Document, ResultOf, VariablesOf } from "./document.js";
import type { ClientOptions, Operations, PageOptions, RequestOptions } from "./options.js";
import { type ItemOf, type Paged, paged, paginate, type PageVariables } from "./paginate.js";
import { operationOf, send } from "./send.js";

/** Variables, which may be left out where none is required, and options. */
export type Arguments<Variables, Options = RequestOptions> =
  Record<never, never> extends Variables
    ? [variables?: Variables, options?: Options]
    : [variables: Variables, options?: Options];

// Two signatures of `request`: a list of parameters computed from the document would let misspelt
// variables pass, and a server ignores those.
export interface Client {
  /** Sends a query that needs no variables, and returns its data. Faults are as below. */
  request<Result = unknown>(
    document: Document<Result, Record<never, never>>,
    variables?: undefined,
    options?: RequestOptions,
  ): Promise<Result>;
  /**
   * Sends a query and returns its data. Result and variables have the document's types; those of a
   * plain string are unknown, unless given: `request<Result, Variables>(text, variables)`.
   * @throws {QueryError} where the server refuses the query, or a part of it fails; as `LimitError` and
   * `StaleCursorError` where its code says so.
   * @throws {HttpError} for an answer that is not GraphQL.
   * @throws {NetworkError} where no whole answer comes.
   * @throws {TimeoutError} where none comes in time.
   * @throws {AbortedError} where the signal is aborted.
   */
  request<Result = unknown, Variables = Readonly<Record<string, unknown>>>(
    document: Document<Result, Variables>,
    variables: NoInfer<Variables>,
    options?: RequestOptions,
  ): Promise<Result>;
  /**
   * The rows of all pages of a query that selects `pageInfo` and `nodes` of one connection, and has the
   * variables `first` and `after`, or `last` and `before` to go backwards. One page is read ahead.
   */
  paginate<Result, Variables extends PageVariables>(
    document: Document<Result, Variables>,
    variables?: NoInfer<Variables>,
    options?: PageOptions,
  ): AsyncGenerator<ItemOf<Result>, void, undefined>;
}

/**
 * A ready-made operation: variables and options in, data out. Where it has pages, `await` answers one,
 * and `for await` goes through the rows of all. Faults are those of `request`.
 */
export type Method<Result, Variables> = Variables extends { readonly after?: unknown }
  ? (...rest: Arguments<Variables, PageOptions>) => Paged<Result, ItemOf<Result>>
  : (...rest: Arguments<Variables>) => Promise<Result>;

/** The methods that operations become. */
export type Methods<O> = { readonly [Name in keyof O]: Method<ResultOf<O[Name]>, VariablesOf<O[Name]>> };

/** What clients were made with, for functions that are no methods, so that bundles without them stay small. */
export const optionsOf = new WeakMap<object, ClientOptions>();

/** A client of the API at a URL. */
export function createClient<const O extends Operations = Record<never, never>>(
  options: ClientOptions<O>,
): Client & Methods<O> {
  type Any = Document<unknown, never>;
  const own = {
    request: (document: Any, variables?: unknown, requestOptions?: RequestOptions) =>
      send(options, document, variables, requestOptions),
    paginate: (document: Any, variables: PageVariables = {}, pageOptions: PageOptions = {}) =>
      paginate(
        (page, signal) => send(options, document, page, { ...pageOptions, signal }),
        variables,
        pageOptions,
        operationOf(document),
      ),
  };
  const methods = Object.entries(options.operations ?? {}).map(([name, document]) => [
    name,
    pages(document)
      ? (variables?: PageVariables, pageOptions: PageOptions = {}) =>
          paged(
            () => own.request(document, firstPage(variables, pageOptions), pageOptions),
            () => own.paginate(document, variables, pageOptions),
          )
      : (variables?: unknown, requestOptions?: RequestOptions) =>
          own.request(document, variables, requestOptions),
  ]);
  const client = { ...Object.fromEntries(methods), ...own } as Client & Methods<O>;
  optionsOf.set(client, options);
  return client;
}

/** Whether a document's operation has a variable for the cursor. */
const pages = ({ definitions }: { readonly definitions: readonly unknown[] }): boolean =>
  (definitions as readonly { readonly variableDefinitions?: readonly Definition[] }[]).some(
    ({ variableDefinitions }) => variableDefinitions?.some(({ variable }) => variable.name.value === "after"),
  );

interface Definition {
  readonly variable: { readonly name: { readonly value: string } };
}

/** One page, of the size that the options ask for. */
function firstPage(variables: PageVariables | undefined, { limit, pageSize }: PageOptions): unknown {
  const size = Math.min(pageSize ?? Infinity, limit ?? Infinity);
  if (size === Infinity) return variables;
  const key = typeof variables?.last === "number" ? "last" : "first";
  return { ...variables, [key]: Math.min(size, variables?.[key] ?? Infinity) };
}
