/** Part of an answer: text, or what writes it when it is wanted. */
export type Part = string | (() => string);

/** The text of an answer, or of a value in it. */
export type Text = string | readonly Part[];

/** Texts one after the other, as one. */
export function joined(texts: readonly Text[]): Text {
  const parts: Part[] = [];
  let open = "";
  for (const text of texts) {
    if (typeof text === "string") {
      open += text;
      continue;
    }
    for (const part of text) {
      if (typeof part === "string") {
        open += part;
      } else {
        parts.push(open, part);
        open = "";
      }
    }
  }
  if (parts.length === 0) return open;
  parts.push(open);
  return parts;
}

/** All of a text at once. */
export const whole = (text: Text): string =>
  typeof text === "string" ? text : text.map((part) => (typeof part === "string" ? part : part())).join("");

/**
 * A text in pieces, each written when it is asked for.
 * @param first characters that the first piece may have about, before there is another.
 * @param size the same of each other piece.
 */
export function* pieces(text: Text, first: number, size: number): Generator<string, void, undefined> {
  if (typeof text === "string") {
    yield text;
    return;
  }
  let open = "";
  let full = first;
  for (const part of text) {
    open += typeof part === "string" ? part : part();
    if (open.length >= full) {
      yield open;
      open = "";
      full = size;
    }
  }
  if (open !== "") yield open;
}
