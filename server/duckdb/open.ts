import { DuckDBInstance } from "@duckdb/node-api";
import { Pool } from "./pool.js";
import { literal } from "./quote.js";

export interface SnapshotOptions {
  /** Statements that may run at once: one a connection. */
  readonly connections?: number;
  /** Threads of the engine, over all connections; all cores where not set. */
  readonly threads?: number;
  /** As DuckDB reads it: `2GB`. */
  readonly memoryLimit?: string;
  /** What statements may write beside the file where memory does not suffice, as DuckDB reads it. */
  readonly spillLimit?: string;
  /** Where that goes: a folder of this process alone. Default: beside the file. */
  readonly spillFolder?: string;
}

/**
 * Opens a snapshot file for reading: no statement can write, reach another file, or change a setting.
 * What does not fit in memory spills to a folder, and a statement for which that does
 * not suffice either fails alone, with EngineMemoryError.
 */
export async function openSnapshot(file: string, options: SnapshotOptions = {}): Promise<Pool> {
  const instance = await DuckDBInstance.create(file, {
    access_mode: "READ_ONLY",
    temp_directory: options.spillFolder ?? `${file}.spill`,
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
    ...(options.memoryLimit === undefined ? {} : { memory_limit: options.memoryLimit }),
    enable_external_access: "false",
  });
  const pool = await Pool.of(instance, options.connections ?? 4);
  // The size of the spill folder can only be set once it is open; nobody has a connection before.
  await pool.withConnection(async (connection) => {
    if (options.spillLimit !== undefined) {
      await connection.execute(`SET max_temp_directory_size = ${literal(options.spillLimit)}`);
    }
    await connection.execute("SET lock_configuration = true");
  });
  return pool;
}

/** An engine in process for loading, which never sees a client's text. */
export class Loader {
  private constructor(readonly pool: Pool) {}

  /** Staging tables live in memory and spill beside `databaseFile`, which is attached as `snapshot`. */
  static async open(databaseFile: string, connections: number): Promise<Loader> {
    const instance = await DuckDBInstance.create(":memory:", {
      temp_directory: `${databaseFile}.spill`,
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    const pool = await Pool.of(instance, connections);
    await pool.withConnection((connection) =>
      connection.execute(`ATTACH ${literal(databaseFile)} AS snapshot`),
    );
    return new Loader(pool);
  }

  /** Attaches another snapshot as `old`, for reading. */
  async attachOld(databaseFile: string): Promise<void> {
    await this.pool.withConnection((connection) =>
      connection.execute(`ATTACH ${literal(databaseFile)} AS old (READ_ONLY)`),
    );
  }

  /** Writes everything to the snapshot file and lets go of it. */
  async finish(): Promise<void> {
    await this.pool.withConnection((connection) =>
      connection.execute("CHECKPOINT snapshot; DETACH snapshot"),
    );
    this.close();
  }

  /** Call when no statement runs any more. */
  close(): void {
    void this.pool.close();
  }
}
