/** A root's search: where the function changes sign, and from where to start. */
export interface RootSearch {
  /** Ends of an interval over which the function changes sign; they are never evaluated. */
  readonly lower: number;
  readonly upper: number;
  readonly start: number;
  /** A guess at the function's slope, for the first step. */
  readonly slope: number;
  /** The step below which the search ends. */
  readonly tolerance: number;
}

const MOST_EVALUATIONS = 200;

/**
 * The root of a monotone function, by secant steps inside a shrinking bracket, with a bisection
 * wherever they leave it or are slow: few evaluations for functions close to a line. An infinite value
 * counts as its sign. The last step is taken without an evaluation.
 */
export function findRoot(evaluate: (x: number) => number, search: RootSearch): number {
  const rising = search.slope > 0;
  let { lower, upper } = search;
  let x = Math.min(Math.max(search.start, lower), upper);
  if (x === lower || x === upper) x = (lower + upper) / 2;
  let slope = search.slope;
  let lastX = NaN;
  let lastY = NaN;
  let width = upper - lower;
  for (let evaluation = 1; evaluation <= MOST_EVALUATIONS; evaluation++) {
    const y = evaluate(x);
    if (y === 0) return x;
    if (y > 0 === rising) upper = x;
    else lower = x;
    const secant = (y - lastY) / (x - lastX);
    if (Number.isFinite(secant) && secant !== 0 && secant > 0 === rising) slope = secant;
    let next = x - y / slope;
    const slow = evaluation % 4 === 0 && upper - lower > width / 8;
    if (evaluation % 4 === 0) width = upper - lower;
    const small = Math.abs(next - x) <= search.tolerance;
    if (!(next > lower && next < upper) || (slow && !small)) {
      if (small || upper - lower <= search.tolerance) return Math.min(Math.max(next, lower), upper);
      next = (lower + upper) / 2;
    } else if (small) {
      return next;
    }
    if (next === x || next === lower || next === upper) return x;
    lastX = x;
    lastY = y;
    x = next;
  }
  return x;
}
