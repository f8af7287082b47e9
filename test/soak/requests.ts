import type { Random } from "../fuzz/random.js";
import { holds, type RunFilter } from "../oracle/filters.js";
import { type RunOrder, sortRuns } from "../oracle/orders.js";
import type { World } from "../oracle/world.js";

export interface PageData {
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

/** Which page of which runs was asked for. */
export interface PageAsked {
  readonly where: RunFilter;
  readonly orderBy: readonly RunOrder[];
  /** Rows that earlier pages of the same walk answered, all of one version. */
  readonly before: number;
}

/** What is wrong with a page; null where nothing is. */
export function wrongPage(
  { where, orderBy, before }: PageAsked,
  { runs }: PageData,
  world: World,
): string | null {
  const all = sortRuns(
    world,
    world.runs.filter((run) => holds(world, run, where)),
    orderBy,
  );
  const { totalCount, nodes, pageInfo } = runs;
  const wanted = all
    .slice(before, before + nodes.length)
    .map((run) => `${run.dataset.name}:${run.line}:${run.hyperparameters["LR"]}`);
  const found = nodes.map((node) => `${node.dataset.name}:${node.line}:${node.hyperparameters.lr}`);
  const isLast = before + nodes.length >= all.length;
  return totalCount !== all.length || wanted.join() !== found.join() || pageInfo.hasNextPage === isLast
    ? `${JSON.stringify({ where, orderBy, before })}: ${totalCount} for ${all.length}`
    : null;
}

/** An export of all runs of a filter, and what is wrong with it. */
export function randomExport(random: Random): {
  readonly path: string;
  wrong(csv: string, world: World): string | null;
} {
  const where = randomWhere(random);
  const asked = new URLSearchParams({
    columns: "dataset,line,hyperparameters.lr",
    where: JSON.stringify(where),
  });
  return {
    path: `/export/runs.csv?${asked}`,
    wrong(csv, world) {
      const found = csv.trimEnd().split(/\r?\n/).slice(1);
      const wanted = world.runs
        .filter((run) => holds(world, run, where))
        .map(
          ({ dataset, line, hyperparameters }) => `${dataset.name},${line},${Number(hyperparameters["LR"])}`,
        );
      const numbered = found.map((row) => {
        const [dataset = "", line = "", lr = ""] = row.split(",");
        return `${dataset},${line},${Number(lr)}`;
      });
      return numbered.join() === wanted.join() ? null : `${found.length} for ${wanted.length} rows`;
    },
  };
}

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
