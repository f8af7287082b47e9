import type { GraphqlDocument, ResultOf, VariablesOf } from "./document.js";
import { textOf } from "./message.js";
import type { ClientOptions, Operations, PageOptions, RequestOptions } from "./options.js";
import {
  type ItemOf,
  type Pageable,
  type Paged,
  paged,
  pageOf,
  paginate,
  type PageVariables,
} from "./paginate.js";
import { send } from "./send.js";

/** Variables, which may be left out where none is required, and options. */
export type MethodArguments<Variables, Options = RequestOptions> =
  Record<never, never> extends Variables
    ? [variables?: Variables, options?: Options]
    : [variables: Variables, options?: Options];

// Two signatures of `request`: a list of parameters computed from the document would let misspelt
// variables pass, and a server ignores those.
export interface Client {
  /** Sends a query that needs no variables, and returns its data. Faults are as below. */
  request<Result = unknown>(
    document: GraphqlDocument<Result, Record<never, never>>,
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
   * @throws {AbortError} where the signal is aborted.
   */
  request<Result = unknown, Variables = Readonly<Record<string, unknown>>>(
    document: GraphqlDocument<Result, Variables>,
    variables: NoInfer<Variables>,
    options?: RequestOptions,
  ): Promise<Result>;
  /**
   * The rows of all pages of a query that selects `pageInfo` and `nodes` (or `edges`) of one connection, and
   * has the variables `first` and `after`, or `last` and `before` to go backwards. One page is read ahead.
   * @throws {SweepqlError} where the pages cannot be read one after another: no `pageInfo`, several
   * connections, a cursor that does not move; and as `request` does.
   */
  paginate<Result = unknown, Variables extends PageVariables = PageVariables>(
    document: GraphqlDocument<Result, Variables> & Pageable<Result, Variables>,
    variables?: NoInfer<Variables>,
    options?: PageOptions,
  ): AsyncGenerator<ItemOf<Result>, void, undefined>;
}

/**
 * A ready-made operation: variables and options in, data out. Where it has pages, `await` answers one,
 * and `for await` goes through the rows of all. Faults are those of `request`.
 */
export type ClientMethod<Result, Variables> = string extends keyof Variables
  ? (...rest: MethodArguments<Variables>) => Promise<Result>
  : unknown extends Pageable<Result, Variables>
    ? (...rest: MethodArguments<Variables, PageOptions>) => Paged<Result, ItemOf<Result>>
    : (...rest: MethodArguments<Variables>) => Promise<Result>;

/** The methods that operations become. */
export type ClientMethods<O> = {
  readonly [Name in keyof O]: ClientMethod<ResultOf<O[Name]>, VariablesOf<O[Name]>>;
};

/** Where a client has its options, for functions that are no methods; of either build of this package, and of copies. */
const OPTIONS = Symbol.for("sweepql.client");

/** What a client was made with. */
export function optionsOf(client: Client): ClientOptions {
  const options = (client as { readonly [OPTIONS]?: () => ClientOptions })[OPTIONS];
  if (!options) throw new TypeError("This takes a client of createClient.");
  return options();
}

/** A client of the API at a URL. */
export function createClient<const O extends Operations = Record<never, never>>(
  options: ClientOptions<O>,
): Client & ClientMethods<O> {
  type Any = GraphqlDocument<unknown, never>;
  const own = {
    request: (document: Any, variables?: unknown, requestOptions?: RequestOptions) =>
      send(options, document, variables, requestOptions),
    paginate: (document: Any, variables: PageVariables = {}, pageOptions: PageOptions = {}) =>
      paginate(
        (page, signal) => send(options, document, page, { ...pageOptions, signal }),
        variables,
        pageOptions,
        textOf(document).operation,
      ),
    // A function, so that a client that is logged does not show its headers.
    [OPTIONS]: () => options,
  };
  const methods = Object.entries(options.operations ?? {}).map(([name, document]) => [
    name,
    (variables?: PageVariables, pageOptions: PageOptions = {}) =>
      /\$(after|before)\b/.test(textOf(document).query)
        ? paged(
            () => own.request(document, pageOf(variables ?? {}, pageOptions), pageOptions),
            () => own.paginate(document, variables, pageOptions),
          )
        : own.request(document, variables, pageOptions),
  ]);
  return { ...Object.fromEntries(methods), ...own } as Client & ClientMethods<O>;
}
