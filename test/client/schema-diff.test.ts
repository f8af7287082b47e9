import { expect, test } from "vitest";
import { changesSinceRelease, compareSchemas } from "../../schema-diff.js";

const before = "# version 0.3.1\ntype Query { a: Int b: Int! }";
const messages = async (after: string, to: string): Promise<[all: string[], forbidden: string[]]> => {
  const { changes, forbidden } = await compareSchemas(before, after, to);
  return [changes.map(({ message }) => message), forbidden.map(({ message }) => message)];
};

test("what has changed since the last release breaks no client, or the version says so", async () => {
  const { forbidden } = await changesSinceRelease();
  expect(forbidden).toEqual([]);
});

test("an addition is told, and allowed", async () => {
  const [all, forbidden] = await messages("type Query { a: Int b: Int! c: Int }", "0.3.2");
  expect(all).toEqual([expect.stringContaining("'c' was added")]);
  expect(forbidden).toEqual([]);
});

test.each([
  ["type Query { a: Int }", "0.3.2", 1],
  ["type Query { a: Int }", "0.4.0", 0],
  ["type Query { a: Int }", "1.0.0", 0],
  ["type Query { a: Int b: Int }", "0.3.1", 1],
])("%s in %s: %i forbidden", async (after, to, count) => {
  const [all, forbidden] = await messages(after, to);
  expect(all).toHaveLength(1);
  expect(forbidden).toHaveLength(count);
});

test("from 1.0 on, only a new major version may break clients", async () => {
  const one = before.replace("0.3.1", "1.0.0");
  const after = "type Query { a: Int }";
  expect((await compareSchemas(one, after, "1.1.0")).forbidden).toHaveLength(1);
  expect((await compareSchemas(one, after, "2.0.0")).forbidden).toEqual([]);
});
