/** Marks a number that JSON cannot write, within a string that JSON can. */
const MARK = "non-finite:";

/** JSON with bare NaN, Infinity and -Infinity, as Python writes them. */
export function parseLenient(text: string): unknown {
  // Strings are matched first, so that nothing inside them is touched.
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
    token.startsWith('"') ? token : `"${MARK}${token}"`,
  );
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === "string" && value.startsWith(MARK) ? Number(value.slice(MARK.length)) : value,
  );
}
