import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** Builds dist/: ES modules, CommonJS, their types, and the schema that the types were generated from. */

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");

rmSync(here("dist"), { recursive: true, force: true });
mkdirSync(here("dist/cjs"), { recursive: true });
for (const project of ["tsconfig.json", "tsconfig.cjs.json"])
  execFileSync(process.execPath, [compiler, "-p", here(project)], { stdio: "inherit" });
writeFileSync(here("dist/cjs/package.json"), '{ "type": "commonjs" }\n');
copyFileSync(here("../schema/schema.graphql"), here("dist/schema.graphql"));
