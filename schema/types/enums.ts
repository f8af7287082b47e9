import type { Builder } from "../builder.js";
import type { Catalogue } from "../catalogue.js";
import { describe } from "./describe.js";
import type { Cost } from "../measure.js";
import type { Statistic } from "../plan.js";

/** The enums, fixed ones and those written from the catalogue. An enum without values is left out: null. */
export function defineEnums(builder: Builder, catalogue: Catalogue) {
  const hyperparameterNames = catalogue.hyperparameters.map(
    (one) => [one.enumValue, { value: one.enumValue, ...describe(one) }] as const,
  );
  const metrics = catalogue.curveFields.filter(({ role }) => role !== "axis");
  const metricNames = metrics.map(
    (one) => [one.enumValue, { value: one.enumValue, ...describe(one) }] as const,
  );
  return {
    hyperparameterName:
      hyperparameterNames.length === 0
        ? null
        : builder.enumType("HyperparameterName", {
            description: "The hyperparameters of all served datasets.",
            values: Object.fromEntries(hyperparameterNames),
          }),
    metricName:
      metricNames.length === 0
        ? null
        : builder.enumType("MetricName", {
            description: "What the learning curves of all served datasets log, beside their axis.",
            values: Object.fromEntries(metricNames),
          }),
    valueState: builder.enumType("ValueState", {
      description:
        "What a number turned out to be. GraphQL's Float carries only finite ones; the others are null, and their state says why.",
      values: {
        FINITE: { value: "finite", description: "A number." },
        NAN: {
          value: "nan",
          description: "Logged as NaN: the run diverged. Of what is computed: not defined.",
        },
        POSITIVE_INFINITY: {
          value: "positiveInfinity",
          description: "Logged as Infinity, or computed as that.",
        },
        NEGATIVE_INFINITY: {
          value: "negativeInfinity",
          description: "Logged as -Infinity, or computed as that.",
        },
        MISSING: { value: "missing", description: "Null, absent, or never logged." },
      } as const,
    }),
    goal: builder.enumType("Goal", {
      description: "Which way a metric is better.",
      values: {
        MINIMIZE: { value: "minimize", description: "Lower is better: a loss." },
        MAXIMIZE: { value: "maximize", description: "Higher is better: an accuracy." },
      } as const,
    }),
    direction: builder.enumType("Direction", {
      description: "Missing and non-finite values come last in every direction.",
      values: {
        ASC: { value: "asc", description: "Least first." },
        DESC: { value: "desc", description: "Greatest first." },
        BEST: {
          value: "best",
          description:
            "Better first, by the metric's goal; refused for what has none, as counts and spreads of its values.",
        },
      } as const,
    }),
    cost: builder.enumType("Cost", {
      description:
        "What a run cost, up to its last logged point. Missing where the file's clock or counter does not tell.",
      values: {
        TRAIN_SECONDS: { value: "trainSeconds", description: "Seconds of training, evaluation left out." },
        EVAL_SECONDS: { value: "evalSeconds", description: "Seconds of evaluation." },
        TOTAL_SECONDS: {
          value: "totalSeconds",
          description: "Seconds from the start of training to the last logged point.",
        },
        TOKENS: { value: "tokens", description: "Tokens seen in training." },
        LAST_STEP: {
          value: "lastStep",
          description: "The last logged point's axis value: steps or epochs, by the dataset's axis.",
        },
      } satisfies Record<string, { value: Cost; description: string }>,
    }),
    statistic: builder.enumType("Statistic", {
      description: "A number about a set of values; finite ones only, except for the counts of the others.",
      values: {
        COUNT: { value: "count", description: "How many values are finite." },
        NULL_COUNT: { value: "nullCount", description: "How many are missing." },
        NAN_COUNT: { value: "nanCount", description: "How many are NaN." },
        INF_COUNT: { value: "infCount", description: "How many are infinite." },
        DISTINCT_COUNT: { value: "distinctCount", description: "How many different finite values." },
        MIN: { value: "min", description: "The least." },
        MAX: { value: "max", description: "The greatest." },
        MEAN: { value: "mean", description: "The arithmetic mean." },
        SUM: { value: "sum", description: "The sum." },
        STDDEV: { value: "stddev", description: "Standard deviation of the sample (n − 1)." },
        VARIANCE: { value: "variance", description: "Variance of the sample (n − 1)." },
        STDDEV_POPULATION: {
          value: "stddevPopulation",
          description: "Standard deviation of the population (n).",
        },
        VARIANCE_POPULATION: { value: "variancePopulation", description: "Variance of the population (n)." },
        MEDIAN: { value: "median", description: "The median, interpolated between the middle two." },
      } satisfies Record<string, { value: Statistic; description: string }>,
    }),
    quantileMethod: builder.enumType("QuantileMethod", {
      description: "What a quantile between two values is.",
      values: {
        LINEAR: { value: "linear", description: "Interpolated linearly between neighbouring values." },
        LOWER: {
          value: "lower",
          description:
            "The order statistic of rank ⌈p n⌉, as tuning analyses use it: always a value that occurred.",
        },
      } as const,
    }),
    correlationMethod: builder.enumType("CorrelationMethod", {
      description: "How two measures are compared.",
      values: {
        PEARSON: { value: "pearson", description: "Linear correlation of the values." },
        SPEARMAN: {
          value: "spearman",
          description: "Correlation of the ranks; equal values share the mean of their ranks.",
        },
      } as const,
    }),
    scale: builder.enumType("Scale", {
      description: "How the range of a measure is cut.",
      values: {
        LINEAR: { value: "linear", description: "Bins of equal length." },
        LOG10: {
          value: "log10",
          description: "Bins of equal ratio; a width counts decades. All values must be positive.",
        },
      } as const,
    }),
    role: builder.enumType("HyperparameterRole", {
      description: "Why a hyperparameter has the values that it has.",
      values: {
        SEARCHED: { value: "searched", description: "Drawn at random by the search." },
        FIXED: { value: "fixed", description: "The same in all runs." },
        SEED: { value: "seed", description: "Seeds the randomness of a run." },
        LABEL: { value: "label", description: "Names or annotates a run; no part of its configuration." },
      } as const,
    }),
    valueType: builder.enumType("ValueType", {
      description: "The type of a hyperparameter.",
      values: {
        INTEGER: { value: "integer", description: "Whole numbers, carried as SafeInt." },
        FLOAT: { value: "float", description: "Numbers." },
        BOOLEAN: { value: "boolean", description: "True or false." },
        STRING: { value: "string", description: "Text." },
      } as const,
    }),
    metricRole: builder.enumType("MetricRole", {
      description: "What a logged quantity is for.",
      values: {
        METRIC: { value: "metric", description: "A measurement of the model." },
        COST: { value: "cost", description: "A clock or a counter." },
        SCHEDULE: {
          value: "schedule",
          description: "A setting that changes during training, such as the learning rate.",
        },
      } as const,
    }),
    experimentKind: builder.enumType("ExperimentKind", {
      description: "Why runs were made.",
      values: {
        TUNING: { value: "tuning", description: "Each run has hyperparameters of its own, drawn at random." },
        RESIDUAL: {
          value: "residual",
          description: "A few configurations, each retrained under many seeds.",
        },
        UNKNOWN: { value: "unknown", description: "Nothing says; a manifest can." },
      } as const,
    }),
    distributionKind: builder.enumType("DistributionKind", {
      description: "How values were drawn.",
      values: {
        UNIFORM: { value: "uniform", description: "Equally likely everywhere between lower and upper." },
        LOG_UNIFORM: { value: "log-uniform", description: "Uniform in the logarithm." },
        DISCRETE_UNIFORM: {
          value: "discrete-uniform",
          description: "Whole numbers from lower to upper, both included.",
        },
        CHOICE: { value: "choice", description: "One of the listed values, equally likely." },
        DERIVED: { value: "derived", description: "Computed from other draws by the formula." },
      } as const,
    }),
  };
}

export type Enums = ReturnType<typeof defineEnums>;
