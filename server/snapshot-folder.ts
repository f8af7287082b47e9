import { rmSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDiskFull, WriteFault } from "./errors.js";
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
  const path = await mkdtemp(join(tmpdir(), ownedBeginning(KIND))).catch((error: unknown) => {
    throw orNoRoom(error);
  });
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

/** What a failure to write there is: the user's to mend where no space is left, else the failure itself. */
export const orNoRoom = (error: unknown): unknown =>
  isDiskFull(error)
    ? new WriteFault(`${tmpdir()}: no space is left for a snapshot of the data. TMPDIR names another folder.`)
    : error;
