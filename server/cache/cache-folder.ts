import { constants } from "node:fs";
import { access, mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { isAbandoned, ownedBeginning } from "../process-names.js";
import { cachedDatabaseIn, recordFileIn } from "./entry.js";

/** An entry as it lies in the folder, unread. */
interface Kept {
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly lastUsed: number;
  readonly bytes: number;
}

/** Names of entries that are not finished: they begin with it. */
const UNFINISHED = "unfinished";
/** Names of entries: their key, when they were made (so that names sort by age), and chance. */
const ENTRY = /^[0-9a-f]{32}-[0-9a-z]{9}-\w+$/;

/** Where kept databases lie: a folder that nobody but this user can write to. */
export class CacheFolder {
  private constructor(readonly path: string) {}

  /** Makes the folder where it is missing. @throws Error where it cannot be used, with the reason. */
  static async open(path: string): Promise<CacheFolder> {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const { uid, mode } = await stat(path);
    const us = process.getuid?.();
    if (us !== undefined && uid !== us) throw new Error("it belongs to another user");
    if (us !== undefined && (mode & 0o022) !== 0) throw new Error("other users may write to it");
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return new CacheFolder(path);
  }

  /** The folders of a key's entries, the latest first. */
  async entriesOf(key: string): Promise<string[]> {
    const names = (await readdir(this.path)).filter((name) => ENTRY.test(name) && name.startsWith(key));
    return names
      .sort()
      .reverse()
      .map((name) => join(this.path, name));
  }

  /** A folder to put an entry together in, and what takes it in when it is complete; a crash in between leaves nothing that is read. */
  async unfinished(key: string): Promise<{ readonly path: string; finish(): Promise<string> }> {
    const path = await mkdtemp(join(this.path, ownedBeginning(UNFINISHED)));
    return {
      path,
      finish: async () => {
        const made = Date.now().toString(36).padStart(9, "0");
        const entry = join(this.path, `${key}-${made}-${path.slice(-6)}`);
        await rename(path, entry);
        return entry;
      },
    };
  }

  /** Makes an entry the last to be given up for room. */
  async use(entry: string): Promise<void> {
    const now = new Date();
    await utimes(recordFileIn(entry), now, now);
  }

  /**
   * Removes an entry. Who reads it already goes on: where the system does not allow that, the entry
   * stays, until it is too many.
   */
  async remove(entry: string): Promise<void> {
    // Without a record, what is left over is no entry.
    await rm(recordFileIn(entry), { force: true });
    await rm(entry, { recursive: true, force: true });
  }

  /** Removes the key's entries that are older than this one, what dead processes left, and those used least recently, down to so many bytes. */
  async tidy(key: string, newest: string, limit: number): Promise<void> {
    for (const older of await this.entriesOf(key)) if (older < newest) await this.#discard(older);
    const kept: Kept[] = [];
    for (const name of await readdir(this.path)) {
      const folder = join(this.path, name);
      if (name.startsWith(UNFINISHED) && (isAbandoned(name, UNFINISHED) || (await isOld(folder))))
        await this.#discard(folder);
      if (!ENTRY.test(name)) continue;
      const found = await describe(folder);
      if (found) kept.push(found);
      else await this.#discard(folder);
    }
    let bytes = kept.reduce((sum, one) => sum + one.bytes, 0);
    for (const { folder, bytes: own } of kept.sort((a, b) => a.lastUsed - b.lastUsed)) {
      if (bytes <= limit) return;
      if (folder === newest) continue;
      await this.#discard(folder);
      bytes -= own;
    }
  }

  /** What another process removes, or holds, at the same time need not be removed here. */
  #discard(entry: string): Promise<void> {
    return this.remove(entry).catch(() => undefined);
  }
}

/** Whether nobody has written in it for a day: other machines' processes cannot be asked. */
const isOld = async (folder: string): Promise<boolean> => {
  const found = await stat(folder).catch(() => null);
  return found !== null && found.mtimeMs < Date.now() - 86_400_000;
};

/** Null where the entry is not whole. */
async function describe(folder: string): Promise<Kept | null> {
  try {
    const record = await stat(recordFileIn(folder));
    const database = await stat(cachedDatabaseIn(folder));
    return { folder, lastUsed: record.mtimeMs, bytes: record.size + database.size };
  } catch {
    return null;
  }
}
