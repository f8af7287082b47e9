import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { holds, type RunFilter } from "../oracle/filters.js";
import { type RunOrder, sortRuns } from "../oracle/orders.js";
import type { World } from "../oracle/world.js";
import { arbitraries } from "./arbitraries.js";
import { serve, type Service } from "./harness.js";
import { check } from "./properties.js";
import { alexnet, deberta, hostile, opdaMissing, sample, type Served, tiny } from "./worlds.js";

const QUERY = `query ($where: RunFilter, $orderBy: [RunOrder!], $first: Int, $after: String, $last: Int, $before: String) {
  runs(where: $where, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    totalCount
    edges { cursor node { line dataset { name } } }
    nodes { line dataset { name } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

interface Node {
  readonly line: number;
  readonly dataset: { readonly name: string };
}

interface Page {
  readonly runs: {
    readonly totalCount: number;
    readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
    readonly nodes: readonly Node[];
    readonly pageInfo: {
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
      readonly startCursor: string | null;
      readonly endCursor: string | null;
    };
  };
}

const nameOf = ({ line, dataset }: Node): string => `${dataset.name}:${line}`;

/** Pages through everything in one direction, and says what came. */
async function walk(
  service: Service,
  where: RunFilter,
  orderBy: readonly RunOrder[],
  size: number,
  forward: boolean,
) {
  const runs: string[] = [];
  const cursors = new Map<string, string>();
  let cursor: string | null = null;
  for (let pages = 0; ; pages += 1) {
    expect(pages, "pages without end").toBeLessThan(1000);
    const window: Record<string, unknown> = forward
      ? { first: size, after: cursor }
      : { last: size, before: cursor };
    const { runs: page }: Page = await service.ask<Page>(QUERY, { where, orderBy, ...window });
    const names = page.edges.map(({ node }) => nameOf(node));
    expect(page.nodes.map(nameOf)).toEqual(names);
    page.edges.forEach(({ cursor: at, node }) => cursors.set(nameOf(node), at));
    expect(page.pageInfo.startCursor).toBe(page.edges[0]?.cursor ?? null);
    expect(page.pageInfo.endCursor).toBe(page.edges.at(-1)?.cursor ?? null);
    const { hasNextPage, hasPreviousPage } = page.pageInfo;
    const [ahead, behind] = forward ? [hasNextPage, hasPreviousPage] : [hasPreviousPage, hasNextPage];
    expect(behind, "the page on the side that was come from").toBe(pages > 0);
    if (forward) runs.push(...names);
    else runs.unshift(...names);
    expect(ahead, "the page ahead").toBe(runs.length < page.totalCount);
    if (!ahead) return { runs, cursors, totalCount: page.totalCount };
    expect(names.length).toBe(size);
    cursor = forward ? page.pageInfo.endCursor : page.pageInfo.startCursor;
  }
}

function pageProperties(
  served: () => Promise<Served> | Served,
  numRuns: number,
  sizes: fc.Arbitrary<number>,
): void {
  let service: Service;
  let world: World;
  beforeAll(async () => {
    const { sources, world: read } = await served();
    world = read;
    service = await serve(sources);
  });
  afterAll(() => service.close());

  const expected = (where: RunFilter, orderBy: readonly RunOrder[]): string[] =>
    sortRuns(
      world,
      world.runs.filter((run) => holds(world, run, where)),
      orderBy,
    ).map(({ dataset, line }) => `${dataset.name}:${line}`);

  it("answers every run of the filter exactly once, in order, whichever way it is paged", async () => {
    const { filter, orders } = arbitraries(world);
    await check(
      fc.tuple(filter, orders, sizes, fc.boolean()),
      numRuns,
      async ([where, orderBy, size, forward]) => {
        const wanted = expected(where, orderBy);
        const { runs, totalCount } = await walk(service, where, orderBy, size, forward);
        expect(runs).toEqual(wanted);
        expect(totalCount).toBe(wanted.length);
      },
    );
  });

  it("cuts any window between two cursors, and tells what lies beside it", async () => {
    const { filter, orders } = arbitraries(world);
    const place = fc.option(fc.nat(1000), { nil: null });
    await check(
      fc.tuple(filter, orders, place, place, fc.nat(6), fc.boolean()),
      numRuns,
      async ([where, orderBy, from, to, size, forward]) => {
        const all = expected({}, orderBy);
        const { cursors } = await walk(service, {}, orderBy, 5000, true);
        // The cursors are of any runs of this order, whether the filter holds for them or not.
        const after = from === null ? null : from % all.length;
        const before = to === null ? null : to % all.length;
        const wanted = expected(where, orderBy);
        const rank = (name: string): number => all.indexOf(name);
        const within = wanted.filter(
          (name) => rank(name) > (after ?? -1) && rank(name) < (before ?? Infinity),
        );
        const page = forward ? within.slice(0, size) : within.slice(Math.max(0, within.length - size));
        const cursorAt = (index: number | null): string | null =>
          index === null ? null : (cursors.get(all[index] ?? "") ?? null);
        const { runs } = await service.ask<Page>(QUERY, {
          where,
          orderBy,
          after: cursorAt(after),
          before: cursorAt(before),
          ...(forward ? { first: size } : { last: size }),
        });
        expect(runs.nodes.map(nameOf)).toEqual(page);
        if (page.length === 0) return;
        expect(runs.pageInfo.hasPreviousPage, "hasPreviousPage").toBe(wanted[0] !== page[0]);
        expect(runs.pageInfo.hasNextPage, "hasNextPage").toBe(wanted.at(-1) !== page.at(-1));
      },
    );
  });
}

describe("pages over hostile values", () => pageProperties(hostile, 120, fc.integer({ min: 1, max: 7 })));
describe("pages over the tiny file", () => pageProperties(tiny, 40, fc.integer({ min: 1, max: 4 })));
describe("pages over a generated sample", () => pageProperties(sample, 15, fc.integer({ min: 9, max: 70 })));

const missing = opdaMissing();
if (missing) console.warn(`Pages over the real files are not tested: ${missing}`);
describe.skipIf(missing)("pages over the real AlexNet file", () =>
  pageProperties(alexnet, 6, fc.integer({ min: 100, max: 600 })),
);
describe.skipIf(missing)("pages over the real DeBERTa file", () =>
  pageProperties(deberta, 6, fc.integer({ min: 100, max: 600 })),
);
