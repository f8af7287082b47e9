import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browser, compile } from "./compile.js";
import { readme, snippets } from "./readme-snippets.js";
import { runScript } from "./run-script.js";
import { type Served, serveSample } from "./serve.js";

const top = new URL("../../", import.meta.url);
const titles = snippets.map((code, index) => [`${index + 1}`, code] as const);

test("the README has its snippets, and the first result in three lines", () => {
  expect(snippets).toHaveLength(9);
  expect(snippets[0]?.trim().split("\n")).toHaveLength(3);
});

test("the README names every ready-made operation", async () => {
  const { operations } = await import("../../client/index.js");
  const named = new Set(Array.from(readme.matchAll(/`(\w+)`/g), ([, name]) => name));
  expect(Object.keys(operations).filter((name) => !named.has(name))).toEqual(["runEdges"]);
});

test("the README has each package installed once, by one command", () => {
  const commands = Array.from(readme.matchAll(/npm install ([^&\n]*)/g), ([, words = ""]) => words);
  const packages = commands.flatMap((words) => words.split(/\s+/).filter((word) => /^@?[a-z]/.test(word)));
  const names = packages.map((one) => one.replace(/(?<=.)@.*/, ""));
  expect(names).toContain("graphql");
  expect(names).toEqual([...new Set(names)]);
});

test("the snippets compile as printed, and so does the client, with a browser's types and none of Node's", () => {
  const texts = new Map(
    snippets.map((code, index) => [fileURLToPath(new URL(`test/client/readme-${index + 1}.ts`, top)), code]),
  );
  const misspelt = fileURLToPath(new URL("test/client/readme-misspelt.ts", top));
  texts.set(misspelt, (snippets[0] ?? "").replace("metric:", "metrics:"));
  expect(compile(texts, browser)).toEqual([
    expect.stringMatching(/^\S+readme-misspelt\.ts: .*'metrics' does not exist/s),
  ]);
});

describe("against a server", () => {
  let served: Served;
  let folder: string;
  beforeAll(async () => {
    served = await serveSample();
    // Below the repository, so that @sweepql/client is found from there.
    await mkdir(new URL(".cache", top), { recursive: true });
    folder = await mkdtemp(fileURLToPath(new URL(".cache/readme-", top)));
  });
  afterAll(async () => {
    await served.close();
    await rm(folder, { recursive: true, force: true });
  });

  test.each(titles)("snippet %s runs", async (title, code) => {
    const file = join(folder, `${title}.mts`);
    await writeFile(
      file,
      code.replaceAll("http://127.0.0.1:4000/graphql", served.url).replace("60_000", "600"),
    );
    const printed = await runScript(file);
    expect(printed).toMatch(/\w/);
    // What counts runs that diverged finds some.
    expect(printed).not.toMatch(/^0 /m);
  });

  test("the general README's snippet runs too", async () => {
    const text = await readFile(new URL("README.md", top), "utf8");
    const [, code = ""] = /^```ts\n(.*?)^```/ms.exec(text) ?? [];
    const file = join(folder, "general.mts");
    await writeFile(file, code.replaceAll("http://127.0.0.1:4000/graphql", served.url));
    expect(await runScript(file)).toMatch(/score/);
  });
});
