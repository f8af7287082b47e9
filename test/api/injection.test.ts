import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve, type Service } from "./harness.js";
import { hostile } from "./worlds.js";

/** Marks every payload, so that it can be looked for in statements. */
const MARK = "xyzzy";

const payloads: readonly string[] = [
  `'; DROP TABLE runs; -- ${MARK}`,
  `" OR 1=1 --${MARK}`,
  `${MARK}' UNION SELECT * FROM points --`,
  `$1 $2 ${MARK} ?`,
  `${MARK}\u0000tail`,
  `${MARK}\ud800`,
  `\\${MARK}\\'`,
  `\${${MARK}}`,
  `${MARK}\n;SELECT 1`,
  `%${MARK}_%`,
  "",
];

const base64 = (text: string): string => Buffer.from(text).toString("base64url");

let service: Service;
beforeAll(async () => {
  service = await serve(hostile().sources);
});
afterAll(() => service.close());

/** Answers rightly or is refused by name; no statement has the payload in its text. */
async function harmless(
  query: string,
  variables: Record<string, unknown>,
  codes: readonly string[] = [],
): Promise<unknown> {
  const { data, errors, statements } = await service.request(query, variables);
  for (const { text } of statements) expect(text).not.toContain(MARK);
  for (const { code, message } of errors) expect(codes, message).toContain(code);
  if (codes.length > 0)
    expect(errors.length, `nothing was refused: ${JSON.stringify(data)}`).toBeGreaterThan(0);
  return data;
}

const COUNT = "query ($where: RunFilter) { runs(where: $where) { totalCount } }";

describe.each(payloads.map((payload) => [JSON.stringify(payload), payload] as const))("%s", (_, payload) => {
  it.each(["eq", "lt", "gte", "ne"])("as a string hyperparameter, by %s", async (operator) => {
    const data = await harmless(COUNT, {
      where: { hyperparameters: { optimizer: { [operator]: payload } } },
    });
    const values = hostile()
      .world.runs.map((run) => run.hyperparameters["OPTIMIZER"] ?? null)
      .filter((value) => typeof value === "string");
    // By UTF-8 bytes, which is by code point; a lone surrogate arrives as U+FFFD.
    const bytes = (text: string): Buffer => Buffer.from(text);
    const wanted = values.filter((value) => {
      const difference = Buffer.compare(bytes(value), bytes(payload));
      return operator === "eq"
        ? difference === 0
        : operator === "ne"
          ? difference !== 0
          : operator === "lt"
            ? difference < 0
            : difference >= 0;
    });
    expect(data).toEqual({ runs: { totalCount: wanted.length } });
  });

  it("in a list of strings", async () => {
    expect(
      await harmless(COUNT, { where: { hyperparameters: { optimizer: { in: [payload, "sgd"] } } } }),
    ).toEqual({ runs: { totalCount: payload === "" ? 3 : 2 } });
  });

  it("as the name of a dataset", async () => {
    await harmless("query ($name: String!) { dataset(name: $name) { id } }", { name: payload }, [
      "UNKNOWN_NAME",
    ]);
    await harmless("query ($name: String!) { run(dataset: $name, line: 1) { id } }", { name: payload }, [
      "UNKNOWN_NAME",
    ]);
    await harmless(COUNT, { where: { dataset: { notIn: [payload] } } }, ["UNKNOWN_NAME"]);
  });

  it("as an id, whole and within one", async () => {
    const ids = [
      payload,
      base64(payload),
      base64(`Run:${payload}`),
      base64(`Run:hostile:1${payload}`),
      base64(`Run:hostile:${payload}`),
      base64(`Configuration:${payload}`),
      base64(`Dataset:${payload}`),
    ];
    const wanted =
      payload === "" ? [null, null, null, { __typename: "Run" }, null, null, null] : ids.map(() => null);
    expect(await harmless("query ($ids: [ID!]!) { nodes(ids: $ids) { __typename } }", { ids })).toEqual({
      nodes: wanted,
    });
    for (const id of ids)
      expect(await harmless("query ($id: ID!) { node(id: $id) { __typename } }", { id })).toBeDefined();
    await harmless(COUNT, { where: { configuration: { eq: payload } } }, ["BAD_USER_INPUT"]);
    if (payload !== "")
      expect(
        await harmless(COUNT, { where: { configuration: { in: [base64(`Configuration:${payload}`)] } } }),
      ).toEqual({ runs: { totalCount: 0 } });
  });

  it("as a cursor, whole and forged", async () => {
    const { version } = service.catalogue;
    const cursors = [
      payload,
      base64(payload),
      base64(JSON.stringify([payload, "", 0])),
      base64(JSON.stringify([version, payload, 0])),
      base64(JSON.stringify([version, "", payload])),
      base64(JSON.stringify([version, "", 0, payload])),
      base64(JSON.stringify({ version, order: "", id: payload })),
    ];
    for (const cursor of cursors) {
      for (const side of ["after", "before"]) {
        // A cursor whose order is the empty payload is one of ours.
        const { errors, statements } = await service.request(
          `query ($cursor: String) { runs(${side}: $cursor) { totalCount } }`,
          { cursor },
        );
        for (const { text } of statements) expect(text).not.toContain(MARK);
        for (const { code, message } of errors)
          expect(["BAD_USER_INPUT", "STALE_CURSOR"], message).toContain(code);
        if (payload !== "") expect(errors.length, cursor).toBe(1);
      }
    }
  });
});

describe("cursors forged with values of another type", () => {
  const forge = async (
    name: string,
    value: unknown,
  ): Promise<{ codes: (string | null)[]; runs: number | null }> => {
    const orderBy = [{ by: { hyperparameter: name }, direction: "ASC" }];
    const query =
      "query ($orderBy: [RunOrder!], $after: String) { runs(orderBy: $orderBy, after: $after) { edges { cursor } } }";
    const first = await service.ask<{ runs: { edges: { cursor: string }[] } }>(query, { orderBy });
    const parts = JSON.parse(
      Buffer.from(first.runs.edges[0]?.cursor ?? "", "base64url").toString(),
    ) as unknown[];
    const after = base64(JSON.stringify([...parts.slice(0, -1), value]));
    const { errors, data } = await service.request(query, { orderBy, after });
    return {
      codes: errors.map(({ code }) => code),
      runs: (data as { runs: { edges: unknown[] } } | null)?.runs.edges.length ?? null,
    };
  };

  it.each<[string, unknown]>([
    ["LR", "abc"],
    ["LR", "0.01"],
    ["LR", true],
    ["OPTIMIZER", 5],
    ["OPTIMIZER", false],
    ["NESTEROV", "maybe"],
    ["NESTEROV", 5],
    ["SEED", "1; DROP TABLE runs"],
  ])("are refused: %s after %j", async (name, value) => {
    expect((await forge(name, value)).codes).toEqual(["BAD_USER_INPUT"]);
  });
});

describe("names in the data themselves", () => {
  it("are data: file names, keys, splits and values with quotes and semicolons", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sweepql-names-"));
    const key = `lr"; DROP TABLE runs; --${MARK}'`;
    const metric = `loss'; SELECT "${MARK}"; --`;
    const line = (value: number): string =>
      JSON.stringify({
        iteration: value,
        hyperparameters: {
          [key]: value,
          [`tag' ${MARK}`]: `v"'${MARK};`,
          "": 1,
          "a.b": 2,
          "\\": 3,
          "#p": 4,
          $1: 5,
        },
        learning_curve: [
          { step: 1, [metric]: value / 2, "'": 1, '"': 2 },
          { step: 2, [metric]: value, "'": 3, '"': 4 },
        ],
      });
    writeFileSync(join(folder, `it's "quoted"; DROP --${MARK}.jsonl`), [1, 2, 3].map(line).join("\n"));
    writeFileSync(
      join(folder, "sweepql.json"),
      JSON.stringify({ metrics: { [metric]: { goal: "minimize" } } }),
    );
    const odd = await serve([folder]);
    try {
      const name = `it's "quoted"; DROP --${MARK}`;
      const measured = odd.catalogue.curveFields.find(({ originals }) => originals.includes(metric));
      const searched = odd.catalogue.hyperparameters.find(({ originals }) => originals.includes(key));
      const { data, errors, statements } = await odd.request(
        `query ($name: String!) {
          dataset(name: $name) { name rejectedLineCount warnings hyperparameters { originalName } runs(where: {hyperparameters: {${searched?.name}: {gt: 1}}}) { totalCount nodes { score(of: ${measured?.enumValue}) { value } hyperparameterValues { originalName number string } } } }
          run(dataset: $name, line: 1) { line dataset { name } }
          aggregateRuns(groupBy: [{value: {hyperparameter: ${searched?.enumValue}}}]) { keys { label number } measure(of: {score: {metric: ${measured?.enumValue}}}) { mean } }
        }`,
        { name },
      );
      expect(errors).toEqual([]);
      for (const { text } of statements) expect(text).not.toContain(MARK);
      const { dataset, run, aggregateRuns } = data as {
        dataset: {
          name: string;
          rejectedLineCount: number;
          warnings: string[];
          hyperparameters: { originalName: string }[];
          runs: {
            totalCount: number;
            nodes: {
              score: { value: number };
              hyperparameterValues: { originalName: string; number: number | null; string: string | null }[];
            }[];
          };
        };
        run: { line: number; dataset: { name: string } };
        aggregateRuns: { keys: { number: number }[]; measure: { mean: number } }[];
      };
      expect(dataset.name).toBe(name);
      expect(dataset.rejectedLineCount).toBe(0);
      // The engine has no name for an empty key: it is left out aloud.
      expect(dataset.warnings).toContain("a key with an empty name under `hyperparameters` is not read");
      expect(dataset.runs.totalCount).toBe(2);
      expect(dataset.runs.nodes.map(({ score }) => score.value)).toEqual([1, 1.5]);
      expect(
        dataset.runs.nodes[0]?.hyperparameterValues.find(
          ({ originalName }) => originalName === `tag' ${MARK}`,
        )?.string,
      ).toBe(`v"'${MARK};`);
      expect(dataset.hyperparameters.map(({ originalName }) => originalName).sort()).toEqual(
        [key, `tag' ${MARK}`, "a.b", "\\", "#p", "$1"].sort(),
      );
      expect(run).toEqual({ line: 1, dataset: { name } });
      expect(aggregateRuns.map(({ keys, measure }) => [keys[0]?.number, measure.mean])).toEqual([
        [1, 0.5],
        [2, 1],
        [3, 1.5],
      ]);
    } finally {
      await odd.close();
    }
  });
});
