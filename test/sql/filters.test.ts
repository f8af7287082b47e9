import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve, type Service } from "../api/harness.js";
import { tiny } from "../api/worlds.js";
import { expectExplained, flat } from "./explain.js";

/**
 * Every filter arm over test/fixtures/api/tiny/tiny.jsonl: its SQL, its values, and the lines that
 * it holds for, read off the file by hand:
 *
 * | line | flag  | lr     | warmup | steps logged | val_raw_loss by step | best | final |
 * |------|-------|--------|--------|--------------|----------------------|------|-------|
 * | 1    | false | 0.0001 | 100    | 500…1500     | 5, 4, 3.75           | 3.75 | 3.75  |
 * | 2    | false | 0.0005 | 200    | 500…1500     | 3.5, 3, 3.25         | 3    | 3.25  |
 * | 3    | true  | 0.05   | 50     | 500, 1000    | 7.5, NaN             | 7.5  | NaN   |
 * | 4    | false | 0.002  | 0      | 500…1500     | 3.25, 2.5, 2.5       | 2.5  | 2.5   |
 * | 5    | false | 0.002  | 0      | 500…1500     | 3.5, 2.75, Infinity  | 2.75 | Inf   |
 * | 6    | true  | 0.05   | 50     | none         |                      |      |       |
 * | 7    | false | 0.0005 | 200    | 500, 1000    | null, 3.125          | 3.125| 3.125 |
 */
let service: Service;
beforeAll(async () => {
  service = await serve(tiny().sources);
});
afterAll(() => service.close());

const QUERY = "query ($where: RunFilter) { runs(where: $where) { nodes { line } } }";

/** The condition alone, with the columns' names instead of their numbers. */
function conditionOf(text: string): string {
  const condition = /WHERE (.*)\), page AS/s.exec(text)?.[1] ?? "";
  const { hyperparameters, curveFields } = service.catalogue;
  return [...hyperparameters, ...curveFields].reduce(
    (sql, { column, name }) =>
      sql.replaceAll(new RegExp(`"((?:best_|final_|best_point_)?)${column}"`, "g"), `$1${name}`),
    condition,
  );
}

const loss = { score: { metric: "VAL_RAW_LOSS" } };
const final = { score: { metric: "VAL_RAW_LOSS", at: { final: true } } };
const first = { score: { metric: "VAL_RAW_LOSS", at: { step: 500 } } };
const lr = (is: object): object => ({ hyperparameters: { lr: is } });
const measured = (of: object, is: object): object => ({ measure: [{ of, is }] });

const arms: readonly (readonly [what: string, where: object, lines: readonly number[]])[] = [
  ["eq", lr({ eq: 0.0005 }), [2, 7]],
  ["ne", lr({ ne: 0.0005 }), [1, 3, 4, 5, 6]],
  ["lt", lr({ lt: 0.0005 }), [1]],
  ["lte", lr({ lte: 0.0005 }), [1, 2, 7]],
  ["gt", lr({ gt: 0.002 }), [3, 6]],
  ["gte", lr({ gte: 0.002 }), [3, 4, 5, 6]],
  ["in", lr({ in: [0.05, 0.0001] }), [1, 3, 6]],
  ["in nothing", lr({ in: [] }), []],
  ["notIn", lr({ notIn: [0.05, 0.0001] }), [2, 4, 5, 7]],
  ["notIn nothing", lr({ notIn: [] }), [1, 2, 3, 4, 5, 6, 7]],
  ["two operators", lr({ gt: 0.0001, lt: 0.002 }), [2, 7]],
  // NaN (3) and missing (6) satisfy no comparison; Infinity (5) does.
  ["a final score, gt", measured(final, { gt: 3 }), [1, 2, 5, 7]],
  ["a final score, ne", measured(final, { ne: 2.5 }), [1, 2, 5, 7]],
  ["a final score, notIn", measured(final, { notIn: [2.5, 3.75] }), [2, 5, 7]],
  ["a final score, gte", measured(final, { gte: 3.25 }), [1, 2, 5]],
  ["a final score, lte", measured(final, { lte: 3.25 }), [2, 4, 7]],
  ["isNaN", measured(final, { isNaN: true }), [3]],
  ["not isNaN", measured(final, { isNaN: false }), [1, 2, 4, 5, 6, 7]],
  ["isNull", measured(final, { isNull: true }), [6]],
  ["not isNull", measured(final, { isNull: false }), [1, 2, 3, 4, 5, 7]],
  ["isFinite", measured(final, { isFinite: true }), [1, 2, 4, 7]],
  ["not isFinite", measured(final, { isFinite: false }), [3, 5, 6]],
  ["a best score", measured(loss, { lt: 3 }), [4, 5]],
  ["a score at a step", measured(first, { isNull: true }), [6, 7]],
  // Test loss where validation is best: 4, 3.5, 7.75, 2.75 (step 1000, the first of the tie), 3, –, 3.375.
  [
    "a score at the best of another",
    measured({ score: { metric: "TEST_RAW_LOSS", at: { best: "VAL_RAW_LOSS" } } }, { in: [2.75, 3.375] }),
    [4, 7],
  ],
  ["a cost", measured({ cost: "LAST_STEP" }, { lt: 1500 }), [3, 7]],
  // Evaluation: 10+10+20; 3×10; 10+12; 3×10; 3×12; –; 10+15.
  ["seconds of evaluation", measured({ cost: "EVAL_SECONDS" }, { gt: 30 }), [1, 5]],
  ["the iteration", measured({ iteration: true }, { gte: 6 }), [6, 7]],
  ["the line", { line: { in: [1, 7, 99] } }, [1, 7]],
  ["the iteration, as a field", { iteration: { lt: 2 } }, [1]],
  ["the dataset", { dataset: { eq: "tiny" } }, [1, 2, 3, 4, 5, 6, 7]],
  ["not the dataset", { dataset: { notIn: ["tiny"] } }, []],
  ["the flag", { nanTrainLoss: { eq: true } }, [3, 6]],
  ["the flag, ne", { nanTrainLoss: { ne: true } }, [1, 2, 4, 5, 7]],
  ["diverged", { diverged: { eq: false } }, [1, 2, 4, 5, 7]],
  ["complete", { complete: { eq: true } }, [1, 2, 4, 5]],
  ["complete, isNull", { complete: { isNull: true } }, []],
  ["and", { and: [lr({ gte: 0.002 }), { nanTrainLoss: { eq: false } }] }, [4, 5]],
  ["and of nothing", { and: [] }, [1, 2, 3, 4, 5, 6, 7]],
  ["or", { or: [lr({ eq: 0.0001 }), { line: { gt: 5 } }] }, [1, 6, 7]],
  ["or of nothing", { or: [] }, []],
  // The plain complement: NaN and missing are in it.
  ["not", { not: measured(final, { gt: 3 }) }, [3, 4, 6]],
  ["not of an empty filter", { not: {} }, []],
  [
    "an integer hyperparameter",
    { hyperparameters: { warmupSteps: { in: [0, 50] }, nEmbd: { eq: 384 } } },
    [3, 4, 5, 6],
  ],
];

describe("filters", () => {
  it.each(arms)("%s", async (what, where, lines) => {
    const { data, errors, statements } = await service.request(QUERY, { where });
    expect(errors).toEqual([]);
    expect((data as { runs: { nodes: { line: number }[] } }).runs.nodes.map(({ line }) => line)).toEqual(
      lines,
    );
    expect(statements).toHaveLength(1);
    for (const statement of statements) {
      await expectExplained(service, statement);
      const { text, values } = flat(statement);
      // The last value is the page's limit.
      expect(`${what}\n${conditionOf(text)}\n${JSON.stringify(values)}`).toMatchSnapshot();
    }
  });

  it("by configuration", async () => {
    const { run } = await service.ask<{ run: { configuration: { id: string } } }>(
      `{ run(dataset: "tiny", line: 3) { configuration { id } } }`,
    );
    const lines = async (is: object): Promise<number[]> => {
      const { runs } = await service.ask<{ runs: { nodes: { line: number }[] } }>(QUERY, {
        where: { configuration: is },
      });
      return runs.nodes.map(({ line }) => line);
    };
    expect(await lines({ eq: run.configuration.id })).toEqual([3, 6]);
    expect(await lines({ notIn: [run.configuration.id] })).toEqual([1, 2, 4, 5, 7]);
    expect(await lines({ in: [] })).toEqual([]);
  });

  it("leaves out what a variable leaves out", async () => {
    const { runs } = await service.ask<{ runs: { nodes: { line: number }[] } }>(
      "query ($x: Float) { runs(where: {hyperparameters: {lr: {gt: $x}}}) { nodes { line } } }",
      {},
    );
    expect(runs.nodes).toHaveLength(7);
  });
});
