/** What keys are called where no manifest says what they are; compared as {@link bare} leaves them. */

/** A key without case and separators. */
export const bare = (key: string): string => key.toLowerCase().replace(/[^a-z0-9]/g, "");

/** Names that an axis goes by, the likeliest first; compared without case and separators. */
export const AXIS_NAMES = [
  "step",
  "globalstep",
  "trainerglobalstep",
  "iteration",
  "iter",
  "update",
  "updates",
  "steps",
  "epoch",
  "epochs",
  "batch",
  "time",
  "walltime",
  "elapsed",
  "tokens",
];

/** Names that lists of points go by, preferred where several keys could be the curve. */
export const CURVE_NAMES = [
  "learningcurve",
  "learningcurves",
  "curve",
  "curves",
  "history",
  "log",
  "logs",
  "metrics",
  "points",
];

/** Names that an object of hyperparameters goes by. */
export const HYPERPARAMETER_OBJECTS = [
  "hyperparameters",
  "hyperparams",
  "hyperparameter",
  "hparams",
  "hps",
  "hp",
  "params",
  "parameters",
  "config",
  "configuration",
  "args",
];

/** Names of the flag of a failed training, where no manifest names it. */
export const FAILURE_FLAGS = ["nan_train_loss", "diverged", "failed"];

/** Keys that are seeds. */
export const SEEDS = /seed$|^randomstate$|^rng/;

/** Keys that name or annotate a run wherever they stand. */
export const LABELS_ANYWHERE = [
  "runid",
  "runname",
  "trialid",
  "trialnumber",
  "uuid",
  "hostname",
  "timestamp",
  "createdat",
  "startedat",
  "commit",
  "gitsha",
];

/** Keys that do so among a run's own keys; deeper down they are of something else (`model.id`). */
export const LABELS_ON_TOP = ["id", "trial", "run", "date"];

/** Keys that do so there as text alone, as a number may well be a setting (`group: 8`). */
export const TEXT_LABELS_ON_TOP = ["host", "user", "group", "tags", "notes", "state", "status"];

/** The key that does so there as text, where it tells runs apart; else it may as well name an optimizer. */
export const NAME = "name";

/** Parts of names of curve columns that are costs. */
export const COSTS = [
  "time",
  "elapsed",
  "seconds",
  "duration",
  "tokens",
  "samples",
  "examples",
  "flops",
  "runtime",
  "timestamp",
];

/** Names of curve columns that are set, not measured. */
export const SCHEDULES = ["lr", "learningrate", "momentum", "temperature"];
