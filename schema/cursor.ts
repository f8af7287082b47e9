import type { GraphQLError } from "graphql";
import { fault } from "./faults.js";
import type { Position } from "./plan.js";

/** What cursors of one connection have in common. */
export interface CursorKind {
  /** Of the data. */
  readonly version: string;
  /** A name of the order, and of what is put in order. */
  readonly order: string;
  /** The type of each of the order's values. */
  readonly types: readonly ("number" | "string" | "boolean")[];
}

/**
 * A cursor names a place in a total order, and pins the snapshot that it was made from, so that a
 * page neither repeats nor skips a row. It is opaque to clients: base64url of JSON.
 */
export const encodeCursor = ({ version, order }: CursorKind, { id, values }: Position): string =>
  Buffer.from(JSON.stringify([version, order, id, ...values])).toString("base64url");

/**
 * @param path the argument, for messages.
 * @throws a fault where the text is no cursor, belongs to another order, or to a snapshot that is gone.
 */
export function decodeCursor(cursor: string, { version, order, types }: CursorKind, path: string): Position {
  const parts = parse(cursor);
  if (!parts) throw notACursor(cursor, path);
  const [cursorVersion, cursorOrder, id, ...values] = parts;
  if (cursorVersion !== version) {
    throw fault(
      "STALE_CURSOR",
      `${path}: the cursor belongs to data version ${String(cursorVersion)}, and ${version} is served now. Start again from the first page.`,
    );
  }
  if (cursorOrder !== order) {
    throw fault(
      "BAD_USER_INPUT",
      `${path}: the cursor was made under another orderBy. Use the order that it came from.`,
    );
  }
  const fits =
    values.length === types.length &&
    values.every((value, index) => value === null || typeof value === types[index]);
  if (!fits || !Number.isSafeInteger(id)) throw notACursor(cursor, path);
  return { id: id as number, values: values as Position["values"] };
}

/** The data version that a cursor pins; null where it is none. */
export const cursorVersion = (cursor: string): string | null =>
  (parse(cursor)?.[0] as string | undefined) ?? null;

/** How every cursor of a data version begins. */
export function cursorPrefix(version: string): string {
  const bytes = Buffer.from(`["${version}"`);
  // Three bytes make four characters; what is left over depends on what follows.
  return bytes.subarray(0, bytes.length - (bytes.length % 3)).toString("base64url");
}

function parse(cursor: string): readonly unknown[] | null {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    return Array.isArray(parts) && typeof parts[0] === "string" && typeof parts[1] === "string"
      ? parts
      : null;
  } catch {
    return null;
  }
}

const notACursor = (cursor: string, path: string): GraphQLError =>
  fault("BAD_USER_INPUT", `${path}: ${JSON.stringify(cursor.slice(0, 60))} is not a cursor of this API.`);
