import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeSample } from "../../server/sample/write-sample.js";

/** A folder of one test file's own. */
export interface Folder {
  readonly path: string;
  remove(): void;
}

export function makeFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), "sweepql-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A folder with a sample of 64 runs in each file. */
export async function makeSampleFolder(): Promise<Folder> {
  const folder = makeFolder();
  await writeSample({ directory: folder.path, seed: 3, runs: 64 });
  return folder;
}
