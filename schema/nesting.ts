/** Levels of lists and objects in an input: twice those of the deepest filter, and some. What coerces it calls itself. */
export const MOST_LEVELS = 150;

/** Whether a value nests deeper than inputs may; found without calling itself. */
export function nestsTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_LEVELS) return true;
    level = level.flatMap((one): unknown[] =>
      typeof one === "object" && one !== null ? Object.values(one) : [],
    );
  }
  return false;
}

/** Block strings, strings, comments and brackets, as GraphQL and JSON have them; each is taken whole. */
const TOKENS = /"""(?:[^\\]|\\(?!""")|\\""")*?"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*|[[\]{}]/g;

/** Whether a text's lists and objects nest deeper than inputs may: found before a parser, which calls itself, reads it. */
export function isWrittenTooDeep(text: string): boolean {
  let depth = 0;
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === "[" || token === "{") depth += 1;
    else if (token === "]" || token === "}") depth -= 1;
    if (depth > MOST_LEVELS) return true;
  }
  return false;
}
