import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { JsonFault, type JsonValue, parseLine } from "../../server/ingest/lenient-json.js";

/** The value as JSON.parse would give it. */
function plain(value: JsonValue): unknown {
  if (value instanceof Map) {
    const entries = [...(value as ReadonlyMap<string, JsonValue>)];
    return Object.fromEntries(entries.map(([key, child]) => [key, plain(child)]));
  }
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(plain);
  return typeof value === "object" && value !== null && "number" in value ? value.number : value;
}

const faultOf = (text: string): JsonFault => {
  try {
    parseLine(text);
  } catch (error) {
    if (error instanceof JsonFault) return error;
  }
  throw new Error(`${text} was read`);
};

describe("reading a line", () => {
  test("agrees with JSON.parse on all that it can read", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(plain(parseLine(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  test("reads what JSON cannot write", () => {
    expect(plain(parseLine('{"a":NaN,"b":[Infinity,-Infinity],"c":"NaN"}'))).toEqual({
      a: NaN,
      b: [Infinity, -Infinity],
      c: "NaN",
    });
  });

  test("keeps the digits of an integer", () => {
    expect(parseLine("9007199254740993")).toMatchObject({ lexeme: "9007199254740993" });
  });

  test.each([
    ['{"a":1', "cut off"],
    ['{"a":1}x', "column 8"],
    ['{"a":01}', "column 7"],
    ["{'a':1}", "column 2"],
    ["", "cut off"],
  ])("refuses %s", (text, reason) => {
    expect(faultOf(text).reason).toContain(reason);
  });

  test("names a key that stands twice", () => {
    expect(faultOf('{"a":{"b":[{"c":1,"c":2}]}}').key).toBe("a.b[0].c");
  });
});
