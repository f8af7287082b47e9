import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runScript } from "./run-script.js";
import { type Served, serveSample } from "./serve.js";

const top = new URL("../../", import.meta.url);
const readme = await readFile(new URL("client/README.md", top), "utf8");
const snippets = Array.from(readme.matchAll(/^```ts\n(.*?)^```/gms), ([, code]) => code ?? "");
const titles = snippets.map((code, index) => [`${index + 1}`, code] as const);

test("the README has its snippets", () => {
  expect(snippets).toHaveLength(4);
  expect(snippets[0]?.trim().split("\n")).toHaveLength(3);
});

/** What the compiler says of files that are given as text. */
function compile(texts: ReadonlyMap<string, string>, more: ts.CompilerOptions): string[] {
  const { config } = ts.readConfigFile(fileURLToPath(new URL("tsconfig.json", top)), (path) =>
    ts.sys.readFile(path),
  ) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, fileURLToPath(top));
  const all = { ...options, ...more };
  const host = ts.createCompilerHost(all);
  host.fileExists = (path) => texts.has(path) || ts.sys.fileExists(path);
  host.readFile = (path) => texts.get(path) ?? ts.sys.readFile(path);
  const program = ts.createProgram([...texts.keys()], all, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) =>
        `${file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
}

test("the snippets compile as printed, and so does the client, with a browser's types and none of Node's", () => {
  const texts = new Map(
    snippets.map((code, index) => [fileURLToPath(new URL(`test/client/readme-${index + 1}.ts`, top)), code]),
  );
  const browser = { lib: ["lib.es2023.d.ts", "lib.dom.d.ts"], types: [] };
  expect(compile(texts, browser)).toEqual([]);
  const [[path, code] = ["", ""]] = texts;
  const misspelt = new Map([[path, code.replace("metric:", "metrics:")]]);
  expect(compile(misspelt, browser)).toEqual([expect.stringContaining("'metrics' does not exist")]);
});

describe("against a server", () => {
  let served: Served;
  let folder: string;
  beforeAll(async () => {
    served = await serveSample();
    folder = await mkdtemp(join(tmpdir(), "sweepql-readme-"));
  });
  afterAll(async () => {
    await served.close();
    await rm(folder, { recursive: true, force: true });
  });

  test.each(titles)("snippet %s runs", async (title, code) => {
    const file = join(folder, `${title}.mts`);
    const local = code
      .replace("http://127.0.0.1:4000/graphql", served.url)
      .replace("@sweepql/client", new URL("client/index.ts", top).href);
    await writeFile(file, local);
    expect(await runScript(file)).toMatch(/\w/);
  });
});
