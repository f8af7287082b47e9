import type { Random } from "../fuzz/random.js";
import type { RunFilter } from "../oracle/filters.js";
import type { RunOrder } from "../oracle/orders.js";

/** One page that was asked for and answered. */
export interface Answered {
  readonly where: RunFilter;
  readonly orderBy: readonly RunOrder[];
  /** Rows that earlier pages of the same walk answered, all of one version. */
  readonly before: number;
  readonly dataVersion: string;
  readonly data: PageData;
}

export interface PageData {
  readonly datasets: readonly { readonly name: string; readonly version: string }[];
  readonly runs: {
    readonly totalCount: number;
    readonly nodes: readonly {
      readonly line: number;
      readonly dataset: { readonly name: string };
      readonly hyperparameters: { readonly lr: number };
    }[];
    readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
  };
}

export const PAGE = `query ($where: RunFilter, $orderBy: [RunOrder!], $first: Int, $after: String) {
  datasets { name version }
  runs(where: $where, orderBy: $orderBy, first: $first, after: $after) {
    totalCount
    nodes { line dataset { name } hyperparameters { lr } }
    pageInfo { endCursor hasNextPage }
  }
}`;

export function randomWhere(random: Random): RunFilter {
  const limit = Math.round(random.next() * 100) / 100;
  return random.pick<() => RunFilter>([
    () => ({}),
    () => ({ hyperparameters: { lr: { lt: limit } } }),
    () => ({ measure: [{ of: { score: { metric: "LOSS" } }, is: { gte: limit / 4 } }] }),
    () => ({ not: { hyperparameters: { lr: { gte: limit } } }, line: { lte: 100 } }),
    () => ({ measure: [{ of: { score: { metric: "LOSS", at: { final: true } } }, is: { isNaN: true } }] }),
  ])();
}

export const randomOrder = (random: Random): readonly RunOrder[] =>
  random.pick<readonly RunOrder[]>([
    [],
    [{ by: { hyperparameter: "LR" }, direction: "DESC" }],
    [{ by: { score: { metric: "LOSS" } }, direction: "ASC" }],
  ]);
