import { requireWhole } from "./checks.js";
import { nelderMead } from "./nelder-mead.js";
import { convexQuadratic, MOST_GAMMA, quadraticCdf } from "./noisy-quadratic.js";
import type { NoisyQuadratic } from "./noisy-quadratic.js";
import { closedAt, spacings, spacingsLoss } from "./spacings.js";
import type { Limits, Spacings } from "./spacings.js";
import { checkStop } from "./stop.js";
import type { ShouldStop } from "./stop.js";

/** Bounds of a parameter, both included; equal bounds fix it. */
export type Bounds = readonly [number, number];

/** What a fit may choose. Unbounded where not given. */
export interface FitConstraints {
  readonly alpha?: Bounds | undefined;
  readonly beta?: Bounds | undefined;
  readonly sigma?: Bounds | undefined;
  /** Effective numbers of hyperparameters to try: whole, 1 to 10 unless given. */
  readonly gamma?: Bounds | undefined;
}

/** What to fit. */
export interface FitOptions {
  /** True for scores that are minimised: fits the tail of low scores. */
  readonly convex: boolean;
  /** The end of the tail, itself included when convex; every score is fitted unless given. */
  readonly threshold?: number | undefined;
  readonly constraints?: FitConstraints | undefined;
  /** True for losses to about 1e-6, from fewer starts, in a fraction of the time. */
  readonly rough?: boolean | undefined;
  readonly shouldStop?: ShouldStop | undefined;
}

/** A noisy quadratic distribution fitted to the tail of a sample. */
export interface QuadraticFit extends NoisyQuadratic {
  readonly threshold: number | null;
  /** Kullback-Leibler estimate per score; less is better. */
  readonly loss: number;
  readonly n: number;
  /** How many scores lie in the tail. */
  readonly observed: number;
  /** Too few for the parameters other than the best achievable score to mean much. */
  readonly fewObserved: boolean;
  /** The fitted share of runs in the tail. */
  readonly share: number;
  /** The best fit of each gamma, ascending; the loss of those that are not close to the best to about 1e-6. */
  readonly perGamma: readonly (NoisyQuadratic & { readonly loss: number })[];
}

const FEW = 15;
/** Spread of the loss over the simplex: enough to compare gammas, and as far as rounding lets it go. */
const ROUGH = 1e-7;
const FINE = 1e-14;
/** A gamma whose loss is this much above the least cannot be the best. */
const CLOSE = 1e-3;
const MOST_EVALUATIONS = 500;
const MOST_RESTARTS = 6;
/** The simplex's first edges: alpha in tail lengths, the two others as logarithms. */
const STEPS = [0.05, 0.3, 0.5];
/** Starts for the noise, in tail lengths. */
const NOISES = [0.02, 0.15];
const ANY: Bounds = [-Infinity, Infinity];

function requireBounds(name: string, [low, high]: Bounds): void {
  if (!(low <= high))
    throw new RangeError(`${name} must have a lower bound of at most its upper, got ${low} to ${high}`);
}

const negated = ([low, high]: Bounds): Bounds => [-high, -low];
const clamp = (x: number, [low, high]: Bounds): number => Math.min(Math.max(x, low), high);
const fixed = ([low, high]: Bounds): boolean => low === high;

interface ConvexProblem {
  readonly buckets: Spacings;
  /** The tail's end. */
  readonly end: number;
  readonly alpha: Bounds;
  readonly beta: Bounds;
  readonly sigma: Bounds;
  readonly shouldStop: ShouldStop | undefined;
}

/** Alpha and the logarithms of beta − alpha and sigma, in units of the tail's length from its least score. */
type Point = readonly [alpha: number, logWidth: number, logNoise: number];

/** The loss of one gamma as the simplex method sees it. */
interface Search {
  readonly parameters: (point: Point) => { alpha: number; beta: number; sigma: number };
  readonly descend: (from: Point, size: number, tolerance: number) => { point: Point; loss: number };
}

function searchOf(gamma: number, problem: ConvexProblem): Search {
  const { buckets, end, alpha, beta, sigma, shouldStop } = problem;
  const length = Math.max(
    end - buckets.least,
    Number.EPSILON * Math.max(Math.abs(end), Math.abs(buckets.least)),
  );
  const noiseless = sigma[1] === 0;
  const free = [!fixed(alpha), !fixed(beta), !fixed(sigma)];
  const parameters = ([x, y, z]: Point): { alpha: number; beta: number; sigma: number } => {
    const a = clamp(buckets.least + length * x, alpha);
    return {
      alpha: a,
      beta: clamp(a + length * Math.exp(y), beta),
      sigma: noiseless ? 0 : clamp(length * Math.exp(z), sigma),
    };
  };
  const loss = (point: Point): number => {
    const { alpha: a, beta: b, sigma: s } = parameters(point);
    if (!(b > a) && !(b === a && s > 0)) return Infinity;
    return spacingsLoss(buckets, convexQuadratic(a, b, gamma, s).below);
  };
  const positions = [0, 1, 2].filter((i) => free[i]);
  return {
    parameters,
    descend: (from, size, tolerance) => {
      const full = (reduced: readonly number[]): Point => {
        const whole: [number, number, number] = [...from];
        positions.forEach((position, i) => (whole[position] = reduced[i]!));
        return whole;
      };
      const found = nelderMead(
        (reduced) => {
          checkStop(shouldStop);
          return loss(full(reduced));
        },
        positions.map((i) => from[i]!),
        { steps: positions.map((i) => size * STEPS[i]!), tolerance, mostEvaluations: MOST_EVALUATIONS },
      );
      return { point: full(found.point), loss: found.value };
    },
  };
}

/** Where to start for a gamma: two noises, with beta such that the tail has its share, and the last gamma's fit. */
function startsOf(gamma: number, { buckets, sigma }: ConvexProblem, last: Point | null): Point[] {
  const share = buckets.observed / buckets.n;
  const starts = NOISES.map((noise): Point => {
    const alpha = sigma[1] === 0 ? -0.01 : 2 * noise;
    return [alpha, Math.log((1 - alpha) / share ** (2 / gamma)), Math.log(noise)];
  });
  // Beyond 3 a wide noise only leads to a normal distribution, the limit of every gamma.
  if (last === null || gamma <= 3) return starts;
  return [starts[0]!, [last[0], last[1], Math.max(last[2], Math.log(NOISES[0]!))]];
}

interface GammaFit {
  readonly gamma: number;
  readonly point: Point;
  readonly loss: number;
}

/** The best fit of every gamma: to the last digit where it may be the best of all, otherwise to about 1e-6. */
function fitGammas(
  problem: ConvexProblem,
  [low, high]: Bounds,
  rough: boolean,
): (NoisyQuadratic & { loss: number })[] {
  const searches = new Map<number, Search>();
  const fits: GammaFit[] = [];
  for (let gamma = low; gamma <= high; gamma++) {
    const search = searchOf(gamma, problem);
    searches.set(gamma, search);
    const starts = startsOf(gamma, problem, fits.at(-1)?.point ?? null);
    const found = (rough ? starts.slice(0, 1) : starts).map((start) => search.descend(start, 1, ROUGH));
    fits.push({ gamma, ...found.reduce((best, other) => (other.loss < best.loss ? other : best)) });
  }
  const least = Math.min(...fits.map(({ loss }) => loss));
  return fits.map(({ gamma, ...fit }) => {
    const { parameters, descend } = searches.get(gamma)!;
    for (let restart = 0; !rough && fit.loss < least + CLOSE && restart < MOST_RESTARTS; restart++) {
      const next = descend(fit.point, restart % 2 === 0 ? -0.2 : 0.5, FINE);
      const gained = fit.loss - next.loss;
      if (gained > 0) fit = next;
      if (!(gained > 1e-13)) break;
    }
    return { ...parameters(fit.point), loss: fit.loss, gamma, convex: true };
  });
}

/** @throws RangeError where a threshold leaves too few runs to fit. */
function requireTail(scores: readonly number[], limits: Limits, threshold: number, convex: boolean): void {
  const observed = scores.filter((score) => score > limits.lower && score <= limits.upper).length;
  if (observed >= 3) return;
  const side = convex ? "at or below" : "above";
  throw new RangeError(
    `threshold must leave at least 3 runs ${side} it, and ${threshold} leaves ${observed} of ${scores.length}`,
  );
}

/** Why noise without bound, which reaches every score, has no finite loss. */
function beyondDoubles(scores: readonly number[], threshold: number | null): string {
  const finite = scores.filter((score) => Number.isFinite(score)).sort((a, b) => a - b);
  const end = threshold === null ? "" : `, and a threshold of ${threshold}`;
  return `a fit needs scores of like size, got ${finite[0]!} to ${finite.at(-1)!}${end}: their distances are beyond what doubles tell apart`;
}

/**
 * Fits a noisy quadratic distribution to the tail of the scores by the maximum product of spacings, with
 * the rest censored: for each gamma the simplex method on the exact cdf, without chance. Infinite scores
 * are legal outside the tail. RangeError for fewer than 3 runs in the tail, all of them equal, NaN, or bounds that no
 * distribution satisfies. Source: Lourie, He & Cho (2025), Cheng & Amin (1983), Ranneby (1984).
 */
export function fitNoisyQuadratic(scores: readonly number[], options: FitOptions): QuadraticFit {
  const { convex, threshold = null, constraints = {}, shouldStop } = options;
  const { alpha = ANY, beta = ANY, sigma = [0, Infinity], gamma = [1, 10] } = constraints;
  for (const [name, bounds] of [
    ["alpha", alpha],
    ["beta", beta],
    ["sigma", sigma],
    ["gamma", gamma],
  ] as const) {
    requireBounds(name, bounds);
  }
  if (sigma[0] < 0) throw new RangeError(`sigma must be 0 or more, got ${sigma[0]}`);
  requireWhole("gamma's lower bound", gamma[0], 1);
  requireWhole("gamma's upper bound", gamma[1], 1);
  if (gamma[1] > MOST_GAMMA) throw new RangeError(`gamma must be at most ${MOST_GAMMA}, got ${gamma[1]}`);
  if (!(alpha[0] <= beta[1]))
    throw new RangeError(`alpha must be at most beta, got ${alpha[0]} and ${beta[1]}`);
  const limits: Limits = convex
    ? { lower: -Infinity, upper: threshold ?? Infinity }
    : { lower: threshold ?? -Infinity, upper: Infinity };
  if (threshold !== null) requireTail(scores, limits, threshold, convex);
  const all = spacings(scores, limits, !convex);
  if (all.least === all.greatest) {
    throw new RangeError(
      `a fit needs at least 2 different scores, got ${all.observed} of ${convex ? all.least : -all.least}`,
    );
  }
  const [a, b] = convex ? [alpha, beta] : [negated(beta), negated(alpha)];
  const problem: ConvexProblem = {
    buckets: sigma[1] === 0 ? closedAt(all, a[0], b[1]) : all,
    end: threshold === null ? all.greatest : convex ? threshold : -threshold,
    alpha: a,
    beta: b,
    sigma,
    shouldStop,
  };
  const perGamma = fitGammas(problem, gamma, options.rough === true).map((fit) =>
    convex ? fit : { ...fit, alpha: -fit.beta, beta: -fit.alpha, convex },
  );
  const best = perGamma.reduce((least, fit) => (fit.loss < least.loss ? fit : least));
  if (!(best.loss < Infinity)) {
    throw new RangeError(
      sigma[1] < Infinity
        ? "the constraints on alpha, beta and sigma exclude some of the scores"
        : beyondDoubles(scores, threshold),
    );
  }
  const below = threshold === null ? null : quadraticCdf(best, [threshold])[0]!;
  return {
    ...best,
    threshold,
    n: all.n,
    observed: all.observed,
    fewObserved: all.observed < FEW,
    share: below === null ? 1 : convex ? below : 1 - below,
    perGamma,
  };
}
