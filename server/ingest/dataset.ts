import type { Dataset, Role } from "../../schema/catalogue.js";
import type { Fields } from "../../schema/fields.js";
import { type DatasetNote, noteOf } from "../../schema/manifest.js";
import { type ExperimentClues, experimentOf } from "./experiment.js";
import type { HyperparameterStatistics } from "./hyperparameter-statistics.js";
import type { MetricCounts } from "./point-sql.js";
import type { StagedFile } from "./staged-file.js";
import { costSql } from "./run-sql.js";

/** Everything found of one file, from which its description in the catalogue is put together. */
export interface LoadedFile {
  readonly staged: StagedFile;
  readonly statistics: readonly HyperparameterStatistics[];
  readonly roles: readonly Role[];
  readonly clues: ExperimentClues;
  readonly note: DatasetNote | null;
  readonly tuningDataset: string | null;
  readonly firstPoint: number;
  readonly pointCount: number;
  readonly divergedCount: number;
  readonly synthetic: boolean;
  /** By the field's column. */
  readonly counts: ReadonlyMap<string, MetricCounts>;
  readonly warnings: readonly string[];
}

const NO_COUNTS: MetricCounts = { finiteCount: 0, nanCount: 0, infiniteCount: 0, missingCount: 0 };

/** The dataset as the catalogue has it. */
export function describeDataset(index: number, loaded: LoadedFile, fields: Fields): Dataset {
  const { staged, note, clues } = loaded;
  const { file, facts, layout, manifest, rejects } = staged;
  const costs = costSql(staged);
  const axisNote = manifest?.axis?.key === layout.axis.original ? manifest.axis : undefined;
  return {
    index,
    name: file.name,
    version: facts.version,
    file: file.label,
    synthetic: loaded.synthetic,
    family: manifest?.name ?? null,
    layout: layout.words,
    description: manifest?.description ?? null,
    attribution: manifest?.attribution ?? null,
    citation: manifest?.citation ?? null,
    licence: manifest?.licence ?? null,
    experiment: experimentOf(manifest, note, clues, loaded.tuningDataset),
    runCount: clues.runCount,
    pointCount: loaded.pointCount,
    divergedCount: loaded.divergedCount,
    rejectedCount: rejects.count,
    rejectedLines: rejects.shown(),
    warnings: [...layout.warnings, ...loaded.warnings],
    hyperparameters: layout.scalars.map(({ original }, position) => {
      const found = noteOf(manifest?.hyperparameters, original);
      return {
        hyperparameter: fields.hyperparameter(manifest, original),
        original,
        role: loaded.roles[position] ?? "fixed",
        unit: found?.unit ?? null,
        description: found?.description ?? null,
        ...(loaded.statistics[position] ?? { lower: null, upper: null, distinctCount: 0, missingCount: 0 }),
        distribution: found?.distribution ?? null,
      };
    }),
    metrics: layout.sources
      .flatMap(({ split, columns }) => columns.map(({ original }) => ({ split, original })))
      .map(({ split, original }) => {
        const field = fields.curveField(manifest, original);
        const found = noteOf(manifest?.metrics, original);
        return {
          field,
          original,
          goal: field.goal ?? found?.goal ?? null,
          unit: found?.unit ?? null,
          description: found?.description ?? null,
          split: found?.split ?? split,
          quantity: found?.quantity ?? null,
          weightAveraged: found?.weightAveraged ?? null,
          lowerBound: found?.lowerBound ?? null,
          upperBound: found?.upperBound ?? null,
          ...(loaded.counts.get(field.column) ?? NO_COUNTS),
        };
      }),
    axis: {
      field: fields.curveField(manifest, layout.axis.original),
      original: layout.axis.original,
      unit: layout.axis.unit,
      description: axisNote?.description ?? null,
    },
    hasFailureFlag: layout.failureFlag !== null,
    costs: {
      trainSeconds: costs.train !== "NULL",
      evalSeconds: costs.evaluation !== "NULL",
      totalSeconds: costs.total !== "NULL",
      tokens: costs.tokens !== "NULL",
    },
  };
}
