import { rmSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAbandoned, ownedBeginning } from "./process-names.js";

/** A private folder for a snapshot, which does not outlive this process. */
export interface SnapshotFolder {
  readonly path: string;
  remove(): Promise<void>;
}

const KIND = "sweepql";

/** Makes a folder that only this user can read, and removes those that dead processes left behind. */
export async function makeSnapshotFolder(): Promise<SnapshotFolder> {
  await removeAbandoned();
  const path = await mkdtemp(join(tmpdir(), ownedBeginning(KIND)));
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
    // Another user's folder cannot be removed, and need not be.
    if (isAbandoned(name, KIND))
      await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}
