import type { Sample } from "./analyses.js";
import type { CurveField, Dataset } from "./catalogue.js";
import type { Context } from "./context.js";
import { fault, faultNaming } from "./faults.js";
import { limits } from "./limits.js";
import { measureKey, measureLabel, type ScoreMeasure } from "./measure.js";
import type { Filter, RunColumn } from "./plan.js";
import type { StoredValue } from "./store.js";

/** What becomes of scores that are not finite. */
export type NonFiniteRule = "worst" | "finiteOnly";

export interface SampleRequest {
  /** The argument that it came in, which faults name; empty where its parts are arguments themselves. */
  readonly path: string;
  readonly score: ScoreMeasure;
  readonly where: Filter | null;
  readonly subset: { readonly size: number; readonly seed: number } | null;
  readonly nonFinite: NonFiniteRule;
  readonly support: { readonly lower: number | null; readonly upper: number | null } | null;
}

/** The scores of some runs as analyses take them, and the runs that they are of. */
export interface ScoreSample extends Sample {
  readonly request: SampleRequest;
  readonly label: string;
  /** One entry a score. */
  readonly runs: readonly { readonly id: number; readonly dataset: number }[];
  /** As logged; NaN and infinities are kept, null is missing. */
  readonly logged: readonly StoredValue[];
  readonly nanCount: number;
  readonly infCount: number;
  readonly nullCount: number;
  /** Scores that were set to the worst value, or left out, for not being finite. */
  readonly replacedCount: number;
  readonly excludedCount: number;
  readonly worst: number;
  /** Runs of the filter before a subset was drawn and before any were left out. */
  readonly matchedCount: number;
}

/**
 * Reads the scores that a request names.
 * @throws a fault where no run is left, the metric's goal is unknown, or a dataset of the runs does not log it.
 */
export async function readSample(request: SampleRequest, context: Context): Promise<ScoreSample> {
  const { path, score, where } = request;
  const { metric } = score;
  if (metric.goal === null) throw new Error(`${metric.name} has no goal, which should have been refused.`);
  const column: RunColumn = { kind: "value", measure: score };
  const { store, signal, analyses } = context;
  const read = await store.values({ columns: [column], where, maxRuns: limits.maxAnalysedRuns }, signal);
  const values = read.values.get(measureKey(score)) ?? [];
  const matchedCount = read.id.length;
  const label = measureLabel(score);
  if (matchedCount === 0)
    throw fault(
      "UNFIT_DATA",
      `${within(path)}The filter holds for no run, so there is no ${label} to analyse.`,
    );
  const datasets = [...new Set(read.dataset)].map((index) => context.catalogue.datasets[index] as Dataset);
  const bounds = boundsOf(metric, datasets, path);
  const worst = metric.goal === "minimize" ? bounds.upper : bounds.lower;
  const chosen = request.subset
    ? analyses.subset(matchedCount, request.subset.size, request.subset.seed)
    : Array.from(values.keys());
  const logged = chosen.map((index) => values[index] ?? null);
  const kept =
    request.nonFinite === "worst" ? chosen : chosen.filter((_, place) => Number.isFinite(logged[place]));
  if (kept.length === 0)
    throw fault("UNFIT_DATA", `${within(path)}None of the ${chosen.length} runs has a finite ${label}.`);
  const scores = kept.map((index) => (Number.isFinite(values[index]) ? (values[index] as number) : worst));
  const support = {
    lower: request.support?.lower ?? bounds.lower,
    upper: request.support?.upper ?? bounds.upper,
  };
  const bad = logged.filter((value) => !Number.isFinite(value)).length;
  const replaced = request.nonFinite === "worst" ? bad : 0;
  requireSupport(support, { request, scores, label, worst, replaced });
  return {
    request,
    label,
    scores,
    goal: metric.goal,
    support,
    runs: kept.map((index) => ({ id: read.id[index] as number, dataset: read.dataset[index] as number })),
    logged: kept.map((index) => values[index] ?? null),
    nanCount: logged.filter(Number.isNaN).length,
    infCount: logged.filter((value) => value === Infinity || value === -Infinity).length,
    nullCount: logged.filter((value) => value === null).length,
    replacedCount: replaced,
    excludedCount: request.nonFinite === "worst" ? 0 : bad,
    worst,
    matchedCount,
  };
}

/** How a message begins that is about what came in an argument, rather than about the argument. */
const within = (path: string): string => (path === "" ? "" : `${path}: `);

const distinctCounts = new WeakMap<ScoreSample, number>();

/** How many different scores there are; counted once, however often it is asked. */
export function distinctCount(sample: ScoreSample): number {
  let count = distinctCounts.get(sample);
  if (count === undefined) distinctCounts.set(sample, (count = new Set(sample.scores).size));
  return count;
}

/** Whether any two scores are equal. */
export const isTied = (sample: ScoreSample): boolean => distinctCount(sample) < sample.scores.length;

/** The values that the metric can take in all of the datasets: infinite where one knows no bound. */
function boundsOf(
  metric: CurveField,
  datasets: readonly Dataset[],
  path: string,
): { lower: number; upper: number } {
  const found = datasets.map((dataset) => {
    const known = dataset.metrics.find(({ field }) => field === metric);
    if (!known) {
      const others = dataset.metrics.filter(({ goal }) => goal !== null).map(({ field }) => field.enumValue);
      throw faultNaming(
        "UNFIT_DATA",
        `${within(path)}Some of the runs log no ${metric.enumValue}. Filter by dataset, or choose a metric that all of them log.`,
        `Those of ${dataset.name} log ${others.join(", ") || "no metric with a goal"}.`,
      );
    }
    return { lower: known.lowerBound ?? -Infinity, upper: known.upperBound ?? Infinity };
  });
  return {
    lower: Math.min(...found.map(({ lower }) => lower)),
    upper: Math.max(...found.map(({ upper }) => upper)),
  };
}

interface Supported {
  readonly request: SampleRequest;
  readonly scores: readonly number[];
  readonly label: string;
  /** What scores that are not finite count as, and how many of them there are. */
  readonly worst: number;
  readonly replaced: number;
}

function requireSupport(
  { lower, upper }: Sample["support"],
  { request: { path, score: of, support: given }, scores, label, worst, replaced }: Supported,
): void {
  const least = scores.reduce((a, b) => Math.min(a, b));
  const greatest = scores.reduce((a, b) => Math.max(a, b));
  const outside = (side: "lower" | "upper", bound: number, which: string, score: number): Error => {
    const why =
      score === worst && replaced > 0
        ? ` ${replaced} of the ${scores.length} runs have no finite score and count as that, the worst; nonFinite: FINITE_ONLY leaves them out.`
        : "";
    const argument = `${path === "" ? "" : `${path}.`}support.${side}`;
    const inside = `${bound} lies inside the data; the ${which} ${label} is ${score}.`;
    if (given?.[side] != null) return fault("BAD_USER_INPUT", `${argument}: ${inside}${why}`);
    const key = `metrics.${of.metric.originals[0] ?? of.metric.name}.${side}Bound`;
    return fault(
      "UNFIT_DATA",
      `${within(path)}${key} of the data's manifest: ${inside} Correct it there, or give ${argument}.`,
    );
  };
  if (lower > least) throw outside("lower", lower, "least", least);
  if (upper < greatest) throw outside("upper", upper, "greatest", greatest);
}
