import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lines, makeDataFolder } from "../live/data-files.js";
import { run, serve } from "./command.js";

const QUERY = "query Lines($n: Int) { runs(first: $n) { nodes { ...line } } }\n";
const FRAGMENT = "fragment line on Run { line }\n";

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = makeDataFolder();
  writeFileSync(join(folder, "a.jsonl"), lines(3));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

test("what it writes is what serve --persisted answers, fragments of other files included", async () => {
  const cwd = folderOf({
    "lines.graphql": QUERY,
    "line.graphql": FRAGMENT,
    "count.graphql": "{ runs { totalCount } }",
  });
  const words = ["persist", "*.graphql", "--data", "a.jsonl", "--out", "persisted.json"];
  const { code, stdout, stderr } = await run(words, { cwd });
  expect([code, stderr]).toEqual([0, ""]);
  const manifest = JSON.parse(readFileSync(join(cwd, "persisted.json"), "utf8")) as Record<string, string>;
  expect(Object.keys(manifest)).toHaveLength(2);
  for (const [hash, text] of Object.entries(manifest))
    expect(createHash("sha256").update(text).digest("hex")).toBe(hash);
  const listed = stdout
    .trim()
    .split("\n")
    .map((one) => one.split("  "));
  expect(listed.map(([, name, path]) => [name, path])).toEqual([
    ["(unnamed)", "count.graphql"],
    ["Lines", "lines.graphql"],
  ]);
  const service = await serve(["--data", "a.jsonl", "--persisted", "persisted.json"], { cwd });
  const ask = async (body: object): Promise<unknown> => {
    const headers = { "content-type": "application/json" };
    return (await fetch(service.url, { method: "POST", headers, body: JSON.stringify(body) })).json();
  };
  const persistedQuery = { version: 1, sha256Hash: listed[1]?.[0] };
  expect(await ask({ extensions: { persistedQuery }, variables: { n: 2 } })).toMatchObject({
    data: { runs: { nodes: [{ line: 1 }, { line: 2 }] } },
  });
  expect(await ask({ query: "{ runs { totalCount } }" })).toMatchObject({
    errors: [{ extensions: { code: "PERSISTED_QUERY_REQUIRED" } }],
  });
});

test("it takes a schema for data, and writes JSON to standard output", async () => {
  const cwd = folderOf({ "q.graphql": "{ hello }", "schema.graphql": "type Query { hello: String }" });
  const { code, stdout } = await run(["persist", "q.graphql", "--schema", "schema.graphql"], { cwd });
  expect(code).toBe(0);
  expect(Object.values(JSON.parse(stdout) as object)).toEqual(["{\n  hello\n}"]);
});

test("every fault is told at once, by file, line and column", async () => {
  const cwd = folderOf({
    "schema.graphql": "type Query { hello: String }",
    "a.graphql": "query A {\n  hello\n  goodbye\n}\nfragment unused on Query { hello }",
    "b.graphql": "query B {",
    "c.graphql": "type T { a: Int }\nfragment unused on Query { hello }",
    "d.graphql": "query D { ...missing }",
  });
  const words = ["persist", "a.graphql", "b.graphql", "c.graphql", "d.graphql", "--schema", "schema.graphql"];
  const { code, stdout, stderr } = await run(words, { cwd });
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr.trim().split("\n")).toEqual([
    "sweepql: b.graphql:1:10: Syntax Error: Expected Name, found <EOF>.",
    "sweepql: c.graphql:1:1: Only operations and fragments are allowed here.",
    "sweepql: c.graphql:2:1: There is another fragment unused, at a.graphql:5:1.",
    'sweepql: a.graphql:3:3: Cannot query field "goodbye" on type "Query".',
    'sweepql: d.graphql:1:14: Unknown fragment "missing".',
    "sweepql: a.graphql:5:1: No operation uses the fragment unused.",
  ]);
});

test("files that are none, and files without operations, are named", async () => {
  const cwd = folderOf({ "schema.graphql": "type Query { hello: String }", "empty.graphql": "# nothing" });
  const missing = await run(["persist", "none/*.graphql", "--schema", "schema.graphql"], { cwd });
  expect([missing.code, missing.stderr]).toEqual([2, "sweepql: none/*.graphql: no such file.\n"]);
  const empty = await run(["persist", "empty.graphql", "--schema", "schema.graphql"], { cwd });
  expect(empty.code).toBe(2);
  expect(empty.stderr).toContain("empty.graphql:1:");
  const schema = await run(["persist", "empty.graphql", "--schema", "none.graphql"], { cwd });
  expect([schema.code, schema.stderr]).toEqual([2, expect.stringContaining("--schema: none.graphql: ")]);
});
