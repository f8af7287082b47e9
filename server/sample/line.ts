import type { Metric, Point } from "./curve.js";
import type { Hyperparameters } from "./hyperparameters.js";
import { pythonFloat } from "./python-float.js";
import { decayFraction, tokensPerStep, totalSteps } from "./schedule.js";

/** One finished training run as its line tells it. */
export interface FinishedRun {
  /** Counted from 1. */
  readonly iteration: number;
  readonly nanTrainLoss: boolean;
  readonly hyperparameters: Hyperparameters;
  readonly seed: number;
  readonly dataSeed: number;
  readonly curve: readonly Point[];
}

const fixed = `"n_embd": 384, "n_layer": 8, "n_head": 6, "sequence_length": 512, "total_steps": ${totalSteps}`;

/** A line of a results file, as Python's json.dumps writes it, without its newline. */
export function formatLine(run: FinishedRun): string {
  const at = run.hyperparameters;
  const points = run.curve.map(formatPoint).join(", ");
  return (
    `{"iteration": ${run.iteration}, "nan_train_loss": ${run.nanTrainLoss}, "hyperparameters": {${fixed}, ` +
    `"warmup_steps": ${at.warmupSteps}, "lr": ${pythonFloat(at.lr)}, "beta1": ${pythonFloat(at.beta1)}, ` +
    `"beta2": ${pythonFloat(at.beta2)}, "weight_decay": ${pythonFloat(at.weightDecay)}, ` +
    `"dropout": ${pythonFloat(at.dropout)}, "wsd_fract_decay": ${decayFraction}, "seed": ${run.seed}, ` +
    `"data_seed": ${run.dataSeed}}, "synthetic": true, "learning_curve": [${points}]}`
  );
}

function formatPoint(point: Point): string {
  return (
    `{"step": ${point.step}, "tokens": ${point.step * tokensPerStep}, "lr": ${pythonFloat(point.lr)}, ` +
    `"train_end_time": ${pythonFloat(point.trainEndTime)}, "eval_end_time": ${pythonFloat(point.evalEndTime)}, ` +
    `"train_raw_loss": ${pythonFloat(point.trainRawLoss)}, ` +
    `${formatMetric("val_raw", point.valRaw)}, ` +
    `${formatMetric("val_weight_averaged", point.valWeightAveraged)}, ` +
    `${formatMetric("test_raw", point.testRaw)}, ` +
    `${formatMetric("test_weight_averaged", point.testWeightAveraged)}}`
  );
}

function formatMetric(name: string, { loss, accuracy }: Metric): string {
  return `"${name}_loss": ${pythonFloat(loss)}, "${name}_accuracy": ${pythonFloat(accuracy)}`;
}
