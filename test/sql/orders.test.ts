import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve, type Service } from "../api/harness.js";
import { tiny } from "../api/worlds.js";
import { expectExplained, flat } from "./explain.js";

/** Orders over the tiny file (its values stand in filters.test.ts), in both directions and both ways of paging. */
let service: Service;
beforeAll(async () => {
  service = await serve(tiny().sources);
});
afterAll(() => service.close());

const loss = { score: { metric: "VAL_RAW_LOSS" } };
const final = { score: { metric: "VAL_RAW_LOSS", at: { final: true } } };
const lr = { hyperparameter: "LR" };

const orders: readonly (readonly [what: string, orderBy: readonly object[], lines: readonly number[]])[] = [
  ["none", [], [1, 2, 3, 4, 5, 6, 7]],
  ["the best score", [{ by: loss }], [4, 5, 2, 7, 1, 3, 6]],
  [
    "the best score, downwards: missing is still last",
    [{ by: loss, direction: "DESC" }],
    [3, 1, 7, 2, 5, 4, 6],
  ],
  ["better first, of a loss", [{ by: loss, direction: "BEST" }], [4, 5, 2, 7, 1, 3, 6]],
  // Best accuracies: .375, .5, .0625, .625, .5, –, .375.
  [
    "better first, of an accuracy",
    [{ by: { score: { metric: "VAL_RAW_ACCURACY" } }, direction: "BEST" }],
    [4, 2, 5, 1, 7, 3, 6],
  ],
  // NaN (3), Infinity (5) and missing (6) are last, in order of their lines.
  ["the final score", [{ by: final }], [4, 7, 2, 1, 3, 5, 6]],
  ["the final score, downwards", [{ by: final, direction: "DESC" }], [1, 2, 7, 4, 3, 5, 6]],
  ["ties, in order of line", [{ by: lr }], [1, 2, 7, 4, 5, 3, 6]],
  ["ties, in order of line when downwards too", [{ by: lr, direction: "DESC" }], [3, 6, 4, 5, 2, 7, 1]],
  [
    "two",
    [
      { by: lr, direction: "DESC" },
      { by: loss, direction: "DESC" },
    ],
    [3, 6, 5, 4, 7, 2, 1],
  ],
  ["a cost, cheapest first", [{ by: { cost: "TOTAL_SECONDS" }, direction: "BEST" }], [7, 3, 4, 5, 2, 1, 6]],
  ["the iteration, downwards", [{ by: { iteration: true }, direction: "DESC" }], [7, 6, 5, 4, 3, 2, 1]],
];

interface Page {
  readonly runs: {
    readonly nodes: readonly { readonly line: number }[];
    readonly pageInfo: { readonly startCursor: string; readonly endCursor: string };
  };
}

const QUERY =
  "query ($orderBy: [RunOrder!], $first: Int, $last: Int, $after: String, $before: String) { runs(orderBy: $orderBy, first: $first, last: $last, after: $after, before: $before) { nodes { line } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }";

describe("orders", () => {
  it.each(orders)("by %s", async (what, orderBy, lines) => {
    const page = async (variables: Record<string, unknown>): Promise<Page["runs"]> =>
      (await service.ask<Page>(QUERY, { orderBy, ...variables })).runs;
    const found = ({ nodes }: Page["runs"]): number[] => nodes.map(({ line }) => line);
    expect(found(await page({}))).toEqual(lines);
    const front = await page({ first: 3 });
    expect(found(front)).toEqual(lines.slice(0, 3));
    expect(found(await page({ first: 3, after: front.pageInfo.endCursor }))).toEqual(lines.slice(3, 6));
    const back = await page({ last: 3 });
    expect(found(back)).toEqual(lines.slice(-3));
    expect(found(await page({ last: 3, before: back.pageInfo.startCursor }))).toEqual(lines.slice(1, 4));
    const { statements } = await service.request(QUERY, {
      orderBy,
      first: 3,
      after: front.pageInfo.endCursor,
    });
    for (const statement of statements) {
      await expectExplained(service, statement);
      const { text, values } = flat(statement);
      expect(`${what}\n${text}\n${JSON.stringify(values)}`).toMatchSnapshot();
    }
  });
});
