import {
  type DuckDBConnection,
  type DuckDBMaterializedResult,
  type DuckDBPreparedStatement,
  StatementType,
} from "@duckdb/node-api";
import { memoryFault } from "./memory-error.js";
import { observedStatement } from "./observed-statement.js";
import { readVector } from "./vector.js";
import { bindValue, type BoundValue, plain } from "./values.js";

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

/** Statements kept prepared by each connection; the least recently used one goes first. */
const STATEMENTS_KEPT = 200;

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
    const result = await this.#select(sql, values, signal);
    const rows = await result.getRowsJS();
    return { columns: result.columnNames(), rows: rows.map((row) => row.map(plain)) };
  }

  /** Columns of one SELECT; rejects with the signal's reason where it is aborted. */
  async columns(sql: string, values: readonly BoundValue[] = [], signal?: AbortSignal): Promise<Columns> {
    const result = await this.#select(sql, values, signal);
    const columns = result.columnNames();
    const found: unknown[][] = columns.map(() => []);
    for (const chunk of await result.fetchAllChunks()) {
      found.forEach((column, index) => readVector(chunk, index, column));
    }
    return { columns, rowCount: result.rowCount, values: found };
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
