/** What a query selects, by the key that the answer has it under. */
export type Selections = Map<string, Selected>;

export interface Selected {
  /** The field's name, whatever its alias. */
  readonly field: string;
  /** The argument `of`, as it is written: an enum value, or a variable. */
  readonly of: string | undefined;
  readonly below: Selections;
}

/** What a query's text selects, and its variables' defaults. */
export interface Outline {
  readonly selections: Selections;
  readonly defaults: ReadonlyMap<string, string>;
}

/** Block strings, strings, names with what marks them, and punctuation; anything else parts them. */
const TOKENS = /"""(?:\\"""|[^])*?"""|"(?:\\.|[^"\\])*"|#.*|\.\.\.|[$@]?\w[\w.]*|[{}()[\]:=]/g;

/**
 * Outlines a query that a server has answered, so that it is known to be well-formed. Of several
 * operations all are put together.
 */
export function outline(query: string): Outline {
  const tokens = (query.match(TOKENS) ?? []).filter((token) => !token.startsWith("#"));
  const fragments = new Map<string, Selections>();
  const spreads: [name: string, into: Selections][] = [];
  const selections: Selections = new Map();
  const defaults = new Map<string, string>();
  let at = 0;

  /** Skips a bracketed list, from its bracket to the token after it; tells of each token at its top level. */
  const skip = (tell?: (index: number) => void): void => {
    let depth = 0;
    do {
      const token = tokens[at];
      if (token === "(" || token === "[" || token === "{") depth += 1;
      if (token === ")" || token === "]" || token === "}") depth -= 1;
      if (depth === 1) tell?.(at);
      at += 1;
    } while (depth > 0 && at < tokens.length);
  };

  const directives = (): void => {
    while (tokens[at]?.startsWith("@")) {
      at += 1;
      if (tokens[at] === "(") skip();
    }
  };

  const select = (into: Selections): void => {
    at += 1;
    while (at < tokens.length && tokens[at] !== "}") {
      const token = tokens[at++] ?? "";
      if (token === "...") {
        const named = tokens[at] !== "{" && tokens[at] !== "on" && !tokens[at]?.startsWith("@");
        if (named) spreads.push([tokens[at++] ?? "", into]);
        else if (tokens[at] === "on") at += 2;
        directives();
        if (!named) select(into);
        continue;
      }
      const aliased = tokens[at] === ":";
      if (aliased) at += 1;
      const field = aliased ? (tokens[at++] ?? "") : token;
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
    at += 1;
  };

  while (at < tokens.length) {
    let into = selections;
    if (tokens[at] === "fragment") fragments.set(tokens[at + 1] ?? "", (into = new Map<string, Selected>()));
    while (at < tokens.length && tokens[at] !== "{") {
      if (tokens[at] !== "(") at += 1;
      else
        skip((index) => {
          if (tokens[index] !== "=") return;
          // `$name: Type = value`: the name is the nearest before it.
          let name = index;
          while (name > 0 && !tokens[name]?.startsWith("$")) name -= 1;
          defaults.set(tokens[name]?.slice(1) ?? "", tokens[index + 1] ?? "");
        });
    }
    if (at < tokens.length) select(into);
  }
  // Fragments may hold fragments, in any order of definition; each pass brings one level more.
  for (let pass = 0; pass < fragments.size; pass += 1)
    for (const [name, into] of spreads) merge(into, fragments.get(name) ?? new Map<string, Selected>());
  return { selections, defaults };
}

function merge(into: Selections, from: Selections): void {
  if (into === from) return;
  for (const [key, selected] of from) {
    const known = into.get(key);
    if (known) merge(known.below, selected.below);
    else into.set(key, { ...selected, below: new Map(selected.below) });
  }
}
