import { DuckDBInstance } from "@duckdb/node-api";
import { Pool } from "./pool.js";
import { literal } from "./quote.js";

export interface SnapshotOptions {
  /** Connections that may run at once. */
  readonly connections?: number;
  /** Threads of the engine, over all connections; all cores where not set. */
  readonly threads?: number;
  /** As DuckDB reads it: `2GB`. */
  readonly memoryLimit?: string;
}

/** Opens a snapshot file for reading: no statement can write, reach another file, or change a setting. */
export async function openSnapshot(file: string, options: SnapshotOptions = {}): Promise<Pool> {
  const instance = await DuckDBInstance.create(file, {
    access_mode: "READ_ONLY",
    enable_external_access: "false",
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
    ...(options.memoryLimit === undefined ? {} : { memory_limit: options.memoryLimit }),
    lock_configuration: "true",
  });
  return Pool.of(instance, options.connections ?? 4);
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

  /** Writes everything to the snapshot file and lets go of it. */
  async finish(): Promise<void> {
    await this.pool.withConnection((connection) =>
      connection.execute("CHECKPOINT snapshot; DETACH snapshot"),
    );
    this.close();
  }

  /** Call when no statement runs any more. */
  close(): void {
    this.pool.close();
  }
}
