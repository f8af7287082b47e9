import type { Catalogue } from "../catalogue.js";
import { analysisExamples } from "./analyses.js";
import { runExamples } from "./runs.js";
import { exampleSubject } from "./subject.js";
import { type Example, example } from "./text.js";

export type { Example } from "./text.js";

/** Questions worth asking of the served data, each of which runs on them. */
export function exampleQueries(catalogue: Catalogue): Example[] {
  const subject = exampleSubject(catalogue);
  if (!subject) return [];
  return [...runExamples, ...analysisExamples].flatMap((write) => {
    const draft = write(subject);
    return draft ? [example(draft)] : [];
  });
}
