import type { DatasetHyperparameter } from "../catalogue.js";
import type { Judge, Rate, Subject } from "./subject.js";

/** A query for people to start from, written for the data that are served. */
export interface Example {
  /** Stable, for links: `best-runs`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** An example as it is written, before it is dressed. */
export type Draft = Omit<Example, "variables">;

/** Points of one curve that are pleasant to read at once. */
const MANY_POINTS = 1000;

/** The description stands above the query too, where it is read while the query is edited. */
export const example = ({ query, description, ...rest }: Draft): Example => ({
  ...rest,
  description,
  query: `# ${description}\n${query.replaceAll(/\n\s*\n/g, "\n")}\n`,
  variables: {},
});

export const where = ({ dataset }: Subject): string => `{ dataset: { eq: ${JSON.stringify(dataset.name)} } }`;

/** Thins curves that are long on average. */
export function everyOf({ dataset }: Subject): string {
  const every = Math.ceil(dataset.pointCount / Math.max(1, dataset.runCount) / MANY_POINTS);
  return every > 1 ? `(every: ${every})` : "";
}

export const axisOf = ({ dataset }: Subject): string => dataset.axis.unit;

export const scoreInput = ({ metric, hasBest }: Judge): string =>
  hasBest ? `{ metric: ${metric.enumValue} }` : `{ metric: ${metric.enumValue}, at: { final: true } }`;

export const scoreField = ({ metric, hasBest }: Judge): string =>
  hasBest ? `score(of: ${metric.enumValue})` : `score(of: ${metric.enumValue}, at: { final: true })`;

/** Without a goal: the lowest first, unless the name suggests the highest; without a metric: the longest run first. */
export function bestFirst(score: Judge | null): string {
  if (!score) return "{ by: { cost: LAST_STEP }, direction: DESC }";
  const direction = score.hasBest ? "BEST" : score.goal === "maximize" ? "DESC" : "ASC";
  return `{ by: { score: ${scoreInput(score)} }, direction: ${direction} }`;
}

/** What a single run is picked by: the best one tells most, and the longest one where no goal is known. */
export const extremeFirst = (score: Judge | null): string =>
  bestFirst(score?.hasBest === true ? score : null);

export const extreme = (score: Judge | null): string => (score?.hasBest === true ? "best" : "longest");

export function groupBy({ enumValue, kind }: Rate, decades: number): string {
  const of = `{ hyperparameter: ${enumValue} }`;
  switch (kind) {
    case "log":
      return `{ bin: { of: ${of}, by: { width: ${decades} }, scale: LOG10 } }`;
    case "linear":
      return `{ bin: { of: ${of}, by: { count: ${decades < 1 ? 8 : 4} } } }`;
    case "value":
      return `{ value: ${of} }`;
  }
}

export const byWhat = ({ words, kind }: Rate, decade: string): string =>
  `by ${kind === "log" ? `${decade} of ` : kind === "linear" ? "range of " : ""}${words}`;

/** The hyperparameters that vary, seeds and labels left out; at most eight. */
export function hyperparameterFields({ dataset }: Subject): string {
  const varied = dataset.hyperparameters.filter(
    ({ role, distinctCount }) => distinctCount > 1 && role !== "seed" && role !== "label",
  );
  const chosen = (varied.length > 0 ? varied : dataset.hyperparameters).slice(0, 8);
  return chosen.length === 0 ? "" : `hyperparameters { ${chosen.map(nameOf).join(" ")} }`;
}

const nameOf = ({ hyperparameter }: DatasetHyperparameter): string => hyperparameter.name;

export const called = ({ metric, hasBest }: Judge): string =>
  hasBest ? metric.name : `final ${metric.name}`;

/** What the first runs of `bestFirst` are: the best, where that is known. */
export const foremost = ({ hasBest, goal }: Judge): string =>
  hasBest ? "best" : goal === "maximize" ? "highest" : "lowest";

/** Says where nothing but the name tells of a metric's goal, or nothing at all, and how to name it. */
export function goalHint({ hasBest, goal, key }: Judge): string {
  if (hasBest) return "";
  const known =
    goal === null
      ? "Whether lower or higher is better is not known"
      : `That ${goal === "maximize" ? "higher" : "lower"} is better is guessed from the name`;
  return ` ${known}, and the last value stands in for the best: name the goal in a manifest (metrics: { ${JSON.stringify(key)}: { goal: ${goal ?? "minimize or maximize"} } }).`;
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const indent = (width: number, lines: readonly string[]): string =>
  lines
    .filter((line) => line !== "")
    .map((line) => " ".repeat(width) + line)
    .join("\n");
