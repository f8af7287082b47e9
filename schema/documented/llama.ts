import type { Manifest, MetricNote } from "../manifest.js";
import { attribution, LICENCE } from "./opda.js";

const LOSS: MetricNote = { goal: "minimize", unit: "nats", quantity: "cross-entropy", lowerBound: 0 };
const ACCURACY: MetricNote = {
  goal: "maximize",
  unit: "fraction",
  quantity: "accuracy",
  lowerBound: 0,
  upperBound: 1,
};
const RAW = { weightAveraged: false };
const AVERAGED = { weightAveraged: true };
const ON_VALIDATION = { split: "validation" };
const ON_TEST = { split: "test" };

/** `data/llama` of the repository `nicholaslourie/opda`, by its README and by the keys that the files have beyond it. */
export const llama: Manifest = {
  name: "llama",
  model: "Llama",
  task: "Language modelling on a subset of SlimPajama",
  description:
    "Hyperparameter tuning data for small Llama models trained on a subset of SlimPajama, found by random search. " +
    "All models have a vocabulary of 50,304 and a sequence length of 512; metrics are reported for the model and for the model with averaged weights.",
  attribution: attribution("Llama Hyperparameter Tuning Data", 2025),
  licence: LICENCE,
  requiredKeys: [
    "nan_train_loss",
    "hyperparameters.n_embd",
    "hyperparameters.lr",
    "hyperparameters.warmup_steps",
    "learning_curve.step",
    "learning_curve.val_raw_loss",
    "learning_curve.val_weight_averaged_loss",
  ],
  failureFlag: "nan_train_loss",
  completeAt: { hyperparameter: "total_steps" },
  axis: { key: "step", unit: "step", description: "The (1-indexed) training step." },
  clock: { trainEnd: "train_end_time", evalEnd: "eval_end_time" },
  tokens: "tokens",
  sequenceLength: 512,
  vocabularySize: 50304,
  schedule:
    "WSD: warm-up, constant, then a linear decay of the learning rate to 0 over the last 20 % of training",
  weightAveraging: "The weights are averaged every 5th step over the last 500 steps",
  evaluationInterval: 500,
  modelSizes: [
    { parameters: "33M", parameterCount: 33_000_000, nEmbd: 384, nLayer: 8, nHead: 6 },
    { parameters: "53M", parameterCount: 53_000_000, nEmbd: 512, nLayer: 8, nHead: 8 },
    { parameters: "60M", parameterCount: 60_000_000, nEmbd: 512, nLayer: 10, nHead: 8 },
    { parameters: "93M", parameterCount: 93_000_000, nEmbd: 640, nLayer: 12, nHead: 10 },
    { parameters: "124M", parameterCount: 124_000_000, nEmbd: 768, nLayer: 12, nHead: 12 },
    { parameters: "151M", parameterCount: 151_000_000, nEmbd: 768, nLayer: 16, nHead: 12 },
    { parameters: "210M", parameterCount: 210_000_000, nEmbd: 768, nLayer: 24, nHead: 12 },
    { parameters: "360M", parameterCount: 360_000_000, nEmbd: 1024, nLayer: 24, nHead: 16 },
  ],
  hyperparameters: {
    n_embd: { type: "integer", role: "fixed", description: "The hidden dimension for the transformer MLPs." },
    n_layer: { type: "integer", role: "fixed", description: "The number of transformer layers." },
    n_head: { type: "integer", role: "fixed", description: "The number of attention heads." },
    sequence_length: { type: "integer", role: "fixed", unit: "tokens", description: "The sequence length." },
    total_steps: {
      type: "integer",
      role: "fixed",
      unit: "steps",
      description: "The total number of training steps.",
    },
    warmup_steps: {
      type: "integer",
      role: "searched",
      unit: "steps",
      description: "The number of training steps for learning rate warmup.",
      distribution: { kind: "discrete-uniform", lower: 0, upper: 3000 },
    },
    lr: {
      type: "float",
      role: "searched",
      description: "The (maximum) learning rate.",
      distribution: { kind: "log-uniform", lower: 1e-5, upper: 1e-1 },
    },
    beta1: {
      type: "float",
      role: "searched",
      description: "The beta1 hyperparameter for the adam optimizer.",
      distribution: { kind: "uniform", lower: 0.7, upper: 1 },
    },
    beta2: {
      type: "float",
      role: "searched",
      description: "The beta2 hyperparameter for the adam optimizer.",
      distribution: { kind: "uniform", lower: 0.8, upper: 1 },
    },
    weight_decay: {
      type: "float",
      role: "searched",
      description: "The weight decay.",
      distribution: { kind: "log-uniform", lower: 1e-4, upper: 1 },
    },
    dropout: {
      type: "float",
      role: "searched",
      description: "The dropout rate.",
      distribution: { kind: "uniform", lower: 0, upper: 0.1 },
    },
    wsd_fract_decay: {
      type: "float",
      role: "fixed",
      unit: "fraction",
      description:
        "The last part of training over which the WSD schedule decays the learning rate (not in the README).",
    },
    seed: { type: "integer", role: "seed", description: "The random seed (not in the README)." },
    data_seed: {
      type: "integer",
      role: "seed",
      description: "The random seed of the data's order (not in the README).",
    },
  },
  metrics: {
    tokens: { role: "cost", unit: "tokens", description: "The number of tokens seen in training so far." },
    lr: { role: "schedule", description: "The current learning rate." },
    train_end_time: {
      role: "cost",
      unit: "seconds",
      description:
        "The seconds since the start of training when all the training updates ended for this step.",
    },
    eval_end_time: {
      role: "cost",
      unit: "seconds",
      description: "The seconds since the start of training when all evaluation ended for this step.",
    },
    train_raw_loss: {
      ...LOSS,
      ...RAW,
      split: "train",
      description: "The per-token cross-entropy on the training set (estimated with the most recent batch).",
    },
    val_raw_loss: {
      ...LOSS,
      ...RAW,
      ...ON_VALIDATION,
      description: "The per-token cross-entropy on the validation set.",
    },
    val_raw_accuracy: {
      ...ACCURACY,
      ...RAW,
      ...ON_VALIDATION,
      description: "The per-token accuracy on the validation set.",
    },
    val_weight_averaged_loss: {
      ...LOSS,
      ...AVERAGED,
      ...ON_VALIDATION,
      description: "The per-token cross-entropy of the weight averaged model on the validation set.",
    },
    val_weight_averaged_accuracy: {
      ...ACCURACY,
      ...AVERAGED,
      ...ON_VALIDATION,
      description: "The per-token accuracy of the weight averaged model on the validation set.",
    },
    test_raw_loss: {
      ...LOSS,
      ...RAW,
      ...ON_TEST,
      description: "The per-token cross-entropy on the test set.",
    },
    test_raw_accuracy: {
      ...ACCURACY,
      ...RAW,
      ...ON_TEST,
      description: "The per-token accuracy on the test set.",
    },
    test_weight_averaged_loss: {
      ...LOSS,
      ...AVERAGED,
      ...ON_TEST,
      description: "The per-token cross-entropy of the weight averaged model on the test set.",
    },
    test_weight_averaged_accuracy: {
      ...ACCURACY,
      ...AVERAGED,
      ...ON_TEST,
      description: "The per-token accuracy of the weight averaged model on the test set.",
    },
  },
  datasets: [
    {
      match: "*_tuning*",
      kind: "tuning",
      description:
        "Hyperparameter configurations sampled at random, each trained once for 10,000 steps and evaluated on separate validation and test sets every 500 gradient updates.",
    },
    {
      match: "*_residual*",
      kind: "residual",
      description:
        "All configurations of the tuning experiment were sorted by the best raw validation loss logged at any point during training (NaN or missing losses being replaced by infinity); " +
        "those at the 12.5th, 25th, 37.5th, 50th, 62.5th, 75th, 87.5th and 100th quantiles of loss (descending) were selected, and each was retrained 128 times with different random seeds. " +
        "Each successive block of 128 lines is one configuration.",
      replicates: 128,
      blockQuantiles: [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1],
      tuningDataset: "*_tuning*",
    },
  ],
};
