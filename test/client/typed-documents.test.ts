import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { preset } from "@graphql-codegen/client-preset";
import { codegen } from "@graphql-codegen/core";
import {
  buildASTSchema,
  buildClientSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  parse,
  printSchema,
} from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { createClient } from "../../client/index.js";
import { browser, compile } from "./compile.js";
import { fileNamed } from "./readme-snippets.js";
import { runProgram, runScript } from "./run-script.js";
import { type Served, serveSample } from "./serve.js";

/** The README's set-ups for documents of one's own, made of its files as they are printed. */

const top = fileURLToPath(new URL("../../", import.meta.url));
const program = fileNamed("src/best-rates.ts");

let served: Served;
let folder: string;
beforeAll(async () => {
  served = await serveSample();
  await mkdir(join(top, ".cache"), { recursive: true });
  folder = await mkdtemp(join(top, ".cache/documents-"));
});
afterAll(async () => {
  await served.close();
  await rm(folder, { recursive: true, force: true });
});

/** An app with the client below node_modules, as installed. */
async function app(name: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, "node_modules/@sweepql/client/dist"), { recursive: true });
  await mkdir(join(path, "src"));
  await writeFile(join(path, "package.json"), '{ "type": "module" }\n');
  const client = join(path, "node_modules/@sweepql/client");
  await copyFile(join(top, "client/package.json"), join(client, "package.json"));
  await copyFile(join(top, "schema/schema.graphql"), join(client, "dist/schema.graphql"));
  await writeFile(
    join(client, "index.ts"),
    `export * from ${JSON.stringify(join(top, "client/index.ts"))};\n`,
  );
  return path;
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** The program compiles, a slip in its variables or its answer does not, and it prints the three best runs. */
async function expectToWork(path: string, code: string): Promise<void> {
  const file = join(path, "src/best-rates.ts");
  const slips = [
    code.replace("{ first: 3 }", '{ first: "3" }'),
    code.replace("parameters.lr", "parameters.none"),
  ];
  const variants = [code, ...slips].map(
    (text, index) => [join(path, `src/variant-${index}.ts`), text] as const,
  );
  const faults = compile(new Map(variants), { ...browser, skipLibCheck: true });
  // One in each of the slips, in their order, and none in the program itself.
  expect(faults.map((fault) => /variant-(\d)/.exec(fault)?.[1] ?? fault)).toEqual(["1", "2"]);
  await write(file, code.replaceAll("http://127.0.0.1:4000/graphql", served.url));
  const printed = await runScript(file);
  expect(printed.trim().split("\n")).toHaveLength(3);
  expect(printed).toMatch(/^\d+ 0\.\d+$/m);
}

interface Configuration {
  readonly schema: string;
  readonly documents: string;
  readonly generates: Record<
    string,
    { readonly preset: string; readonly presetConfig: object; readonly config: object }
  >;
}

/** Does what codegen's command line does with the README's configuration; packages of that declare that they do not support Node 20. */
async function generate(path: string, sdl: string, document: string): Promise<void> {
  const { generates, documents } = parseYaml(fileNamed("codegen.yml")) as Configuration;
  expect(documents).toBe("src/**/*.ts");
  const [[folderName, section] = ["", undefined]] = Object.entries(generates);
  expect(section?.preset).toBe("client");
  const texts = Array.from(document.matchAll(/graphql\(`([^`]*)`\)/g), ([, text]) => text ?? "");
  const schema = parse(sdl);
  const files = await preset.buildGeneratesSection({
    baseOutputDir: `${join(path, folderName)}/`,
    presetConfig: section?.presetConfig ?? {},
    config: section?.config ?? {},
    schema,
    schemaAst: buildASTSchema(schema),
    documents: texts.map((rawSDL) => ({ location: "src/best-rates.ts", rawSDL, document: parse(rawSDL) })),
    plugins: [],
    pluginMap: {},
  });
  for (const file of files) await write(file.filename, await codegen(file));
}

describe("codegen's client preset", () => {
  test("with the shipped schema", async () => {
    const path = await app("preset-shipped");
    const { schema } = parseYaml(fileNamed("codegen.yml")) as Configuration;
    await generate(path, await readFile(join(path, schema), "utf8"), program);
    await expectToWork(path, program);
  });

  test("with a running server", async () => {
    const path = await app("preset-running");
    const client = createClient({ url: served.url });
    const answer = await client.request<IntrospectionQuery>(getIntrospectionQuery({ oneOf: true }));
    await generate(path, printSchema(buildClientSchema(answer)), program);
    await expectToWork(path, program);
  });
});

describe("gql.tada", () => {
  test.each([
    ["the shipped schema", (text: string) => text],
    ["a running server", (text: string) => text.replace(/(?<="schema": ")[^"]*/, served.url)],
  ])("with %s", async (title, change) => {
    const path = await app(`tada-${title.length}`);
    await write(join(path, "tsconfig.json"), change(fileNamed("tsconfig.json")));
    await write(join(path, "src/graphql.ts"), fileNamed("src/graphql.ts"));
    await symlink(join(top, "node_modules/gql.tada"), join(path, "node_modules/gql.tada"));
    await symlink(join(top, "node_modules/typescript"), join(path, "node_modules/typescript"));
    await runProgram(join(top, "node_modules/gql.tada/bin/cli.js"), ["generate-output"], path);
    expect(await readFile(join(path, "src/graphql-env.d.ts"), "utf8")).toContain("MetricName");
    await expectToWork(path, program.replace("./gql/gql.js", "./graphql.js"));
  });
});
