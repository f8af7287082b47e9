import type { Experiment } from "../../schema/catalogue.js";
import type { DatasetNote, Manifest } from "../../schema/manifest.js";

/** What is found of a dataset before its experiment is named. */
export interface ExperimentClues {
  readonly name: string;
  readonly runCount: number;
  readonly configurationCount: number;
  /** The value of a hyperparameter that is the same in all runs. */
  readonly constant: (original: string) => number | null;
}

/** Retraining shows in the content: many runs of few configurations. */
const looksRetrained = ({ runCount, configurationCount }: ExperimentClues): boolean =>
  runCount >= 16 && configurationCount * 8 <= runCount;

/**
 * The manifest's note for a dataset: the first of the user's whose pattern its name fits. Of the built-in
 * ones, which were written for files that may be called otherwise here, that of the kind that the content
 * shows: the first that the name fits, else the first.
 */
export function noteFor(manifest: Manifest | null, clues: ExperimentClues): DatasetNote | null {
  const fitting = (list: readonly DatasetNote[]): DatasetNote | undefined =>
    list.find(({ match }) => captures(match, clues.name) !== null);
  const users = fitting(manifest?.userDatasets ?? []);
  if (users) return users;
  const notes = manifest?.datasets ?? [];
  const kind = looksRetrained(clues) ? "residual" : "tuning";
  const ofKind = notes.filter((note) => note.kind === kind);
  // A note of one pattern for everything says more than no note; a particular model's does not.
  return fitting(ofKind) ?? fitting(notes) ?? ofKind.find(({ model }) => model === undefined) ?? null;
}

/** The experiment that manifest, note and content tell; `datasets` are the names of those loaded. */
export function experimentOf(
  manifest: Manifest | null,
  note: DatasetNote | null,
  clues: ExperimentClues,
  tuningDataset: string | null,
): Experiment {
  return {
    kind: note?.kind ?? "unknown",
    description: note?.description ?? null,
    model: note?.model ?? sizedModel(manifest, clues) ?? manifest?.model ?? null,
    task: manifest?.task ?? null,
    sequenceLength: manifest?.sequenceLength ?? null,
    vocabularySize: manifest?.vocabularySize ?? null,
    schedule: manifest?.schedule ?? null,
    weightAveraging: manifest?.weightAveraging ?? null,
    evaluationInterval: manifest?.evaluationInterval ?? null,
    replicates:
      clues.runCount === clues.configurationCount * (note?.replicates ?? 0)
        ? (note?.replicates ?? null)
        : null,
    blockQuantiles: note?.blockQuantiles ?? [],
    tuningDataset,
  };
}

function sizedModel(manifest: Manifest | null, { constant }: ExperimentClues): string | null {
  const size = manifest?.modelSizes?.find(
    ({ nEmbd, nLayer, nHead }) =>
      constant("n_embd") === nEmbd && constant("n_layer") === nLayer && constant("n_head") === nHead,
  );
  return size ? `${manifest?.model ?? ""} ${size.parameters}`.trim() : null;
}

/** The pattern of the tuning dataset's name, with each `*` standing for what it stood for in the residual one's. */
export function tuningName(note: DatasetNote | null, name: string): string | null {
  if (!note?.tuningDataset) return null;
  const found = captures(note.match, name) ?? [];
  let index = 0;
  return note.tuningDataset.replace(/\*/g, () => found[index++] ?? "");
}

/** What each `*` of the pattern stands for in the name; null where the name does not fit. */
export function captures(pattern: string, name: string): string[] | null {
  const expression = pattern
    .split("*")
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join("(.*?)");
  const found = new RegExp(`^${expression}$`, "s").exec(name);
  return found ? found.slice(1) : null;
}
