import { messageOf } from "../errors.js";
import { stampOf } from "../file-stamp.js";
import { type DataFile, discover, type Discovered, discoverUsable } from "../ingest/discover.js";
import { manifestPaths } from "../ingest/manifest-paths.js";
import type { KeptFile } from "./kept-file.js";

const stampIfThere = (path: string): Promise<string> => stampOf(path).catch(() => "none");

/** State of every manifest that may lie beside the files. */
export async function manifestStamps(files: readonly DataFile[]): Promise<string> {
  const paths = new Set(files.flatMap(manifestPaths));
  return (await Promise.all([...paths].map(async (path) => `${path} ${await stampIfThere(path)}`))).join(
    "\n",
  );
}

/**
 * What the sources hold now. Once some of their files are kept, a source that holds nothing takes
 * nothing from the others, and of two files of one dataset the one that is served stays.
 * @throws DataFault where nothing is kept yet, and a source cannot be used.
 */
export async function discoverNow(
  sources: readonly string[],
  kept: readonly KeptFile[],
): Promise<Discovered> {
  if (kept.length === 0) return { files: await discover(sources), faults: [] };
  const served = kept.filter(({ good }) => good !== null);
  return discoverUsable(sources, new Set(served.map(({ file }) => file.path)));
}

/** State of everything that the sources hold, and the files among it; what cannot be discovered is a state too. */
export async function stampsOf(
  sources: readonly string[],
  kept: readonly KeptFile[],
): Promise<{ readonly stamps: string; readonly files: readonly DataFile[] }> {
  try {
    const { files, faults } = await discoverNow(sources, kept);
    const own = await Promise.all(files.map(async ({ path }) => `${path} ${await stampIfThere(path)}`));
    const reasons = faults.map(({ reason }) => `fault: ${reason}`);
    return { stamps: [...own, ...reasons, await manifestStamps(files)].join("\n"), files };
  } catch (error) {
    return { stamps: `fault: ${messageOf(error)}`, files: [] };
  }
}
