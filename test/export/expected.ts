import { costOfRun, flagOf, scoreOf } from "../oracle/measures.js";
import type { Run, Value, World } from "../oracle/world.js";

/** What the oracle has for a column of a run, by the documented names. */
export function runValue(world: World, run: Run, column: string): Value {
  switch (column) {
    case "dataset":
      return run.dataset.name;
    case "line":
      return run.line;
    case "iteration":
      return run.iteration;
    case "nanTrainLoss":
    case "diverged":
    case "complete":
      return flagOf(world, run, column);
    case "pointCount":
      return run.points.length;
    case "lastStep":
      return costOfRun(run, "LAST_STEP");
    case "trainSeconds":
      return costOfRun(run, "TRAIN_SECONDS");
    case "evalSeconds":
      return costOfRun(run, "EVAL_SECONDS");
    case "totalSeconds":
      return costOfRun(run, "TOTAL_SECONDS");
    case "tokens":
      return costOfRun(run, "TOKENS");
  }
  const [kind, name = "", ...rest] = column.split(/[.@]/);
  if (kind === "hyperparameters") return run.hyperparameters[keyOf(world.hyperparameters, name)] ?? null;
  if (kind !== "score") throw new Error(`no column ${column}`);
  const metric = keyOf(world.metrics, name);
  const place = rest.find((part) => part !== "step") ?? "";
  const at = place.startsWith("step:")
    ? { step: Number(place.slice(5)) }
    : place.startsWith("best:")
      ? { best: keyOf(world.metrics, place.slice(5)) }
      : place === "final"
        ? { final: true as const }
        : undefined;
  const score = scoreOf(world, run, metric, at);
  if (!column.endsWith(".step")) return score.value;
  return score.at === null ? null : (run.points[score.at]?.axis ?? null);
}

/** What the oracle has for a column of one point of a run. */
export function pointValue(world: World, run: Run, index: number, column: string): Value {
  if (column === "axis") return run.points[index]?.axis ?? null;
  if (!column.startsWith("metric.")) return runValue(world, run, column);
  return run.points[index]?.values[keyOf(world.metrics, column.slice("metric.".length))] ?? null;
}

/** The enum value of a field. */
function keyOf(named: Readonly<Record<string, { readonly field: string }>>, field: string): string {
  const found = Object.entries(named).find(([, one]) => one.field === field);
  if (!found) throw new Error(`the world has no ${field}`);
  return found[0];
}
