import { integrate } from "./gauss-legendre.js";
import { normalCdf, normalDensity } from "./normal.js";

/**
 * H(w) = E[max(w − Z, 0)^(γ/2)] for a standard normal Z: the one function behind every noisy quadratic
 * distribution, since its edge looks like H in units of the noise.
 */
export interface PositivePartMoment {
  readonly value: (w: number) => number;
  readonly slope: (w: number) => number;
}

/** The normal's tail beyond this many standard deviations counts for nothing (1e-19). */
const REACH = 9;
const FIRST = -8;
const LAST = 20;
const STEP = 0.25;
const TERMS = 24;
const PANELS = 8;

/** Where Φ(w − v), from v = 0 on, has fallen to nothing beside its value at 0 or 1. */
const reach = (w: number): number => (w >= 0 ? w + REACH : w + Math.sqrt(w * w + REACH * REACH));

/** H by quadrature in t, v = t²: the form that is smooth for odd γ too. The part where Φ is 1 is t^γ. */
function byQuadrature(w: number, gamma: number): number {
  const start = Math.sqrt(Math.max(0, w - REACH));
  const f = (t: number): number => normalCdf(w - t * t) * gamma * t ** (gamma - 1);
  return start ** gamma + integrate(f, start, Math.sqrt(reach(w)), PANELS);
}

function slopeByQuadrature(w: number, gamma: number): number {
  const start = Math.sqrt(Math.max(0, w - REACH));
  const f = (t: number): number => normalDensity(w - t * t) * gamma * t ** (gamma - 1);
  return integrate(f, start, Math.sqrt(reach(w)), PANELS);
}

/** E[(w − Z)^power], which far inside is all that is left of H, by its series in 1/w². */
function farSeries(w: number, power: number): number {
  let term = w ** power;
  let sum = term;
  for (let k = 0; k < 60; k += 2) {
    const next = (term * (power - k) * (power - k - 1)) / ((k + 2) * w * w);
    if (Math.abs(next) < Math.abs(sum) * 1e-18) break;
    term = next;
    sum += term;
  }
  return sum;
}

/** Taylor coefficients about every centre, from H'' = (γ/2) H − w H'. */
function taylorTable(gamma: number): Float64Array {
  const cells = Math.round((LAST - FIRST) / STEP);
  const table = new Float64Array(cells * TERMS);
  for (let cell = 0; cell < cells; cell++) {
    const w = FIRST + (cell + 0.5) * STEP;
    const at = cell * TERMS;
    table[at] = byQuadrature(w, gamma);
    table[at + 1] = slopeByQuadrature(w, gamma);
    for (let k = 0; k + 2 < TERMS; k++) {
      const next = (gamma / 2 - k) * table[at + k]! - w * (k + 1) * table[at + k + 1]!;
      table[at + k + 2] = next / ((k + 1) * (k + 2));
    }
  }
  return table;
}

function make(gamma: number): PositivePartMoment {
  const table = taylorTable(gamma);
  const half = gamma / 2;
  return {
    value: (w) => {
      if (w >= LAST) return farSeries(w, half);
      if (!(w >= FIRST)) return byQuadrature(w, gamma);
      const cell = Math.floor((w - FIRST) / STEP);
      const d = w - (FIRST + (cell + 0.5) * STEP);
      const at = cell * TERMS;
      let sum = 0;
      for (let k = TERMS - 1; k >= 0; k--) sum = sum * d + table[at + k]!;
      return sum;
    },
    slope: (w) => {
      if (w >= LAST) return half * farSeries(w, half - 1);
      if (!(w >= FIRST)) return slopeByQuadrature(w, gamma);
      const cell = Math.floor((w - FIRST) / STEP);
      const d = w - (FIRST + (cell + 0.5) * STEP);
      const at = cell * TERMS;
      let sum = 0;
      for (let k = TERMS - 1; k >= 1; k--) sum = sum * d + k * table[at + k]!;
      return sum;
    },
  };
}

const made = new Map<number, PositivePartMoment>();

/** {@link PositivePartMoment} of a whole γ >= 1, to a relative 1e-14; its tables are computed once. */
export function positivePartMoment(gamma: number): PositivePartMoment {
  let moment = made.get(gamma);
  if (moment === undefined) made.set(gamma, (moment = make(gamma)));
  return moment;
}
