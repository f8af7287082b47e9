import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { serve, type Service } from "../api/harness.js";
import { tiny } from "../api/worlds.js";

/**
 * Each `<case>.graphql` with its `<case>.sql` and `<case>.json`, over the tiny file. After a change
 * that is meant: `npx vitest run test/golden -u`, and read the difference. What the numbers should
 * be is not settled here, but by hand in test/sql and by the oracle in test/api.
 */
const folder = fileURLToPath(new URL(".", import.meta.url));
const cases = readdirSync(folder).filter((name) => name.endsWith(".graphql")).map((name) => name.replace(/\.graphql$/, ""));

let service: Service;
beforeAll(async () => {
  service = await serve(tiny().sources);
});
afterAll(() => service.close());

it.each(cases)("%s", async (name) => {
  const { data, errors, statements } = await service.request(readFileSync(`${folder}${name}.graphql`, "utf8"));
  expect(errors).toEqual([]);
  const sql = statements.map(({ text, values }) => `${text};\n${values.map(({ type, value }, index) => `-- $${index + 1} ${type} ${JSON.stringify(value)}\n`).join("")}`);
  await expect(sql.join("\n")).toMatchFileSnapshot(`${folder}${name}.sql`);
  await expect(`${JSON.stringify(rounded(data), null, 2)}\n`).toMatchFileSnapshot(`${folder}${name}.json`);
});

it("a narrower selection reads less", () => {
  const text = (name: string): string => readFileSync(`${folder}${name}.sql`, "utf8");
  const column = (name: string): string => `"${service.catalogue.curveFields.find((field) => field.name === name)?.column}"`;
  expect(text("learning-curves")).toContain(column("testRawLoss"));
  expect(text("learning-curves-narrow")).toContain(column("valRawLoss"));
  expect(text("learning-curves-narrow")).not.toContain(column("testRawLoss"));
});

/** Machines differ in the last bits of a sum. */
const rounded = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, one: unknown) => (typeof one === "number" ? Number(one.toPrecision(12)) : one)));
