import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const options = { encoding: "utf8", timeout: 300_000 };

/** The newest version of a package that the registry at hand has; null where it has none. */
export function newestVersion(name) {
  const { status, stdout } = spawnSync("npm", ["view", name, "version", "--json"], options);
  if (status !== 0) return null;
  try {
    const found = JSON.parse(stdout);
    return Array.isArray(found) ? (found.at(-1) ?? null) : found;
  } catch {
    return null;
  }
}

/** Unpacks a package into a folder of its own, without installing it; null where it cannot be had. */
export function fetchPackage(name) {
  const folder = mkdtempSync(join(tmpdir(), "sweepql-runtime-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const packed = spawnSync("npm", ["pack", "--silent", name], { ...options, cwd: folder });
  const file = packed.stdout?.trim().split("\n").at(-1);
  if (packed.status !== 0 || !file) return null;
  const { status } = spawnSync("tar", ["-xzf", file], { ...options, cwd: folder });
  return status === 0 ? join(folder, "package") : null;
}
