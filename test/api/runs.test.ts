import { describe, expect, it } from "vitest";
import { flagOf, type State, stateOf, valueOf } from "../oracle/measures.js";
import type { Run, Value, World } from "../oracle/world.js";
import { serve } from "./harness.js";
import { expectClose } from "./properties.js";
import { alexnet, deberta, hostile, opdaMissing, sample, type Served, tiny } from "./worlds.js";

/** Every scalar of every run, as its file has it. */

interface Node {
  readonly line: number;
  readonly dataset: { readonly name: string };
  readonly iteration: number | null;
  readonly nanTrainLoss: boolean | null;
  readonly diverged: boolean | null;
  readonly complete: boolean | null;
  readonly lastStep: number | null;
  readonly pointCount: number;
  readonly tokens: number | null;
  readonly trainSeconds: number | null;
  readonly evalSeconds: number | null;
  readonly totalSeconds: number | null;
  readonly configuration: { readonly id: string };
  readonly hyperparameters: Readonly<Record<string, Value>>;
  readonly hyperparameterValues: readonly {
    readonly originalName: string;
    readonly number: number | null;
    readonly string: string | null;
    readonly boolean: boolean | null;
    readonly state: State;
  }[];
}

const queryOf = (world: World): string => `{ runs(first: 5000) { totalCount nodes {
  line dataset { name } iteration nanTrainLoss diverged complete lastStep pointCount tokens trainSeconds evalSeconds totalSeconds configuration { id }
  hyperparameters { ${Object.values(world.hyperparameters)
    .map(({ field }) => field)
    .join(" ")} }
  hyperparameterValues { originalName number string boolean state }
} } }`;

const carried = (value: Value): Value =>
  typeof value === "number" ? (Number.isFinite(value) ? value + 0 : null) : value;

function expectRun(world: World, node: Node, run: Run): void {
  const what = `${run.dataset.name}:${run.line}`;
  expect(
    { line: node.line, dataset: node.dataset.name, iteration: node.iteration, pointCount: node.pointCount },
    what,
  ).toEqual({
    line: run.line,
    dataset: run.dataset.name,
    iteration: run.iteration,
    pointCount: run.points.length,
  });
  for (const flag of ["nanTrainLoss", "diverged", "complete"] as const)
    expect(node[flag], `${what}: ${flag}`).toBe(flagOf(world, run, flag));
  for (const [field, cost] of [
    ["lastStep", "LAST_STEP"],
    ["tokens", "TOKENS"],
    ["trainSeconds", "TRAIN_SECONDS"],
    ["evalSeconds", "EVAL_SECONDS"],
    ["totalSeconds", "TOTAL_SECONDS"],
  ] as const) {
    const wanted = carried(valueOf(world, run, { cost })) as number | null;
    // Σ differences of clocks: exact to the clocks' own rounding.
    expectClose(node[field], wanted, `${what}: ${field}`, 1e4);
  }
  expect(node.hyperparameters, what).toEqual(
    Object.fromEntries(
      Object.entries(world.hyperparameters).map(([name, { field }]) => [
        field,
        carried(run.hyperparameters[name] ?? null),
      ]),
    ),
  );
  const byKey = new Map(node.hyperparameterValues.map((value) => [value.originalName, value]));
  expect([...byKey.keys()].sort(), what).toEqual(Object.values(run.dataset.hyperparameters).sort());
  for (const [name, key] of Object.entries(run.dataset.hyperparameters)) {
    const value = run.hyperparameters[name] ?? null;
    expect(byKey.get(key), `${what}: ${key}`).toEqual({
      originalName: key,
      number: typeof value === "number" ? carried(value) : null,
      string: typeof value === "string" ? value : null,
      boolean: typeof value === "boolean" ? value : null,
      state: stateOf(value),
    });
  }
}

const worlds: readonly (readonly [string, () => Served | Promise<Served>])[] = [
  ["hostile values", hostile],
  ["the tiny file", tiny],
  ["a generated sample", sample],
];

async function expectRuns({ sources, world }: Served): Promise<void> {
  const service = await serve(sources);
  try {
    const { runs } = await service.ask<{ runs: { totalCount: number; nodes: Node[] } }>(queryOf(world));
    expect(runs.totalCount).toBe(world.runs.length);
    world.runs.forEach((run, index) => expectRun(world, runs.nodes[index] as Node, run));
    // Runs are of one configuration exactly where all that was searched is the same.
    const ids = new Map<string, Set<string>>();
    world.runs.forEach((run, index) => {
      const found = ids.get(run.configuration) ?? new Set();
      ids.set(run.configuration, found.add(runs.nodes[index]?.configuration.id ?? ""));
    });
    for (const [configuration, found] of ids) expect([...found], configuration).toHaveLength(1);
    expect(new Set([...ids.values()].flatMap((found) => [...found])).size).toBe(ids.size);
  } finally {
    await service.close();
  }
}

describe("runs are answered as their files have them", () => {
  it.each(worlds)("over %s", async (_, served) => expectRuns(await served()));

  const missing = opdaMissing();
  if (missing) console.warn(`Runs of the real files are not compared: ${missing}`);
  it.skipIf(missing)("over the real AlexNet file", () => expectRuns(alexnet()));
  it.skipIf(missing)("over the real DeBERTa file", () => expectRuns(deberta()));
});
