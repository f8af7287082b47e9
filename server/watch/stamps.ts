import { join } from "node:path";
import { besideFile, type DataFile, discover } from "../ingest/discover.js";
import { MANIFEST_EXTENSIONS } from "../ingest/manifest-file.js";
import { stampOf } from "./copy-file.js";

const stampIfThere = (path: string): Promise<string> => stampOf(path).catch(() => "none");

/** State of every manifest that may lie beside the files. */
export async function manifestStamps(files: readonly DataFile[]): Promise<string> {
  const paths = new Set(
    files.flatMap((file) =>
      MANIFEST_EXTENSIONS.flatMap((extension) => [
        join(file.folder, `sweepql.${extension}`),
        besideFile(file, extension),
      ]),
    ),
  );
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
    return { stamps: `fault: ${error instanceof Error ? error.message : String(error)}`, files: [] };
  }
}
