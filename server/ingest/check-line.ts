import { JsonFault, type JsonNumber, type JsonValue, parseLine } from "./lenient-json.js";
import type { ReadType, ScalarRead } from "./read-type.js";

/** Why a line cannot be loaded; the key is null where the whole line is bad. */
export interface LineFault {
  readonly key: string | null;
  readonly reason: string;
}

/** Strings that stand for numbers which JSON cannot write. */
const NON_FINITE = new Set(["NaN", "Infinity", "-Infinity"]);

const TOO_GREAT =
  "integers go to 2^53 - 1 (9007199254740991) and no further, or they would be rounded; " +
  "in a manifest, a hyperparameter's `type: string` keeps the digits, and `type: float` rounds them";

/** The first thing in a line that does not fit what is read of it; null where all of it does. */
export function checkLine(text: string, type: ReadType): LineFault | null {
  try {
    const value = parseLine(text);
    if (!isObject(value)) return { key: null, reason: `a line must be an object, this is ${show(value)}` };
    return check(value, type, "");
  } catch (error) {
    if (error instanceof JsonFault) return { key: error.key, reason: error.reason };
    // The engine's own limit, of regular expressions over many megabytes.
    if (error instanceof RangeError) return { key: null, reason: "not JSON, or too long to be looked at" };
    throw error;
  }
}

function check(value: JsonValue | undefined, type: ReadType, path: string): LineFault | null {
  if (value === null || value === undefined) return null;
  if (typeof type === "string") {
    const allowed = checkScalar(value, type);
    return allowed === null ? null : { key: path, reason: `${show(value)} is not allowed: ${allowed}` };
  }
  if ("list" in type) {
    if (!isArray(value)) return { key: path, reason: `${show(value)} is not allowed: it must be a list` };
    return first(value, (element, index) => check(element, type.list, `${path}[${index}]`));
  }
  if (!isObject(value)) return { key: path, reason: `${show(value)} is not allowed: it must be an object` };
  return first([...type.fields], ([key, child]) =>
    check(value.get(key), child, path === "" ? key : `${path}.${key}`),
  );
}

/** What is allowed instead; null where the value fits. */
function checkScalar(value: JsonValue, type: ScalarRead): string | null {
  switch (type) {
    case "DOUBLE":
    case "EXACT":
      if (typeof value === "string" && NON_FINITE.has(value)) return null;
      if (!isNumber(value)) return "it must be a number, NaN, Infinity or -Infinity";
      return type === "EXACT" && isIntegerText(value) && !Number.isSafeInteger(value.number)
        ? TOO_GREAT
        : null;
    case "HUGEINT":
      if (!isNumber(value) || !Number.isInteger(value.number)) return "it must be an integer";
      return Number.isSafeInteger(value.number) ? null : TOO_GREAT;
    case "BOOLEAN":
      return typeof value === "boolean" ? null : "it must be true or false";
    case "VARCHAR":
      return typeof value === "string" ? null : "it must be a string";
    case "DIGITS":
      return typeof value === "string" || isNumber(value) ? null : "it must be a string or a number";
    case "TEXT":
      return null;
  }
}

const isIntegerText = ({ lexeme }: JsonNumber): boolean => /^-?[0-9]+$/.test(lexeme);
const isArray = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);
const isObject = (value: JsonValue): value is ReadonlyMap<string, JsonValue> => value instanceof Map;
const isNumber = (value: JsonValue): value is JsonNumber =>
  typeof value === "object" && value !== null && "lexeme" in value;

function first<T>(
  values: readonly T[],
  fault: (value: T, index: number) => LineFault | null,
): LineFault | null {
  for (const [index, value] of values.entries()) {
    const found = fault(value, index);
    if (found) return found;
  }
  return null;
}

function show(value: JsonValue): string {
  if (isArray(value)) return "a list";
  if (isObject(value)) return "an object";
  if (isNumber(value)) return value.lexeme;
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}
