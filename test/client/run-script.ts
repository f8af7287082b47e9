import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const top = fileURLToPath(new URL("../../", import.meta.url));

/** Runs a TypeScript file in a process of its own, with the client's sources; the answer is what it printed. */
export function runScript(file: string, args: readonly string[] = []): Promise<string> {
  return runProgram("--conditions=sweepql-source", ["--import", "tsx", file, ...args]);
}

/** Runs Node in a process of its own; the answer is what it printed. */
export function runProgram(file: string, args: readonly string[] = [], cwd = top): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [file, ...args], { cwd }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${file} failed: ${stderr}`, { cause: error }));
      else resolve(stdout);
    });
  });
}
