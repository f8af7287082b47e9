import { nodes, weights } from "./gauss-legendre.js";
import { normalCdf, normalDensity } from "./normal.js";

/** The convex distribution's cdf, survival and density at y; F_max(y; α, β) = 1 − F_min(−y; −β, −α). */
export interface ConvexQuadratic {
  readonly below: (y: number) => number;
  readonly above: (y: number) => number;
  readonly density: (y: number) => number;
}

interface SquareRule {
  /** t² at the nodes over [0, 1], and γ t^(γ−1) times their weights. */
  readonly squares: Float64Array;
  readonly shares: Float64Array;
}

const rules = new Map<number, SquareRule>();

function squareRule(gamma: number): SquareRule {
  let rule = rules.get(gamma);
  if (rule === undefined) {
    const ts = nodes.map((x) => (1 + x) / 2);
    rule = {
      squares: ts.map((t) => t * t),
      shares: ts.map((t, i) => (weights[i]! / 2) * gamma * t ** (gamma - 1)),
    };
    rules.set(gamma, rule);
  }
  return rule;
}

const STEP = 0.25;
const TERMS = 22;

/** Taylor coefficients of F about w = c, from F'' = (γ/2) (F − Φ(w − r)) − w F'. */
function cellAt(c: number, r: number, half: number, value: number, slope: number): Float64Array {
  const cell = new Float64Array(TERMS);
  cell[0] = value;
  cell[1] = slope;
  const x = c - r;
  let normal = normalCdf(x);
  let next = normalDensity(x);
  for (let k = 0; k + 2 < TERMS; k++) {
    const source = half * (cell[k]! - normal) - k * cell[k]! - c * (k + 1) * cell[k + 1]!;
    cell[k + 2] = source / ((k + 1) * (k + 2));
    [normal, next] = [next, -(x * (k + 1) * next + k * normal) / ((k + 1) * (k + 2))];
  }
  return cell;
}

/**
 * The convex noisy quadratic where the noise is wide, r = (β − α) / σ < 4: one rule of 32 points over t has
 * all the digits. The cdf is interpolated by Taylor series between such integrals.
 */
export function narrowQuadratic(alpha: number, r: number, gamma: number, sigma: number): ConvexQuadratic {
  const { squares, shares } = squareRule(gamma);
  const integral = (f: (z: number) => number, w: number): number => {
    let sum = 0;
    for (let i = 0; i < squares.length; i++) sum += shares[i]! * f(w - r * squares[i]!);
    return sum;
  };
  const cells = new Map<number, Float64Array>();
  const below = (y: number): number => {
    const w = (y - alpha) / sigma;
    if (!(w > -8 && w < 12)) return Math.min(1, integral(normalCdf, w));
    const index = Math.round(w / STEP);
    const c = index * STEP;
    let cell = cells.get(index);
    if (cell === undefined) {
      cell = cellAt(c, r, gamma / 2, integral(normalCdf, c), integral(normalDensity, c));
      cells.set(index, cell);
    }
    let sum = 0;
    for (let k = TERMS - 1; k >= 0; k--) sum = sum * (w - c) + cell[k]!;
    return Math.min(1, sum);
  };
  return {
    below,
    above: (y) =>
      Math.min(
        1,
        integral((z) => normalCdf(-z), (y - alpha) / sigma),
      ),
    density: (y) => integral(normalDensity, (y - alpha) / sigma) / sigma,
  };
}
