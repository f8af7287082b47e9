import { ending } from "./ending.js";
import { AbortError, SweepqlError } from "./errors.js";
import type { PageOptions } from "./options.js";

/** What says where a page lies: forwards, or backwards. */
export type ConnectionPageInfo =
  | { readonly hasNextPage: boolean; readonly endCursor: string | null }
  | { readonly hasPreviousPage: boolean; readonly startCursor: string | null };

/** The rows of the connection in a result: of a page's `nodes`, or of its `edges`. Those of unknown results are unknown. */
export type ItemOf<Result, Depth extends readonly unknown[] = []> = Depth["length"] extends 3
  ? never
  : unknown extends Result
    ? unknown
    : Result extends { readonly pageInfo: ConnectionPageInfo; readonly nodes: readonly (infer Item)[] }
      ? Item
      : Result extends {
            readonly pageInfo: ConnectionPageInfo;
            readonly edges: readonly { readonly node: infer Item }[];
          }
        ? Item
        : Result extends readonly unknown[] | string | number | boolean
          ? never
          : Result extends object
            ? { [Key in keyof Result]: ItemOf<NonNullable<Result[Key]>, [...Depth, unknown]> }[keyof Result]
            : never;

/** Variables that pages are asked for by. */
export interface PageVariables {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** What a document needs, beside its types, to be read page by page; a text that says so where it is not there. */
export type Pageable<Result, Variables> = [ItemOf<Result>] extends [never]
  ? "Select nodes or edges, and pageInfo with hasNextPage and endCursor (backwards: hasPreviousPage and startCursor)."
  : "first" | "after" extends keyof Variables
    ? unknown
    : "last" | "before" extends keyof Variables
      ? unknown
      : "Declare the variables first and after (backwards: last and before).";

/** Rows of a page where nothing says otherwise. */
const PAGE_SIZE = 100;

/** The variables of one page, of the size that is asked for. */
export function pageOf(
  variables: PageVariables,
  { pageSize, limit }: PageOptions,
  standard = Infinity,
): PageVariables {
  const key = typeof variables.last === "number" ? "last" : "first";
  const size = Math.min(pageSize ?? variables[key] ?? standard, limit ?? Infinity);
  return size === Infinity ? variables : { ...variables, [key]: size };
}

/**
 * Reads the rows of all pages, one page ahead of who asks. With `last` it goes backwards: from the last
 * row (or the one before `before`) to the first.
 */
export const paginate = (
  ask: (variables: PageVariables, signal: AbortSignal) => Promise<unknown>,
  variables: PageVariables,
  { limit = Infinity, pageSize, signal: own }: PageOptions,
  operation: string | null,
): AsyncGenerator<unknown, void, undefined> =>
  ending(own, async function* (signal) {
    const backward = typeof variables.last === "number";
    const [key, cursorKey, moreKey] = backward
      ? (["before", "startCursor", "hasPreviousPage"] as const)
      : (["after", "endCursor", "hasNextPage"] as const);
    let left = limit;
    let cursor: unknown = variables[key];
    const read = (): Promise<unknown> => {
      const answer = ask(
        pageOf({ ...variables, [key]: cursor }, { pageSize, limit: left }, PAGE_SIZE),
        signal,
      );
      // It may fail before anyone asks for it; who asks is told.
      answer.catch(() => undefined);
      return answer;
    };
    const need: (isThere: boolean, what: string) => asserts isThere = (isThere, what) => {
      if (!isThere) throw new SweepqlError(`no page after page: ${what}`, operation);
    };
    let next = left > 0 ? read() : null;
    while (next) {
      const data = await next;
      const pages = connectionsIn(data);
      // What should have it is null, and has no rows.
      if (pages.length === 0 && Object.values(data as object).every((one) => one === null)) return;
      need(pages.length === 1, `it selects pageInfo ${pages.length} times`);
      const { nodes, edges, pageInfo } = pages[0] ?? {};
      const rows = nodes ?? edges?.map(({ node }) => node);
      const more = pageInfo?.[moreKey];
      need(!!rows && typeof more === "boolean", `it lacks ${moreKey}, nodes or edges`);
      left -= rows.length;
      next = null;
      if (more && left > 0) {
        const reached = pageInfo?.[cursorKey];
        need(typeof reached === "string" && reached !== cursor, `${cursorKey} does not move on by $${key}`);
        cursor = reached;
        next = read();
      }
      for (const row of backward ? [...rows].reverse() : rows) {
        if (signal.aborted) throw new AbortError(operation, signal.reason);
        yield row;
      }
    }
  });

interface Page {
  readonly nodes?: readonly unknown[];
  readonly edges?: readonly { readonly node: unknown }[];
  readonly pageInfo?: Readonly<Record<string, unknown>> | null;
}

/** The connections in an answer that say where they end; not those below them. */
const connectionsIn = (data: unknown): Page[] =>
  typeof data !== "object" || data === null || Array.isArray(data)
    ? []
    : "pageInfo" in data
      ? [data as Page]
      : Object.values(data).flatMap(connectionsIn);

/** An answer that is sent for once it is awaited or iterated: awaited, one page; iterated, the rows of all pages. */
export interface Paged<Result, Item> extends Promise<Result>, AsyncIterable<Item> {}

/** Makes the one of how a page is asked for, and the other of how its rows are. */
export function paged<Result, Item>(
  answer: () => Promise<Result>,
  rows: () => AsyncGenerator<Item, void, undefined>,
): Paged<Result, Item> {
  let sent: Promise<Result> | undefined;
  const then: Promise<Result>["then"] = (done, failed) => (sent ??= answer()).then(done, failed);
  // A promise's other methods go by its `then`.
  const promise = Object.create(Promise.prototype) as Promise<Result>;
  return Object.assign(promise, { then, [Symbol.asyncIterator]: rows });
}
