import { integrate } from "./gauss-legendre.js";
import { normalCdf, normalDensity } from "./normal.js";

/**
 * What the far edge β does to a convex noisy quadratic distribution: its cdf within 9 sigmas of β, from
 * x = (y − β) / σ and from `whole`, the cdf at y if there were no such edge.
 */
export type FarEdge = (x: number, whole: number) => number;

const REACH = 9;
const STEP = 0.25;
const CELLS = Math.round((2 * REACH) / STEP);
const TERMS = 22;
const MOST_TERMS = 80;
/** From this r = (β − α) / σ on the series converges before it diverges. */
const SERIES_FROM = 12;

/**
 * K(x) = ∫₀^∞ ((1 + u/r)^ν − 1) φ(x − u) du expanded in 1/r: partial moments of the normal by their
 * recursion. Above β the same for 1 − F, with (1 − u/r)^ν, so that the argument is never positive.
 */
function bySeries(gamma: number, r: number): FarEdge {
  const half = gamma / 2;
  return (x, whole) => {
    const z = -Math.abs(x);
    const sign = x > 0 ? -1 : 1;
    let before = normalCdf(z);
    let moment = (z * before + normalDensity(z)) / r;
    let coefficient = sign * half;
    let sum = coefficient * moment;
    let last = Infinity;
    for (let k = 2; k <= MOST_TERMS; k++) {
      [before, moment] = [moment, (z * moment) / r + ((k - 1) * before) / (r * r)];
      coefficient *= (sign * (half - k + 1)) / k;
      const term = coefficient * moment;
      sum += term;
      const size = Math.abs(term);
      if (size < 1e-18 && last < 1e-18) break;
      last = size;
    }
    return x > 0 ? 1 + sum : whole - sum;
  };
}

/** Taylor coefficients of Φ about the centre of every cell of [−9, 9]. */
let normalTable: Float64Array | undefined;

function normalTaylor(): Float64Array {
  const table = new Float64Array(CELLS * TERMS);
  for (let cell = 0; cell < CELLS; cell++) {
    const c = -REACH + (cell + 0.5) * STEP;
    const at = cell * TERMS;
    table[at] = normalCdf(c);
    table[at + 1] = normalDensity(c);
    for (let k = 0; k + 2 < TERMS; k++) {
      table[at + k + 2] = -(c * (k + 1) * table[at + k + 1]! + k * table[at + k]!) / ((k + 1) * (k + 2));
    }
  }
  return table;
}

/**
 * K by Taylor cells, from K'' = ν K + ν Φ(x) − (x + r) K'. Stepping up from cell to cell is stable once
 * x + r is positive; before, each cell starts from the integral.
 */
function edgeTaylor(gamma: number, r: number): Float64Array {
  normalTable ??= normalTaylor();
  const half = gamma / 2;
  const table = new Float64Array(CELLS * TERMS);
  let value = 0;
  let slope = 0;
  for (let cell = 0; cell < CELLS; cell++) {
    const c = -REACH + (cell + 0.5) * STEP;
    const at = cell * TERMS;
    if (c + r <= STEP || cell === 0) {
      value = integrate((u) => Math.expm1(half * Math.log1p(u / r)) * normalDensity(c - u), 0, c + REACH, 2);
      slope = integrate(
        (u) => (half / r) * (1 + u / r) ** (half - 1) * normalDensity(c - u),
        0,
        c + REACH,
        2,
      );
    }
    table[at] = value;
    table[at + 1] = slope;
    for (let k = 0; k + 2 < TERMS; k++) {
      const next =
        (half - k) * table[at + k]! + half * normalTable[at + k]! - (c + r) * (k + 1) * table[at + k + 1]!;
      table[at + k + 2] = next / ((k + 1) * (k + 2));
    }
    value = 0;
    slope = 0;
    for (let k = TERMS - 1; k >= 0; k--) {
      slope = slope * STEP + value;
      value = value * STEP + table[at + k]!;
    }
  }
  return table;
}

function byTaylor(gamma: number, r: number): FarEdge {
  let table: Float64Array | undefined;
  return (x, whole) => {
    table ??= edgeTaylor(gamma, r);
    const cell = Math.min(Math.max(Math.floor((x + REACH) / STEP), 0), CELLS - 1);
    const d = x + REACH - (cell + 0.5) * STEP;
    const at = cell * TERMS;
    let sum = 0;
    for (let k = TERMS - 1; k >= 0; k--) sum = sum * d + table[at + k]!;
    return whole - sum;
  };
}

/** {@link FarEdge} for r = (β − α) / σ of at least 4; to about 1e-15. */
export function farEdge(gamma: number, r: number): FarEdge {
  return r >= SERIES_FROM ? bySeries(gamma, r) : byTaylor(gamma, r);
}
