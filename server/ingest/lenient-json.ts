/** A number as it stands in the text, so that an integer beyond a double's reach can be told. */
export interface JsonNumber {
  readonly number: number;
  readonly lexeme: string;
}

export type JsonValue =
  null | boolean | string | JsonNumber | readonly JsonValue[] | ReadonlyMap<string, JsonValue>;

export class JsonFault extends Error {
  constructor(
    readonly reason: string,
    /** Key path of a repeated key; null for broken syntax. */
    readonly key: string | null = null,
  ) {
    super(reason);
  }
}

const NUMBER = /-?(?:NaN|Infinity|(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SPACE = /[ \t\r\n]*/y;

/**
 * Reads one line of JSON, with `NaN`, `Infinity` and `-Infinity` as numbers.
 * @throws JsonFault that names the column (1-based), or the key that stands twice.
 */
export function parseLine(text: string): JsonValue {
  let at = 0;
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) return null;
    at = pattern.lastIndex;
    return found[0];
  };
  const fail = (): never => {
    throw new JsonFault(
      at >= text.length
        ? "not JSON: the line is cut off"
        : `not JSON at column ${at + 1}: ${JSON.stringify(text.slice(at, at + 20))}`,
    );
  };
  const skip = (): string | undefined => {
    match(SPACE);
    return text[at];
  };
  const value = (path: string): JsonValue => {
    const next = skip();
    if (next === "{") return object(path);
    if (next === "[") return array(path);
    if (next === '"') return JSON.parse(match(STRING) ?? fail()) as string;
    for (const [word, meaning] of [
      ["true", true],
      ["false", false],
      ["null", null],
    ] as const) {
      if (text.startsWith(word, at)) {
        at += word.length;
        return meaning;
      }
    }
    const lexeme = match(NUMBER) ?? fail();
    return { number: Number(lexeme), lexeme };
  };
  const object = (path: string): JsonValue => {
    const result = new Map<string, JsonValue>();
    at += 1;
    if (skip() === "}") {
      at += 1;
      return result;
    }
    for (;;) {
      if (skip() !== '"') fail();
      const key = JSON.parse(match(STRING) ?? fail()) as string;
      if (skip() !== ":") fail();
      at += 1;
      const child = path === "" ? key : `${path}.${key}`;
      const found = value(child);
      if (result.has(key)) throw new JsonFault("the key stands twice in its object", child);
      result.set(key, found);
      const after = skip();
      if (after !== "," && after !== "}") fail();
      at += 1;
      if (after === "}") return result;
    }
  };
  const array = (path: string): JsonValue => {
    const result: JsonValue[] = [];
    at += 1;
    if (skip() === "]") {
      at += 1;
      return result;
    }
    for (;;) {
      result.push(value(`${path}[${result.length}]`));
      const after = skip();
      if (after !== "," && after !== "]") fail();
      at += 1;
      if (after === "]") return result;
    }
  };
  const result = value("");
  if (skip() !== undefined) fail();
  return result;
}
