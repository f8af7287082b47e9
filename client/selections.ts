/** What a query selects, by the key that the answer has it under. */
export type Selections = Map<string, Selected>;

export interface Selected {
  /** The field's name, whatever its alias. */
  readonly field: string;
  /** The argument `of`, as it is written: an enum value, or a variable. */
  readonly of: string | undefined;
  readonly below: Selections;
}

/** What a query's text holds. */
export interface Outline {
  /** Its operations, by kind and name. */
  readonly operations: readonly { readonly kind: string; readonly name: string | null }[];
  /** What they select. */
  readonly selections: Selections;
}

/** Block strings, strings, names with what marks them, and punctuation; anything else parts them. */
const TOKENS = /"""(?:\\"""|[^])*?"""|"(?:\\.|[^"\\])*"|#.*|\.\.\.|[$@]?\w[\w.]*|[{}()[\]:=]/g;

/** Outlines a query. What several operations select is put together; of a text that is no query it tells nothing of use. */
export function outline(query: string): Outline {
  const tokens = (query.match(TOKENS) ?? []).filter((token) => !token.startsWith("#"));
  const operations: Outline["operations"][number][] = [];
  const selections: Selections = new Map();
  /** Where each fragment's directives or selections begin: after `fragment Name on Type`. */
  const fragments = new Map<string, number>();
  tokens.forEach((token, index) => {
    if (token === "fragment") fragments.set(tokens[index + 1] ?? "", index + 4);
  });
  let at = 0;

  /** Skips a bracketed list, from its bracket to the token after it; tells of each token at its top level. */
  const skip = (tell?: (index: number) => void): void => {
    let depth = 0;
    do {
      const token = tokens[at] ?? "";
      if (/^[{[(]/.test(token)) depth += 1;
      if (/^[}\])]/.test(token)) depth -= 1;
      if (depth === 1) tell?.(at);
      at += 1;
    } while (depth > 0 && at < tokens.length);
  };

  /** Selects what is in the next braces, less what stands before them. */
  const select = (into: Selections): void => {
    directives();
    at += 1;
    while (at < tokens.length && tokens[at] !== "}") {
      const token = tokens[at++] ?? "";
      if (token === "...") spread(into);
      else {
        let field = token;
        if (tokens[at] === ":") {
          field = tokens[at + 1] ?? "";
          at += 2;
        }
        let of: string | undefined;
        if (tokens[at] === "(")
          skip((index) => {
            if (tokens[index] === "of" && tokens[index + 1] === ":") of ??= tokens[index + 2];
          });
        directives();
        const selected = into.get(token) ?? { field, of, below: new Map<string, Selected>() };
        into.set(token, selected);
        if (tokens[at] === "{") select(selected.below);
      }
    }
    at += 1;
  };

  const directives = (): void => {
    while (tokens[at]?.startsWith("@")) {
      at += 1;
      if (tokens[at] === "(") skip();
    }
  };

  const spread = (into: Selections): void => {
    const name = tokens[at] ?? "";
    if (name === "on") at += 2;
    if (name === "on" || /^[{@]/.test(name)) return select(into);
    at += 1;
    directives();
    const start = fragments.get(name);
    if (start === undefined) return;
    // One that holds itself is refused by the server, and ends here.
    fragments.delete(name);
    const back = at;
    at = start;
    select(into);
    at = back;
    fragments.set(name, start);
  };

  while (at < tokens.length) {
    const [kind = "", name = ""] = tokens.slice(at, at + 2);
    const isFragment = kind === "fragment";
    if (!isFragment) operations.push({ kind, name: /^\w/.test(name) && kind !== "{" ? name : null });
    while (at < tokens.length && tokens[at] !== "{")
      if (tokens[at] === "(") skip();
      else at += 1;
    if (isFragment) skip();
    else select(selections);
  }
  return { operations, selections };
}
