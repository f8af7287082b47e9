import type { Dataset } from "../../schema/catalogue.js";
import type { Fields } from "../../schema/fields.js";
import { noteOf } from "../../schema/manifest.js";
import { experimentOf } from "./experiment.js";
import type { NumberedFile } from "./number-files.js";
import { type MetricCounts, NO_COUNTS } from "./point-sql.js";
import { costSql } from "./run-sql.js";

/** Everything found of one file, from which its description in the catalogue is put together. */
export interface LoadedFile extends NumberedFile {
  readonly tuningDataset: string | null;
  readonly divergedCount: number;
  /** By the field's column. */
  readonly counts: ReadonlyMap<string, MetricCounts>;
  readonly warnings: readonly string[];
}

/** The dataset as the catalogue has it. */
export function describeDataset(index: number, loaded: LoadedFile, fields: Fields): Dataset {
  const { read, note, clues } = loaded;
  const { file, facts, layout, manifest, keptRows } = read;
  const costs = costSql(read);
  const axisNote = manifest?.axis?.key === layout.axis.original ? manifest.axis : undefined;
  return {
    index,
    name: file.name,
    version: facts.version,
    file: file.label,
    synthetic: keptRows.all > 0 && keptRows.synthetic === keptRows.all,
    family: manifest?.name ?? null,
    layout: layout.words,
    description: manifest?.description ?? null,
    attribution: manifest?.attribution ?? null,
    citation: manifest?.citation ?? null,
    licence: manifest?.licence ?? null,
    experiment: experimentOf(manifest, note, clues, loaded.tuningDataset),
    runCount: clues.runCount,
    pointCount: loaded.pointCount,
    configurationCount: clues.configurationCount,
    divergedCount: loaded.divergedCount,
    repeatingCount: keptRows.repeating.count,
    rejectedCount: read.rejectedCount,
    rejectedLines: read.rejectedLines,
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
          goal: field.goal,
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
