import { fault } from "./faults.js";
import type { Position } from "./plan.js";

/**
 * A cursor names a place in a total order, and pins the snapshot that it was made from, so that a
 * page neither repeats nor skips a row. It is opaque to clients: base64url of JSON.
 */
export function encodeCursor(version: string, order: string, position: Position): string {
  const values = position.values.map((value) =>
    typeof value === "number" && !Number.isFinite(value) ? null : value,
  );
  return Buffer.from(JSON.stringify([version, order, position.id, ...values])).toString("base64url");
}

/**
 * @param path the argument, for messages.
 * @throws a fault where the text is no cursor, belongs to another order, or to a snapshot that is gone.
 */
export function decodeCursor(cursor: string, version: string, order: string, path: string): Position {
  const parts = parse(cursor);
  if (!parts)
    throw fault(
      "BAD_USER_INPUT",
      `${path}: ${JSON.stringify(cursor.slice(0, 60))} is not a cursor of this API.`,
    );
  const [cursorVersion, cursorOrder, id, ...values] = parts;
  if (cursorVersion !== version) {
    throw fault(
      "STALE_CURSOR",
      `${path}: the cursor belongs to data version ${cursorVersion}, and ${version} is served now. Start again from the first page.`,
    );
  }
  if (cursorOrder !== order) {
    throw fault(
      "BAD_USER_INPUT",
      `${path}: the cursor was made under another orderBy. Use the order that it came from.`,
    );
  }
  return { id, values };
}

function parse(cursor: string): [string, string, number, ...Position["values"]] | null {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (!Array.isArray(parts)) return null;
    const [version, order, id, ...values] = parts as unknown[];
    if (typeof version !== "string" || typeof order !== "string" || !Number.isSafeInteger(id)) return null;
    const scalar = (value: unknown): boolean =>
      value === null || ["number", "string", "boolean"].includes(typeof value);
    if (!values.every(scalar) || values.length !== order.split(",").filter(Boolean).length) return null;
    return [version, order, id as number, ...(values as Position["values"])];
  } catch {
    return null;
  }
}
