import type { CurveRequest, Estimate, Sample, TuningCurve } from "../../schema/analyses.js";
import type { CdfBand } from "../statistics/cdf-band.js";
import { curveBand } from "../statistics/curve-band.js";
import { type Empirical, empirical } from "../statistics/empirical.js";
import type { ShouldStop } from "../statistics/stop.js";
import {
  averageCurve,
  naiveEstimates,
  quantileCurve,
  uEstimates,
  vEstimates,
} from "../statistics/tuning-curve.js";

/** A tuning curve to compute, with the band that was made for its scores; null where none is asked for. */
export interface CurveTask {
  readonly sample: Sample;
  readonly asked: CurveRequest;
  readonly band: CdfBand | null;
}

/** The quantile curve with its band, and the estimates of the mean. */
export function tuningCurve({ sample, asked, band }: CurveTask, shouldStop?: ShouldStop): TuningCurve {
  const { runs, quantile: q } = asked;
  const { scores, goal, support } = sample;
  const distribution = empirical(scores, { support });
  const estimates = Object.fromEntries(
    asked.estimates.map((name) => [name, estimate(name, distribution, sample, runs, shouldStop)]),
  );
  if (!band) {
    const value = quantileCurve(distribution, runs, q, goal);
    return { runs, value, lower: null, upper: null, critical: null, trivial: null, estimates };
  }
  const { point, lower, upper, trivial } = curveBand(distribution, band, runs, q, goal);
  return { runs, value: point, lower, upper, critical: band.critical, trivial, estimates };
}

/** The mean's estimates are of whole numbers of runs, the average curve's of all. */
function estimate(
  name: Estimate,
  distribution: Empirical,
  { scores, goal }: Sample,
  runs: readonly number[],
  shouldStop?: ShouldStop,
): (number | null)[] {
  if (name === "average") return averageCurve(distribution, runs, goal, shouldStop);
  const whole = runs.filter((n) => Number.isInteger(n));
  // Of so many runs as can be counted one by one, more change nothing any more.
  const counted = whole.map((n) => Math.min(n, Number.MAX_SAFE_INTEGER));
  const make = { naive: naiveEstimates, v: vEstimates, u: uEstimates }[name];
  const values = new Map(
    make(scores, counted, goal, shouldStop).map((value, index) => [whole[index], value]),
  );
  return runs.map((n) => values.get(n) ?? null);
}
