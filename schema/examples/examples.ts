import type { Catalogue, Dataset } from "../catalogue.js";
import { analysisExamples } from "./analyses.js";
import { runExamples } from "./runs.js";
import { exampleSubject, richestDataset } from "./subject.js";
import { type Example, example } from "./text.js";

export { richestDataset } from "./subject.js";
export type { Example } from "./text.js";

/** Questions worth asking of one of the served datasets, each of which runs on it. */
export function exampleQueries(
  catalogue: Catalogue,
  dataset: Dataset | undefined = richestDataset(catalogue),
): Example[] {
  if (!dataset) return [];
  const subject = exampleSubject(catalogue, dataset);
  return [...runExamples, ...analysisExamples].flatMap((write) => {
    const draft = write(subject);
    return draft ? [example(draft)] : [];
  });
}
