/** What `curvePoints` needs of a run: its curve by column, as `runCurves` answers it. */
export interface RunWithCurve {
  readonly series: {
    readonly axis: readonly (number | null)[];
    readonly metrics: readonly { readonly metric: string; readonly values: readonly (number | null)[] }[];
  };
}

/** One point of one run's learning curve. */
export interface CurvePointOf<Run> {
  readonly run: Run;
  /** From 0, among the points that were asked for. */
  readonly index: number;
  /** Where on the curve: the dataset's axis (step, epoch). */
  readonly axis: number | null;
  /** By the metric's key; null where it is missing, or not finite (but see the option `nonFiniteAs`). */
  readonly metrics: Readonly<Record<string, number | null>>;
}

/** The points of learning curves, one by one: of `client.runCurves(…)`, page after page, or of a list of runs. */
export async function* curvePoints<Run extends RunWithCurve>(
  runs: AsyncIterable<Run> | Iterable<Run>,
): AsyncGenerator<CurvePointOf<Run>, void, undefined> {
  for await (const run of runs) {
    const { axis, metrics } = run.series;
    for (const [index, at] of axis.entries()) {
      const values = metrics.map(({ metric, values: all }) => [metric, all[index] ?? null] as const);
      yield { run, index, axis: at, metrics: Object.fromEntries(values) };
    }
  }
}
