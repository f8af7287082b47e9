import type { Catalogue, Dataset } from "../catalogue.js";
import type { Context } from "../context.js";
import { limits } from "../limits.js";
import { measureKey } from "../measure.js";
import { ofDataset } from "../of-dataset.js";
import type { RunColumn } from "../plan.js";
import type { ScoreSample } from "../score-sample.js";

/** The tuning run that a configuration was taken from. */
export interface Origin {
  readonly run: number;
  readonly score: number | null;
}

/** The first run of the configuration in the tuning dataset that the dataset was made from. */
export async function originOf(
  sample: ScoreSample,
  dataset: Dataset,
  configuration: number,
  context: Context,
): Promise<Origin | null> {
  const tuning = tuningDatasetOf(dataset, context.catalogue);
  if (!tuning) return null;
  const { score } = sample.request;
  const columns: RunColumn[] = [
    { kind: "field", field: "configuration" },
    { kind: "value", measure: score },
  ];
  const origins = await context.once(`origins ${tuning.index} ${measureKey(score)}`, async () => {
    const where = ofDataset(tuning);
    const read = await context.store.values(
      { columns, where, maxRuns: limits.maxAnalysedRuns },
      context.signal,
    );
    const scores = read.values.get(measureKey(score)) ?? [];
    const first = new Map<number, Origin>();
    (read.values.get("configuration") ?? []).forEach((one, index) => {
      const origin = { run: read.id[index] as number, score: (scores[index] ?? null) as number | null };
      if (!first.has(one as number)) first.set(one as number, origin);
    });
    return first;
  });
  return origins.get(configuration) ?? null;
}

/** The documented one, else the one tuning dataset of the same family and model. */
function tuningDatasetOf({ index, family, experiment }: Dataset, { datasets }: Catalogue): Dataset | null {
  const named = datasets.find(({ name }) => name === experiment.tuningDataset);
  if (named) return named;
  const kindred = datasets.filter(
    (one) =>
      one.index !== index &&
      one.experiment.kind === "tuning" &&
      family !== null &&
      one.family === family &&
      one.experiment.model === experiment.model,
  );
  return kindred.length === 1 ? (kindred[0] ?? null) : null;
}
