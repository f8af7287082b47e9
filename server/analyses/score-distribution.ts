import type { Sample, ScoreDistribution } from "../../schema/analyses.js";
import type { CdfBand } from "../statistics/cdf-band.js";
import { cdfSteps, plainSteps } from "../statistics/curve-band.js";
import { empirical, mean, variance } from "../statistics/empirical.js";

/** The scores' cdf at its steps, with the band that was made for them; null where none is asked for. */
export function scoreDistribution({ scores, support }: Sample, band: CdfBand | null): ScoreDistribution {
  const distribution = empirical(scores, { support });
  const own = { mean: mean(distribution), variance: variance(distribution) };
  if (!band) {
    const { y, point } = plainSteps(distribution);
    return { ...own, steps: { value: y, cdf: point, lower: null, upper: null } };
  }
  const { y, point, lower, upper } = cdfSteps(distribution, band);
  return { ...own, steps: { value: y, cdf: point, lower, upper } };
}
