import { messageOf } from "../errors.js";
import { stampOf } from "../file-stamp.js";
import { type DataFile, discover } from "../ingest/discover.js";
import { manifestPaths } from "../ingest/manifest-paths.js";

const stampIfThere = (path: string): Promise<string> => stampOf(path).catch(() => "none");

/** State of every manifest that may lie beside the files. */
export async function manifestStamps(files: readonly DataFile[]): Promise<string> {
  const paths = new Set(files.flatMap(manifestPaths));
  return (await Promise.all([...paths].map(async (path) => `${path} ${await stampIfThere(path)}`))).join(
    "\n",
  );
}

/** State of everything that the sources hold, and the files among it; what cannot be discovered is a state too. */
export async function stampsOf(
  sources: readonly string[],
): Promise<{ readonly stamps: string; readonly files: readonly DataFile[] }> {
  try {
    const files = await discover(sources);
    const own = await Promise.all(files.map(async ({ path }) => `${path} ${await stampIfThere(path)}`));
    return { stamps: [...own, await manifestStamps(files)].join("\n"), files };
  } catch (error) {
    return { stamps: `fault: ${messageOf(error)}`, files: [] };
  }
}
