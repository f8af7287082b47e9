import type {
  Catalogue,
  CurveField,
  Dataset,
  DatasetHyperparameter,
  DatasetMetric,
  Goal,
} from "../catalogue.js";
import { guessGoal } from "./guess-goal.js";

/** What the examples ask about: one dataset, and the parts of it that play the roles of the documented experiment. */
export interface Subject {
  readonly dataset: Dataset;
  /** What runs are judged by: on validation where the data say so; null where a dataset logs no metric. */
  readonly score: Judge | null;
  /** The same quantity on another split (test), or the nearest metric there is; null where there is no other. */
  readonly other: Judge | null;
  /** The metrics to draw together: raw and weight-averaged, validation and test; at most four. */
  readonly drawn: readonly CurveField[];
  /** What runs are grouped by: the learning rate, or the nearest hyperparameter; null where none varies. */
  readonly rate: Rate | null;
  /** A dataset of configurations retrained under many seeds; null where none is served. */
  readonly residual: Dataset | null;
}

export interface Judge {
  readonly metric: CurveField;
  /** False where no goal is known, so that there is no best: the last logged value stands in. */
  readonly hasBest: boolean;
  /** Guessed from the name where no goal is known; null where that tells nothing. */
  readonly goal: Goal | null;
  /** As the data spell it, and manifests. */
  readonly key: string;
  /** For people: `validation loss`, `top-1 accuracy`. */
  readonly words: string;
}

export interface Rate {
  /** For people: `learning rate`. */
  readonly words: string;
  readonly enumValue: string;
  /** Cut into bins on a logarithmic or linear scale, or taken value by value. */
  readonly kind: "log" | "linear" | "value";
  readonly distinctCount: number;
}

/** The dataset that most can be asked about: one with a goal first, which analyses need, then a tuning experiment. */
export const richestDataset = ({ datasets }: Catalogue): Dataset | undefined =>
  [...datasets].sort((a, b) => rank(a) - rank(b))[0];

/** A dataset to ask about, and its parts. */
export function exampleSubject({ datasets }: Catalogue, dataset: Dataset): Subject {
  const metrics = dataset.metrics.filter(({ field }) => field.role === "metric" && field.name !== "");
  const [score] = [...metrics].sort((a, b) => scoreRank(a) - scoreRank(b));
  const others = metrics.filter((metric) => metric !== score && score && splitOf(metric) !== "train");
  const [other] = others.sort((a, b) => otherRank(a, score) - otherRank(b, score));
  return {
    dataset,
    score: score ? judge(score) : null,
    other: other ? judge(other) : null,
    drawn: score ? drawn(metrics, score) : [],
    rate: rateOf(dataset),
    residual: datasets.find(({ experiment }) => experiment.kind === "residual") ?? null,
  };
}

const rank = ({ experiment, metrics }: Dataset): number =>
  (metrics.some(({ field }) => field.role === "metric" && field.goal !== null) ? 0 : 8) +
  2 * ["tuning", "unknown", "residual"].indexOf(experiment.kind) +
  (metrics.some((metric) => splitOf(metric) === "test") ? 0 : 1);

function judge(metric: DatasetMetric): Judge {
  const { field, quantity, split, original } = metric;
  const measured = quantity === "cross-entropy" ? "loss" : quantity;
  const documented = measured === null ? null : [...(split === null ? [] : [split]), measured].join(" ");
  return {
    metric: field,
    hasBest: field.goal !== null,
    goal: field.goal ?? guessGoal(original),
    key: original,
    words: documented ?? spaced(field.name),
  };
}

/** `valRawLoss` → `val raw loss`. */
const spaced = (name: string): string => name.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();

/** A goal before none, validation before the rest, the raw model before the averaged one, losses first. */
function scoreRank(metric: DatasetMetric): number {
  const split = splitOf(metric);
  const splitRank = split === "validation" ? 0 : split === "test" ? 2 : split === "train" ? 3 : 1;
  return (
    (metric.field.goal === null ? 16 : 0) +
    4 * splitRank +
    (isAveraged(metric) ? 2 : 0) +
    (judge(metric).goal === "minimize" ? 0 : 1)
  );
}

/** Test before the rest, the same quantity, the same weights. */
function otherRank(metric: DatasetMetric, score: DatasetMetric | undefined): number {
  return (
    (splitOf(metric) === "test" ? 0 : 4) +
    (metric.quantity === score?.quantity ? 0 : 2) +
    (isAveraged(metric) === (score && isAveraged(score)) ? 0 : 1)
  );
}

/** Those of the score's quantity, without the training ones where others are left, and the nearest ones after. */
function drawn(metrics: readonly DatasetMetric[], score: DatasetMetric): CurveField[] {
  const alike = metrics.filter(
    (one) => one.quantity === score.quantity && one.field.goal === score.field.goal,
  );
  const held = alike.filter((one) => splitOf(one) !== "train");
  const chosen = held.length > 1 ? held : alike.length > 1 ? alike : metrics;
  return [score, ...chosen.filter((one) => one !== score)].slice(0, 4).map(({ field }) => field);
}

/** The split by name, where nothing documents it. */
function splitOf({ split, original }: DatasetMetric): string | null {
  if (split !== null) return split;
  if (/(^|[^a-z])(val|valid|validation|dev|eval)([^a-z]|$)/i.test(original)) return "validation";
  if (/(^|[^a-z])test([^a-z]|$)/i.test(original)) return "test";
  return /(^|[^a-z])train(ing)?([^a-z]|$)/i.test(original) ? "train" : null;
}

const isAveraged = ({ weightAveraged, original }: DatasetMetric): boolean =>
  weightAveraged ?? /(averaged|ema|swa)/i.test(original);

function rateOf({ hyperparameters }: Dataset): Rate | null {
  const varied = hyperparameters.filter(
    ({ distinctCount, role }) => distinctCount > 1 && role !== "seed" && role !== "label",
  );
  const [found] = varied.map((one) => ({ one, rank: rateRank(one) })).sort((a, b) => a.rank - b.rank);
  if (!found) return null;
  const { hyperparameter, lower, upper, distinctCount } = found.one;
  const isNumber = hyperparameter.type === "float" || hyperparameter.type === "integer";
  const kind =
    !isNumber || distinctCount <= 5
      ? "value"
      : isPositive(lower) && upper !== null && upper / lower >= 30
        ? "log"
        : "linear";
  return {
    words: isLearningRate(found.one) ? "learning rate" : spaced(hyperparameter.name),
    enumValue: hyperparameter.enumValue,
    kind,
    distinctCount,
  };
}

const isPositive = (value: number | null): value is number => value !== null && value > 0;

/** The learning rate by its name, then what was drawn log-uniformly, then floats, then other numbers. */
function rateRank(found: DatasetHyperparameter): number {
  const { hyperparameter, role, distribution } = found;
  const byType = ["float", "integer", "boolean", "string"].indexOf(hyperparameter.type);
  return (
    (isLearningRate(found) ? 0 : 16) +
    (role === "searched" ? 0 : 8) +
    (distribution?.kind === "log-uniform" ? 0 : 1 + byType)
  );
}

const isLearningRate = ({ original }: DatasetHyperparameter): boolean =>
  /^(max_?|peak_?|base_?)?(lr|learning_?rate)$/i.test(original.split(".").at(-1) ?? original);
