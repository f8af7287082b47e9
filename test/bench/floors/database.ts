import { DuckDBInstance, type DuckDBConnection, type DuckDBPreparedStatement } from "@duckdb/node-api";

/** A connection to the floor's own tables, with each statement prepared once. */
export class FloorDatabase {
  readonly #statements = new Map<string, DuckDBPreparedStatement>();

  private constructor(private readonly connection: DuckDBConnection) {}

  /** So many connections to one engine. */
  static async openMany(file: string, count: number): Promise<FloorDatabase[]> {
    const instance = await DuckDBInstance.create(file, { access_mode: "READ_ONLY" });
    const connections = Array.from({ length: count }, () => instance.connect());
    return (await Promise.all(connections)).map((connection) => new FloorDatabase(connection));
  }

  /**
   * The columns that a statement answers, one array each, read vector by vector: of doubles, integers,
   * booleans and texts only, which are plain values as they are.
   */
  async columns(sql: string, ...values: readonly (number | string)[]): Promise<unknown[][]> {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = await this.connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    for (const [index, value] of values.entries()) {
      if (typeof value === "string") statement.bindVarchar(index + 1, value);
      else if (Number.isInteger(value)) statement.bindInteger(index + 1, value);
      else statement.bindDouble(index + 1, value);
    }
    const result = await statement.run();
    const columns: unknown[][] = Array.from({ length: result.columnCount }, () => []);
    for (const chunk of await result.fetchAllChunks()) {
      for (const [index, column] of columns.entries()) {
        const vector = chunk.getColumnVector(index);
        const { rowCount } = chunk;
        for (let row = 0; row < rowCount; row += 1) column.push(vector.getItem(row));
      }
    }
    return columns;
  }

  close(): void {
    for (const statement of this.#statements.values()) statement.destroySync();
    // The engine goes with its last connection.
    this.connection.closeSync();
  }
}
