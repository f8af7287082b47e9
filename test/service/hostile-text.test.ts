import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CurveField } from "../../schema/catalogue.js";
import { exportTables } from "../../schema/exports/export-plan.js";
import type { Filter, RunColumn, Subject } from "../../schema/plan.js";
import type { Store } from "../../schema/store.js";
import { Engine } from "../../server/duckdb/engine.js";
import { DuckDbStore } from "../../server/store/duckdb-store.js";
import { type Service, Services } from "./serve-with.js";

/** Whoever reads the file that clients must not reach has this word. */
const SECRET = "xyzzy";

const folder = mkdtempSync(join(tmpdir(), "sweepql-hostile-"));
const path = (name: string): string => join(folder, name);
const services = new Services();
let service: Service;
let engine: Engine;
let stores: readonly (readonly [string, Store])[];
beforeAll(async () => {
  writeFileSync(path("secret.csv"), `word\n${SECRET}\n`);
  service = await services.start();
  const { catalogue, databaseFile, store } = service.snapshot;
  engine = await Engine.open(databaseFile, { spillFolder: path("spill") });
  stores = [
    ["from memory", store],
    ["by statements", new DuckDbStore(catalogue, engine)],
  ];
});
afterAll(async () => {
  await engine.closeWhenIdle();
  await services.stop();
  rmSync(folder, { recursive: true, force: true });
});

const statements = (): readonly string[] => [
  `SELECT * FROM read_csv('${path("secret.csv")}')`,
  `SELECT content FROM read_text('${path("secret.csv")}')`,
  `COPY runs TO '${path("written.csv")}'`,
  `ATTACH '${path("written.duckdb")}' AS written`,
  "INSTALL httpfs",
  "DROP TABLE runs",
];

/** Ways out of a quoted text, a quoted name, a list, and a value by itself. */
const hostile = (): readonly string[] =>
  statements().flatMap((sql) => [
    sql,
    `'; ${sql}; --`,
    `lr" FROM (${sql}) --`,
    `x') UNION ALL (${sql}) --`,
    `$1\u0000; ${sql}`,
  ]);

/** Nothing was read, written, attached or dropped. */
async function expectUntouched(answered: string): Promise<void> {
  expect(answered).not.toContain(SECRET);
  expect(answered).not.toMatch(/(Parser|Binder|Catalog|Conversion|IO) Error/);
  const files = readdirSync(folder).filter((name) => name !== "spill");
  expect(files).toEqual(["secret.csv"]);
  const { data } = await service.ask("{ runs(first: 0) { totalCount } }");
  expect(data).toEqual({ runs: { totalCount: 128 } });
}

/** Each argument of exports as itself, and inside of what it may hold. */
const argumentsWith = (text: string): readonly Readonly<Record<string, unknown>>[] => [
  ...["columns", "where", "orderBy", "groupBy", "having", "aggregates"].map((name) => ({ [name]: text })),
  ...["format", "from", "to", "every", "first", "excel", "nonFinite", text].map((name) => ({ [name]: text })),
  { columns: [text] },
  { columns: [`hyperparameters.${text}`, `score.valRawLoss@step:${text}`] },
  { columns: [`score.valRawLoss@step:${text}`] },
  { where: { dataset: { eq: text } } },
  { where: { configuration: { in: [text] } } },
  { where: { [text]: { eq: 1 } } },
  { where: { measure: [{ of: { hyperparameter: text }, is: { gt: 0 } }] } },
  { orderBy: [{ by: { score: { metric: text } }, direction: text }] },
  { groupBy: [{ value: { hyperparameter: text } }] },
  { groupBy: [{ bin: { of: { hyperparameter: "LR" }, by: { width: text } } }] },
  { having: [{ of: { count: {} }, is: { gt: text } }] },
  { aggregates: [{ statistic: { of: text, statistic: text } }] },
];

describe("hostile text reaches nothing", () => {
  test.each(exportTables)("in any argument of an export of %s", async (table) => {
    const base = new URL(`/export/${table}`, service.server.url).href;
    let answered = "";
    for (const text of hostile()) {
      for (const args of argumentsWith(text)) {
        const response = await fetch(`${base}.ndjson`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ first: 1, ...args }),
        });
        // What holds for no run is an empty file; all else is refused by name.
        expect([200, 400], `${response.status} ${JSON.stringify(args)}`).toContain(response.status);
        answered = await response.text();
        if (response.status === 400) expect(answered).toMatch(/"code":"[A-Z_]+"/);
        if (response.status === 400) expect(answered).not.toContain('"code":"INTERNAL"');
        expect(answered).not.toContain(SECRET);
      }
      const inUrl = `${base}.${encodeURIComponent(text)}?${new URLSearchParams({ where: text })}`;
      answered = await (await fetch(inUrl)).text();
      await expectUntouched(answered);
    }
  });

  /** Whatever is a text of the data. */
  const subjects = (): readonly Subject[] => [
    { kind: "configuration" },
    ...service.snapshot.catalogue.hyperparameters
      .filter(({ type }) => type === "string")
      .map((hyperparameter): Subject => ({ kind: "hyperparameter", hyperparameter })),
  ];
  const filters = (subject: Subject, value: string): readonly Filter[] => [
    { kind: "compare", subject, operator: "eq", value },
    { kind: "compare", subject, operator: "ne", value },
    { kind: "member", subject, operator: "in", values: [value, value] },
    { kind: "not", of: { kind: "compare", subject, operator: "lt", value } },
  ];

  test("as a value of a store's plans: it is compared, and nothing else", async () => {
    const signal = new AbortController().signal;
    for (const [name, store] of stores) {
      for (const text of hostile()) {
        for (const subject of subjects()) {
          for (const where of filters(subject, text)) {
            const columns: readonly RunColumn[] = [{ kind: "field", field: "lastStep" }];
            const read = await store.values({ columns, where, maxRuns: 1000 }, signal);
            const isEqual = where.kind === "member" || (where.kind === "compare" && where.operator === "eq");
            if (isEqual) expect(read.id, name).toEqual([]);
            if (where.kind === "compare" && where.operator === "ne") expect(read.id.length, name).toBe(128);
          }
        }
      }
    }
    await expectUntouched("");
  });

  test("as a column that is not the catalogue's: no statement is made of it", async () => {
    const signal = new AbortController().signal;
    const known = service.snapshot.catalogue.curveFields.find(({ name }) => name === "valRawLoss");
    for (const [, store] of stores) {
      for (const column of hostile()) {
        const metric: CurveField = { ...(known as CurveField), column };
        const score = { kind: "score", metric, at: { kind: "step", step: 500 } } as const;
        const columns: readonly RunColumn[] = [{ kind: "value", measure: score }];
        const reading = store.values({ columns, where: null, maxRuns: 1000 }, signal);
        await expect(reading, column).rejects.toThrow(/not a column of the store/);
      }
    }
    await expectUntouched("");
    expect(readFileSync(path("secret.csv"), "utf8")).toContain(SECRET);
    expect(existsSync(path("written.csv"))).toBe(false);
  });
});
