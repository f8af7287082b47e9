import { AbortedError } from "./errors.js";
import type { PageOptions } from "./options.js";

/** The rows of the first connection in a result: of a page's `nodes`, or of its `edges`. */
export type ItemOf<Result, Depth extends readonly unknown[] = []> = Depth["length"] extends 3
  ? never
  : Result extends { readonly pageInfo: object; readonly nodes: readonly (infer Item)[] }
    ? Item
    : Result extends {
          readonly pageInfo: object;
          readonly edges: readonly { readonly node: infer Item }[];
        }
      ? Item
      : Result extends readonly unknown[] | string | number | boolean
        ? never
        : Result extends object
          ? { [Key in keyof Result]: ItemOf<NonNullable<Result[Key]>, [...Depth, unknown]> }[keyof Result]
          : never;

/** Variables of a document that can be read page by page. */
export interface PageVariables {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

interface Page {
  readonly nodes?: readonly unknown[];
  readonly edges?: readonly { readonly node: unknown }[];
  readonly pageInfo: {
    readonly startCursor?: string | null;
    readonly endCursor?: string | null;
    readonly hasNextPage?: boolean;
    readonly hasPreviousPage?: boolean;
  };
}

/** Rows of a page where nothing says otherwise. */
const PAGE_SIZE = 100;

/**
 * Reads the rows of all pages, one page ahead of who asks. With `last` it goes backwards: from the last
 * row (or the one before `before`) to the first.
 */
export async function* paginate(
  ask: (variables: PageVariables, signal: AbortSignal) => Promise<unknown>,
  variables: PageVariables,
  { limit = Infinity, pageSize, signal }: PageOptions,
  operation: string | null,
): AsyncGenerator<unknown, void, undefined> {
  const backward = typeof variables.last === "number";
  const size = pageSize ?? variables.last ?? variables.first ?? PAGE_SIZE;
  const ended = new AbortController();
  const both = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal;
  let left = limit;
  const read = (cursor: string | null | undefined): Promise<unknown> => {
    const count = Math.min(size, left);
    const page = backward ? { last: count, before: cursor } : { first: count, after: cursor };
    const answer = ask({ ...variables, ...page }, both);
    // It may fail before anyone asks for it; who asks is told.
    answer.catch(() => undefined);
    return answer;
  };
  if (left <= 0) return;
  let next: Promise<unknown> | null = read(backward ? variables.before : variables.after);
  try {
    while (next) {
      const page = connectionOf(await next);
      if (!page) return;
      const { pageInfo } = page;
      const nodes = page.nodes ?? page.edges?.map(({ node }) => node) ?? [];
      left -= nodes.length;
      const cursor = backward ? pageInfo.startCursor : pageInfo.endCursor;
      const more = backward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage;
      next = more === true && left > 0 && nodes.length > 0 ? read(cursor) : null;
      for (const node of backward ? [...nodes].reverse() : nodes) {
        if (signal?.aborted) throw new AbortedError(operation, signal.reason);
        yield node;
      }
    }
  } finally {
    ended.abort();
  }
}

/** The first connection in an answer; null where it holds none, as where what should have it is null. */
function connectionOf(data: unknown): Page | null {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return null;
  if ("pageInfo" in data) return data as Page;
  for (const value of Object.values(data)) {
    const found = connectionOf(value);
    if (found) return found;
  }
  return null;
}

/** An answer that is sent for once it is awaited or iterated: awaited, one page; iterated, the rows of all pages. */
export interface Paged<Result, Item> extends Promise<Result>, AsyncIterable<Item> {}

/** Makes the one of how a page is asked for, and the other of how its rows are. */
export function paged<Result, Item>(
  answer: () => Promise<Result>,
  rows: () => AsyncGenerator<Item, void, undefined>,
): Paged<Result, Item> {
  let sent: Promise<Result> | null = null;
  const once = (): Promise<Result> => (sent ??= answer());
  return {
    then: (done, failed) => once().then(done, failed),
    catch: (failed) => once().catch(failed),
    finally: (done) => once().finally(done),
    [Symbol.asyncIterator]: rows,
    [Symbol.toStringTag]: "Promise",
  };
}
