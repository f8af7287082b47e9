import { type GraphqlDocument, isParsed } from "./document.js";
import { SweepqlError } from "./errors.js";
import { printDocument } from "./print-document.js";
import { outline } from "./selections.js";

/** A request as it is sent, and sent again. */
export interface Message {
  /** The operation's name; null where it has none. */
  readonly operation: string | null;
  /** Whether it may be sent again: it changes nothing. */
  readonly repeatable: boolean;
  readonly body: string;
}

/** What is known of a document by itself. */
type Text = Omit<Message, "body"> & { readonly query: string };

const texts = new WeakMap<object, Text>();

/** Reads a document; a parsed one once. */
export function textOf(document: GraphqlDocument<unknown, never>): Text {
  let text = texts.get(document);
  if (!text) {
    const query = isParsed(document) ? printDocument(document) : document.toString();
    const { operations } = outline(query);
    text = {
      query,
      operation: operations[0]?.name ?? null,
      repeatable: operations.every(({ kind }) => kind !== "mutation"),
    };
    if (isParsed(document)) texts.set(document, text);
  }
  return text;
}

/** What is sent for a document and its variables. */
export function messageOf(document: GraphqlDocument<unknown, never>, variables: unknown): Message & Text {
  const text = textOf(document);
  const { query, operation } = text;
  return { ...text, body: bodyOf({ query, variables, operationName: operation }, operation) };
}

/**
 * A body as JSON.
 * @throws where it holds a number that JSON cannot carry: the server would take it for a value left out.
 */
export function bodyOf(parts: object, operation: string | null): string {
  requireFinite(parts, "", operation);
  return JSON.stringify(parts);
}

function requireFinite(value: unknown, path: string, operation: string | null): void {
  if (typeof value === "object" && value)
    for (const key in value)
      requireFinite((value as Record<string, unknown>)[key], path ? `${path}.${key}` : key, operation);
  else if (typeof value === "number" && !Number.isFinite(value))
    throw new SweepqlError(`${path} is ${value}, which JSON cannot carry`, operation);
}
