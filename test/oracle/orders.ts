import { order } from "./filters.js";
import { type Measure, valueOf } from "./measures.js";
import type { Run, Value, World } from "./world.js";

export interface RunOrder {
  readonly by: Measure;
  readonly direction: "ASC" | "DESC";
}

/** Runs in order; what is missing or not finite comes last in both directions, ties by dataset and line. */
export function sortRuns(world: World, runs: readonly Run[], orders: readonly RunOrder[]): Run[] {
  return [...runs].sort((a, b) => {
    for (const { by, direction } of orders) {
      const difference = compareLast(valueOf(world, a, by), valueOf(world, b, by), direction);
      if (difference !== 0) return difference;
    }
    return a.datasetIndex - b.datasetIndex || a.line - b.line;
  });
}

/** Two values in a direction, with what is not finite last. */
export function compareLast(a: Value, b: Value, direction: "ASC" | "DESC"): number {
  const [left, right] = [orderable(a), orderable(b)];
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  const difference = order(left, right);
  return direction === "ASC" ? difference : -difference;
}

const orderable = (value: Value): Value =>
  typeof value === "number" && !Number.isFinite(value) ? null : value;
