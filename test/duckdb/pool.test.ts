import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Loader, openSnapshot } from "../../server/duckdb/open.js";
import type { Pool } from "../../server/duckdb/pool.js";

const folder = mkdtempSync(join(tmpdir(), "sweepql-duckdb-"));
let pool: Pool;

beforeAll(async () => {
  const file = join(folder, "snapshot.duckdb");
  const loader = await Loader.open(file, 1);
  await loader.pool.withConnection((connection) =>
    connection.execute("CREATE TABLE snapshot.numbers AS SELECT range AS n FROM range(5)"),
  );
  await loader.finish();
  pool = await openSnapshot(file, { connections: 2 });
});
afterAll(() => {
  void pool.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("bound values", () => {
  test("arrive as what they are", async () => {
    const { columns, rows } = await pool.query(
      "SELECT $1 AS d, $2 AS i, $3 AS l, $4 AS s, $5 AS b, $6 AS ds, $7 AS ss, $8 AS is_, typeof($1), typeof($2), typeof($3), typeof($6)",
      [
        { type: "double", value: NaN },
        { type: "integer", value: -3 },
        { type: "integer", value: 2 ** 40 },
        { type: "varchar", value: "it's" },
        { type: "boolean", value: true },
        { type: "double[]", value: [1, NaN, -Infinity] },
        { type: "varchar[]", value: ["a", 'b"'] },
        { type: "integer[]", value: [] },
      ],
    );
    expect(columns.slice(0, 3)).toEqual(["d", "i", "l"]);
    expect(rows).toEqual([
      [
        NaN,
        -3,
        2 ** 40,
        "it's",
        true,
        [1, NaN, -Infinity],
        ["a", 'b"'],
        [],
        "DOUBLE",
        "INTEGER",
        "BIGINT",
        "DOUBLE[]",
      ],
    ]);
  });

  test("are checked in number and kind", async () => {
    await expect(pool.query("SELECT $1::INT", [])).rejects.toThrow("1 parameters, 0 values");
    await expect(pool.query("SELECT $1::INT", [{ type: "integer", value: 0.5 }])).rejects.toThrow(
      "0.5 is not an integer",
    );
  });

  test("are not left over from the statement's last run", async () => {
    const sql = "SELECT $1::VARCHAR";
    expect((await pool.query(sql, [{ type: "varchar", value: "a" }])).rows).toEqual([["a"]]);
    expect((await pool.query(sql, [{ type: "varchar", value: "b" }])).rows).toEqual([["b"]]);
  });
});

describe("results", () => {
  test("come by column too, an empty one with all its columns", async () => {
    expect(await pool.columns("SELECT n, n * 2 AS m FROM numbers WHERE n > 2 ORDER BY n")).toEqual({
      columns: ["n", "m"],
      rowCount: 2,
      values: [
        [3, 4],
        [6, 8],
      ],
    });
    expect(await pool.columns("SELECT n, n FROM numbers WHERE n > 9")).toEqual({
      columns: ["n", "n"],
      rowCount: 0,
      values: [[], []],
    });
  });

  test("keep integers that no number can hold", async () => {
    expect((await pool.query("SELECT 9007199254740991, 9007199254740993")).rows).toEqual([
      [9007199254740991, 9007199254740993n],
    ]);
  });
});

describe("a snapshot", () => {
  test.each([
    "CREATE TABLE t AS SELECT 1",
    "DELETE FROM numbers",
    "SELECT 1; SELECT 2",
    "SET threads = 1",
    "COPY numbers TO 'x.csv'",
    "ATTACH 'x.duckdb'",
    "SELECT * FROM read_csv('x.csv')",
  ])("refuses %s", async (sql) => {
    await expect(pool.query(sql)).rejects.toThrow();
    expect((await pool.query("SELECT count(*) FROM numbers")).rows).toEqual([[5]]);
  });
});

describe("a signal", () => {
  const endless = "SELECT sum(sqrt(a.range * b.range)) FROM range(1000000) a, range(1000000) b";

  test("interrupts the statement, and the connection goes on", async () => {
    const stop = new AbortController();
    const reason = new Error("stop");
    const running = pool.query(endless, [], stop.signal);
    setTimeout(() => stop.abort(reason), 30);
    await expect(running).rejects.toBe(reason);
    const answers = await Promise.all([1, 2, 3, 4].map(() => pool.query("SELECT 1")));
    expect(answers.map(({ rows }) => rows)).toEqual([[[1]], [[1]], [[1]], [[1]]]);
  });

  test("ends the wait for a connection", async () => {
    const busy = new AbortController();
    const holders = [pool.query(endless, [], busy.signal), pool.query(endless, [], busy.signal)];
    const stop = new AbortController();
    const waiting = pool.query("SELECT 1", [], stop.signal);
    const reason = new Error("no more");
    stop.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    busy.abort(reason);
    expect(await Promise.allSettled(holders)).toEqual([
      { status: "rejected", reason },
      { status: "rejected", reason },
    ]);
    expect((await pool.query("SELECT 1")).rows).toEqual([[1]]);
  });
});
