import type { HeavyTasks, TaskName } from "./heavy-tasks.js";

/** So many steps keep everybody else waiting for a millisecond or two at most. */
const AT_ONCE = 100_000;

/** Whether a task is done sooner than it is handed to a worker, and holds nobody up. */
export function isLight<Name extends TaskName>(name: Name, request: HeavyTasks[Name]["request"]): boolean {
  return steps[name](request) <= AT_ONCE;
}

type Steps = { readonly [Name in TaskName]: (request: HeavyTasks[Name]["request"]) => number };

/** What sorting takes for each value that is sorted, and what is made of the order. */
const SORT = 20;
/** Raising a number to a power. */
const POWER = 4;
/** A value of a noisy quadratic's cdf or density, and finding a quantile by it. */
const [CDF, ROOT] = [200, 3000];

/** About how many steps of ten nanoseconds a task takes; infinite for what is never done on the server's own thread. */
const steps: Steps = {
  band: () => Infinity,
  threshold: () => Infinity,
  fit: () => Infinity,
  gain: () => Infinity,
  separations: () => Infinity,
  importance: () => Infinity,
  tuningCurve: ({ sample: { scores }, asked: { runs, estimates } }) => {
    const averages = estimates.filter((name) => name !== "naive").length;
    return scores.length * (SORT + runs.length * averages * POWER) + runs.length * 100;
  },
  distribution: ({ sample: { scores } }) => scores.length * SORT,
  quantile: ({ sample: { scores } }) => scores.length * SORT,
  select: ({ sample: { scores } }) => scores.length * 2 * SORT,
  quadraticGoodness: ({ sample: { scores } }) => scores.length * (SORT + CDF),
  quadraticValues: ({ at }) => at.length * CDF,
  quadraticCurve: ({ of, runs }) => (of === "quantile" ? runs.length * ROOT : Infinity),
  seedNoise: ({ groups }) => groups.reduce((sum, { length }) => sum + 20 + 5 * length, 0),
  normalPlot: ({ scores }) => scores.length * 2 * SORT,
  bimodalSplit: ({ scores }) => scores.length * 2 * SORT,
  // An exact p-value grows with the square of the values.
  goodnessOfFit: ({ values }) => values.length ** 2,
  inferDistribution: ({ values }) => values.length * 4 * SORT,
};
