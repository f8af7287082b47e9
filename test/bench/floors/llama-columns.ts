/** Scalars of a run in the Llama files, with the type that each is read as. */
export const HYPERPARAMETERS = {
  n_embd: "BIGINT",
  n_layer: "BIGINT",
  n_head: "BIGINT",
  sequence_length: "BIGINT",
  total_steps: "BIGINT",
  warmup_steps: "BIGINT",
  lr: "DOUBLE",
  beta1: "DOUBLE",
  beta2: "DOUBLE",
  weight_decay: "DOUBLE",
  dropout: "DOUBLE",
  wsd_fract_decay: "DOUBLE",
  seed: "BIGINT",
  data_seed: "BIGINT",
} as const;

/** Metrics of a point; the best of a loss is the least, of an accuracy the greatest. */
export const METRICS = [
  "train_raw_loss",
  "val_raw_loss",
  "val_raw_accuracy",
  "val_weight_averaged_loss",
  "val_weight_averaged_accuracy",
  "test_raw_loss",
  "test_raw_accuracy",
  "test_weight_averaged_loss",
  "test_weight_averaged_accuracy",
] as const;

/** Columns of a point, in the order of the files. */
export const POINT_COLUMNS = ["step", "tokens", "lr", "train_end_time", "eval_end_time", ...METRICS] as const;
