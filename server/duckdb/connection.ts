import { setImmediate } from "node:timers/promises";
import {
  type DuckDBConnection,
  type DuckDBMaterializedResult,
  type DuckDBPreparedStatement,
  StatementType,
} from "@duckdb/node-api";
import { memoryFault } from "./memory-error.js";
import { observedStatement } from "./observed-statement.js";
import { readDoubles, readVector } from "./vector.js";
import { bindValue, type BoundValue } from "./values.js";

export interface Rows {
  readonly columns: readonly string[];
  /** Arrays in the order of the columns. */
  readonly rows: readonly (readonly unknown[])[];
}

export interface Columns {
  readonly columns: readonly string[];
  readonly rowCount: number;
  /** One array a column. */
  readonly values: readonly (readonly unknown[])[];
}

/** Columns of numbers: NaN stands where a value is missing. */
export interface Doubles {
  readonly values: Float64Array;
  /** 1 where the value is missing; null where none is. */
  readonly missing: Uint8Array | null;
}

/** Statements kept prepared by each connection; the least recently used one goes first. */
const STATEMENTS_KEPT = 200;

/** Chunks of a long result that are read before other work gets its turn. */
const CHUNKS_AT_ONCE = 16;

/** Gives other work its turn after every so many chunks. */
const turn = (chunk: number): Promise<void> | undefined =>
  chunk % CHUNKS_AT_ONCE === CHUNKS_AT_ONCE - 1 ? setImmediate() : undefined;

/**
 * One connection that runs one statement at a time. Results are materialised, never streamed: a
 * stream ends normally after an interrupt or an error.
 */
export class Connection {
  readonly #connection: DuckDBConnection;
  readonly #statements = new Map<string, DuckDBPreparedStatement>();

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  /** Rows of one SELECT; rejects with the signal's reason where it is aborted. */
  async query(sql: string, values: readonly BoundValue[] = [], signal?: AbortSignal): Promise<Rows> {
    const { columns, rowCount, values: found } = await this.columns(sql, values, signal);
    const rows = Array.from({ length: rowCount }, (_, row) => found.map((column) => column[row]));
    return { columns, rows };
  }

  /** Columns of one SELECT; rejects with the signal's reason where it is aborted. */
  async columns(sql: string, values: readonly BoundValue[] = [], signal?: AbortSignal): Promise<Columns> {
    const result = await this.#select(sql, values, signal);
    const columns = result.columnNames();
    const found: unknown[][] = columns.map(() => []);
    // The result is here already: to fetch its chunks one by one would be a round trip each.
    for (let index = 0; index < result.chunkCount; index += 1) {
      const chunk = result.getChunk(index);
      found.forEach((column, place) => readVector(chunk, place, column));
      await turn(index);
    }
    return { columns, rowCount: result.rowCount, values: found };
  }

  /**
   * Columns of one SELECT of numbers that doubles hold; rejects with the signal's reason where it is
   * aborted.
   */
  async doubles(
    sql: string,
    values: readonly BoundValue[] = [],
    signal?: AbortSignal,
  ): Promise<readonly Doubles[]> {
    const result = await this.#select(sql, values, signal);
    const columns = Array.from(
      { length: result.columnCount },
      (): { values: Float64Array; missing: Uint8Array | null } => ({
        values: new Float64Array(result.rowCount),
        missing: null,
      }),
    );
    let offset = 0;
    for (let index = 0; index < result.chunkCount; index += 1) {
      const chunk = result.getChunk(index);
      columns.forEach((column, place) => readDoubles(chunk, place, column, offset));
      offset += chunk.rowCount;
      await turn(index);
    }
    return columns;
  }

  /** Runs statements of ours that are not a SELECT (`CREATE TABLE`, `CHECKPOINT`, …), unprepared. */
  async execute(sql: string, signal?: AbortSignal): Promise<void> {
    await this.#interruptible(signal, () => this.#connection.run(sql));
  }

  /** Ends the statement that runs, if any; it then rejects. */
  interrupt(): void {
    this.#connection.interrupt();
  }

  close(): void {
    for (const statement of this.#statements.values()) statement.destroySync();
    this.#statements.clear();
    this.#connection.closeSync();
  }

  async #select(
    sql: string,
    values: readonly BoundValue[],
    signal: AbortSignal | undefined,
  ): Promise<DuckDBMaterializedResult> {
    return observedStatement(this.#statements.has(sql), () =>
      this.#interruptible(signal, async () => {
        const statement = await this.#prepare(sql);
        if (statement.parameterCount !== values.length) {
          throw new TypeError(
            `the statement has ${statement.parameterCount} parameters, ${values.length} values came`,
          );
        }
        statement.clearBindings();
        values.forEach((value, index) => bindValue(statement, index + 1, value));
        return statement.run();
      }),
    );
  }

  async #prepare(sql: string): Promise<DuckDBPreparedStatement> {
    const kept = this.#statements.get(sql);
    if (kept) {
      this.#statements.delete(sql);
      this.#statements.set(sql, kept);
      return kept;
    }
    const statement = await this.#connection.prepare(sql);
    if (statement.statementType !== StatementType.SELECT) {
      statement.destroySync();
      throw new TypeError(`not a SELECT: ${sql.slice(0, 80)}`);
    }
    this.#statements.set(sql, statement);
    if (this.#statements.size > STATEMENTS_KEPT) {
      const [oldest] = this.#statements;
      if (oldest) {
        this.#statements.delete(oldest[0]);
        oldest[1].destroySync();
      }
    }
    return statement;
  }

  async #interruptible<T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    // An interrupt harms nothing between two statements, but is lost there: repeat it until the work ends.
    let again: NodeJS.Timeout | undefined;
    const interrupt = (): void => {
      this.#connection.interrupt();
      again = setTimeout(interrupt, 20);
    };
    signal?.addEventListener("abort", interrupt, { once: true });
    try {
      return await run();
    } catch (error) {
      signal?.throwIfAborted();
      throw memoryFault(error) ?? error;
    } finally {
      clearTimeout(again);
      signal?.removeEventListener("abort", interrupt);
    }
  }
}
