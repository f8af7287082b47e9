import type { Role } from "../../schema/catalogue.js";
import type { DatasetNote } from "../../schema/manifest.js";
import type { Connection } from "../duckdb/connection.js";
import { createConfigurations, createIds, type FirstNumbers, hasConfigurations } from "./configurations.js";
import { type ExperimentClues, noteFor, tuningName } from "./experiment.js";
import type { HyperparameterStatistics } from "./hyperparameter-statistics.js";
import type { FileRows, ReadFile } from "./reading.js";

/** A file of which the scalars are known. */
export interface ExaminedFile extends FileRows {
  readonly statistics: readonly HyperparameterStatistics[];
  readonly roles: readonly Role[];
}

/** A file whose runs and points have their numbers. */
export interface NumberedFile extends ExaminedFile {
  readonly clues: ExperimentClues;
  readonly note: DatasetNote | null;
  readonly first: FirstNumbers;
  readonly pointCount: number;
}

/** Numbers runs, points and configurations over all files. */
export async function numberFiles(
  connection: Connection,
  files: readonly ExaminedFile[],
): Promise<NumberedFile[]> {
  const numbered: NumberedFile[] = [];
  let first: FirstNumbers = { run: 0, point: 0 };
  for (const [index, file] of files.entries()) {
    const ids = await createIds(connection, file, index, file.roles, first);
    const clues = cluesOf(file.read, file.statistics, ids.runs, ids.configurations);
    const note = noteFor(file.read.manifest, clues);
    numbered.push({ ...file, clues, note, first, pointCount: ids.points });
    first = { run: first.run + ids.runs, point: first.point + ids.points };
  }
  const residuals = numbered.flatMap(({ note }, dataset) =>
    note?.kind === "residual" ? [{ dataset, quantiles: note.blockQuantiles ?? [] }] : [],
  );
  await createConfigurations(connection, files.length, residuals);
  return numbered;
}

const cluesOf = (
  { file, layout }: ReadFile,
  statistics: readonly HyperparameterStatistics[],
  runCount: number,
  configurationCount: number,
): ExperimentClues => ({
  name: file.name,
  runCount,
  configurationCount,
  constant: (original) => {
    const found = statistics[layout.scalars.findIndex((scalar) => scalar.original === original)];
    return found && found.lower === found.upper ? found.lower : null;
  },
});

/** Where a residual dataset's configurations came from: the dataset that the manifest names, else the first search of the family that has them all. */
export async function findTuningDataset(
  connection: Connection,
  index: number,
  files: readonly NumberedFile[],
): Promise<string | null> {
  const residual = files[index];
  if (residual?.note?.kind !== "residual") return null;
  const named = tuningName(residual.note, residual.read.file.name);
  // What the manifest names need not be noted as a search itself.
  if (files.some((other) => other !== residual && other.read.file.name === named)) return named;
  const candidates = [...files.entries()].filter(
    ([, other]) =>
      other.note?.kind === "tuning" && other.read.manifest?.name === residual.read.manifest?.name,
  );
  for (const [other, { read }] of candidates) {
    if (await hasConfigurations(connection, other, index)) return read.file.name;
  }
  return null;
}

/** A tuning dataset that the user's manifest names, and that is not the one found, as it is not served. */
export function tuningWarnings({ read, note }: NumberedFile, found: string | null): string[] {
  if (note?.kind !== "residual" || !read.manifest?.userDatasets?.includes(note)) return [];
  const named = tuningName(note, read.file.name);
  if (named === null || named === found) return [];
  return [
    `the manifest names \`${note.tuningDataset ?? ""}\` as tuningDataset of \`${note.match}\`, which is \`${named}\` here, and no other dataset is called so: ` +
      (found === null
        ? "which one the configurations were taken from is unknown"
        : `\`${found}\`, which has all the configurations, is taken instead`),
  ];
}
