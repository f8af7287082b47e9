import type { Manifest, MetricNote } from "../manifest.js";
import { attribution, LICENCE } from "./opda.js";

const ACCURACY: MetricNote = {
  goal: "maximize",
  unit: "fraction",
  split: "validation",
  lowerBound: 0,
  upperBound: 1,
};

/** `data/alexnet`, `data/resnet` and `data/convnext` of the repository `nicholaslourie/opda`, by their READMEs. */
export const vision: Manifest = {
  name: "vision",
  task: "Image classification on ImageNet",
  description:
    "Hyperparameter tuning data for image classifiers trained on ImageNet, found by random search; " +
    "after each epoch, the model was evaluated on ImageNet's validation set.",
  attribution: attribution("AlexNet, ResNet and ConvNeXt Hyperparameter Tuning Data", 2025),
  licence: LICENCE,
  requiredKeys: [
    "nan_train_loss",
    "epochs",
    "batch_size",
    "lr_peak_epoch",
    "label_smoothing",
    "learning_curve.epoch",
    "learning_curve.top_1",
    "learning_curve.top_5",
  ],
  failureFlag: "nan_train_loss",
  completeAt: { hyperparameter: "epochs", minus: 1 },
  axis: {
    key: "epoch",
    unit: "epoch",
    description: "The epoch (0-indexed) after which the measurements were taken.",
  },
  clock: { elapsed: "time" },
  evaluationInterval: 1,
  hyperparameters: {
    epochs: {
      type: "integer",
      role: "searched",
      unit: "epochs",
      description: "The number of epochs used for training.",
      distribution: { kind: "discrete-uniform", lower: 20, upper: 100 },
    },
    batch_size: {
      type: "integer",
      role: "searched",
      unit: "examples",
      description: "The training batch size.",
      distribution: { kind: "choice", values: [128, 256, 512, 1024] },
    },
    lr: {
      type: "float",
      role: "searched",
      description: "The peak learning rate.",
      distribution: { kind: "log-uniform", lower: 5e-3, upper: 5e1 },
    },
    lr_peak_epoch: {
      type: "integer",
      role: "searched",
      unit: "epoch",
      description: "The epoch (0-indexed) at which the learning rate reaches its maximum.",
      distribution: {
        kind: "derived",
        formula: "floor(proportion * epochs), proportion ~ Uniform([0.0, 0.8])",
      },
    },
    momentum: {
      type: "float",
      role: "searched",
      description: "The momentum for SGD.",
      distribution: { kind: "uniform", lower: 0.7, upper: 1 },
    },
    weight_decay: {
      type: "float",
      role: "searched",
      description: "The weight decay.",
      distribution: { kind: "log-uniform", lower: 1e-6, upper: 1e-3 },
    },
    label_smoothing: {
      type: "float",
      role: "searched",
      description: "The mixing weight for label smoothing.",
      distribution: { kind: "uniform", lower: 0, upper: 0.5 },
    },
    // ResNet's alone. Its README draws 0 or 1; whether its file has numbers or booleans is left to the file.
    use_blurpool: {
      role: "searched",
      description: "Whether or not to use blur-pooling in place of max-pooling.",
      distribution: { kind: "choice", values: [0, 1] },
    },
  },
  metrics: {
    time: {
      role: "cost",
      unit: "seconds",
      description: "The number of seconds since the start of training.",
    },
    top_1: {
      ...ACCURACY,
      quantity: "top-1 accuracy",
      description: "The top-1 accuracy on the validation set.",
    },
    top_5: {
      ...ACCURACY,
      quantity: "top-5 accuracy",
      description: "The top-5 accuracy on the validation set.",
    },
    train_loss: {
      goal: "minimize",
      unit: "nats",
      split: "train",
      quantity: "cross-entropy",
      lowerBound: 0,
      description: "The training loss (cross-entropy).",
    },
  },
  datasets: [
    {
      match: "alexnet*",
      kind: "tuning",
      model: "AlexNet",
      description: "512 configurations sampled at random.",
    },
    {
      match: "resnet18*",
      kind: "tuning",
      model: "ResNet18",
      description: "1,024 configurations sampled at random.",
    },
    {
      match: "convnext-tiny*",
      kind: "tuning",
      model: "ConvNeXt-Tiny",
      description: "512 configurations sampled at random.",
    },
    { match: "*", kind: "tuning" },
  ],
};
