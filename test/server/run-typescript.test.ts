import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { spawnSync } from "node:child_process";
import { expect, onTestFinished, test } from "vitest";

const here = fileURLToPath(new URL("../../", import.meta.url));

/** The program in a folder of its own, with the packages of this one. */
function copyOfProgram() {
  const top = mkdtempSync(join(tmpdir(), "sweepql-program-"));
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  let folder = join(top, "a");
  for (const name of ["package.json", "tsconfig.json", "schema", "server"])
    cpSync(join(here, name), join(folder, name), { recursive: true });
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  for (const name of readdirSync(join(here, "node_modules")).filter((one) => !one.startsWith(".")))
    symlinkSync(join(here, "node_modules", name), join(folder, "node_modules", name));
  const cache = (): string => join(folder, "node_modules", ".cache");
  return {
    cache,
    /** All of it as it is, at another place. */
    move(): void {
      renameSync(folder, join(top, "b"));
      folder = join(top, "b");
    },
    /** Starts it, and tells what it printed. */
    help(environment: Record<string, string> = {}): string {
      const { stdout, stderr } = spawnSync(
        process.execPath,
        [join(folder, "server", "sweepql.js"), "--help"],
        {
          encoding: "utf8",
          env: { ...process.env, ...environment },
        },
      );
      return stdout + stderr;
    },
    change(file: string, from: string, to: string): void {
      const path = join(folder, file);
      writeFileSync(path, readFileSync(path, "utf8").replace(from, to));
    },
    compiled: (): string[] => readdirSync(join(cache(), "sweepql")),
  };
}

test("sources are put together once for all starts, until one changes", () => {
  const program = copyOfProgram();
  expect(program.help()).toContain("Serves hyperparameter-tuning results");
  expect(program.compiled()).toHaveLength(1);
  expect(program.help()).toContain("Serves hyperparameter-tuning results");
  expect(program.compiled()).toHaveLength(1);
  program.change("server/cli.ts", "Serves hyperparameter-tuning results", "Does something else");
  expect(program.help()).toContain("Does something else");
  expect(program.compiled()).toHaveLength(2);
});

test("a program that is moved looks for its files where it is now", () => {
  const program = copyOfProgram();
  const help = program.help();
  program.move();
  expect(program.help()).toBe(help);
  expect(program.compiled()).toHaveLength(2);
});

test("they run as they stand where that cannot be kept, or their own places are wanted", () => {
  const program = copyOfProgram();
  expect(program.help({ SWEEPQL_DEBUG: "1" })).toContain("Serves hyperparameter-tuning results");
  expect(() => program.compiled()).toThrow("ENOENT");
  writeFileSync(program.cache(), "a file lies where the folder should be");
  expect(program.help()).toContain("Serves hyperparameter-tuning results");
});

test("a fault of a source is told, and not hidden", () => {
  const program = copyOfProgram();
  program.change("server/cli.ts", "export async function", "export async functio");
  expect(program.help()).toMatch(/cli\.ts[\s\S]*functio/);
});
