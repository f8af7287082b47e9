import * as documents from "./generated/operations.js";

/**
 * All ready-made operations, as methods for `createClient`. Those without `llama` in their name use
 * only fields that every server has: measures are variables, hyperparameters come by name and value.
 */
export const operations = {
  /** All datasets, with the keys of their hyperparameters and metrics. */
  datasets: documents.DatasetsDocument,
  /** One dataset: how its hyperparameters were searched, where it comes from, which lines were refused. */
  dataset: documents.DatasetDocument,
  /** A page of runs, in either direction. */
  runs: documents.RunsDocument,
  /** The same as `runs`, as edges: what the caches of Apollo and Relay merge pages by. */
  runEdges: documents.RunEdgesDocument,
  /** The best runs by a metric, in the direction of its goal; runs without a finite score come last. */
  bestRuns: documents.BestRunsDocument,
  /** One run: its hyperparameters, what it cost, and its configuration. */
  run: documents.RunDocument,
  /** One metric over a run's learning curve, as two lists of equal length. */
  runCurve: documents.RunCurveDocument,
  /** Two metrics over a run's learning curve: raw against weight-averaged, validation against test. */
  compareRunCurves: documents.CompareRunCurvesDocument,
  /** A page of runs, each with its score and what it cost in tokens and seconds. */
  runCosts: documents.RunCostsDocument,
  /** A measure by group of runs; without `groupBy`, over all of them. */
  aggregateRuns: documents.AggregateRunsDocument,
  /** A measure by bin of another: validation loss by half-decade of the learning rate, say. */
  aggregateRunsByBin: documents.AggregateRunsByBinDocument,
  /** How a measure is spread: quantiles and a histogram; by default for each dataset. */
  distribution: documents.DistributionDocument,
  /** Quantiles of a metric across runs at every point of their learning curves; by default for each dataset. */
  curveBands: documents.CurveBandsDocument,
  /** How much seeds matter: a measure over the runs of each configuration that was trained several times. */
  aggregateRunsByConfiguration: documents.AggregateRunsByConfigurationDocument,
  /** Whether two measures go together, by value and by rank; by default for each dataset. */
  correlation: documents.CorrelationDocument,
  /** A page of runs with the curves of several metrics, by column. `curvePoints` goes through their points. */
  runCurves: documents.RunCurvesDocument,
  /** A page of a dataset's configurations; with `minRuns`, of those with replicates. */
  configurations: documents.ConfigurationsDocument,
  /** Whether who wins by one metric wins by another too, both read at the checkpoint that is best by the first. */
  scoreTransfer: documents.ScoreTransferDocument,
  /** How good the best of so many runs is, with a confidence band that holds for all numbers of runs at once. */
  tuningCurve: documents.TuningCurveDocument,
  /** Tuning curves of several selections of runs against each other, and where their bands do not touch. */
  compareTuningCurves: documents.CompareTuningCurvesDocument,
  /** The empirical distribution of scores, step by step, with its band. */
  scoreDistribution: documents.ScoreDistributionDocument,
  /** A noisy quadratic fitted to the best scores, and the tuning curve that it foretells. */
  noisyQuadratic: documents.NoisyQuadraticDocument,
  /** How much scores vary over seeds, by configuration; needs replicates. */
  seedNoise: documents.SeedNoiseDocument,
  /** How much of the scores' ranks each hyperparameter explains, and each pair. */
  importance: documents.ImportanceDocument,
  /** The runs at evenly spaced quantiles, from worst to best. */
  selection: documents.SelectionDocument,
  /** Where tuning stops paying: from how many runs on more of them gain less than so much. */
  runsUntilGainBelow: documents.RunsUntilGainBelowDocument,
  /** How the searched hyperparameters were drawn, and whether the values found fit that. */
  searchSpace: documents.SearchSpaceDocument,
  /** Before any run is made: how much a band over so many of them will tell. */
  planBand: documents.PlanBandDocument,
  /** The best Llama runs by validation loss, with typed hyperparameters, and the test loss at the same checkpoint. */
  llamaBestRuns: documents.LlamaBestRunsDocument,
  /** A Llama run's learning curve by column: raw and weight-averaged, validation and test. */
  llamaRunCurve: documents.LlamaRunCurveDocument,
} as const;
