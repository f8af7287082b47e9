import type * as Api from "../../schema/analyses.js";
import type { Distribution, Goal } from "../../schema/catalogue.js";
import { fault } from "../../schema/faults.js";
import { bimodalSplit } from "../statistics/bimodal-split.js";
import { cdfSteps, curveBand, plainSteps } from "../statistics/curve-band.js";
import { type Empirical, empirical, mean, quantile, variance } from "../statistics/empirical.js";
import { goodnessOfFit } from "../statistics/goodness-of-fit.js";
import { quadraticCdf, quadraticPdf } from "../statistics/noisy-quadratic.js";
import { planBand } from "../statistics/planning.js";
import { quadraticAverageCurve, quadraticQuantileCurve } from "../statistics/quadratic-curves.js";
import type { FitConstraints } from "../statistics/quadratic-fit.js";
import { goodnessWithin } from "../statistics/quadratic-goodness.js";
import { randomSubset } from "../statistics/random.js";
import { spacedRuns } from "../statistics/run-grid.js";
import { normalPlot, pooledSd, seedNoise } from "../statistics/seed-noise.js";
import { selectByQuantiles } from "../statistics/selection.js";
import {
  averageCurve,
  naiveEstimates,
  quantileCurve,
  uEstimates,
  vEstimates,
} from "../statistics/tuning-curve.js";
import { Bands } from "./bands.js";
import { inferDistribution } from "./infer-distribution.js";
import { WorkerPool } from "./worker-pool.js";

/** The band that thresholds are suggested by: of 80 %, by custom. */
const SUGGESTING: Api.BandRequest = { confidence: 0.8, method: "LD_HIGHEST_DENSITY" };

/** Answers analyses: at once where it is cheap, in a worker where it is not. */
export class Statistics implements Api.Analyses {
  readonly #workers: WorkerPool;
  readonly #bands: Bands;

  constructor(workers = 2) {
    this.#workers = new WorkerPool(workers);
    this.#bands = new Bands(this.#workers);
  }

  close(): Promise<void> {
    return this.#workers.close();
  }

  spacedRuns(upTo: number, points: number): readonly number[] {
    return guarded(() => spacedRuns(upTo, { points }));
  }

  async tuningCurve(
    sample: Api.Sample,
    request: Api.CurveRequest,
    signal: AbortSignal,
  ): Promise<Api.TuningCurve> {
    const { runs, quantile: q, estimates } = request;
    const { goal, scores } = sample;
    const distribution = empiricalOf(sample);
    const estimated = guarded(() =>
      Object.fromEntries(estimates.map((name) => [name, estimate(name, distribution, scores, runs, goal)])),
    );
    if (!request.band) {
      const value = guarded(() => quantileCurve(distribution, runs, q, goal));
      return { runs, value, lower: null, upper: null, critical: null, trivial: null, estimates: estimated };
    }
    const band = await this.#band(scores.length, request.band, signal);
    const { point, lower, upper, trivial } = guarded(() => curveBand(distribution, band, runs, q, goal));
    return { runs, value: point, lower, upper, critical: band.critical, trivial, estimates: estimated };
  }

  async distribution(
    sample: Api.Sample,
    request: Api.BandRequest | null,
    signal: AbortSignal,
  ): Promise<Api.ScoreDistribution> {
    const distribution = empiricalOf(sample);
    const own = { mean: mean(distribution), variance: variance(distribution) };
    if (!request) {
      const { y, point } = plainSteps(distribution);
      return { ...own, steps: { value: y, cdf: point, lower: null, upper: null } };
    }
    const band = await this.#band(sample.scores.length, request, signal);
    const { y, point, lower, upper } = cdfSteps(distribution, band);
    return { ...own, steps: { value: y, cdf: point, lower, upper } };
  }

  quantile(sample: Api.Sample, p: number): number {
    return guarded(() => quantile(empiricalOf(sample), p));
  }

  runsUntilGainBelow(
    sample: Api.Sample,
    asked: Api.GainRequest,
    signal: AbortSignal,
  ): Promise<number | null> {
    return guardedLater(this.#workers.run("gain", { sample: plain(sample), asked }, signal));
  }

  async planBand(
    runs: number,
    q: number,
    goal: Goal,
    request: Api.BandRequest,
    signal: AbortSignal,
  ): Promise<Api.BandPlan> {
    const band = await this.#band(runs, request, signal);
    const { widest, meanWidth, medianWidth, trivial } = guarded(() => planBand(band, q, goal));
    return { runs, critical: band.critical, widest, meanWidth, medianWidth, trivial };
  }

  async separations(
    first: Api.Sample,
    second: Api.Sample,
    q: number,
    request: Api.BandRequest,
    signal: AbortSignal,
  ): Promise<readonly Api.Separation[]> {
    const banded = async (sample: Api.Sample) => ({
      sample: plain(sample),
      band: await this.#band(sample.scores.length, request, signal),
    });
    const selections = await Promise.all([banded(first), banded(second)]);
    return guardedLater(this.#workers.run("separations", { selections, quantile: q }, signal));
  }

  async fitQuadratic(
    sample: Api.Sample,
    { threshold, maxGamma }: Api.QuadraticRequest,
    signal: AbortSignal,
  ): Promise<Api.QuadraticFit> {
    const { scores, goal, support } = sample;
    const convex = goal === "minimize";
    const best = [support.lower, support.upper] as const;
    const constraints: FitConstraints = {
      gamma: [1, maxGamma],
      ...(convex ? { alpha: best } : { beta: best }),
    };
    let suggestion: Api.QuadraticFit["suggestion"] = null;
    let end = threshold ?? undefined;
    if (threshold === null) {
      const band = await this.#band(scores.length, SUGGESTING, signal);
      const { threshold: suggested, ...how } = await guardedLater(
        this.#workers.run("threshold", { scores, convex, band, constraints }, signal),
      );
      suggestion = how;
      end = Number.isFinite(suggested) ? suggested : undefined;
    }
    const fit = await guardedLater(
      this.#workers.run("fit", { scores, convex, threshold: end, constraints }, signal),
    );
    return { ...fit, suggestion };
  }

  async quadraticGoodness(
    sample: Api.Sample,
    fit: Api.QuadraticFit,
    request: Api.BandRequest,
    signal: AbortSignal,
  ): Promise<Api.QuadraticGoodness> {
    const band = await this.#band(sample.scores.length, request, signal);
    return guarded(() => goodnessWithin(fit, fit.threshold, empiricalOf(sample), band));
  }

  quadraticValues(fit: Api.NoisyQuadratic, of: "cdf" | "density", at: readonly number[]): readonly number[] {
    return guarded(() => (of === "cdf" ? quadraticCdf(fit, at) : quadraticPdf(fit, at)));
  }

  quadraticCurve(
    fit: Api.NoisyQuadratic,
    of: "quantile" | "average",
    runs: readonly number[],
    q: number,
  ): readonly number[] {
    const goal = fit.convex ? "minimize" : "maximize";
    return guarded(() =>
      of === "quantile" ? quadraticQuantileCurve(fit, runs, q, goal) : quadraticAverageCurve(fit, runs, goal),
    );
  }

  seedNoise(groups: readonly (readonly number[])[], confidence: number): readonly Api.SeedNoise[] {
    return guarded(() => seedNoise(groups, confidence));
  }

  pooledSd(sds: readonly number[], best: number): number | null {
    return sds.length === 0 ? null : guarded(() => pooledSd(sds, best));
  }

  normalPlot(scores: readonly number[]): Api.NormalPlot {
    return guarded(() => normalPlot(scores));
  }

  bimodalSplit(scores: readonly number[]): Api.BimodalSplit | null {
    return scores.length === 0 ? null : guarded(() => bimodalSplit(scores));
  }

  select({ scores, goal }: Api.Sample, quantiles: readonly number[]): readonly Api.SelectedRun[] {
    return guarded(() => selectByQuantiles(scores, quantiles, goal));
  }

  subset(n: number, size: number, seed: number): readonly number[] {
    return guarded(() => randomSubset(n, size, seed));
  }

  importance(
    scores: readonly number[],
    variables: readonly Api.Variable[],
    of: "variables" | "pairs",
    signal: AbortSignal,
  ): Promise<Api.Importance> {
    return guardedLater(this.#workers.run("importance", { scores, variables, of }, signal));
  }

  goodnessOfFit(
    values: readonly (number | string | boolean)[],
    distribution: Distribution,
  ): Api.GoodnessOfFit | null {
    return distribution.kind === "derived" || values.length === 0
      ? null
      : guarded(() => goodnessOfFit(values, distribution));
  }

  inferDistribution(values: readonly (number | string | boolean)[]): Distribution | null {
    return guarded(() => inferDistribution(values));
  }

  #band(n: number, request: Api.BandRequest, signal: AbortSignal) {
    return guardedLater(this.#bands.get(n, request, signal));
  }
}

/** A sample without what else its object carries: it goes to another thread. */
const plain = ({ scores, goal, support }: Api.Sample): Api.Sample => ({ scores, goal, support });

const empiricalOf = ({ scores, support }: Api.Sample): Empirical =>
  guarded(() => empirical(scores, { support }));

/** The mean's estimates are of whole numbers of runs, the average curve's of all. */
function estimate(
  name: Api.Estimate,
  distribution: Empirical,
  scores: readonly number[],
  runs: readonly number[],
  goal: Goal,
): (number | null)[] {
  if (name === "average") return averageCurve(distribution, runs, goal);
  const whole = runs.filter((n) => Number.isSafeInteger(n));
  const make = { naive: naiveEstimates, v: vEstimates, u: uEstimates }[name];
  const values = new Map(make(scores, whole, goal).map((value, index) => [whole[index], value]));
  return runs.map((n) => values.get(n) ?? null);
}

/** Range errors of the statistics are the user's to mend: their messages name the argument, the value and what is allowed. */
function guarded<T>(compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    throw asFault(error);
  }
}

async function guardedLater<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw asFault(error);
  }
}

const asFault = (error: unknown): unknown =>
  error instanceof RangeError
    ? fault("BAD_USER_INPUT", `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}.`)
    : error;
