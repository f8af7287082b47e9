import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { glob } from "tinyglobby";
import type { DocumentFile } from "../codegen/read-documents.js";
import { ConfigurationFault } from "../errors.js";

/** Files by name, folder and glob, each once, in order. @throws ConfigurationFault where one of them is none. */
export async function documentFiles(patterns: readonly string[], label: string): Promise<DocumentFile[]> {
  const found = await Promise.all(
    patterns.map(async (pattern) => {
      const paths = await glob(pattern, { absolute: true });
      if (paths.length === 0) throw new ConfigurationFault([`${label}${pattern}: no such file.`]);
      return paths;
    }),
  );
  return Promise.all(
    [...new Set(found.flat())].sort().map(async (absolute) => {
      const path = relative(process.cwd(), absolute);
      const text = await readFile(absolute, "utf8").catch((error: Error) => {
        throw new ConfigurationFault([`${label}${path}: ${error.message}`]);
      });
      return { path, text };
    }),
  );
}
