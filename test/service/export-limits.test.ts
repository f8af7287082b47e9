import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isWrittenTooDeep } from "../../schema/nesting.js";
import { type Service, Services } from "./serve-with.js";

const services = new Services();
let service: Service;
beforeAll(async () => void (service = await services.start()));
afterAll(() => services.stop());

interface Refused {
  readonly errors: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

async function refusal(path: string, args: object): Promise<[number, string, string]> {
  const response = await fetch(new URL(`/export/${path}`, service.server.url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(args),
  });
  const [error] = ((await response.json()) as Refused).errors;
  return [response.status, error?.extensions.code ?? "", error?.message ?? ""];
}

const steps = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `score.valRawLoss@step:${index}`);

describe("an export's columns", () => {
  test.each([1001, 20_000])("are refused by name and figure where there are %d", async (count) => {
    expect(await refusal("runs.csv", { columns: steps(count) })).toEqual([
      400,
      "LIMIT_EXCEEDED",
      `columns: ${count} are asked for, and at most 1000 are allowed.`,
    ]);
  });

  test("are refused where scores are read at more steps than one statement may look for", async () => {
    for (const path of ["runs.csv", "points.csv"]) {
      const [status, code, message] = await refusal(path, { columns: steps(51) });
      expect([status, code]).toEqual([400, "LIMIT_EXCEEDED"]);
      expect(message).toContain("at 51 different steps (@step), and at most 50 are allowed");
    }
  });

  test("may be as many as that", async () => {
    const columns = [...steps(50), ...steps(50).map((name) => `${name}.step`)];
    const response = await fetch(
      new URL(`/export/runs.csv?first=1&columns=${columns.join()}`, service.server.url),
    );
    expect(response.status).toBe(200);
    expect((await response.text()).split("\n")[0]?.split(",")).toHaveLength(100);
  });
});

describe("an argument's text", () => {
  const opened = "[".repeat(2000);
  test.each([
    ["where", opened],
    ["where", "{and:".repeat(300)],
    ["orderBy", opened + "]".repeat(2000)],
    ["columns", opened],
    ["where", `{ a: """\\"""""" ${opened} """ """ }`],
  ])("that nests too deep is refused before it is parsed: %s", async (name, text) => {
    const response = await fetch(
      new URL(`/export/runs.csv?${new URLSearchParams({ [name]: text })}`, service.server.url),
    );
    const [error] = ((await response.json()) as Refused).errors;
    expect(response.status).toBe(400);
    expect(error?.message).toMatch(/nests deeper than 150 levels/);
  });

  test("may hold brackets in strings and comments", () => {
    expect(isWrittenTooDeep(`{"eq": "${opened}", "ne": "\\"${opened}"}`)).toBe(false);
    expect(isWrittenTooDeep(`{ eq: """${opened} \\""" ${opened}""" } # ${opened}`)).toBe(false);
    expect(isWrittenTooDeep("[1], ".repeat(1000))).toBe(false);
    expect(isWrittenTooDeep(`"" ${opened}`)).toBe(true);
  });
});
