import type { Random } from "../fuzz/random.js";
import { type Bin, contains } from "../oracle/bins.js";
import { bands } from "../oracle/curves.js";
import { holds, type RunFilter } from "../oracle/filters.js";
import { isFiniteNumber, scoreOf } from "../oracle/measures.js";
import { finiteOf, quantile, summarise } from "../oracle/statistics.js";
import type { Run, World } from "../oracle/world.js";
import { randomWhere } from "./requests.js";

/** A question, and what an independent reading of the data says of an answer to it. */
export interface Question {
  readonly kind: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** What is wrong with the answer; null where nothing is. */
  wrong(data: Readonly<Record<string, unknown>>, world: World): string | null;
}

const METRIC = "LOSS";
const OF = `of: { score: { metric: ${METRIC} } }`;
/** As often as it makes an answer of more than a million characters of a few hundred runs. */
const REPEATED = 14;

/** The runs of a filter, in order of dataset and line. */
export const runsOf = (world: World, where: RunFilter): Run[] =>
  world.runs.filter((run) => holds(world, run, where));

const scoresOf = (world: World, runs: readonly Run[]) => runs.map((run) => scoreOf(world, run, METRIC).value);

/** Sums are made in another order. */
const isNear = (a: unknown, b: number | null): boolean =>
  a === b || (typeof a === "number" && b !== null && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b)));

/** What differs first; null where nothing does. */
function difference(found: unknown, wanted: unknown, path = ""): string | null {
  if (typeof wanted === "number" || wanted === null)
    return isNear(found, wanted) ? null : `${path}: ${JSON.stringify(found)} for ${wanted}`;
  if (typeof wanted !== "object")
    return found === wanted ? null : `${path}: ${JSON.stringify(found)} for ${JSON.stringify(wanted)}`;
  const given = (found ?? {}) as Readonly<Record<string, unknown>>;
  if (Array.isArray(wanted) && (given as unknown as unknown[]).length !== wanted.length)
    return `${path}: ${(given as unknown as unknown[]).length} for ${wanted.length} entries`;
  for (const [key, value] of Object.entries(wanted)) {
    const differs = difference(given[key], value, `${path}.${key}`);
    if (differs !== null) return differs;
  }
  return null;
}

function aggregate(random: Random): Question {
  const where = randomWhere(random);
  return {
    kind: "aggregate",
    query: `query ($where: RunFilter) { datasets { name version }
      aggregateRuns(where: $where) { count measure(${OF}) { count nanCount nullCount min max mean median stddev } } }`,
    variables: { where },
    wrong(data, world) {
      const runs = runsOf(world, where);
      const { count, nanCount, nullCount, min, max, mean, median, stddev } = summarise(scoresOf(world, runs));
      const measure = { count, nanCount, nullCount, min, max, mean, median, stddev };
      const wanted = runs.length === 0 ? [] : [{ count: runs.length, measure }];
      return difference(data["aggregateRuns"], wanted, "aggregateRuns");
    },
  };
}

function bins(random: Random): Question {
  const where = randomWhere(random);
  const count = 2 + random.below(20);
  return {
    kind: "bins",
    query: `query ($where: RunFilter, $by: BinRule!) { datasets { name version }
      aggregateRuns(where: $where, groupBy: [{ bin: { of: { hyperparameter: LR }, by: $by } }]) {
        keys { bin { index lower upper upperClosed } } count measure(${OF}) { median nanCount } } }`,
    variables: { where, by: { count } },
    wrong(data, world) {
      const runs = runsOf(world, where);
      const groups = data["aggregateRuns"] as {
        readonly keys: readonly { readonly bin: Bin }[];
        readonly count: number;
      }[];
      const total = groups.reduce((sum, group) => sum + group.count, 0);
      if (total !== runs.length) return `aggregateRuns: ${total} for ${runs.length} runs`;
      const wanted = groups.map(({ keys }) => {
        const bin = keys[0]?.bin as Bin;
        const inside = runs.filter((run) => contains(bin, run.hyperparameters["LR"] as number));
        const { median, nanCount } = summarise(scoresOf(world, inside));
        return { count: inside.length, measure: { median, nanCount } };
      });
      return difference(groups, wanted, "aggregateRuns");
    },
  };
}

function curveBands(random: Random): Question {
  const where = randomWhere(random);
  const p = [0.1, 0.5, 0.9];
  return {
    kind: "bands",
    query: `query ($where: RunFilter) { datasets { name version }
      aggregateCurves(where: $where) { points { axis runCount metric(of: ${METRIC}) { count nanCount quantiles(p: [${p.join()}]) } } } }`,
    variables: { where },
    wrong(data, world) {
      const runs = runsOf(world, where);
      const points = bands(runs, METRIC, {}).map(({ axis, runCount, values }) => {
        const { count, nanCount } = summarise(values);
        const quantiles = p.map((one) => quantile(finiteOf(values), one, "LINEAR"));
        return { axis, runCount, metric: { count, nanCount, quantiles } };
      });
      return difference(data["aggregateCurves"], runs.length === 0 ? [] : [{ points }], "aggregateCurves");
    },
  };
}

/** The median of the best of n runs: the least score at or below which the best lies with probability one half. */
function analysis(random: Random): Question {
  const numbers = [1, 2, 3 + random.below(6)];
  return {
    kind: "analysis",
    query: `query ($runs: [Float!]) { datasets { name version }
      scores(of: { metric: ${METRIC} }) { runCount replacedCount tuningCurve(runs: $runs) { points { runs value { value } } } } }`,
    variables: { runs: numbers },
    wrong(data, world) {
      const scores = scoresOf(world, world.runs);
      const sorted = scores.map((one) => (isFiniteNumber(one) ? one : Infinity)).sort((a, b) => a - b);
      const points = numbers.map((runs) => {
        const share = 1 - 0.5 ** (1 / runs);
        const value = sorted[Math.ceil(share * sorted.length - 1e-9) - 1] ?? null;
        return { runs, value: { value: value === Infinity ? null : value } };
      });
      const replacedCount = scores.filter((one) => !isFiniteNumber(one)).length;
      const wanted = { runCount: scores.length, replacedCount, tuningCurve: { points } };
      return difference(data["scores"], wanted, "scores");
    },
  };
}

/** Fits to the runs from some learning rate on. */
function fits(random: Random, kind: string, count: number): Question {
  const wheres = Array.from({ length: count }, () => ({
    hyperparameters: { lr: { gte: Math.round(random.next() * 1e6) / 1e7 } },
  }));
  const variables = Object.fromEntries(wheres.map((where, index) => [`w${index}`, where]));
  const fields = wheres.map(
    (_, index) =>
      `s${index}: scores(of: { metric: ${METRIC} }, nonFinite: FINITE_ONLY, where: $w${index}) { runCount noisyQuadratic { bestScore gamma } }`,
  );
  return {
    kind,
    query: `query (${wheres.map((_, index) => `$w${index}: RunFilter`).join(", ")}) { datasets { name version } ${fields.join("\n")} }`,
    variables,
    // The fit itself has tests of its own: that it is of the right runs is looked at here.
    wrong(data, world) {
      const wanted = wheres.map((where, index) => [
        `s${index}`,
        { runCount: finiteOf(scoresOf(world, runsOf(world, where))).length },
      ]);
      return difference(data, Object.fromEntries(wanted));
    },
  };
}

const fit = (random: Random): Question => fits(random, "fit", 1);

/** Takes so long that it runs out of time where that is short, and keeps others waiting. */
export const heavyQuestion = (random: Random): Question => fits(random, "fits", 12);

/** The curves of many runs, as points or as series: an answer that is sent in pieces. */
function curves(random: Random): Question {
  const first = 600 + random.below(600);
  const asSeries = random.chance(0.5);
  const names = Array.from({ length: REPEATED }, (_, index) => `c${index}`);
  const one = asSeries ? `series { axis metric(of: ${METRIC}) }` : "curve { axis loss }";
  return {
    kind: asSeries ? "series" : "points",
    query: `query ($first: Int) { datasets { name version }
      runs(first: $first) { nodes { line dataset { name } ${names.map((name) => `${name}: ${one}`).join(" ")} } } }`,
    variables: { first },
    wrong(data, world) {
      const nodes = world.runs.slice(0, first).map(({ dataset, line, points }) => {
        const logged = points.map(({ axis, values }) => ({
          axis,
          loss: isFiniteNumber(values[METRIC] ?? null) ? (values[METRIC] ?? null) : null,
        }));
        const curve = asSeries
          ? { axis: logged.map(({ axis }) => axis), metric: logged.map(({ loss }) => loss) }
          : logged;
        return {
          line,
          dataset: { name: dataset.name },
          ...Object.fromEntries(names.map((name) => [name, curve])),
        };
      });
      return difference(data["runs"], { nodes }, "runs");
    },
  };
}

const kinds = [aggregate, aggregate, bins, bins, curveBands, analysis, fit];

/** A question for a whole answer; pages are walked through, and exports read, elsewhere. */
export const randomQuestion = (random: Random): Question => random.pick(kinds)(random);

export const largeQuestion = curves;

/** Questions that are to be refused, ever new ones, by the code of the refusal. */
export function refusedQuestion(random: Random): { code: string; query: string; variables: object } {
  const unlike = Math.floor(random.next() * 1e9);
  return random.pick([
    {
      code: "GRAPHQL_VALIDATION_FAILED",
      query: `{ runs { nodes { line nothing${unlike} } } }`,
      variables: {},
    },
    {
      code: "LIMIT_EXCEEDED",
      query: `query Much${unlike} { runs(first: 5000) { nodes { ${Array.from({ length: 40 }, (_, index) => `c${index}: curve { axis loss lr: metric(of: ${METRIC}) { value state } }`).join(" ")} } } }`,
      variables: {},
    },
    {
      code: "BAD_USER_INPUT",
      query: "query ($first: Int) { runs(first: $first) { totalCount } }",
      variables: { first: `many ${unlike}` },
    },
  ]);
}
