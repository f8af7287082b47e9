/**
 * The increasing smooth curve through points of increasing x and y: piecewise cubic, with the slopes of
 * Fritsch and Butland (SIAM J. Sci. Stat. Comput. 5, 1984). Flat outside the points.
 */
export function monotoneCurve(points: readonly (readonly [x: number, y: number])[]): (x: number) => number {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const at = (values: readonly number[], index: number): number => values[index] ?? NaN;
  const widths = xs.slice(1).map((x, i) => x - at(xs, i));
  const secants = ys.slice(1).map((y, i) => (y - at(ys, i)) / at(widths, i));
  const slopes = xs.map((_, i) => {
    if (i === 0) return at(secants, 0);
    if (i === xs.length - 1) return at(secants, i - 1);
    const before = at(widths, i - 1);
    const after = at(widths, i);
    return (
      (3 * (before + after)) /
      ((before + 2 * after) / at(secants, i - 1) + (2 * before + after) / at(secants, i))
    );
  });
  return (x) => {
    if (x <= at(xs, 0)) return at(ys, 0);
    if (x >= at(xs, xs.length - 1)) return at(ys, ys.length - 1);
    let i = 0;
    while (x >= at(xs, i + 1)) i++;
    const width = at(widths, i);
    const t = (x - at(xs, i)) / width;
    const fall = 1 - t;
    return (
      fall * fall * ((1 + 2 * t) * at(ys, i) + t * width * at(slopes, i)) +
      t * t * ((1 + 2 * fall) * at(ys, i + 1) - fall * width * at(slopes, i + 1))
    );
  };
}
