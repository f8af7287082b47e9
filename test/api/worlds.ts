import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeSample } from "../../server/sample/write-sample.js";
import { type DatasetDescription, readWorld, type World, type WorldDescription } from "../oracle/world.js";

/** The files that the API's answers are compared over, each described by hand for the oracle. */

export const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/api/${name}`, import.meta.url));

export interface Served {
  readonly sources: readonly string[];
  readonly world: World;
}

const read = (description: WorldDescription): World =>
  readWorld(description, (file) => readFileSync(file, "utf8"));

const plain: Omit<DatasetDescription, "name" | "file" | "hyperparameters" | "metrics" | "searched"> = {
  hyperparametersUnder: "hyperparameters",
  curveUnder: "learning_curve",
  curve: "objects",
  axis: "step",
  failureFlag: null,
  completeAt: null,
  clock: null,
  tokens: null,
};

/** Everything hostile: non-finite numbers, ties, empty curves, absent metrics, huge values, odd strings. */
export function hostile(): Served {
  const folder = fixture("hostile");
  const searched = { LR: "lr", DEPTH: "depth", OPTIMIZER: "optimizer", NESTEROV: "nesterov" };
  const datasets: DatasetDescription[] = [
    {
      ...plain,
      name: "hostile",
      file: join(folder, "hostile.jsonl"),
      failureFlag: "failed",
      hyperparameters: { ...searched, SEED: "seed" },
      metrics: { LOSS: "loss", ACCURACY: "accuracy", MEMORY: "memory" },
      searched: Object.keys(searched),
      completeAt: { key: "depth", minus: 0 },
    },
    {
      ...plain,
      name: "other",
      file: join(folder, "other.jsonl"),
      hyperparameters: { LR: "lr", DEPTH: "depth", WIDTH: "width" },
      metrics: { LOSS: "loss", SPEED: "speed" },
      searched: ["LR", "DEPTH", "WIDTH"],
    },
    {
      ...plain,
      name: "single",
      file: join(folder, "single.jsonl"),
      hyperparameters: { LR: "lr" },
      metrics: { LOSS: "loss" },
      searched: [],
    },
  ];
  const world = read({
    datasets,
    hyperparameters: {
      LR: { field: "lr", type: "float" },
      DEPTH: { field: "depth", type: "float" },
      OPTIMIZER: { field: "optimizer", type: "string" },
      NESTEROV: { field: "nesterov", type: "boolean" },
      SEED: { field: "seed", type: "integer" },
      WIDTH: { field: "width", type: "integer" },
    },
    metrics: {
      LOSS: { field: "loss", goal: "minimize" },
      ACCURACY: { field: "accuracy", goal: "maximize" },
      MEMORY: { field: "memory", goal: null },
      SPEED: { field: "speed", goal: null },
    },
  });
  return { sources: [folder], world };
}

const LLAMA_HYPERPARAMETERS = {
  N_EMBD: ["n_embd", "nEmbd", "integer"],
  N_LAYER: ["n_layer", "nLayer", "integer"],
  N_HEAD: ["n_head", "nHead", "integer"],
  SEQUENCE_LENGTH: ["sequence_length", "sequenceLength", "integer"],
  TOTAL_STEPS: ["total_steps", "totalSteps", "integer"],
  WARMUP_STEPS: ["warmup_steps", "warmupSteps", "integer"],
  LR: ["lr", "lr", "float"],
  BETA1: ["beta1", "beta1", "float"],
  BETA2: ["beta2", "beta2", "float"],
  WEIGHT_DECAY: ["weight_decay", "weightDecay", "float"],
  DROPOUT: ["dropout", "dropout", "float"],
  WSD_FRACT_DECAY: ["wsd_fract_decay", "wsdFractDecay", "float"],
  SEED: ["seed", "seed", "integer"],
  DATA_SEED: ["data_seed", "dataSeed", "integer"],
} as const;

const LLAMA_METRICS = {
  TOKENS: ["tokens", "tokens", null],
  LR: ["lr", "lr", null],
  TRAIN_END_TIME: ["train_end_time", "trainEndTime", null],
  EVAL_END_TIME: ["eval_end_time", "evalEndTime", null],
  TRAIN_RAW_LOSS: ["train_raw_loss", "trainRawLoss", "minimize"],
  VAL_RAW_LOSS: ["val_raw_loss", "valRawLoss", "minimize"],
  VAL_RAW_ACCURACY: ["val_raw_accuracy", "valRawAccuracy", "maximize"],
  VAL_WEIGHT_AVERAGED_LOSS: ["val_weight_averaged_loss", "valWeightAveragedLoss", "minimize"],
  VAL_WEIGHT_AVERAGED_ACCURACY: ["val_weight_averaged_accuracy", "valWeightAveragedAccuracy", "maximize"],
  TEST_RAW_LOSS: ["test_raw_loss", "testRawLoss", "minimize"],
  TEST_RAW_ACCURACY: ["test_raw_accuracy", "testRawAccuracy", "maximize"],
  TEST_WEIGHT_AVERAGED_LOSS: ["test_weight_averaged_loss", "testWeightAveragedLoss", "minimize"],
  TEST_WEIGHT_AVERAGED_ACCURACY: ["test_weight_averaged_accuracy", "testWeightAveragedAccuracy", "maximize"],
} as const;

/** Llama files, by the dataset's README. */
export function llamaWorld(
  files: readonly { readonly name: string; readonly file: string }[],
  without: readonly string[] = [],
): World {
  const logged = Object.fromEntries(
    Object.entries(LLAMA_METRICS).filter(([name]) => !without.includes(name)),
  );
  const keys = <T extends Readonly<Record<string, readonly [string, ...unknown[]]>>>(of: T) =>
    Object.fromEntries(Object.entries(of).map(([name, [key]]) => [name, key]));
  return read({
    datasets: files.map(({ name, file }) => ({
      ...plain,
      name,
      file,
      failureFlag: "nan_train_loss",
      hyperparameters: keys(LLAMA_HYPERPARAMETERS),
      metrics: keys(logged),
      searched: ["WARMUP_STEPS", "LR", "BETA1", "BETA2", "WEIGHT_DECAY", "DROPOUT"],
      completeAt: { key: "total_steps", minus: 0 },
      clock: { trainEnd: "train_end_time", evalEnd: "eval_end_time" },
      tokens: "tokens",
    })),
    hyperparameters: Object.fromEntries(
      Object.entries(LLAMA_HYPERPARAMETERS).map(([name, [, field, type]]) => [name, { field, type }]),
    ),
    metrics: Object.fromEntries(
      Object.entries(logged).map(([name, [, field, goal]]) => [name, { field, goal }]),
    ),
  });
}

/** Seven runs that can be worked by hand. */
export const tiny = (): Served => ({
  sources: [fixture("tiny")],
  world: llamaWorld(
    [{ name: "tiny", file: join(fixture("tiny"), "tiny.jsonl") }],
    [
      "VAL_WEIGHT_AVERAGED_ACCURACY",
      "TEST_RAW_ACCURACY",
      "TEST_WEIGHT_AVERAGED_ACCURACY",
      "TEST_WEIGHT_AVERAGED_LOSS",
    ],
  ),
});

/** A small generated sample: both Llama files. */
export async function sample(): Promise<Served> {
  const directory = mkdtempSync(join(tmpdir(), "sweepql-sample-"));
  await writeSample({ directory, runs: 64, seed: 1 });
  const names = ["llama-33m_residual", "llama-33m_tuning"];
  return {
    sources: [directory],
    world: llamaWorld(names.map((name) => ({ name, file: join(directory, `${name}.results.jsonl`) }))),
  };
}

const OPDA = process.env["SWEEPQL_OPDA"] ?? "../shared/data/opda";

/** Why the real files are not tested; null where they are. */
export function opdaMissing(): string | null {
  const missing = ["alexnet_tuning", "deberta-base_tuning"]
    .map((name) => join(OPDA, `${name}.results.jsonl`))
    .filter((file) => !existsSync(file));
  return missing.length === 0
    ? null
    : `${missing.join(", ")} not found; set SWEEPQL_OPDA to the folder that has them`;
}

/** The real AlexNet file. */
export function alexnet(): Served {
  const file = join(OPDA, "alexnet_tuning.results.jsonl");
  const keys = {
    EPOCHS: ["epochs", "epochs", "integer"],
    BATCH_SIZE: ["batch_size", "batchSize", "integer"],
    LR: ["lr", "lr", "float"],
    LR_PEAK_EPOCH: ["lr_peak_epoch", "lrPeakEpoch", "integer"],
    MOMENTUM: ["momentum", "momentum", "float"],
    WEIGHT_DECAY: ["weight_decay", "weightDecay", "float"],
    LABEL_SMOOTHING: ["label_smoothing", "labelSmoothing", "float"],
  } as const;
  const world = read({
    datasets: [
      {
        ...plain,
        name: "alexnet_tuning",
        file,
        hyperparametersUnder: null,
        axis: "epoch",
        failureFlag: "nan_train_loss",
        hyperparameters: Object.fromEntries(Object.entries(keys).map(([name, [key]]) => [name, key])),
        metrics: { TIME: "time", TOP_1: "top_1", TOP_5: "top_5", TRAIN_LOSS: "train_loss" },
        searched: Object.keys(keys),
        completeAt: { key: "epochs", minus: 1 },
        clock: { elapsed: "time" },
      },
    ],
    hyperparameters: Object.fromEntries(
      Object.entries(keys).map(([name, [, field, type]]) => [name, { field, type }]),
    ),
    metrics: {
      TIME: { field: "time", goal: null },
      TOP_1: { field: "top1", goal: "maximize" },
      TOP_5: { field: "top5", goal: "maximize" },
      TRAIN_LOSS: { field: "trainLoss", goal: "minimize" },
    },
  });
  return { sources: [file], world };
}

/** The real DeBERTa file. */
export function deberta(): Served {
  const file = join(OPDA, "deberta-base_tuning.results.jsonl");
  const keys = {
    NUM_TRAIN_EPOCHS: ["num_train_epochs", "numTrainEpochs", "integer"],
    TRAIN_BATCH_SIZE: ["train_batch_size", "trainBatchSize", "integer"],
    TOTAL_MODEL_STEPS: ["total_model_steps", "totalModelSteps", "integer"],
    LEARNING_RATE: ["learning_rate", "learningRate", "float"],
    WARMUP_STEPS: ["warmup_steps", "warmupSteps", "integer"],
    CLS_DROP_OUT: ["cls_drop_out", "clsDropOut", "float"],
  } as const;
  const world = read({
    datasets: [
      {
        ...plain,
        name: "deberta-base_tuning",
        file,
        hyperparametersUnder: null,
        curveUnder: "learning_curves",
        curve: "pairs by split",
        hyperparameters: Object.fromEntries(Object.entries(keys).map(([name, [key]]) => [name, key])),
        metrics: { MATCHED_ACCURACY: "matched", MISMATCHED_ACCURACY: "mismatched" },
        searched: Object.keys(keys),
        completeAt: { key: "total_model_steps", minus: 0 },
      },
    ],
    hyperparameters: Object.fromEntries(
      Object.entries(keys).map(([name, [, field, type]]) => [name, { field, type }]),
    ),
    metrics: {
      MATCHED_ACCURACY: { field: "matchedAccuracy", goal: "maximize" },
      MISMATCHED_ACCURACY: { field: "mismatchedAccuracy", goal: "maximize" },
    },
  });
  return { sources: [file], world };
}
