import type { DuckDBInstance } from "@duckdb/node-api";
import { type Columns, Connection, type Rows } from "./connection.js";
import type { BoundValue } from "./values.js";

interface Waiting {
  readonly refuse: () => void;
  readonly take: (connection: Connection) => void;
}

/** What answers statements. */
export type Statements = Pick<Pool, "query" | "columns" | "withConnection">;

/** Connections to one instance, handed out in the order of asking. Closing it closes the instance. */
export class Pool {
  readonly #instance: DuckDBInstance;
  readonly #connections: readonly Connection[];
  readonly #idle: Connection[];
  readonly #waiting = new Set<Waiting>();
  readonly #whenIdle: (() => void)[] = [];
  #closed = false;

  private constructor(instance: DuckDBInstance, connections: readonly Connection[]) {
    this.#instance = instance;
    this.#connections = connections;
    this.#idle = [...connections];
  }

  static async of(instance: DuckDBInstance, size: number): Promise<Pool> {
    const connections: Connection[] = [];
    for (let index = 0; index < size; index += 1) connections.push(new Connection(await instance.connect()));
    return new Pool(instance, connections);
  }

  /** Lends a connection for as long as the work takes; several statements of it see the same snapshot. */
  async withConnection<T>(work: (connection: Connection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const connection = await this.#take(signal);
    try {
      return await work(connection);
    } finally {
      const [next] = this.#waiting;
      if (next) {
        this.#waiting.delete(next);
        next.take(connection);
      } else this.#idle.push(connection);
      if (this.#idle.length === this.#connections.length) for (const tell of this.#whenIdle.splice(0)) tell();
    }
  }

  query(sql: string, values: readonly BoundValue[] = [], signal?: AbortSignal): Promise<Rows> {
    return this.withConnection((connection) => connection.query(sql, values, signal), signal);
  }

  columns(sql: string, values: readonly BoundValue[] = [], signal?: AbortSignal): Promise<Columns> {
    return this.withConnection((connection) => connection.columns(sql, values, signal), signal);
  }

  /** Interrupts what runs, waits until it has let go of its connection, and then closes the instance. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const { refuse } of this.#waiting) refuse();
    // Closing under a statement crashes the process; an interrupt between two of its steps is lost, so repeat it.
    while (this.#idle.length < this.#connections.length) {
      for (const connection of this.#connections)
        if (!this.#idle.includes(connection)) connection.interrupt();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    for (const connection of this.#connections) connection.close();
    this.#instance.closeSync();
  }

  /** Waits until no statement runs, and closes. */
  async closeWhenIdle(): Promise<void> {
    if (this.#idle.length < this.#connections.length)
      await new Promise<void>((resolve) => void this.#whenIdle.push(resolve));
    void this.close();
  }

  async #take(signal: AbortSignal | undefined): Promise<Connection> {
    signal?.throwIfAborted();
    if (this.#closed) throw new Error("the database is closed");
    const idle = this.#idle.pop();
    if (idle) return idle;
    return new Promise((resolve, reject) => {
      const give = (): void => {
        this.#waiting.delete(waiting);
        reject(signal?.reason instanceof Error ? signal.reason : new Error("aborted"));
      };
      const waiting: Waiting = {
        refuse: () => {
          this.#waiting.delete(waiting);
          reject(new Error("the database is closed"));
        },
        take: (connection) => {
          signal?.removeEventListener("abort", give);
          resolve(connection);
        },
      };
      this.#waiting.add(waiting);
      signal?.addEventListener("abort", give, { once: true });
    });
  }
}
