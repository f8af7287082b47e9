import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

/** A private folder for a snapshot, which does not outlive this process. */
export interface SnapshotFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** Processes of another machine or container that share the folder are not ours to judge dead. */
const machine = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
const prefix = `sweepql-${machine}-`;

/** Makes a folder that only this user can read, and removes those that dead processes left behind. */
export async function makeSnapshotFolder(): Promise<SnapshotFolder> {
  await removeAbandoned();
  const path = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  const removeNow = (): void => rmSync(path, { recursive: true, force: true });
  process.once("exit", removeNow);
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true });
      process.removeListener("exit", removeNow);
    },
  };
}

async function removeAbandoned(): Promise<void> {
  const names = await readdir(tmpdir()).catch((): string[] => []);
  for (const name of names) {
    const owner = name.startsWith(prefix) ? /^(\d+)-/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (owner === undefined || isAlive(Number(owner))) continue;
    // Another user's folder cannot be removed, and need not be.
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
