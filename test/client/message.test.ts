import { parse } from "graphql";
import { expect, test } from "vitest";
import { messageOf, textOf } from "../../client/message.js";

test.each([
  ["query Q { a }", "Q", true],
  ["{ a }", null, true],
  ["query { a }", null, true],
  ["query($a: Int) { a }", null, true],
  ["{a} query Late { b }", null, true],
  ['fragment F on T { a(b: "query No {") } query Yes { ...F }', "Yes", true],
  ["# query No\n,,query,Yes,{a}", "Yes", true],
  ["fragment query on mutation { a } query subscription { ...query }", "subscription", true],
  ["{ mutation { query } }", null, true],
  [",mutation{a}", null, false],
  ["{a}mutation M{a}", null, false],
  ["query Q { a } mutation M { a }", "Q", false],
  ["subscription S { a }", "S", true],
  ["} { ( query", null, true],
])("%s", (text, operation, repeatable) => {
  expect(textOf(text)).toEqual({ query: text, operation, repeatable });
});

test("a parsed document is read once", () => {
  let read = 0;
  const { kind, definitions } = parse("fragment A on B { c } query D { e } query F { g }");
  const document = {
    kind,
    get definitions() {
      read += 1;
      return definitions;
    },
  };
  expect(textOf(document)).toMatchObject({ operation: "D" });
  const after = read;
  expect(JSON.parse(messageOf(document, { a: 1 }).body)).toMatchObject({
    query: "fragment A on B { c } query D { e } query F { g }",
    variables: { a: 1 },
    operationName: "D",
  });
  expect(textOf(document)).toBe(textOf(document));
  // The check whether it is parsed looks at no property.
  expect(read).toBe(after);
});
