import type * as Api from "../../schema/analyses.js";
import type { Distribution, Goal } from "../../schema/catalogue.js";
import { fault } from "../../schema/faults.js";
import { planBand } from "../statistics/planning.js";
import type { FitConstraints } from "../statistics/quadratic-fit.js";
import { randomSubset } from "../statistics/random.js";
import { spacedRuns } from "../statistics/run-grid.js";
import { requireThresholdScores } from "../statistics/quadratic-threshold.js";
import { pooledSd } from "../statistics/seed-noise.js";
import { Bands } from "./bands.js";
import { type HeavyTasks, heavyTasks, type TaskName } from "./heavy-tasks.js";
import { isLight } from "./steps.js";
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
    asked: Api.CurveRequest,
    signal: AbortSignal,
  ): Promise<Api.TuningCurve> {
    const band = asked.band && (await this.#band(sample.scores.length, asked.band, signal));
    return this.#run("tuningCurve", { sample: plain(sample), asked, band }, signal);
  }

  async distribution(
    sample: Api.Sample,
    request: Api.BandRequest | null,
    signal: AbortSignal,
  ): Promise<Api.ScoreDistribution> {
    const band = request && (await this.#band(sample.scores.length, request, signal));
    return this.#run("distribution", { sample: plain(sample), band }, signal);
  }

  quantile(sample: Api.Sample, p: number, signal: AbortSignal): Promise<number> {
    return this.#run("quantile", { sample: plain(sample), p }, signal);
  }

  runsUntilGainBelow(
    sample: Api.Sample,
    asked: Api.GainRequest,
    signal: AbortSignal,
  ): Promise<number | null> {
    return this.#run("gain", { sample: plain(sample), asked }, signal);
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
    return this.#run("separations", { selections, quantile: q }, signal);
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
      guarded(() => requireThresholdScores(scores));
      const band = await this.#band(scores.length, SUGGESTING, signal);
      const { threshold: suggested, ...how } = await this.#run(
        "threshold",
        { scores, convex, band, constraints },
        signal,
      );
      suggestion = how;
      end = Number.isFinite(suggested) ? suggested : undefined;
    }
    const fit = await this.#run("fit", { scores, convex, threshold: end, constraints }, signal);
    return { ...fit, suggestion };
  }

  async quadraticGoodness(
    sample: Api.Sample,
    fit: Api.QuadraticFit,
    request: Api.BandRequest,
    signal: AbortSignal,
  ): Promise<Api.QuadraticGoodness> {
    const band = await this.#band(sample.scores.length, request, signal);
    const { threshold } = fit;
    return this.#run(
      "quadraticGoodness",
      { sample: plain(sample), fit: shape(fit), threshold, band },
      signal,
    );
  }

  quadraticValues(
    fit: Api.NoisyQuadratic,
    of: "cdf" | "density",
    at: readonly number[],
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    return this.#run("quadraticValues", { fit: shape(fit), of, at }, signal);
  }

  quadraticCurve(
    fit: Api.NoisyQuadratic,
    of: "quantile" | "average",
    runs: readonly number[],
    quantile: number,
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    return this.#run("quadraticCurve", { fit: shape(fit), of, runs, quantile }, signal);
  }

  seedNoise(
    groups: readonly (readonly number[])[],
    confidence: number,
    signal: AbortSignal,
  ): Promise<readonly Api.SeedNoise[]> {
    return this.#run("seedNoise", { groups, confidence }, signal);
  }

  pooledSd(sds: readonly number[], best: number): number | null {
    return sds.length === 0 ? null : guarded(() => pooledSd(sds, best));
  }

  normalPlot(scores: readonly number[], signal: AbortSignal): Promise<Api.NormalPlot> {
    return this.#run("normalPlot", { scores }, signal);
  }

  async bimodalSplit(scores: readonly number[], signal: AbortSignal): Promise<Api.BimodalSplit | null> {
    return scores.length === 0 ? null : this.#run("bimodalSplit", { scores }, signal);
  }

  select(
    sample: Api.Sample,
    quantiles: readonly number[],
    signal: AbortSignal,
  ): Promise<readonly Api.SelectedRun[]> {
    return this.#run("select", { sample: plain(sample), quantiles }, signal);
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
    return this.#run("importance", { scores, variables, of }, signal);
  }

  async goodnessOfFit(
    values: readonly (number | string | boolean)[],
    distribution: Distribution,
    signal: AbortSignal,
  ): Promise<Api.GoodnessOfFit | null> {
    return distribution.kind === "derived" || values.length === 0
      ? null
      : this.#run("goodnessOfFit", { values, drawnFrom: distribution }, signal);
  }

  inferDistribution(
    values: readonly (number | string | boolean)[],
    signal: AbortSignal,
  ): Promise<Distribution | null> {
    return this.#run("inferDistribution", { values }, signal);
  }

  #band(n: number, request: Api.BandRequest, signal: AbortSignal) {
    return guardedLater(this.#bands.get(n, request, signal));
  }

  /** What a task answers: here where it is light, else from a worker, which stops when the signal is aborted. */
  #run<Name extends TaskName>(
    name: Name,
    request: HeavyTasks[Name]["request"],
    signal: AbortSignal,
  ): Promise<HeavyTasks[Name]["answer"]> {
    return guardedLater(
      isLight(name, request) ? here(name, request) : this.#workers.run(name, request, signal),
    );
  }
}

/** Works a task out on this thread. */
async function here<Name extends TaskName>(
  name: Name,
  request: HeavyTasks[Name]["request"],
): Promise<HeavyTasks[Name]["answer"]> {
  return Promise.resolve(heavyTasks[name](request, () => false));
}

/** A sample without what else its object carries: it goes to another thread. */
const plain = ({ scores, goal, support }: Api.Sample): Api.Sample => ({ scores, goal, support });

/** A fit's distribution alone, for another thread. */
const shape = ({ alpha, beta, gamma, sigma, convex }: Api.NoisyQuadratic): Api.NoisyQuadratic => ({
  alpha,
  beta,
  gamma,
  sigma,
  convex,
});

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
