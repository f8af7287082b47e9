import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What the measurements were taken on, and of. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly platform: string;
  readonly node: string;
  readonly duckdb: string;
  readonly graphql: string;
  readonly yoga: string;
  readonly sweepql: string;
  /** With `-dirty` where files were changed since; null where git does not tell. */
  readonly commit: string | null;
  /** Runnable processes in the last minute, before the benchmark: above 0, others were at work. */
  readonly loadBefore: number;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

export const describeMachine = (): Machine => ({
  processor: cpus()[0]?.model.trim() ?? "unknown",
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 2 ** 30),
  platform: `${process.platform} ${process.arch}`,
  node: process.versions.node,
  duckdb: versionOf("@duckdb/node-api"),
  graphql: versionOf("graphql"),
  yoga: versionOf("graphql-yoga"),
  sweepql: versionIn(root),
  commit: commit(),
  loadBefore: loadavg()[0] ?? 0,
});

function versionOf(name: string): string {
  let folder = dirname(createRequire(import.meta.url).resolve(name));
  // An entry may lie in a folder with a manifest that only names the kind of its modules.
  while (!existsSync(join(folder, "package.json")) || !versionIn(folder)) folder = dirname(folder);
  return versionIn(folder);
}

const versionIn = (folder: string): string =>
  (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string }).version;

function commit(): string | null {
  try {
    const words = ["describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"];
    return execFileSync("git", words, {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return null;
  }
}
