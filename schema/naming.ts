/**
 * Names for GraphQL, made from keys of JSON. A key's words are its runs of ASCII letters and digits,
 * split at humps (`nEmbd`, `HTTPLoss`) and at everything else; other letters lose their accents, or
 * become `u` and their code point. The field name is camelCase, the enum value UPPER_SNAKE; one that
 * would begin with a digit gets a leading underscore, and one with no words is called `field`.
 */

export interface NameRequest {
  /** The key as the files have it; identifies the request. */
  readonly original: string;
  /** A name that a manifest asks for. */
  readonly preferred?: string | undefined;
  /** Documented keys are named before others, so that no stray key takes their name. */
  readonly documented?: boolean;
  /** True where the key is of less account than the others, and is named after them. */
  readonly minor?: boolean;
}

export interface AssignedName {
  readonly name: string;
  readonly enumValue: string;
}

/** Names that types written from the catalogue use beside its fields: those of points and series of curves. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set(["axis", "metric", "metrics", "nonFinite"]);

/**
 * A unique GraphQL name and enum value for each original key. Where two collide, or one meets a
 * reserved name, documented keys come first and minor ones last, else code-point order of the originals decides;
 * later ones get `_2`, `_3`, … The order of the requests does not matter.
 */
export function assignNames(
  requests: Iterable<NameRequest>,
  reserved: ReadonlySet<string> = RESERVED_NAMES,
): Map<string, AssignedName> {
  const sorted = [...requests].sort(
    (a, b) =>
      Number(b.documented ?? false) - Number(a.documented ?? false) ||
      Number(a.minor ?? false) - Number(b.minor ?? false) ||
      compareText(a.original, b.original) ||
      compareText(a.preferred ?? "", b.preferred ?? ""),
  );
  const names = new Set(reserved);
  const enumValues = new Set<string>();
  const assigned = new Map<string, AssignedName>();
  for (const request of sorted) {
    if (assigned.has(request.original)) continue;
    const words = wordsOf(request.preferred ?? request.original);
    const name = request.preferred ?? fieldName(words);
    const enumValue = enumName(words);
    let suffix = "";
    for (let count = 2; names.has(name + suffix) || enumValues.has(enumValue + suffix); count += 1) {
      suffix = `_${count}`;
    }
    names.add(name + suffix);
    enumValues.add(enumValue + suffix);
    assigned.set(request.original, { name: name + suffix, enumValue: enumValue + suffix });
  }
  return assigned;
}

/** Whether GraphQL can carry the name: letters, digits and underscores, no digit first, not `__…`. */
export const isGraphqlName = (name: string): boolean => /^(?!__)[A-Za-z_][A-Za-z0-9_]*$/.test(name);

/** Code-point order, the same on every machine. */
export function compareText(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const difference = (left[index]?.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function wordsOf(key: string): string[] {
  const ascii = key
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\x00-\x7f]/gu, (letter) =>
      /[\p{L}\p{N}]/u.test(letter) ? `u${(letter.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}` : " ",
    );
  return ascii
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "");
}

function fieldName(words: readonly string[]): string {
  if (words.length === 0) return "field";
  const name = words
    .map((word) => word.toLowerCase())
    .map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join("");
  return /^[0-9]/.test(name) ? `_${name}` : name;
}

function enumName(words: readonly string[]): string {
  if (words.length === 0) return "FIELD";
  const name = words.map((word) => word.toUpperCase()).join("_");
  return /^[0-9]/.test(name) ? `_${name}` : name;
}
