import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Loader, openSnapshot } from "../../server/duckdb/open.js";
import type { Pool } from "../../server/duckdb/pool.js";

const folder = mkdtempSync(join(tmpdir(), "sweepql-confined-"));
const path = (name: string): string => join(folder, name);
let pool: Pool;
beforeAll(async () => {
  const loader = await Loader.open(path("snapshot.duckdb"), 1);
  await loader.pool.withConnection((connection) =>
    connection.execute("CREATE TABLE snapshot.runs AS SELECT 1 AS id"),
  );
  await loader.finish();
  writeFileSync(path("secret.csv"), "word\nxyzzy\n");
  writeFileSync(path("secret.json"), '{"word": "xyzzy"}\n');
  writeFileSync(path("other.duckdb"), "");
  pool = await openSnapshot(path("snapshot.duckdb"), { connections: 1, spillLimit: "1GB" });
});
afterAll(() => {
  void pool.close();
  rmSync(folder, { recursive: true, force: true });
});

const attempts = (): readonly string[] => [
  `SELECT * FROM read_csv('${path("secret.csv")}')`,
  `SELECT * FROM '${path("secret.csv")}'`,
  `SELECT * FROM read_json('${path("secret.json")}')`,
  `SELECT * FROM read_text('${path("secret.csv")}')`,
  `SELECT * FROM read_blob('/etc/passwd')`,
  `SELECT * FROM glob('${folder}/*')`,
  `SELECT * FROM read_parquet('https://example.org/x.parquet')`,
  `SELECT * FROM sniff_csv('${path("secret.csv")}')`,
  `COPY runs TO '${path("written.csv")}'`,
  `COPY runs FROM '${path("secret.csv")}'`,
  `EXPORT DATABASE '${path("written")}'`,
  `IMPORT DATABASE '${folder}'`,
  `ATTACH '${path("written.duckdb")}' AS written`,
  `ATTACH ':memory:' AS other`,
  "DETACH snapshot",
  "INSTALL httpfs",
  "LOAD httpfs",
  `LOAD '${path("x.duckdb_extension")}'`,
  "SET enable_external_access = true",
  "SET lock_configuration = false",
  "SET memory_limit = '1TB'",
  "SET temp_directory = '/'",
  "SET max_temp_directory_size = '1TB'",
  "SET GLOBAL threads = 64",
  "RESET memory_limit",
  `PRAGMA temp_directory='${folder}'`,
  "CREATE TABLE t AS SELECT 1",
  "CREATE TEMP TABLE t AS SELECT 1",
  "CREATE MACRO f() AS 1",
  "CREATE SECRET s (TYPE s3)",
  "INSERT INTO runs VALUES (2)",
  "UPDATE runs SET id = 2",
  "DELETE FROM runs",
  "DROP TABLE runs",
  "CHECKPOINT",
  "VACUUM",
  "CALL force_checkpoint()",
  "SELECT 1; SELECT 2",
  "BEGIN",
];

describe("the engine that answers clients refuses", () => {
  test.each(attempts().map((sql) => [sql.replaceAll(folder, "…"), sql] as const))("%s", async (_, sql) => {
    await expect(pool.query(sql)).rejects.toThrow();
    expect((await pool.query("SELECT id FROM runs")).rows).toEqual([[1]]);
  });

  test("most of it even where a statement were run as our own are, unprepared", async () => {
    const kept = attempts().filter((sql) =>
      /^(SELECT \* FROM|COPY|EXPORT|ATTACH '\/|INSTALL|LOAD|SET|INSERT|UPDATE|DELETE|DROP)/.test(sql),
    );
    for (const sql of kept) {
      const running = pool.withConnection((connection) => connection.execute(sql));
      await expect(running, sql).rejects.toThrow();
    }
    for (const name of ["written.csv", "written", "written.duckdb"])
      expect(existsSync(path(name)), name).toBe(false);
  });
});
