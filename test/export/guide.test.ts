import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exportArguments } from "../../schema/exports/arguments.js";
import { exportTables } from "../../schema/exports/export-plan.js";
import { formats } from "../../server/export/formats/formats.js";
import { serve, type Service } from "../api/harness.js";
import { type Folder, makeSampleFolder } from "../server/folder.js";
import { exportBytes } from "./export-data.js";

/** docs/exports.md against what there is. */
const guide = readFileSync(new URL("../../docs/exports.md", import.meta.url), "utf8");

let folder: Folder;
let service: Service;
beforeAll(async () => {
  folder = await makeSampleFolder();
  service = await serve([folder.path]);
});
afterAll(async () => {
  await service.close();
  folder.remove();
});

const headerOf = async (table: "runs" | "points" | "groups", args = {}): Promise<string[]> =>
  (await exportBytes(service, { table, format: "csv", args })).toString().split("\n")[0]?.split(",") ?? [];

test("the guide names every table, argument and format", () => {
  for (const table of exportTables) {
    expect(guide).toContain(`| \`${table}\``);
    for (const name of exportArguments(table, service.schema).keys()) expect(guide).toContain(`\`${name}\``);
  }
  for (const { name, accepted } of Object.values(formats)) {
    expect(guide).toContain(`\`.${name}\``);
    expect(guide).toContain(`\`${accepted[0]}\``);
  }
});

test("every column that is answered can be asked for, and those that the guide names are there", async () => {
  const runs = await headerOf("runs");
  expect(await headerOf("runs", { columns: runs })).toEqual(runs);
  const points = await headerOf("points");
  expect(await headerOf("points", { columns: points })).toEqual(points);
  const named = guide
    .slice(guide.indexOf("## Columns"), guide.indexOf("`hyperparameters.*`"))
    .split("\n")
    .filter((line) => line.startsWith("| `") && !/ of a group|group has/.test(line))
    .flatMap((line) => [...(line.split("|")[1] ?? "").matchAll(/`([^`…]+)`/g)].map(([, name]) => name ?? ""));
  expect(named).toContain("score.testRawLoss@best:valRawLoss");
  expect(await headerOf("points", { columns: named.filter((name) => !name.startsWith(".")) })).toHaveLength(
    named.filter((name) => !name.startsWith(".")).length,
  );
});

test("stars stand for all of a kind, beside what is named", async () => {
  const all = service.catalogue.hyperparameters.map(({ name }) => `hyperparameters.${name}`);
  expect(await headerOf("runs", { columns: "line,hyperparameters.lr,hyperparameters.*" })).toEqual([
    "line",
    "hyperparameters.lr",
    ...all.filter((name) => name !== "hyperparameters.lr"),
  ]);
});
