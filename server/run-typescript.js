import { createHash, randomUUID } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
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
/** What no start has used for so long is of no use to a process that may still run. */
const KEPT = 30 * 24 * 3600 * 1000;

/** @param {string} entry one of ENTRIES. */
export async function runTypeScript(entry) {
  // Whatever stands in the way, the sources are there.
  const compiled = await compiledFile(entry).catch(() => null);
  if (compiled !== null) return import(pathToFileURL(compiled).href);
  // Our own tsconfig, whatever lies in the caller's folder.
  const { register } = await import("tsx/esm/api");
  register({ tsconfig: join(root, "tsconfig.json") });
  return import(pathToFileURL(join(root, entry)).href);
}

/** The JavaScript of an entry, made where it is not there; null where it is not wanted, or cannot be run. */
async function compiledFile(entry) {
  if (!["", "0", "false"].includes((process.env.SWEEPQL_DEBUG ?? "").toLowerCase())) return null;
  // Packages are found from where a file really lies.
  if (basename(realpathSync(join(root, "node_modules"))) !== "node_modules") return null;
  const state = stateOfSources();
  const file = join(CACHE, state, entry.replace(/\.ts$/, ".js"));
  // One that another process made meanwhile is as good.
  if (!isFile(file)) await compile(state).catch(() => undefined);
  if (!isFile(file)) return null;
  try {
    utimesSync(join(CACHE, state), new Date(), new Date());
  } catch {
    // Another user's, who keeps it.
  }
  return file;
}

function isFile(path) {
  try {
    return readFileSync(path).length > 0;
  } catch {
    return false;
  }
}

/** Another name for every change of a source, of what compiles it, and of the place, which the outcome names. */
function stateOfSources() {
  const hash = createHash("sha256").update(root);
  const add = (path) => hash.update(`\n${relative(root, path)}\n`).update(readFileSync(path));
  for (const file of ["package.json", "tsconfig.json", "server/run-typescript.js"]) add(join(root, file));
  for (const folder of ["schema", "server"]) {
    for (const name of readdirSync(join(root, folder), { recursive: true }).sort())
      if (name.endsWith(".ts")) add(join(root, folder, name));
  }
  return hash.digest("hex").slice(0, 32);
}

/** Writes all entries to a folder of that name, which appears whole. */
async function compile(state) {
  const folder = join(CACHE, state);
  const unfinished = `${folder}.${randomUUID()}`;
  // Where nothing can be written, it is known before the work.
  mkdirSync(unfinished, { recursive: true });
  try {
    const { build, stop } = await import("esbuild");
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
    }).finally(stop);
    // What was written to meanwhile is compiled at the next start.
    if (stateOfSources() === state) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  removeUnused(folder);
}

function removeUnused(inUse) {
  for (const name of readdirSync(CACHE)) {
    const path = join(CACHE, name);
    try {
      if (path !== inUse && statSync(path).mtimeMs < Date.now() - KEPT)
        rmSync(path, { recursive: true, force: true });
    } catch {
      // Gone already, or another user's.
    }
  }
}

/** A module that looks for files beside itself finds them where its source lies. */
const keepPlaces = {
  name: "keep places",
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replaceAll("import.meta.url", () =>
        JSON.stringify(pathToFileURL(path).href),
      ),
      loader: "ts",
    }));
  },
};
