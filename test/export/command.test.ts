import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeSample } from "../../server/sample/write-sample.js";
import { serve, type Service } from "../api/harness.js";
import { run } from "../server/command.js";
import { type Folder, makeFolder, makeSampleFolder } from "../server/folder.js";
import { exportBytes } from "./export-data.js";

let data: Folder;
let service: Service;
let out: Folder;
beforeAll(async () => {
  data = await makeSampleFolder();
  service = await serve([data.path]);
  out = makeFolder();
});
afterAll(async () => {
  await service.close();
  data.remove();
  out.remove();
});

const sweepql = (...words: string[]) => run(["export", ...words, "--data", data.path], { cwd: out.path });

test("writes the file that the API gives, and names it", async () => {
  const where = "{diverged: {eq: false}}";
  const columns = "dataset,line,score.valRawLoss@final";
  const { code, stdout, stderr } = await sweepql(
    ...["runs", "--out", "best.parquet", "--where", where, "--columns", columns],
    ...["--order-by", "{by: {hyperparameter: LR}, direction: DESC}", "--first", "7"],
  );
  expect([code, stdout, stderr]).toEqual([0, "best.parquet  7 rows\n", ""]);
  const args = {
    where,
    columns,
    orderBy: '[{"by": {"hyperparameter": "LR"}, "direction": "DESC"}]',
    first: "7",
  };
  const wanted = await exportBytes(service, { table: "runs", format: "parquet", args });
  expect(readFileSync(join(out.path, "best.parquet")).equals(wanted)).toBe(true);
});

test("writes to standard output, as CSV unless it is told otherwise", async () => {
  const csv = await sweepql("points", "--columns", "line,axis", "--from", "9000", "--every", "2");
  const args = { columns: "line,axis", from: "9000", every: "2" };
  expect([csv.code, csv.stdout]).toEqual([
    0,
    (await exportBytes(service, { table: "points", format: "csv", args })).toString(),
  ]);
  const rows = await sweepql(
    "groups",
    "--out",
    "-",
    "--format",
    "ndjson",
    "--group-by",
    "{dataset: true}",
    "--aggregates",
    "[]",
  );
  expect(rows.stdout).toBe(
    '{"dataset":"llama-33m_residual","count":64}\n{"dataset":"llama-33m_tuning","count":64}\n',
  );
});

test("says what is wrong with the command line or the arguments, with exit code 2, and leaves files alone", async () => {
  writeFileSync(join(out.path, "kept.csv"), "kept");
  const wrong = await Promise.all([
    sweepql("runz"),
    sweepql("runs", "--out", "runs.xlsx"),
    sweepql("runs", "--out", "none/runs.csv"),
    sweepql("runs", "--out", "kept.csv", "--where", "{line: {eq: x}}"),
    sweepql("runs", "--out", "kept.csv", "--group-by", "{dataset: true}"),
    sweepql("runs", "--non-finite", "STRING"),
  ]);
  // Where the machine is slow, the progress of loading comes before.
  const last = (stderr: string): string | undefined => stderr.trim().split("\n").at(-1);
  expect(wrong.map(({ code, stdout, stderr }) => [code, stdout, last(stderr)])).toEqual([
    [2, "", 'sweepql: "runz" cannot be exported; there are runs, points, groups, curve-groups.'],
    [2, "", 'sweepql: --out: "runs.xlsx" names no format; there are csv, ndjson, parquet, arrow, arrows.'],
    [2, "", 'sweepql: --out: "none/runs.csv": its folder does not exist.'],
    [2, "", expect.stringMatching(/^sweepql: where\.line\.eq: "x" is not allowed; /)],
    [
      2,
      "",
      "sweepql: groupBy: an export of runs has no such argument. It has where, orderBy, first, columns.",
    ],
    [2, "", 'sweepql: nonFinite: "STRING" is not allowed; only ndjson has it, and this is csv.'],
  ]);
  expect(readFileSync(join(out.path, "kept.csv"), "utf8")).toBe("kept");
});

test("interrupted, leaves neither a short file nor a part of one", async () => {
  const large = makeFolder();
  const target = makeFolder();
  try {
    await writeSample({ directory: large.path, seed: 1, runs: 2048 });
    const bin = fileURLToPath(new URL("../../server/sweepql.js", import.meta.url));
    const words = [
      bin,
      "export",
      "points",
      "--data",
      large.path,
      "--out",
      join(target.path, "points.ndjson"),
    ];
    const child = spawn(process.execPath, words);
    const ended = once(child, "close") as Promise<[number | null]>;
    while (readdirSync(target.path).length === 0) await wait(5);
    expect(readdirSync(target.path)).toEqual([`points.ndjson.${child.pid}.part`]);
    child.kill("SIGINT");
    expect((await ended)[0]).toBe(130);
    expect(readdirSync(target.path)).toEqual([]);
  } finally {
    large.remove();
    target.remove();
  }
});
