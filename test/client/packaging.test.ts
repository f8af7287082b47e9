import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { chromium } from "playwright-core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { build, preview } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgram } from "./run-script.js";
import { type Served, serveSample } from "./serve.js";

/** The client as it would be published: everything here is on the packed tarball. */

const client = fileURLToPath(new URL("../../client/", import.meta.url));
const compiler = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
const execute = promisify(execFile);

let folder: string;
let tarball: string;
let served: Served;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sweepql-packed-"));
  await execute("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: client });
  const { version } = JSON.parse(await readFile(join(client, "package.json"), "utf8")) as { version: string };
  tarball = join(folder, `sweepql-client-${version}.tgz`);
  served = await serveSample();
});
afterAll(async () => {
  await served.close();
  await rm(folder, { recursive: true, force: true });
});

/** An empty app with the tarball installed. */
async function app(name: string, type: "module" | "commonjs"): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  await writeFile(
    join(path, "package.json"),
    JSON.stringify({ name, version: "1.0.0", private: true, type }),
  );
  const options = ["install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts"];
  await execute("npm", [...options, tarball], { cwd: path });
  return path;
}

test("the tarball holds what is documented, and nothing else", async () => {
  const { stdout } = await execute("tar", ["-tzf", tarball]);
  const files = stdout
    .trim()
    .split("\n")
    .map((file) => file.replace(/^package\//, ""));
  const top = files.filter((file) => !file.startsWith("dist/")).sort();
  expect(top).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "package.json"]);
  expect(files).toEqual(
    expect.arrayContaining(["dist/esm/index.js", "dist/cjs/index.js", "dist/schema.graphql"]),
  );
  for (const file of files) expect(file).not.toMatch(/\.tsx?$(?<!\.d\.ts)/);
});

test("publint finds nothing", async () => {
  const data = await readFile(tarball);
  const { messages, pkg } = await publint({
    pack: { tarball: data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) },
  });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test("are the types wrong? They are not, for any resolution", async () => {
  const result = await checkPackage(createPackageFromTarballData(new Uint8Array(await readFile(tarball))), {
    excludeEntrypoints: ["./schema.graphql"],
  });
  expect(result.types).toMatchObject({ kind: "included" });
  expect("problems" in result ? result.problems : null).toEqual([]);
});

const program = (load: string, url: string): string => `
${load}
async function main() {
  const client = createClient({ url: ${JSON.stringify(url)}, operations });
  const { runs } = await client.bestRuns({ metric: "VAL_RAW_LOSS", first: 3 });
  const lines: number[] = [];
  for await (const run of client.runs({}, { limit: 4, pageSize: 2 })) lines.push(run.line);
  const refused = await client.dataset({ name: "none" }).catch((error: unknown) => error instanceof QueryError && error.code);
  return [runs.nodes.length, lines.length, refused].join(" ");
}
`;
const expected = "3 4 UNKNOWN_NAME";
const withoutTypes = (code: string): string => code.replace(": number[]", "").replace(": unknown", "");
const names = "{ createClient, operations, QueryError }";

/** Compiles an app's TypeScript with the tarball's own types. */
async function typecheck(path: string, file: string, more: readonly string[]): Promise<void> {
  const options = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2023,dom", ...more, file];
  const { stdout } = await execute(process.execPath, [compiler, ...options], { cwd: path }).catch(
    (error: unknown) => error as { stdout: string },
  );
  expect(stdout).toBe("");
}

describe("an empty ESM app", () => {
  test("runs and compiles", async () => {
    const path = await app("esm", "module");
    const code = program(`import ${names} from "@sweepql/client";`, served.url);
    await writeFile(join(path, "app.js"), `${withoutTypes(code)}\nconsole.log(await main());\n`);
    expect((await runProgram("app.js", [], path)).trim()).toBe(expected);
    await writeFile(join(path, "app.ts"), `${code}\nexport const text: string = await main();\n`);
    await typecheck(path, "app.ts", ["--module", "nodenext"]);
  });

  test("finds the schema", async () => {
    const path = join(folder, "esm");
    const code = `import { readFileSync } from "node:fs"; import { fileURLToPath } from "node:url";
      console.log(readFileSync(fileURLToPath(import.meta.resolve("@sweepql/client/schema.graphql")), "utf8"));`;
    await writeFile(join(path, "schema.js"), code);
    expect(await runProgram("schema.js", [], path)).toContain("type Query {");
  });
});

test("an empty CommonJS app runs and compiles", async () => {
  const path = await app("cjs", "commonjs");
  const code = program(`const ${names} = require("@sweepql/client");`, served.url);
  await writeFile(join(path, "app.js"), `${withoutTypes(code)}\nmain().then(console.log);\n`);
  expect((await runProgram("app.js", [], path)).trim()).toBe(expected);
  const typed = program(`import client = require("@sweepql/client");\nconst ${names} = client;`, served.url);
  // A class taken apart is a value, and no type: enough for instanceof.
  await writeFile(join(path, "app.ts"), `${typed}\nexport const text: Promise<string> = main();\n`);
  await typecheck(path, "app.ts", ["--module", "nodenext"]);
});

const places = [
  process.env["CHROMIUM_PATH"] ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const executablePath = places.find((place) => place !== "" && existsSync(place));
const required = process.env["SWEEPQL_REQUIRE_BROWSER"] === "1";
if (executablePath === undefined && !required)
  console.warn("Skipped: a Vite app in a browser. Chromium was not found; set CHROMIUM_PATH.");

test.skipIf(executablePath === undefined && !required)("a Vite app runs in Chromium", async () => {
  if (executablePath === undefined) throw new Error("Chromium was not found; set CHROMIUM_PATH.");
  const root = await app("browser", "module");
  await writeFile(
    join(root, "index.html"),
    '<!doctype html><p>wait</p><script type="module" src="/app.ts"></script>',
  );
  const show = "main().catch(String).then((text) => { document.querySelector('p')!.textContent = text; });";
  await writeFile(
    join(root, "app.ts"),
    `${program(`import ${names} from "@sweepql/client";`, served.url)}${show}`,
  );
  const config = { root, configFile: false, logLevel: "warn" } as const;
  await build(config);
  const site = await preview({ ...config, preview: { port: 0, host: "127.0.0.1" } });
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    await page.goto(site.resolvedUrls?.local[0] ?? "");
    await page.waitForFunction("document.querySelector('p').textContent !== 'wait'");
    expect([await page.textContent("p"), ...faults]).toEqual([expected]);
  } finally {
    await browser.close();
    await site.close();
  }
});
