import type { Catalogue, Dataset } from "./catalogue.js";
import { limits } from "./limits.js";

/** How much there can be of what a field answers, going by its arguments and the size of the data. */

export type Arguments = Readonly<Record<string, unknown>>;

/** Bins that a rule of a width cuts cannot be known before the data are read. */
const BINS_OF_UNKNOWN_COUNT = 50;

export const isNumber = (value: unknown): value is number => typeof value === "number";
export const countOf = (value: unknown): number | null => (isNumber(value) ? Math.max(0, value) : null);
export const lengthOf = (value: unknown): number | null => (Array.isArray(value) ? value.length : null);

export const pageSize = (args: Arguments): number =>
  countOf(args["last"]) ?? countOf(args["first"]) ?? limits.defaultPage;

export const curveSize = (args: Arguments): number => lengthOf(args["runs"]) ?? countOf(args["points"]) ?? 50;

const sumOf = (datasets: readonly Dataset[], count: (dataset: Dataset) => number): number =>
  datasets.reduce((sum, dataset) => sum + count(dataset), 0);

export const runCount = ({ datasets }: Catalogue): number => sumOf(datasets, ({ runCount: count }) => count);

export const pointCount = ({ datasets }: Catalogue): number =>
  sumOf(datasets, ({ pointCount: count }) => count);

/** Points of one curve, on average of the dataset that has the most, thinned by `every`. */
export function pointsOf(args: Arguments, { datasets }: Catalogue): number {
  const points = datasets.map(({ pointCount: all, runCount: runs }) => Math.ceil(all / Math.max(1, runs)));
  return Math.ceil(Math.max(1, ...points) / Math.max(1, countOf(args["every"]) ?? 1));
}

export function chosenCount(args: Arguments, { hyperparameters }: Catalogue): number {
  return lengthOf(args["hyperparameters"]) ?? hyperparameters.length;
}

interface BinRule {
  readonly count?: number | null;
  readonly quantiles?: number | null;
  readonly edges?: readonly number[] | null;
}

export function binCount(rule: unknown): number {
  const { count, quantiles, edges } = (rule ?? {}) as BinRule;
  return countOf(count) ?? countOf(quantiles) ?? (edges ? edges.length + 1 : BINS_OF_UNKNOWN_COUNT);
}

interface GroupKey {
  readonly bin?: { readonly by: unknown; readonly includeEmpty?: boolean | null } | null;
  readonly configuration?: boolean | null;
  readonly dataset?: boolean | null;
  readonly value?: { readonly hyperparameter?: string | null } | null;
}

/** The product of what each key tells apart; never more than there are runs, unless empty bins are asked for. */
export function groupCount({ groupBy, where }: Arguments, catalogue: Catalogue): number {
  const keys = (Array.isArray(groupBy) ? groupBy : []) as readonly GroupKey[];
  const datasets = datasetsOf(where, catalogue.datasets);
  const product = keys.reduce((groups, key) => groups * keyCount(key, datasets), 1);
  const most = keys.some(({ bin }) => bin?.includeEmpty === true)
    ? Infinity
    : Math.max(
        1,
        sumOf(datasets, ({ runCount: count }) => count),
      );
  return Math.min(product, most, limits.maxGroups);
}

interface Filtered {
  readonly dataset?: { readonly eq?: string | null; readonly in?: readonly string[] | null } | null;
  readonly and?: readonly unknown[] | null;
}

/** The datasets of which runs can be left by a filter that names some. */
function datasetsOf(where: unknown, datasets: readonly Dataset[]): readonly Dataset[] {
  const { dataset, and } = (where ?? {}) as Filtered;
  const left = datasets.filter(
    ({ name }) => (dataset?.eq ?? name) === name && (dataset?.in?.includes(name) ?? true),
  );
  return (and ?? []).reduce((few: readonly Dataset[], one) => {
    const others = datasetsOf(one, datasets);
    return few.filter((each) => others.includes(each));
  }, left);
}

/** Values of one key, with those for what is missing or not finite. */
function keyCount({ bin, configuration, dataset, value }: GroupKey, datasets: readonly Dataset[]): number {
  if (bin) return binCount(bin.by) + 4;
  if (dataset === true) return Math.max(1, datasets.length);
  if (configuration === true) return sumOf(datasets, ({ configurationCount: count }) => count);
  if (value) return 4 + distinctCount(value.hyperparameter, datasets);
  return 3;
}

/** Different values of a hyperparameter at most; of another measure, every run may have its own. */
const distinctCount = (enumValue: string | null | undefined, datasets: readonly Dataset[]): number =>
  sumOf(datasets, ({ runCount: runs, hyperparameters }) =>
    enumValue
      ? (hyperparameters.find(({ hyperparameter }) => hyperparameter.enumValue === enumValue)
          ?.distinctCount ?? 0)
      : runs,
  );

/** Configurations that have replicates, at most. */
export const replicatedCount = ({ datasets }: Catalogue): number =>
  Math.min(
    limits.maxGroups,
    sumOf(datasets, ({ runCount: runs, configurationCount: count }) =>
      Math.max(1, Math.min(runs / 2, count)),
    ),
  );
