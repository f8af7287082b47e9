import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const all = (folder: string, extension: string): string[] =>
  readdirSync(new URL(`../../${folder}`, import.meta.url))
    .filter((name) => name.endsWith(extension))
    .map((name) => read(`${folder}/${name}`));

const guide = read("docs/scale.md");
/** Statements as they are compiled; those of the snapshots without their titles. */
const statements = [
  ...all("test/golden", ".sql"),
  ...all("test/sql/__snapshots__", ".snap").map((text) => text.replaceAll(/^exports\[.*$/gm, "")),
].join("\n");

/** Of the compiler itself, and of the snapshots' questions. */
const OURS = new Set(["join", "of", "quantile", "quoted"]);

const callsIn = (text: string): string[] => [...text.matchAll(/\b([a-z_]+)\(/g)].map(([, name = ""]) => name);

test("the guide to other engines names every function that a statement calls", () => {
  // The templates have the calls that none of those statements makes.
  const templates = all("server/sql", ".ts")
    .flatMap((source) => source.match(/\bsql`[^`]*`/g) ?? [])
    .map((template) => template.replaceAll(/\$\{[^}]*\}/g, " ").replaceAll(/^sql/g, ""));
  const called = new Set(callsIn([statements, ...templates].join("\n")));
  const named = new Set(callsIn(guide));
  expect([...called].filter((name) => !named.has(name) && !OURS.has(name)).sort()).toEqual([]);
  expect(called.size).toBeGreaterThan(20);
});

test.each(["QUALIFY", "FILTER (WHERE", "IS NOT DISTINCT FROM", "::DOUBLE", "NULLS LAST"])(
  "the guide names %s, which statements use",
  (words) => {
    expect(statements).toContain(words);
    expect(guide).toContain(words);
  },
);
