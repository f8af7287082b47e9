import { expect, test } from "vitest";
import {
  type BandRecord,
  type CurveRecord,
  describeReference,
  greatestDifference,
  numbers,
} from "../statistics/reference.js";
import { numberOf, type Service, type Value } from "./harness.js";
import { describeRealFiles } from "./sources.js";

/** An input of the reference as the API names it. Its scores are errors, 1 − the accuracy that is served. */
const INPUTS: Readonly<Record<string, { of: string; where: string; n: number }>> = {
  "alexnet/all": { of: "{metric: TOP_1}", where: '{dataset: {eq: "alexnet_tuning"}}', n: 512 },
  "alexnet/first48": {
    of: "{metric: TOP_1}",
    where: '{dataset: {eq: "alexnet_tuning"}, line: {lte: 48}}',
    n: 48,
  },
  "deberta-base/all": {
    of: "{metric: MATCHED_ACCURACY}",
    where: '{dataset: {eq: "deberta-base_tuning"}}',
    n: 1024,
  },
  "deberta-base/first48": {
    of: "{metric: MATCHED_ACCURACY}",
    where: '{dataset: {eq: "deberta-base_tuning"}, line: {lte: 48}}',
    n: 48,
  },
};
const METHODS: Readonly<Record<string, string>> = {
  dkw: "DKW",
  ks: "KS",
  ld_equal_tailed: "LD_EQUAL_TAILED",
  ld_highest_density: "LD_HIGHEST_DENSITY",
};

interface Curve {
  readonly criticalValue: number | null;
  readonly points: readonly Readonly<Record<string, Value>>[];
}

async function scores<T>(service: Service, input: string, below: string): Promise<T> {
  const { of, where } = INPUTS[input]!;
  const { scores: answer } = await service.ask<{ scores: T }>(
    `{ scores(of: ${of}, where: ${where}) { ${below} } }`,
  );
  return answer;
}

/** The error that an accuracy stands for, as the reference computes it. */
const error = (value: Value): number => 1 - numberOf(value);

describeRealFiles("the reference's numbers, by the API", (service) => {
  describeReference("as opda computed them", (reference) => {
    const records = reference.records.filter(({ input }) => input in INPUTS);
    const curves = records.filter((record): record is CurveRecord => record.kind.endsWith("_tuning_curve"));
    const bands = records.filter((record): record is BandRecord => record.kind === "confidence_band");

    test("scores are the reference's", async () => {
      for (const [input, { n }] of Object.entries(INPUTS)) {
        const told = await scores<{
          runCount: number;
          distinctCount: number;
          tied: boolean;
          distribution: { mean: Value };
        }>(service(), input, "runCount distinctCount tied distribution { mean { value state } }");
        const ys = numbers(reference.inputs[input]!.ys);
        expect(told.runCount).toBe(n);
        expect(told.distinctCount).toBe(new Set(ys).size);
        expect(told.tied).toBe(true);
        expect(error(told.distribution.mean)).toBeCloseTo(ys.reduce((a, b) => a + b) / n, 12);
      }
    });

    test("quantile curves, of errors at q and of accuracies at 1 − q", async () => {
      const wanted = curves.filter(({ kind, minimize }) => kind === "quantile_tuning_curve" && minimize);
      expect(wanted.length).toBeGreaterThan(4);
      for (const { input, q, ns, values, values_exact_rational: exact } of wanted) {
        const { tuningCurve } = await scores<{ tuningCurve: Curve }>(
          service(),
          input,
          `tuningCurve(quantile: ${1 - q}, runs: [${ns.join()}]) { points { value { value state } } }`,
        );
        const found = tuningCurve.points.map(({ value }) => error(value!));
        const off = ns.filter(
          (_, index) => Math.abs(found[index]! - Number((exact ?? values)[index]!)) > 1e-12,
        );
        // A level on a jump is the lower of two scores: for errors the better, for accuracies the worse.
        for (const n of off) {
          const level = (1 - (1 - q) ** (1 / n)) * INPUTS[input]!.n;
          expect(level, `${input} q ${q} n ${n}`).toBeCloseTo(Math.round(level), 6);
        }
      }
    });

    test("average, naive, V- and U-estimates", async () => {
      const fields: Readonly<Record<string, string>> = {
        average_tuning_curve: "average",
        naive_tuning_curve: "naive",
        v_tuning_curve: "vEstimate",
        u_tuning_curve: "uEstimate",
      };
      for (const { kind, input, ns, values } of curves.filter(
        ({ kind, minimize }) => kind in fields && minimize,
      )) {
        const field = fields[kind]!;
        const { tuningCurve } = await scores<{ tuningCurve: Curve }>(
          service(),
          input,
          `tuningCurve(runs: [${ns.join()}]) { points { ${field} { value state } } }`,
        );
        const found = tuningCurve.points.map((point) => error(point[field]!));
        expect(greatestDifference(found, numbers(values)), `${kind} ${input}`).toBeLessThan(1e-12);
      }
    });

    test.each(Object.keys(METHODS))("%s bands of curves and cdfs", async (method) => {
      let compared = 0;
      for (const record of bands.filter((band) => band.method === method)) {
        const { input, confidence, quantile_tuning_curve: curve, band_by_count: counts } = record;
        // opda's own LD values are simulated; only those from the exact critical value are a reference.
        const simulated = method.startsWith("ld") && !record.critical_value_source.includes("exact");
        if (simulated) continue;
        const band = `band: {confidence: ${confidence}, method: ${METHODS[method]}}`;
        const { tuningCurve, distribution } = await scores<{
          tuningCurve: Curve;
          distribution: { steps: readonly { value: Value; cdf: number; lower: number; upper: number }[] };
        }>(
          service(),
          input,
          `tuningCurve(${band}, runs: [${curve.ns.join()}]) {
            criticalValue points { lower { value state } upper { value state } }
          } distribution(${band}) { steps { value { value state } cdf lower upper } }`,
        );
        expect(Math.abs(tuningCurve.criticalValue! - criticalOf(record))).toBeLessThan(1e-9);
        const lower = tuningCurve.points.map(({ upper }) => error(upper!));
        const upper = tuningCurve.points.map((point) => error(point["lower"]!));
        expect(greatestDifference(lower, numbers(curve.lower)), `${input} ${confidence}`).toBeLessThan(1e-12);
        expect(greatestDifference(upper, numbers(curve.upper)), `${input} ${confidence}`).toBeLessThan(1e-12);
        // Accuracies at or below y are the errors at or above 1 − y: the mirrored band at the other count.
        const n = INPUTS[input]!.n;
        for (const step of distribution.steps.filter(({ value }) => value.value !== 1)) {
          const place = counts.k.indexOf(n - Math.round(step.cdf * n));
          if (place < 0) continue;
          compared += 1;
          expect(Math.abs(step.lower - (1 - counts.upper[place]!))).toBeLessThan(3e-8);
          expect(Math.abs(step.upper - (1 - counts.lower[place]!))).toBeLessThan(3e-8);
        }
      }
      expect(compared).toBeGreaterThan(100);
    });

    test("fits of tails lose no more than the reference's", async () => {
      const fits = reference.noisy_quadratic_fits_exact_cdf.filter(({ score }) => score === "accuracy");
      expect(fits).toHaveLength(4);
      for (const { dataset, subset, limits, n_observed, best_c, best_objective, per_c } of fits) {
        const { noisyQuadratic: fit } = await scores<{
          noisyQuadratic: {
            loss: number;
            gamma: number;
            beta: number;
            bestScore: number;
            observedCount: number;
            runCount: number;
            thresholdSuggested: boolean;
            perGamma: readonly { gamma: number; loss: number }[];
          };
        }>(
          service(),
          `${dataset}/${subset}`,
          `noisyQuadratic(threshold: ${limits[0]}, maxGamma: ${per_c.length}) {
            loss gamma beta bestScore observedCount runCount thresholdSuggested perGamma { gamma loss }
          }`,
        );
        expect(fit.loss - best_objective).toBeLessThan(1e-9);
        expect(fit).toMatchObject({ gamma: best_c, observedCount: n_observed, thresholdSuggested: false });
        expect(fit.bestScore).toBe(fit.beta);
        expect(fit.perGamma.map(({ gamma }) => gamma)).toEqual(per_c.map(({ c }) => c));
        // Those that cannot be the best are only fitted to about 1e-6.
        for (const [index, { objective }] of per_c.entries())
          expect(fit.perGamma[index]!.loss - objective).toBeLessThan(2e-6);
      }
    });
  });
});

/** The exact critical value of a record: opda's own of KS come from an approximation. */
const criticalOf = (record: BandRecord & { readonly critical_value?: number }): number =>
  record.method === "dkw" ? record.epsilon! : (record.epsilon_exact ?? record.critical_value!);
