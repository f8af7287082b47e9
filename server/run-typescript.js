import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * Runs a module of this program, which is TypeScript, in a process or a thread that knows none yet.
 *
 * Some three hundred files through a loader take a second of every start. So they are put together once,
 * into a few files of JavaScript in `node_modules/.cache/`, for as long as none of them changes. Where
 * that cannot be written, and where SWEEPQL_DEBUG asks for stack traces, they run as they stand.
 */

const root = fileURLToPath(new URL("../", import.meta.url));
/** Modules that processes and threads begin with. */
const ENTRIES = ["server/main.ts", "server/analyses/worker.ts", "server/watch/build-child.ts"];
const CACHE = join(root, "node_modules", ".cache", "sweepql");
/** What no start has made for so long is of no use to a process that may still run. */
const KEPT = 30 * 24 * 3600 * 1000;

/** @param {string} entry one of ENTRIES. */
export async function runTypeScript(entry) {
  const compiled = await compiledFile(entry).catch(() => null);
  if (compiled !== null) return import(pathToFileURL(compiled).href);
  // Our own tsconfig, whatever lies in the caller's folder.
  const { register } = await import("tsx/esm/api");
  register({ tsconfig: join(root, "tsconfig.json") });
  return import(pathToFileURL(join(root, entry)).href);
}

/** The JavaScript of an entry, made where it is not there; null where it is not wanted. */
async function compiledFile(entry) {
  if (!["", "0", "false"].includes((process.env.SWEEPQL_DEBUG ?? "").toLowerCase())) return null;
  const folder = join(CACHE, stateOfSources());
  if (!existsSync(folder)) await compile(folder);
  return join(folder, entry.replace(/\.ts$/, ".js"));
}

/** Another name for every change of a source, or of what compiles it. */
function stateOfSources() {
  const hash = createHash("sha256");
  const add = (path) => {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${relative(root, path)} ${size} ${mtimeMs}\n`);
  };
  for (const file of ["package.json", "tsconfig.json", "server/run-typescript.js"]) add(join(root, file));
  for (const folder of ["schema", "server"]) {
    for (const name of readdirSync(join(root, folder), { recursive: true }).sort())
      if (name.endsWith(".ts")) add(join(root, folder, name));
  }
  return hash.digest("hex").slice(0, 32);
}

/** Writes all entries to a folder, which appears whole. */
async function compile(folder) {
  const { build } = await import("esbuild");
  const unfinished = `${folder}.${randomUUID()}`;
  try {
    await build({
      absWorkingDir: root,
      entryPoints: ENTRIES,
      outbase: root,
      outdir: unfinished,
      bundle: true,
      splitting: true,
      packages: "external",
      format: "esm",
      platform: "node",
      target: "node20",
      logLevel: "silent",
      plugins: [keepPlaces],
    });
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another process was sooner.
    if (!existsSync(folder)) throw error;
  }
  for (const name of readdirSync(CACHE)) {
    const path = join(CACHE, name);
    if (path !== folder && statSync(path).mtimeMs < Date.now() - KEPT)
      rmSync(path, { recursive: true, force: true });
  }
}

/** A module that looks for files beside itself finds them where its source lies. */
const keepPlaces = {
  name: "keep places",
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replaceAll(
        "import.meta.url",
        JSON.stringify(pathToFileURL(path).href),
      ),
      loader: "ts",
    }));
  },
};
