import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DataSettings } from "../config.js";
import { documentFiles } from "./document-files.js";
import { loadData } from "./load-data.js";
import type { Terminal } from "./terminal.js";
import { visible } from "./visible.js";

export interface CodegenOptions extends DataSettings {
  readonly out: string;
  /** Files and globs of the user's own operations. */
  readonly documents?: readonly string[];
}

/** Writes the schema and a typed client of the served data, and prints the files. */
export async function codegen(options: CodegenOptions, terminal: Terminal): Promise<number> {
  const documents = await documentFiles(options.documents ?? [], "--documents: ");
  const snapshot = await loadData(options, terminal);
  try {
    // Loaded here, so that the generator costs no other command anything.
    const { clientFiles } = await import("../codegen/client-files.js");
    const files = await clientFiles(snapshot, documents);
    await mkdir(options.out, { recursive: true });
    for (const [name, text] of files) {
      await writeFile(join(options.out, name), text);
      terminal.stdout.write(`${visible(join(options.out, name))}\n`);
    }
    return 0;
  } finally {
    await snapshot.close();
  }
}
