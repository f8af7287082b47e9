import { describe, expect, test } from "vitest";
import { numberOf, type Value } from "./harness.js";
import { least, useSample } from "./sources.js";

interface Candidate {
  readonly threshold: Value;
  readonly share: number;
  readonly observedCount: number;
  readonly within: boolean;
}

interface Fit {
  readonly bestScore: number;
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly sigma: number;
  readonly share: number;
  readonly loss: number;
  readonly regimeFrom: number;
  readonly threshold: number;
  readonly thresholdSuggested: boolean;
  readonly suggestionFound: boolean | null;
  readonly candidates: readonly Candidate[];
  readonly runCount: number;
  readonly observedCount: number;
  readonly fewObserved: boolean;
  readonly perGamma: readonly { readonly gamma: number; readonly loss: number }[];
  readonly goodness: {
    readonly within: boolean;
    readonly scoreCount: number;
    readonly outsideCount: number;
    readonly leavesAt: number | null;
    readonly largestDistance: number;
  };
  readonly cdf: readonly number[];
  readonly density: readonly number[];
  readonly tuningCurve: readonly { readonly runs: number; readonly value: Value; readonly average: Value }[];
}

const own = `bestScore alpha beta gamma sigma share loss regimeFrom threshold thresholdSuggested suggestionFound
  candidates { threshold { value state } share observedCount within } runCount observedCount fewObserved
  perGamma { gamma loss } goodness { within scoreCount outsideCount leavesAt largestDistance }`;

describe("the noisy quadratic of the sample", () => {
  const sample = useSample(1024);
  const ask = async (args: string, below: string, where = ""): Promise<Fit> => {
    const { scores } = await sample().service.ask<{ scores: { noisyQuadratic: Fit } }>(
      `{ scores(of: {metric: VAL_RAW_LOSS}, where: {dataset: {eq: "llama-33m_tuning"} ${where}}) {
        noisyQuadratic${args} { ${below} } } }`,
    );
    return scores.noisyQuadratic;
  };

  test("at the published threshold is about the published one", async () => {
    const fit = await ask("(threshold: 3.695)", own);
    const raw = sample().tuning.map((run) => least(run, "val_raw_loss"));
    const observed = raw.filter((score) => score <= 3.695);
    expect(fit.alpha).toBeCloseTo(3.58, 1);
    expect(Math.abs(fit.alpha - 3.58)).toBeLessThan(0.01);
    expect(Math.abs(fit.beta - 4.171)).toBeLessThan(0.25);
    expect(Math.abs(fit.sigma - 0.028)).toBeLessThan(0.005);
    expect(Math.abs(fit.share - 0.438)).toBeLessThan(0.01);
    expect(fit).toMatchObject({
      gamma: 1,
      bestScore: fit.alpha,
      threshold: 3.695,
      thresholdSuggested: false,
      suggestionFound: null,
      candidates: [],
      runCount: 1024,
      observedCount: observed.length,
      fewObserved: false,
    });
    // The searched hyperparameters are six.
    expect(fit.perGamma.map(({ gamma }) => gamma)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(Math.min(...fit.perGamma.map(({ loss }) => loss))).toBe(fit.loss);
    expect(fit.goodness).toMatchObject({
      within: true,
      outsideCount: 0,
      leavesAt: null,
      scoreCount: new Set(observed).size,
    });
    expect(fit.regimeFrom).toBeCloseTo(Math.log(0.5) / Math.log(1 - fit.share), 9);
  });

  test("cdf, density and goodness agree with one another and with the scores", async () => {
    const raw = sample()
      .tuning.map((run) => least(run, "val_raw_loss"))
      .sort((a, b) => a - b);
    const tail = [...new Set(raw.filter((score) => score <= 3.695))];
    const [step, from] = [1e-4, 3.4];
    const grid = Array.from({ length: 3001 }, (_, index) => from + index * step);
    const [fit, fine] = [
      await ask(
        "(threshold: 3.695)",
        `share goodness { largestDistance } cdf(at: [${[...tail, 3.695].join()}])`,
      ),
      await ask("(threshold: 3.695)", `cdf(at: [${grid.join()}]) density(at: [${grid.join()}])`),
    ];
    expect(fit.cdf.at(-1)).toBe(fit.share);
    const distance = tail.reduce((most, score, index) => {
      const upTo = raw.filter((y) => y <= score).length / 1024;
      const before = raw.filter((y) => y < score).length / 1024;
      return Math.max(most, Math.abs(fit.cdf[index]! - upTo), Math.abs(fit.cdf[index]! - before));
    }, 0);
    expect(fit.goodness.largestDistance).toBeCloseTo(distance, 12);
    // Simpson's rule over the density gains what the cdf gains.
    const area = fine.density.reduce((sum, d, index) => {
      const weight = index === 0 || index === 3000 ? 1 : index % 2 === 1 ? 4 : 2;
      return sum + (weight * d * step) / 3;
    }, 0);
    expect(area).toBeCloseTo(fine.cdf[3000]! - fine.cdf[0]!, 8);
    fine.cdf.slice(1).forEach((p, index) => expect(p).toBeGreaterThanOrEqual(fine.cdf[index]!));
  });

  test("its tuning curve goes on beyond the runs, and inverts its cdf", async () => {
    const runs = [0.5, 1, 10, 100, 1000, 10_000, 1e6];
    const fit = await ask(
      "(threshold: 3.695)",
      `tuningCurve(runs: [${runs.join()}]) { runs value { value state } average { value state } }`,
    );
    const values = fit.tuningCurve.map(({ value }) => numberOf(value));
    expect(fit.tuningCurve.map((point) => point.runs)).toEqual(runs);
    const { cdf } = await ask("(threshold: 3.695)", `cdf(at: [${values.join()}])`);
    cdf.forEach((p, index) => expect(p).toBeCloseTo(1 - 0.5 ** (1 / runs[index]!), 9));
    const averages = fit.tuningCurve.map(({ average }) => numberOf(average));
    for (const curve of [values, averages])
      curve.slice(1).forEach((value, index) => expect(value).toBeLessThan(curve[index]!));
    // Within the regime it follows the empirical curve, to what the figures show.
    expect(values[2]).toBeCloseTo(3.571, 1);
    const spaced = await ask("(threshold: 3.695)", "tuningCurve { runs }");
    expect(spaced.tuningCurve.at(-1)!.runs).toBe(2048);
  });

  test("a suggested threshold is the largest tail that stays within the 80 % band, and says so", async () => {
    const fit = await ask("", own);
    expect(fit).toMatchObject({ thresholdSuggested: true, suggestionFound: true });
    const last = fit.candidates.at(-1)!;
    expect(numberOf(last.threshold)).toBe(fit.threshold);
    expect(fit.candidates.map(({ within }) => within)).toEqual([
      ...fit.candidates.slice(1).map(() => false),
      true,
    ]);
    const raw = sample().tuning.map((run) => least(run, "val_raw_loss"));
    for (const { threshold, share, observedCount } of fit.candidates) {
      const count = raw.filter((score) => score <= numberOf(threshold)).length;
      expect([observedCount, share]).toEqual([count, count / 1024]);
    }
    expect(fit.goodness.within).toBe(true);
    expect(fit.observedCount).toBe(last.observedCount);
    const given = await ask(`(threshold: ${fit.threshold})`, own);
    expect(given.loss).toBe(fit.loss);
  });

  test("few runs in the tail are said to be few; a narrow band is left", async () => {
    expect(await ask("(threshold: 3.545)", own, "line: {lte: 200}")).toMatchObject({ fewObserved: true });
    const all = await ask("(threshold: 6)", "goodness { within outsideCount leavesAt scoreCount }");
    expect(all.goodness.within).toBe(false);
    expect(all.goodness.outsideCount).toBeGreaterThan(0);
    expect(all.goodness.outsideCount).toBeLessThanOrEqual(all.goodness.scoreCount);
    expect(all.goodness.leavesAt).not.toBeNull();
    const confident = await ask(
      "(threshold: 3.695)",
      "goodness(band: {confidence: 1e-9, method: LD_EQUAL_TAILED}) { within outsideCount }",
    );
    expect(confident.goodness.within).toBe(false);
  });
});
