import { lexicographicSortSchema, printSchema } from "graphql";
import type { DataSettings } from "../config.js";
import { loadData } from "./load-data.js";
import type { Terminal } from "./terminal.js";

/** Prints the schema of the served data, sorted. */
export async function schema(settings: DataSettings, terminal: Terminal): Promise<number> {
  const snapshot = await loadData(settings, terminal);
  try {
    terminal.stdout.write(`${printSchema(lexicographicSortSchema(snapshot.schema))}\n`);
    return 0;
  } finally {
    await snapshot.close();
  }
}
