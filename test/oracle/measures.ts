import type { Run, Value, World } from "./world.js";

/** Measures as the API's inputs write them, and their values, by the documented rules. */

export interface ScoreAt {
  readonly best?: string;
  readonly final?: true;
  readonly step?: number;
}

export interface Measure {
  readonly score?: { readonly metric: string; readonly at?: ScoreAt };
  readonly hyperparameter?: string;
  readonly iteration?: true;
  readonly cost?: Cost;
}

export type Cost = "TRAIN_SECONDS" | "EVAL_SECONDS" | "TOTAL_SECONDS" | "TOKENS" | "LAST_STEP";

export type State = "FINITE" | "NAN" | "POSITIVE_INFINITY" | "NEGATIVE_INFINITY" | "MISSING";

export function stateOf(value: Value): State {
  if (value === null) return "MISSING";
  if (typeof value !== "number" || Number.isFinite(value)) return "FINITE";
  if (Number.isNaN(value)) return "NAN";
  return value > 0 ? "POSITIVE_INFINITY" : "NEGATIVE_INFINITY";
}

export const isFiniteNumber = (value: Value): value is number =>
  typeof value === "number" && Number.isFinite(value);

export function valueOf(world: World, run: Run, measure: Measure): Value {
  if (measure.score) return scoreOf(world, run, measure.score.metric, measure.score.at).value;
  if (measure.hyperparameter !== undefined) return run.hyperparameters[measure.hyperparameter] ?? null;
  if (measure.cost) return costOfRun(run, measure.cost);
  return run.iteration;
}

export interface Score {
  readonly value: number | null;
  /** Index of the point that it was read at; null where there is none. */
  readonly at: number | null;
}

export function scoreOf(world: World, run: Run, metric: string, at: ScoreAt = { best: metric }): Score {
  const read = (index: number | null): Score => ({
    value: index === null ? null : (run.points[index]?.values[metric] ?? null),
    at: index,
  });
  if (at.final) return read(run.points.length > 0 ? run.points.length - 1 : null);
  if (at.step !== undefined) {
    const index = run.points.findLastIndex((point) => point.axis === at.step);
    return read(index < 0 ? null : index);
  }
  const of = at.best ?? metric;
  const index = bestPoint(world, run, of);
  if (index !== null || of !== metric) return read(index);
  // No finite value: NaN where one was logged, else an infinity, else missing.
  const logged = run.points.map((point) => point.values[metric] ?? null).filter((value) => value !== null);
  if (logged.some(Number.isNaN)) return { value: NaN, at: null };
  return { value: logged.length > 0 ? Math.max(...logged) : null, at: null };
}

/** The first point at which a metric is best, among finite values. */
export function bestPoint(world: World, run: Run, metric: string): number | null {
  const goal = world.metrics[metric]?.goal;
  if (!goal) throw new Error(`${metric} has no goal`);
  let best: number | null = null;
  run.points.forEach(({ values }, index) => {
    const value = values[metric] ?? null;
    if (!isFiniteNumber(value)) return;
    const held = best === null ? null : (run.points[best]?.values[metric] ?? null);
    if (held === null || (goal === "minimize" ? value < held : value > held)) best = index;
  });
  return best;
}

export function costOfRun(run: Run, cost: Cost): number | null {
  const { clock, tokens } = run.dataset;
  const last = run.rawPoints.at(-1);
  const number = (value: unknown): number | null => (typeof value === "number" ? value : null);
  if (!last) return null;
  if (cost === "LAST_STEP") return run.points.at(-1)?.axis ?? null;
  if (cost === "TOKENS") return tokens === null ? null : number(last[tokens]);
  if (!clock) return null;
  if ("elapsed" in clock) return cost === "TOTAL_SECONDS" ? number(last[clock.elapsed]) : null;
  if (cost === "TOTAL_SECONDS") return number(last[clock.evalEnd]);
  let training = 0;
  let evaluating = 0;
  let before = 0;
  for (const point of run.rawPoints) {
    const trained = number(point[clock.trainEnd]);
    const evaluated = number(point[clock.evalEnd]);
    if (trained === null || evaluated === null) return null;
    training += trained - before;
    evaluating += evaluated - trained;
    before = evaluated;
  }
  return cost === "TRAIN_SECONDS" ? training : evaluating;
}

export type Flag = "nanTrainLoss" | "diverged" | "complete";

export function flagOf(world: World, run: Run, flag: Flag): boolean | null {
  switch (flag) {
    case "nanTrainLoss":
      return run.failed;
    case "diverged": {
      if (run.failed !== null) return run.failed;
      const judged = Object.keys(run.dataset.metrics).filter((metric) => world.metrics[metric]?.goal);
      if (judged.length === 0) return null;
      return !judged.some((metric) => isFiniteNumber(scoreOf(world, run, metric, { final: true }).value));
    }
    case "complete": {
      const rule = run.dataset.completeAt;
      const planned = rule && run.rawHyperparameters[rule.key];
      if (!rule || typeof planned !== "number") return null;
      const last = run.points.at(-1);
      return last !== undefined && last.axis >= planned - rule.minus;
    }
  }
}
