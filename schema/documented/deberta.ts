import type { Manifest, MetricNote } from "../manifest.js";
import { attribution, LICENCE } from "./opda.js";

const ACCURACY: MetricNote = {
  goal: "maximize",
  unit: "fraction",
  quantity: "accuracy",
  lowerBound: 0,
  upperBound: 1,
};

/** `data/deberta` of the repository `nicholaslourie/opda`, by its README. */
export const deberta: Manifest = {
  name: "deberta",
  model: "DeBERTa",
  task: "Natural language inference on MultiNLI",
  description:
    "Hyperparameter tuning data for DeBERTa and DeBERTaV3 fine-tuned on MultiNLI, found by random search. " +
    "The models were evaluated on both of MultiNLI's validation sets (matched and mismatched) every 1,000 training steps and at the end of training.",
  attribution: attribution("DeBERTa Hyperparameter Tuning Data", 2023),
  licence: LICENCE,
  citation: [
    "@misc{lourie2023work,",
    "  title={Show Your Work with Confidence: Confidence Bands for Tuning Curves},",
    "  author={Nicholas Lourie and Kyunghyun Cho and He He},",
    "  year={2023},",
    "  eprint={2311.09480},",
    "  archivePrefix={arXiv},",
    "  primaryClass={cs.CL}",
    "}",
  ].join("\n"),
  requiredKeys: [
    "num_train_epochs",
    "train_batch_size",
    "total_model_steps",
    "cls_drop_out",
    "learning_curves.matched",
    "learning_curves.mismatched",
  ],
  completeAt: { hyperparameter: "total_model_steps" },
  axis: { key: "step", unit: "step", description: "The optimization step." },
  hyperparameters: {
    num_train_epochs: {
      type: "integer",
      role: "searched",
      unit: "epochs",
      description: "The number of epochs used for training.",
      distribution: { kind: "discrete-uniform", lower: 1, upper: 4 },
    },
    train_batch_size: {
      type: "integer",
      role: "searched",
      unit: "examples",
      description: "The training batch size.",
      distribution: { kind: "discrete-uniform", lower: 16, upper: 64 },
    },
    total_model_steps: {
      type: "integer",
      role: "searched",
      unit: "steps",
      description: "The total number of optimization steps.",
      distribution: { kind: "derived", formula: "follows from num_train_epochs and train_batch_size" },
    },
    learning_rate: {
      type: "float",
      role: "searched",
      description: "The learning rate.",
      distribution: { kind: "log-uniform", lower: 1e-6, upper: 1e-3 },
    },
    warmup_steps: {
      type: "integer",
      role: "searched",
      unit: "steps",
      description: "The number of training steps for learning rate warmup.",
      distribution: {
        kind: "derived",
        formula: "warmup_proportion of the first epoch's steps, warmup_proportion ~ Uniform([0.0, 0.6])",
      },
    },
    cls_drop_out: {
      type: "float",
      role: "searched",
      description: "The dropout rate.",
      distribution: { kind: "uniform", lower: 0, upper: 0.3 },
    },
  },
  metrics: {
    matched: {
      ...ACCURACY,
      name: "matchedAccuracy",
      split: "matched",
      description: "The accuracy on MultiNLI's matched validation set.",
    },
    mismatched: {
      ...ACCURACY,
      name: "mismatchedAccuracy",
      split: "mismatched",
      description: "The accuracy on MultiNLI's mismatched validation set.",
    },
  },
  datasets: [
    {
      match: "deberta-v3-base*",
      kind: "tuning",
      model: "DeBERTaV3 base",
      description: "1,024 configurations sampled at random.",
    },
    {
      match: "deberta-base*",
      kind: "tuning",
      model: "DeBERTa base",
      description: "1,024 configurations sampled at random.",
    },
    { match: "*", kind: "tuning" },
  ],
};
