import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serve, type Service } from "../api/harness.js";
import { hostile, sample, type Served } from "../api/worlds.js";
import { csvEncoder } from "../../server/export/formats/csv.js";
import { formatNames } from "../../server/export/formats/format.js";
import { holds } from "../oracle/filters.js";
import { sortRuns } from "../oracle/orders.js";
import type { Run, Value } from "../oracle/world.js";
import { exportBytes } from "./export-data.js";
import { pointValue, runValue } from "./expected.js";
import { readBack, type Row } from "./read-back.js";
import { texts, tricky } from "./worlds.js";

/** Every format, read by a reader that is not ours, against the plain reading of the same JSONL. */

const trickyWorld = tricky();
const worlds: Record<string, () => Served | Promise<Served>> = {
  tricky: () => trickyWorld,
  hostile,
  sample,
};

describe.each(Object.keys(worlds))("%s", (name) => {
  let served: Served;
  let service: Service;
  beforeAll(async () => {
    served = await (worlds[name] as () => Promise<Served>)();
    service = await serve(served.sources);
  });
  afterAll(async () => {
    await service.close();
    if (name === "tricky") trickyWorld.remove();
  });

  /** All columns that the oracle knows; configurations have ids that it cannot. */
  const known = (row: Row): string[] => Object.keys(row).filter((column) => column !== "configuration");

  const expectRuns = (rows: readonly Row[], runs: readonly Run[]): void => {
    expect(rows.length).toBe(runs.length);
    const columns = known(rows[0] ?? {});
    const wanted = runs.map((run) =>
      Object.fromEntries(
        columns.map((column) => [column, summed(column, runValue(served.world, run, column))]),
      ),
    );
    expect(rows.map((row) => pick(row, columns))).toEqual(wanted);
  };

  // A batch of a few rows: what is written must not depend on where batches end.
  describe.each(formatNames)("%s", (format) => {
    test.each([undefined, 150])("runs, about %s values at once", async (batchValues) => {
      const bytes = await exportBytes(service, {
        table: "runs",
        format,
        ...(batchValues !== undefined && { batchValues }),
      });
      expectRuns(await readBack(bytes, format), served.world.runs);
    });

    test("points, with columns of their runs", async () => {
      const metrics = service.catalogue.curveFields
        .filter(({ role }) => role !== "axis")
        .map((one) => one.name);
      const [first] = metrics;
      const columns = [
        "dataset",
        "line",
        "axis",
        ...metrics.map((one) => `metric.${one}`),
        `score.${first}@final`,
      ];
      const bytes = await exportBytes(service, {
        table: "points",
        format,
        args: { columns },
        batchValues: 200,
      });
      const wanted = served.world.runs.flatMap((run) =>
        run.points.map((_, index) =>
          Object.fromEntries(columns.map((column) => [column, pointValue(served.world, run, index, column)])),
        ),
      );
      const doubles = columns.filter((column) => /^(axis|metric|score)/.test(column));
      expect(await readBack(bytes, format, { doubles })).toEqual(wanted);
    });

    test("filter, order and number of runs", async () => {
      const where = { measure: [{ of: { hyperparameter: "LR" }, is: { isFinite: true, gt: 1e-9 } }] };
      const by = { hyperparameter: "LR" };
      const args = { where, orderBy: [{ by, direction: "DESC" }], first: 9 };
      const bytes = await exportBytes(service, { table: "runs", format, args, batchValues: 100 });
      const found = served.world.runs.filter((run) => holds(served.world, run, where));
      const runs = sortRuns(served.world, found, [{ by, direction: "DESC" }]).slice(0, 9);
      expect(runs.length).toBeGreaterThan(3);
      expectRuns(await readBack(bytes, format), runs);
    });

    test("nothing: a file of no rows, with its columns", async () => {
      const args = { where: { or: [] }, columns: ["dataset", "line", "hyperparameters.lr"] };
      const bytes = await exportBytes(service, { table: "runs", format, args });
      if (format === "ndjson") expect(bytes.length).toBe(0);
      else expect(await readBack(bytes, format)).toEqual([]);
    });
  });
});

/** A sum may be off in its last bits, whoever adds it up. */
const summed = (column: string, value: Value): unknown =>
  typeof value === "number" && /^(train|eval)Seconds$/.test(column)
    ? (expect.closeTo(value, 6) as unknown)
    : value;

const pick = (row: Row, columns: readonly string[]): Row =>
  Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));

describe("text", () => {
  const served = tricky();
  let service: Service;
  beforeAll(async () => {
    service = await serve(served.sources);
  });
  afterAll(async () => {
    await service.close();
    served.remove();
  });
  const columns = ["hyperparameters.note", "hyperparameters.lr"];

  test("CSV quotes by RFC 4180, and spells what is not finite as pandas reads it", async () => {
    const csv = (await exportBytes(service, { table: "runs", format: "csv", args: { columns } })).toString();
    expect(csv).toBe(
      [
        "hyperparameters.note,hyperparameters.lr",
        "=1+1,0.1",
        "+1,-0.0",
        "-1,5e-324",
        "@SUM(A1),1.7976931348623157e+308",
        '"a,b",0.3333333333333333',
        '"say ""hi""",NaN',
        '"line\nbreak",inf',
        '"carriage\r\nreturn",-inf',
        "tab\there,",
        '"",1e+21',
        '" padded ",123456789.25',
        "NaN,0.1",
        "-inf,-0.0",
        "null,5e-324",
        "é✓🚀,1.7976931348623157e+308",
        "\\N,0.3333333333333333",
        "",
      ].join("\n"),
    );
  });

  test("CSV of one column keeps a row of a missing value, which a blank line would lose", async () => {
    const lr = { columns: ["hyperparameters.lr"] };
    const csv = await exportBytes(service, { table: "runs", format: "csv", args: lr });
    const lines = csv.toString().split("\n");
    expect(lines.slice(9, 11)).toEqual(['""', "1e+21"]);
    expect(lines.indexOf("")).toBe(texts.length + 1);
    const rows = await readBack(csv, "csv", { quotedNulls: true });
    expect(rows.map((row) => row["hyperparameters.lr"]).slice(7, 10)).toEqual([-Infinity, null, 1e21]);
  });

  test("Parquet is filtered by what is not finite as by other numbers", async () => {
    const names = ["line", "hyperparameters.lr", "hyperparameters.seed", "hyperparameters.note"];
    // With infinities among them there would be no bounds that could be wrong.
    const args = { columns: names, first: 6 };
    const bytes = await exportBytes(service, { table: "runs", format: "parquet", args });
    const all = await readBack(bytes, "parquet");
    const lines = async (where: string) =>
      (await readBack(bytes, "parquet", { where })).map(({ line }) => line);
    expect(await lines(`"hyperparameters.lr" = 'nan'`)).toEqual([6]);
    // DuckDB has NaN greater than every number.
    expect(await lines(`"hyperparameters.lr" > 1e300`)).toEqual([4, 6]);
    expect(await lines(`"hyperparameters.lr" <= 0.1`)).toEqual([1, 2, 3]);
    for (const row of all) {
      const [seed, note] = [row["hyperparameters.seed"], String(row["hyperparameters.note"])];
      expect(await lines(`"hyperparameters.seed" = ${seed}`)).toEqual([row["line"]]);
      expect(await lines(`"hyperparameters.note" = '${note}'`)).toEqual([row["line"]]);
    }
  });

  test("CSV for spreadsheets has a mark, CRLF, and no text that would be a formula", async () => {
    const args = { columns: ["hyperparameters.note"], excel: "true" };
    const csv = (await exportBytes(service, { table: "runs", format: "csv", args })).toString();
    expect(csv.startsWith("\uFEFFhyperparameters.note\r\n'=1+1\r\n'+1\r\n'-1\r\n'@SUM(A1)\r\n")).toBe(true);
    const cells = csv
      .slice(1)
      .split("\r\n")
      .map((cell) => cell.replace(/^"/, ""));
    expect(cells.filter((cell) => /^[=+\-@]/.test(cell))).toEqual([]);
    expect(csv).toContain("'-inf\r\n");
  });

  test.each(["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n"])(
    "CSV for spreadsheets makes text of what begins with %j",
    (begin) => {
      const sheet = { columns: [{ name: "note", type: "string" as const }], version: "" };
      const batch = { rowCount: 1, columns: [[`${begin}1+1`]] };
      const written = (excel: boolean): string =>
        Buffer.concat(csvEncoder(sheet, { excel, nonFinite: "literal" }).batch(batch)).toString();
      expect(written(true).replaceAll('"', "")).toBe(`'${begin}1+1\r\n`);
      expect(written(false).replaceAll('"', "")).toBe(`${begin}1+1\n`);
    },
  );

  test("NDJSON has bare words for what is not finite, or strings where they are asked for", async () => {
    const lr = { columns: ["hyperparameters.lr"] };
    const bare = await exportBytes(service, { table: "runs", format: "ndjson", args: lr });
    const strict = await exportBytes(service, {
      table: "runs",
      format: "ndjson",
      args: { ...lr, nonFinite: "STRING" },
    });
    expect(bare.toString().split("\n").slice(5, 9)).toEqual([
      '{"hyperparameters.lr":NaN}',
      '{"hyperparameters.lr":Infinity}',
      '{"hyperparameters.lr":-Infinity}',
      '{"hyperparameters.lr":null}',
    ]);
    const rows = strict.toString().trim().split("\n");
    expect(rows.slice(5, 9).map((row) => Object.values(JSON.parse(row) as object)[0] as unknown)).toEqual([
      "NaN",
      "Infinity",
      "-Infinity",
      null,
    ]);
    expect(rows).toHaveLength(texts.length);
  });
});
