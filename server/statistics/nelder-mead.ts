/** A point and the function's value there. */
export interface Minimum {
  readonly point: readonly number[];
  readonly value: number;
  readonly evaluations: number;
}

/** Settings of {@link nelderMead}. */
export interface NelderMeadOptions {
  /** Edge of the first simplex along each coordinate. */
  readonly steps: readonly number[];
  /** The spread of values over the simplex below which it has converged. */
  readonly tolerance: number;
  readonly mostEvaluations: number;
}

interface Vertex {
  readonly point: number[];
  readonly value: number;
}

/**
 * A local minimum by the downhill simplex method, without derivatives or chance: it always answers the
 * same. Infinite values are legal away from the start. Source: J. Nelder & R. Mead (1965), with the
 * coefficients 1, 2, 1/2, 1/2.
 */
export function nelderMead(
  f: (point: readonly number[]) => number,
  start: readonly number[],
  { steps, tolerance, mostEvaluations }: NelderMeadOptions,
): Minimum {
  let evaluations = 0;
  const at = (point: number[]): Vertex => {
    evaluations++;
    const value = f(point);
    return { point, value: Number.isNaN(value) ? Infinity : value };
  };
  const simplex = [at([...start])];
  steps.forEach((step, i) => simplex.push(at(start.map((x, j) => (i === j ? x + step : x)))));
  const dimension = start.length;
  const order = (): void => void simplex.sort((a, b) => a.value - b.value || 0);
  order();
  while (dimension > 0 && evaluations < mostEvaluations) {
    const best = simplex[0]!;
    const worst = simplex[dimension]!;
    if (worst.value - best.value <= tolerance) break;
    const centre = best.point.map((_, j) => {
      let sum = 0;
      for (let i = 0; i < dimension; i++) sum += simplex[i]!.point[j]!;
      return sum / dimension;
    });
    const along = (t: number): Vertex => at(centre.map((c, j) => c + t * (worst.point[j]! - c)));
    const reflected = along(-1);
    if (reflected.value < best.value) {
      const expanded = along(-2);
      simplex[dimension] = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < simplex[dimension - 1]!.value) {
      simplex[dimension] = reflected;
    } else {
      const contracted = reflected.value < worst.value ? along(-0.5) : along(0.5);
      if (contracted.value < Math.min(reflected.value, worst.value)) {
        simplex[dimension] = contracted;
      } else {
        for (let i = 1; i <= dimension; i++) {
          simplex[i] = at(simplex[i]!.point.map((x, j) => (x + best.point[j]!) / 2));
        }
      }
    }
    order();
  }
  const best = simplex[0]!;
  return { point: best.point, value: best.value, evaluations };
}
