import { glob } from "tinyglobby";
import { ConfigurationFault } from "../errors.js";

/** Files by name, folder and glob, each once, in order. @throws ConfigurationFault where one of them is none. */
export async function findDocuments(patterns: readonly string[], label: string): Promise<string[]> {
  const found = await Promise.all(
    patterns.map(async (pattern) => {
      const paths = await glob(pattern, { absolute: true });
      if (paths.length === 0) throw new ConfigurationFault([`${label}${pattern}: no such file.`]);
      return paths;
    }),
  );
  return [...new Set(found.flat())].sort();
}
