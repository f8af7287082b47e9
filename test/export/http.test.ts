import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formatNames } from "../../server/export/formats/format.js";
import { sha256 } from "../../server/http/security/persisted.js";
import { Tokens } from "../../server/http/security/tokens.js";
import { type Service, Services } from "../service/serve-with.js";
import { readBack } from "./read-back.js";

const services = new Services();
let service: Service;
beforeAll(async () => {
  service = await services.start();
});
afterAll(() => services.stop());

const urlOf = (path: string, of: Service = service): string => new URL(`/export/${path}`, of.server.url).href;

/** The address of an export with arguments of JSON. */
const asked = (path: string, args: Readonly<Record<string, unknown>>, of?: Service): string =>
  `${urlOf(path, of)}?${new URLSearchParams(
    Object.entries(args).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  )}`;

const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

interface Refused {
  readonly errors: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

async function refusal(
  url: string,
  init?: RequestInit,
): Promise<[status: number, code: string, message: string]> {
  const response = await fetch(url, init);
  const { errors } = (await response.json()) as Refused;
  const [error] = errors;
  return [response.status, error?.extensions.code ?? "", error?.message ?? ""];
}

const args = {
  where: {
    dataset: { eq: "llama-33m_tuning" },
    measure: [{ of: { hyperparameter: "LR" }, is: { gt: 0.001 } }],
  },
  orderBy: [{ by: { score: { metric: "VAL_RAW_LOSS" } }, direction: "BEST" }],
  first: 12,
};

describe("an export", () => {
  test.each(formatNames)("as %s has the rows that GraphQL answers to the same words", async (format) => {
    const columns =
      "line,hyperparameters.lr,score.valRawLoss,score.valRawLoss.step,score.testRawLoss@best:valRawLoss";
    const response = await fetch(asked(`runs.${format}`, { ...args, columns }));
    expect(response.status).toBe(200);
    const { data } = await service.ask(
      "query ($where: RunFilter, $orderBy: [RunOrder!], $first: Int) { runs(where: $where, orderBy: $orderBy, first: $first) { nodes { line hyperparameters { lr } best: score(of: VAL_RAW_LOSS) { value step } test: score(of: TEST_RAW_LOSS, at: {best: VAL_RAW_LOSS}) { value } } } }",
      args,
    );
    interface Node {
      line: number;
      hyperparameters: { lr: number };
      best: { value: number; step: number };
      test: { value: number };
    }
    const { nodes } = (data as { runs: { nodes: Node[] } }).runs;
    expect(nodes).toHaveLength(12);
    expect(await readBack(await bytesOf(response), format)).toEqual(
      nodes.map(({ line, hyperparameters, best, test }) => ({
        line,
        "hyperparameters.lr": hyperparameters.lr,
        "score.valRawLoss": best.value,
        "score.valRawLoss.step": best.step,
        "score.testRawLoss@best:valRawLoss": test.value,
      })),
    );
  });

  test("says what it is: format, file, data version, rows", async () => {
    const response = await fetch(asked("runs.csv", args), { headers: { "x-request-id": "mine" } });
    const { version } = service.snapshot.catalogue;
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/csv; charset=utf-8; header=present",
      "content-disposition": `attachment; filename="runs-${version}.csv"`,
      "x-data-version": version,
      "x-row-count": "12",
      "x-request-id": "mine",
      "x-content-type-options": "nosniff",
    });
    expect((await response.text()).trim().split("\n")).toHaveLength(13);
    expect(service.logged.find(({ requestId }) => requestId === "mine")).toMatchObject({
      msg: "request",
      operation: "export /export/runs.csv",
      outcome: "ok",
      status: 200,
    });
  });

  test("is the same with arguments as GraphQL writes them, or as a body", async () => {
    const json = await (await fetch(asked("runs.csv", args))).text();
    const written = await fetch(
      asked("runs.csv", {
        where: '{dataset: {eq: "llama-33m_tuning"}, measure: [{of: {hyperparameter: LR}, is: {gt: 0.001}}]}',
        orderBy: "{by: {score: {metric: VAL_RAW_LOSS}}, direction: BEST}",
        first: 12,
      }),
    );
    expect(await written.text()).toBe(json);
    const posted = await fetch(urlOf("runs"), {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json;q=0.2, text/csv" },
      body: JSON.stringify(args),
    });
    expect(await posted.text()).toBe(json);
  });

  test("is chosen by Accept where the address names no format", async () => {
    const types = await Promise.all(
      [
        undefined,
        "application/x-ndjson",
        "application/vnd.apache.parquet;q=0.5, application/vnd.apache.arrow.stream",
      ].map(async (accept) => {
        const response = await fetch(urlOf("runs"), { headers: accept === undefined ? {} : { accept } });
        await response.arrayBuffer();
        return response.headers.get("content-type")?.split(";")[0];
      }),
    );
    expect(types).toEqual(["text/csv", "application/x-ndjson", "application/vnd.apache.arrow.stream"]);
    expect((await refusal(urlOf("runs"), { headers: { accept: "image/png" } })).slice(0, 2)).toEqual([
      406,
      "NOT_ACCEPTABLE",
    ]);
  });

  test("asked for by HEAD has its headers, and nothing is read", async () => {
    const response = await fetch(asked("points.parquet", {}), { method: "HEAD" });
    expect([response.status, response.headers.get("x-row-count"), await response.text()]).toEqual([
      200,
      String(service.snapshot.catalogue.datasets.reduce((sum, { pointCount }) => sum + pointCount, 0)),
      "",
    ]);
    expect((await fetch(asked("runs.csv", { first: -1 }), { method: "HEAD" })).status).toBe(400);
  });
});

describe("what is refused says which argument, what it holds and what is allowed", () => {
  test.each([
    [
      "runs.csv",
      { wher: {} },
      "wher: an export of runs has no such argument. It has where, orderBy, first, columns.",
    ],
    [
      "runs.csv",
      { where: { dataset: { eq: 5 } } },
      "where.dataset.eq: 5 is not allowed; String cannot represent a non string value: 5.",
    ],
    [
      "runs.csv",
      { where: "{a" },
      'where: "{a" is not allowed; JSON is wanted, or a value as in GraphQL (Syntax Error: Expected ":", found <EOF>).',
    ],
    [
      "runs.csv",
      { orderBy: { by: { score: { metric: "VAL" } } } },
      'orderBy.by.score.metric: "VAL" is not allowed; Value "VAL" does not exist in "MetricName" enum.',
    ],
    [
      "runs.csv",
      { first: "ten" },
      'first: "ten" is not allowed; Int cannot represent non-integer value: "ten".',
    ],
    ["runs.csv", { columns: "line,line" }, 'columns[1]: "line" is not allowed; it is asked for twice.'],
    [
      "runs.csv",
      { columns: "score.valRawLoss@step:soon" },
      'columns[0]: "score.valRawLoss@step:soon" is not allowed; after @step: an axis value is wanted, such as 500.',
    ],
    [
      "runs.csv",
      { nonFinite: "STRING" },
      'nonFinite: "STRING" is not allowed; only ndjson has it, and this is csv.',
    ],
    ["points.csv", { every: 0 }, "points.every: 0 is not allowed; a whole number from 1 is wanted."],
    [
      "groups.csv",
      { groupBy: { bin: { of: { hyperparameter: "LR" }, by: { count: 0 } } } },
      "groupBy[0].bin.by.count: 0 is not allowed; 1 to 1000 bins are allowed.",
    ],
    [
      "curve-groups.csv",
      { aggregates: { quantile: { of: "VAL_RAW_LOSS", p: 2 } } },
      "quantile.p: 2 is not allowed; a level from 0 to 1 is wanted.",
    ],
  ])("%s %j", async (path, given, message) => {
    expect(await refusal(asked(path, given))).toEqual([400, "BAD_USER_INPUT", message]);
  });

  test("names that the data do not have, and best of what has no goal", async () => {
    const unknown = await refusal(asked("runs.csv", { columns: "line,losss" }));
    expect(unknown.slice(0, 2)).toEqual([400, "UNKNOWN_NAME"]);
    expect(unknown[2]).toMatch(/^columns\[1\]: there is no column "losss"\. There are: id, dataset, line, /);
    expect((await refusal(asked("runs.csv", { columns: "score.lr" }))).slice(0, 2)).toEqual([
      400,
      "GOAL_UNKNOWN",
    ]);
    expect((await refusal(asked("runs.csv", { where: { dataset: { eq: "x" } } }))).slice(0, 2)).toEqual([
      400,
      "UNKNOWN_NAME",
    ]);
    expect((await refusal(urlOf("curves.csv"))).slice(0, 2)).toEqual([404, "UNKNOWN_NAME"]);
    expect((await refusal(urlOf("runs.xlsx"))).slice(0, 2)).toEqual([404, "UNKNOWN_NAME"]);
  });

  test("requests of another kind", async () => {
    expect((await refusal(urlOf("runs.csv"), { method: "DELETE" })).slice(0, 2)).toEqual([
      405,
      "METHOD_NOT_ALLOWED",
    ]);
    const post = (body: string, type = "application/json") =>
      refusal(urlOf("runs.csv"), { method: "POST", body, headers: { "content-type": type } });
    expect((await post("{}", "text/plain")).slice(0, 2)).toEqual([415, "BAD_USER_INPUT"]);
    expect((await post("{")).slice(0, 2)).toEqual([400, "BAD_USER_INPUT"]);
    expect((await post("[]")).slice(0, 2)).toEqual([400, "BAD_USER_INPUT"]);
    expect((await refusal(`${urlOf("runs.csv")}?first=1&first=2`))[2]).toBe(
      'first: "2" is not allowed; it is given twice.',
    );
  });

  test("arguments too deep, too large, or too many", async () => {
    const post = (where: string) =>
      refusal(urlOf("runs.csv"), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: `{"where": ${where}}`,
      });
    expect(await post(`${'{"not":'.repeat(50_000)}{}${"}".repeat(50_000)}`)).toEqual([
      400,
      "BAD_USER_INPUT",
      "where: it nests deeper than 150 levels, the most that are allowed.",
    ]);
    expect((await post(JSON.stringify("[".repeat(100_000))))[1]).toBe("BAD_USER_INPUT");
    const small = await services.start({ limits: { maxBody: 1000 } });
    const large = {
      method: "POST",
      body: JSON.stringify({ where: { or: Array(300).fill({ line: { eq: 1 } }) } }),
      headers: { "content-type": "application/json" },
    };
    expect((await refusal(urlOf("runs.csv", small), large)).slice(0, 2)).toEqual([413, "LIMIT_EXCEEDED"]);
  });

  test("more values than the limit, before anything is sent", async () => {
    const limited = await services.start({ limits: { maxExport: 255 } });
    expect(await refusal(asked("runs.csv", { columns: "dataset,line" }, limited))).toEqual([
      400,
      "LIMIT_EXCEEDED",
      "The export has 128 rows of 2 columns, 256 values, and at most 255 are allowed (--max-export of this server). Narrow the filter, or ask for fewer columns.",
    ]);
    const fits = await fetch(asked("runs.csv", { columns: "line" }, limited));
    expect((await fits.text()).split("\n")).toHaveLength(130);
  });
});

describe("who may have one", () => {
  const TOKEN = "0123456789abcdef-first";

  test("whoever has a token", async () => {
    const guarded = await services.start({ security: { tokens: new Tokens([TOKEN]) } });
    expect((await refusal(urlOf("runs.csv", guarded)))[1]).toBe("UNAUTHENTICATED");
    const admitted = await fetch(urlOf("runs.csv", guarded), {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect(admitted.status).toBe(200);
    await admitted.text();
  });

  test("pages of sites that are allowed, which may read its headers", async () => {
    expect((await refusal(urlOf("runs.csv"), { headers: { origin: "https://evil.example" } }))[1]).toBe(
      "FOREIGN_ORIGIN",
    );
    const response = await fetch(asked("runs.csv", { first: 1 }), {
      headers: { origin: "http://localhost:3000" },
    });
    await response.text();
    expect(response.headers.get("access-control-allow-origin")).toBe("http://localhost:3000");
    expect(response.headers.get("access-control-expose-headers")).toContain("x-data-version");
  });

  test("no browser unasked, where a preflight is required", async () => {
    const strict = await services.start({ security: { requirePreflight: true } });
    expect((await refusal(urlOf("runs.csv", strict))).slice(0, 2)).toEqual([403, "PREFLIGHT_REQUIRED"]);
    const preflighted = await fetch(urlOf("runs.csv", strict), { headers: { "x-sweepql-preflight": "1" } });
    expect(preflighted.status).toBe(200);
    await preflighted.text();
  });

  test("nobody, where exports are off, or only stored operations are answered", async () => {
    const off = await services.start({ security: { exports: false } });
    expect((await refusal(urlOf("runs.csv", off))).slice(0, 2)).toEqual([403, "EXPORTS_DISABLED"]);
    const persisted = await services.start({ security: { persisted: new Map([[sha256("{a}"), "{a}"]]) } });
    expect((await refusal(urlOf("runs.csv", persisted))).slice(0, 2)).toEqual([
      403,
      "PERSISTED_QUERY_REQUIRED",
    ]);
  });

  test("without introspection no name is suggested", async () => {
    const given = { orderBy: { by: { score: { metric: "VAL_RAW_LOS" } } } };
    expect((await refusal(asked("runs.csv", given)))[2]).toContain("did you mean");
    const closed = await services.start({ security: { introspection: false } });
    expect((await refusal(asked("runs.csv", given, closed)))[2]).not.toContain("VAL_RAW_LOSS");
  });
});
