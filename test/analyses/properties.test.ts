import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { numberOf, type Value } from "./harness.js";
import { lines, manifest, type Run, useFiles } from "./sources.js";

interface CurvePoint {
  readonly runs: number;
  readonly value: Value;
  readonly lower: Value;
  readonly upper: Value;
  readonly average: Value;
  readonly naive: Value;
  readonly vEstimate: Value;
  readonly uEstimate: Value;
}

interface Step {
  readonly value: Value;
  readonly cdf: number;
  readonly lower: number;
  readonly upper: number;
}

interface Scores {
  readonly tuningCurve: {
    readonly criticalValue: number;
    readonly conservative: boolean;
    readonly trivial: { readonly betterFrom: Value; readonly worseBelow: Value };
    readonly points: readonly CurvePoint[];
  };
  readonly distribution: { readonly mean: Value; readonly steps: readonly Step[] };
  readonly runsUntilGainBelow: number | null;
}

const METHODS = ["DKW", "KS", "LD_EQUAL_TAILED", "LD_HIGHEST_DENSITY"] as const;
const NUMBERS = [0.5, 1, 1.5, 2, 3, 5, 8, 13, 40, 1000];

/** Scores such as a search gives: ties, spikes, and runs that diverge. */
const sample = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.double({ min: 0.5, max: 9, noNaN: true }) },
      { weight: 2, arbitrary: fc.constantFrom(1, 2, 3) },
      { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity) },
    ),
    { minLength: 2, maxLength: 40 },
  )
  .filter((scores) => scores.some(Number.isFinite));

const level = fc.double({ min: 0.02, max: 0.98, noNaN: true });

const manifestFile = manifest({
  metrics: { loss: { goal: "minimize", lowerBound: 0 }, gain: { goal: "maximize", upperBound: 0 } },
});

/** The same numbers as a loss and, negated, as what is to be maximised. */
const runsOf = (scores: readonly number[]): Run[] =>
  scores.map((loss, index) => ({
    hyperparameters: { lr: (index + 1) / 1000 },
    learning_curve: [{ step: 1, loss, gain: -loss }],
  }));

/** The order of shuffled lines: by the fractions of multiples of the golden ratio. */
const shuffle = <T>(values: readonly T[]): T[] =>
  values
    .map((value, index) => ({ value, at: ((index + 1) * 0.6180339887498949) % 1 }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);

// All samples are served at once, each as drawn and shuffled: loading is what takes long.
const samples = fc.sample(sample, { numRuns: 30, seed: 20_250_101 });
const files = Object.fromEntries([
  ...samples.flatMap((scores, index) => [
    [`drawn${index}.jsonl`, lines(runsOf(scores))],
    [`shuffled${index}.jsonl`, lines(runsOf(shuffle(scores)))],
  ]),
  ["sweepql.json", manifestFile],
]) as Record<string, string>;
const drawn = fc.nat({ max: samples.length - 1 });

const number = "{ value state }";
/** A selection of scores; which, in front of its metric, and at which settings. */
function query(
  metric: string,
  dataset: string,
  quantile: number,
  confidence: number,
  method: string,
): string {
  const band = `band: {confidence: ${confidence}, method: ${method}}`;
  return `scores(of: {metric: ${metric}}, where: {dataset: {eq: "${dataset}"}}) {
    tuningCurve(${band}, quantile: ${quantile}, runs: [${NUMBERS.join()}]) { criticalValue conservative
      trivial { betterFrom ${number} worseBelow ${number} }
      points { runs value ${number} lower ${number} upper ${number} average ${number} naive ${number} vEstimate ${number} uEstimate ${number} } }
    distribution(${band}) { mean ${number} steps { value ${number} cdf lower upper } }
    runsUntilGainBelow(gain: 0.1, quantile: ${quantile}) }`;
}

const series = (scores: Scores, name: Exclude<keyof CurvePoint, "runs">): number[] =>
  scores.tuningCurve.points.map((point) => numberOf(point[name]));

const expectFalling = (values: readonly number[]): void =>
  values.slice(1).forEach((value, index) => expect(value).toBeLessThanOrEqual(values[index]!));

const runs = { numRuns: 40, seed: 20_250_102 };

describe("whatever the scores", () => {
  const service = useFiles(files);

  test("curves fall with the number of runs, inside their bands, bands inside wider ones", () =>
    fc.assert(
      fc.asyncProperty(drawn, level, fc.constantFrom(...METHODS), async (place, quantile, method) => {
        const [dataset, scores] = [`drawn${place}`, samples[place]!];
        const told = await service().ask<Record<"narrow" | "wide", Scores>>(
          `{ narrow: ${query("LOSS", dataset, quantile, 0.4, method)} wide: ${query("LOSS", dataset, quantile, 0.95, method)} }`,
        );
        for (const one of [told.narrow, told.wide]) {
          for (const name of ["value", "lower", "upper", "average"] as const)
            expectFalling(series(one, name));
          const [lower, value, upper] = [series(one, "lower"), series(one, "value"), series(one, "upper")];
          value.forEach((v, index) => {
            expect(lower[index]).toBeLessThanOrEqual(v);
            expect(upper[index]).toBeGreaterThanOrEqual(v);
          });
          for (const step of one.distribution.steps) {
            expect(step.lower).toBeLessThanOrEqual(step.cdf);
            expect(step.upper).toBeGreaterThanOrEqual(step.cdf);
          }
          const { betterFrom, worseBelow } = one.tuningCurve.trivial;
          NUMBERS.forEach((n, index) => {
            if (n > numberOf(betterFrom) * (1 + 1e-9)) expect(lower[index]).toBe(0);
            if (n < numberOf(betterFrom) * (1 - 1e-9)) expect(lower[index]).toBeGreaterThan(0);
            if (n < numberOf(worseBelow) * (1 - 1e-9)) expect(upper[index]).toBe(Infinity);
          });
          const finite = scores.map((y) => (Number.isFinite(y) ? y : Infinity));
          expect(one.tuningCurve.conservative).toBe(new Set(finite).size < finite.length);
        }
        series(told.wide, "lower").forEach((y, i) =>
          expect(y).toBeLessThanOrEqual(series(told.narrow, "lower")[i]!),
        );
        series(told.wide, "upper").forEach((y, i) =>
          expect(y).toBeGreaterThanOrEqual(series(told.narrow, "upper")[i]!),
        );
        expect(told.wide.tuningCurve.criticalValue).toBeGreaterThan(told.narrow.tuningCurve.criticalValue);
        expect(told.wide.distribution.mean).toEqual(told.narrow.distribution.mean);
      }),
      runs,
    ));

  test("the order of the lines changes nothing but the naive estimate", () =>
    fc.assert(
      fc.asyncProperty(drawn, level, async (place, quantile) => {
        const shuffled = shuffle(samples[place]!);
        const [before, after] = await Promise.all(
          ["drawn", "shuffled"].map((order) =>
            service().ask<{ scores: Scores }>(
              `{ ${query("LOSS", `${order}${place}`, quantile, 0.8, "LD_HIGHEST_DENSITY")} }`,
            ),
          ),
        );
        const withoutNaive = ({ scores: { tuningCurve, ...rest } }: { scores: Scores }): unknown => ({
          ...rest,
          tuningCurve: {
            ...tuningCurve,
            points: tuningCurve.points.map((point) => ({ ...point, naive: null })),
          },
        });
        expect(withoutNaive(after!)).toEqual(withoutNaive(before!));
        NUMBERS.forEach((n, index) => {
          const naive = after!.scores.tuningCurve.points[index]!.naive;
          if (!Number.isInteger(n)) return expect(naive.state).toBe("MISSING");
          const first = shuffled.slice(0, n).filter(Number.isFinite);
          expect(numberOf(naive)).toBe(Math.min(...first));
        });
      }),
      runs,
    ));

  test("minimising and maximising the negative mirror each other", () =>
    fc.assert(
      fc.asyncProperty(drawn, level, fc.constantFrom(...METHODS), async (place, quantile, method) => {
        const dataset = `drawn${place}`;
        const told = await service().ask<Record<"loss" | "gain", Scores>>(
          `{ loss: ${query("LOSS", dataset, quantile, 0.8, method)} gain: ${query("GAIN", dataset, 1 - quantile, 0.8, method)} }`,
        );
        const close = (a: readonly number[], b: readonly number[]): void =>
          a.forEach((x, index) => {
            if (Number.isFinite(x)) expect(-b[index]!).toBeCloseTo(x, 9);
            else expect(b[index]).toBe(-x);
          });
        expect(told.gain.tuningCurve.criticalValue).toBe(told.loss.tuningCurve.criticalValue);
        close(series(told.loss, "value"), series(told.gain, "value"));
        close(series(told.loss, "lower"), series(told.gain, "upper"));
        close(series(told.loss, "upper"), series(told.gain, "lower"));
        close(series(told.loss, "average"), series(told.gain, "average"));
        const whole = (
          { tuningCurve: { points } }: Scores,
          name: "naive" | "uEstimate" | "vEstimate",
        ): number[] =>
          points.filter(({ runs }) => Number.isInteger(runs)).map((point) => numberOf(point[name]));
        for (const name of ["naive", "uEstimate", "vEstimate"] as const)
          close(whole(told.loss, name), whole(told.gain, name));
        expect(told.gain.runsUntilGainBelow).toBe(told.loss.runsUntilGainBelow);
        for (const side of ["betterFrom", "worseBelow"] as const) {
          const [a, b] = [told.loss, told.gain].map(({ tuningCurve }) => numberOf(tuningCurve.trivial[side]));
          if (Number.isFinite(a)) expect(b! / a!).toBeCloseTo(1, 9);
          else expect(b).toBe(a);
        }
      }),
      runs,
    ));

  test("a distribution has the same steps with and without its band", () =>
    fc.assert(
      fc.asyncProperty(drawn, async (place) => {
        const where = `where: {dataset: {eq: "drawn${place}"}}`;
        const steps = `steps { value ${number} cdf`;
        const told = await service().ask<
          Record<"plain" | "banded", { distribution: { steps: readonly { value: Value; cdf: number }[] } }>
        >(`{ plain: scores(of: {metric: LOSS}, ${where}) { distribution { ${steps} } } }
          banded: scores(of: {metric: LOSS}, ${where}) { distribution { ${steps} lower } } } }`);
        const shown = (one: typeof told.plain): [number, number][] =>
          one.distribution.steps.map(({ value, cdf }) => [numberOf(value), cdf]);
        expect(shown(told.plain)).toEqual(shown(told.banded));
      }),
      runs,
    ));

  test("tuning stops paying at the least number from which every gain is small", () =>
    fc.assert(
      fc.asyncProperty(drawn, fc.double({ min: 0.01, max: 1, noNaN: true }), async (place, gain) => {
        const scores = samples[place]!;
        const n = scores.length;
        const wholes = Array.from({ length: n }, (_, index) => index + 1);
        const { scores: told } = await service().ask<{
          scores: { runsUntilGainBelow: number | null; tuningCurve: { points: readonly { value: Value }[] } };
        }>(`{ scores(of: {metric: LOSS}, where: {dataset: {eq: "drawn${place}"}}) { runsUntilGainBelow(gain: ${gain})
          tuningCurve(runs: [${[...wholes, ...wholes.map((one) => 2 * one)].join()}]) { points { value ${number} } } } }`);
        const values = told.tuningCurve.points.map(({ value }) => numberOf(value));
        const paying = wholes.filter((_, index) => values[index]! - values[index + n]! >= gain);
        const last = paying.at(-1) ?? 0;
        expect(told.runsUntilGainBelow).toBe(last === n ? null : last + 1);
      }),
      runs,
    ));
});
