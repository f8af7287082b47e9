import type { Point, Run } from "./world.js";

export interface Window {
  readonly from?: number;
  readonly to?: number;
  readonly every?: number;
}

/** The points that a window keeps: each nth that the run logged, and of those the ones between the ends. */
export const pointsWithin = (run: Run, { from = -Infinity, to = Infinity, every = 1 }: Window): Point[] =>
  run.points.filter(({ axis }, index) => (index + 1) % every === 0 && axis >= from && axis <= to);

export interface Band {
  readonly axis: number;
  readonly runCount: number;
  /** One value a run: the last that it logged there. */
  readonly values: readonly (number | null)[];
}

/** What the runs logged of a metric at each axis value, ascending; what one logged twice there counts once. */
export function bands(runs: readonly Run[], metric: string, window: Window): Band[] {
  const logged = runs.flatMap((run) => pointsWithin(run, window).map((point) => ({ run, point })));
  const axes = [...new Set(logged.map(({ point }) => point.axis + 0))].sort((a, b) => a - b);
  return axes.map((axis) => {
    const last = new Map(
      logged.filter(({ point }) => point.axis === axis).map(({ run, point }) => [run, point]),
    );
    return {
      axis,
      runCount: last.size,
      values: [...last.values()].map((point) => point.values[metric] ?? null),
    };
  });
}
