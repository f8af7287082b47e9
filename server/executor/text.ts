/** Part of an answer: text, what writes it when it is wanted, or parts whose place was kept for them. */
export type Part = string | (() => string) | readonly Part[];

/** The text of an answer, or of a value in it. */
export type Text = readonly Part[];

/** All of a text at once. */
export function whole(text: Text): string {
  const strings: string[] = [];
  const collect = (parts: Text): void => {
    for (const part of parts) {
      if (typeof part === "string") strings.push(part);
      else if (typeof part === "function") strings.push(part());
      else collect(part);
    }
  };
  collect(text);
  return strings.join("");
}

/**
 * A text in pieces, each written when it is asked for.
 * @param first characters that the first piece may have about, before there is another.
 * @param size the same of each other piece.
 */
export function* pieces(text: Text, first: number, size: number): Generator<string, void, undefined> {
  let open: string[] = [];
  let length = 0;
  let full = first;
  function* walk(parts: Text): Generator<string, void, undefined> {
    for (const part of parts) {
      if (typeof part === "object") {
        yield* walk(part);
        continue;
      }
      const written = typeof part === "function" ? part() : part;
      open.push(written);
      length += written.length;
      if (length >= full) {
        yield open.join("");
        open = [];
        length = 0;
        full = size;
      }
    }
  }
  yield* walk(text);
  if (open.length > 0) yield open.join("");
}
