import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { engineVersion } from "../duckdb/version.js";

/** Raised when an entry's own form changes; what is in the database is told by the code that writes it. */
const FORM = 3;

/** All that decides what a load writes, and what it says of it. */
const WRITERS = ["schema/", "schema/documented/", "server/ingest/", "server/duckdb/"];

/**
 * Equal for programs that would load the same files into the same database: a hash of the code that
 * loads, of the versions that it wants of others, and of the engine's own.
 * @param root the folder of this program, with a slash at its end.
 */
export function loadingVersion(root = new URL("../../", import.meta.url)): string {
  const hash = createHash("sha256").update(`${FORM}\n${engineVersion()}\n`);
  hash.update(readFileSync(new URL("package.json", root)));
  for (const folder of WRITERS) {
    for (const name of readdirSync(new URL(folder, root)).sort()) {
      if (name.endsWith(".ts")) hash.update(`${name}\n`).update(readFileSync(new URL(folder + name, root)));
    }
  }
  return hash.digest("hex");
}
