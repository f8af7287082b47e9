import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Catalogue } from "../../schema/catalogue.js";
import { openSnapshot } from "../../server/duckdb/open.js";
import type { Pool } from "../../server/duckdb/pool.js";
import { load } from "../../server/ingest/load.js";

/** A folder of files for one test. */
export interface Folder {
  readonly path: string;
  write(name: string, content: string | Buffer): string;
  remove(): void;
}

export function makeFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), "sweepql-ingest-"));
  return {
    path,
    write(name, content) {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

export interface Loaded {
  readonly catalogue: Catalogue;
  readonly pool: Pool;
  /** Rows of a table as objects by column, in order of id. */
  readonly table: (
    name: "runs" | "points" | "configurations" | "repeats",
  ) => Promise<Record<string, unknown>[]>;
  /** Column of a hyperparameter, or a curve field, by its GraphQL name. */
  h(name: string): string;
  m(name: string): string;
}

/** The lines of a file, each a value as JSON. */
export const jsonl = (...lines: readonly unknown[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join("");

/** Loads sources into a snapshot beside the folder's data, and opens it. */
export async function loadAll(folder: Folder, sources: readonly string[] = [folder.path]): Promise<Loaded> {
  return loadSources(sources, join(mkdtempSync(join(folder.path, "snapshot-")), "snapshot.duckdb"));
}

/** Loads sources into a snapshot file, and opens it. */
export async function loadSources(sources: readonly string[], databaseFile: string): Promise<Loaded> {
  const catalogue = await load({ sources, databaseFile });
  const pool = await openSnapshot(databaseFile, { connections: 1 });
  const column = (list: readonly { name: string; column: string }[], name: string): string => {
    const found = list.find((field) => field.name === name);
    if (!found) throw new Error(`${name} is none of ${list.map((field) => field.name).join(", ")}`);
    return found.column;
  };
  return {
    catalogue,
    pool,
    async table(name) {
      const { columns, rows } = await pool.query(
        `SELECT * FROM ${name} ORDER BY ${name === "repeats" ? "run, position" : "id"}`,
      );
      return rows.map((row) => Object.fromEntries(columns.map((key, index) => [key, row[index]])));
    },
    h: (name) => column(catalogue.hyperparameters, name),
    m: (name) => column(catalogue.curveFields, name),
  };
}
