import { limits } from "../limits.js";
import type { ArgBuilder } from "@pothos/core";
import type { Builder, BuilderTypes } from "../builder.js";
import { badInput } from "../faults.js";
import { type CursorKind, decodeCursor } from "../cursor.js";
import type { Page, PageExtras } from "../plan.js";
import type { Selection } from "../selection.js";

export interface PageArgs {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
}

export interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

/** `first`, `after`, `last`, `before`. */
export const pageArgs = (arg: ArgBuilder<BuilderTypes>) => ({
  first: arg.int({
    description: `So many from the front: 0 to ${limits.maxPage}. Default: ${limits.defaultPage}. Not together with \`last\`.`,
  }),
  after: arg.string({ description: "Only what comes after this cursor." }),
  last: arg.int({
    description: `So many from the back: 0 to ${limits.maxPage}. Not together with \`first\`.`,
  }),
  before: arg.string({ description: "Only what comes before this cursor." }),
});

export const definePageInfo = (builder: Builder) =>
  builder.objectRef<PageInfo>("PageInfo").implement({
    description: "Where a page lies. Both flags are true to the data, whichever way the page was read.",
    fields: (t) => ({
      hasNextPage: t.exposeBoolean("hasNextPage", { description: "Whether anything comes after the page." }),
      hasPreviousPage: t.exposeBoolean("hasPreviousPage", {
        description: "Whether anything comes before the page.",
      }),
      startCursor: t.exposeString("startCursor", {
        nullable: true,
        description: "Cursor of the first row; null on an empty page.",
      }),
      endCursor: t.exposeString("endCursor", {
        nullable: true,
        description: "Cursor of the last row; null on an empty page.",
      }),
    }),
  });

/**
 * The page that the arguments name.
 * @throws a fault where a size is out of range, both ends are asked for, or a cursor does not fit.
 */
export function toPage({ first, after, last, before }: PageArgs, cursors: CursorKind): Page {
  if (typeof first === "number" && typeof last === "number") {
    throw badInput("last", last, `first is ${first}, and only one of the two can be asked for`);
  }
  for (const [name, size] of [
    ["first", first],
    ["last", last],
  ] as const) {
    if (typeof size === "number" && (size < 0 || size > limits.maxPage))
      throw badInput(name, size, `0 to ${limits.maxPage} are allowed`);
  }
  const position = (cursor: string | null | undefined, path: string) =>
    typeof cursor === "string" ? decodeCursor(cursor, cursors, path) : null;
  return {
    limit: last ?? first ?? limits.defaultPage,
    from: typeof last === "number" ? "end" : "start",
    after: position(after, "after"),
    before: position(before, "before"),
  };
}

/** What a selection on a connection wants beside its rows. */
export function pageExtras(selection: Selection): PageExtras {
  const info = selection.named("pageInfo");
  return {
    totalCount: selection.has("totalCount"),
    oppositePage: info.some(
      ({ selection: below }) => below.has("hasNextPage") || below.has("hasPreviousPage"),
    ),
  };
}
