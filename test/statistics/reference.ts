import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "vitest";

const path = join(process.env["SWEEPQL_REFERENCE"] ?? "../shared/reference", "opda-reference.json");

type Sized = number | "Infinity" | "-Infinity";

/** A distribution on a grid of numbers of runs. */
export interface CurveRecord {
  kind:
    | "quantile_tuning_curve"
    | "average_tuning_curve"
    | "naive_tuning_curve"
    | "v_tuning_curve"
    | "u_tuning_curve";
  input: string;
  q: number;
  minimize: boolean;
  a: Sized;
  b: Sized;
  ns: number[];
  values: Sized[];
  values_exact_rational?: Sized[];
}

export interface BandRecord {
  kind: "confidence_band";
  input: string;
  method: string;
  confidence: number;
  a: Sized;
  b: Sized;
  critical_value_source: string;
  epsilon?: number;
  epsilon_exact?: number;
  band_by_count: { k: number[]; lower: number[]; upper: number[] };
  cdf: { ys: Sized[]; lower: number[]; point: number[]; upper: number[] };
  quantile_tuning_curve: {
    q: number;
    minimize: boolean;
    ns: number[];
    lower: Sized[];
    point: Sized[];
    upper: Sized[];
  };
}

export interface CdfRecord {
  kind: "empirical_cdf_ppf_pmf";
  input: string;
  a: Sized;
  b: Sized;
  ys: Sized[];
  cdf: number[];
  pmf?: number[];
  qs: number[];
  ppf: Sized[];
  mean: Sized;
  variance?: Sized;
}

export interface QuadraticRecord {
  tag: string;
  a: number;
  b: number;
  c: number;
  o: number;
  convex: boolean;
  mean: number;
  variance: number;
  ys: number[];
  cdf_exact: number[];
  pdf_exact: number[];
  qs: number[];
  ppf_exact: number[];
  ns: number[];
  median_tuning_curve_exact: number[];
  average_tuning_curve_exact: number[];
}

export interface FitRecord {
  dataset: string;
  subset: string;
  score: string;
  limits: [number | null, number | null];
  convex: boolean;
  n_observed: number;
  per_c: { c: number; a: number; b: number; o: number; objective: number }[];
  best_c: number;
  best_objective: number;
}

export interface Reference {
  inputs: Record<string, { n: number; ys: Sized[]; ws?: number[] | null }>;
  records: (CurveRecord | BandRecord | CdfRecord)[];
  noisy_quadratic: QuadraticRecord[];
  noisy_quadratic_fits_exact_cdf: FitRecord[];
  chi_square_interval_factors: { n: number; confidence: number; factor_lo: number; factor_hi: number }[];
}

const reference = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Reference) : null;
if (reference === null) {
  console.warn(`SKIPPED: comparisons with opda need ${path}; set SWEEPQL_REFERENCE to its folder`);
}

/** Tests that need the reference file; skipped, with a message, where it is absent. */
export function describeReference(name: string, tests: (reference: Reference) => void): void {
  if (reference === null) describe(name, () => test.skip(`no reference file at ${path}`, () => undefined));
  else describe(name, () => tests(reference));
}

/** Numbers of the reference file, with its strings for infinities. */
export const numbers = (values: readonly Sized[]): number[] => values.map(Number);

/** The scores of one of the reference's inputs. */
export function scoresOf({ inputs }: Reference, input: string): number[] {
  return numbers(inputs[input]!.ys);
}

/** Greatest distance between two lists of numbers; equal infinities are no distance. */
export function greatestDifference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((most, value, i) => Math.max(most, value === b[i] ? 0 : Math.abs(value - b[i]!)), 0);
}
