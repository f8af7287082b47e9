/** Milliseconds of many measurements, as their order statistics. */
export interface Times {
  readonly count: number;
  /** The tenth percentile: what it takes where nothing else disturbs. */
  readonly p10: number;
  readonly median: number;
  readonly p99: number;
  readonly worst: number;
  /** Between the quartiles, as a share of the median: how noisy the measurement was. */
  readonly spread: number;
}

export function summarise(milliseconds: readonly number[]): Times {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const at = (p: number): number =>
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))] ?? Number.NaN;
  const middle = (at(0.5) + (sorted[Math.floor(sorted.length / 2)] ?? Number.NaN)) / 2;
  return {
    count: sorted.length,
    p10: at(0.1),
    median: middle,
    p99: at(0.99),
    worst: at(1),
    spread: (at(0.75) - at(0.25)) / middle,
  };
}

/** How long the work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export interface Repeat {
  readonly warmUp: number;
  readonly count: number;
  /** Milliseconds after which it is enough, of warming up and of measuring each, but for the first few. */
  readonly enough?: number;
}

/** Repetitions that are measured however long they take. */
const LEAST = 5;

/** A piece of work that is told which repetition it is, so that it can ask for something else each time. */
export type Work = (repetition: number) => Promise<unknown>;

/** Repeats several pieces of work in turn (A B A B …), so that what disturbs one disturbs all. */
export async function interleave(
  works: readonly Work[],
  { warmUp, count, enough = Infinity }: Repeat,
): Promise<Times[]> {
  const warmUntil = performance.now() + enough;
  for (let index = 0; index < warmUp && performance.now() < warmUntil; index += 1)
    for (const work of works) await work(index);
  const times: number[][] = works.map(() => []);
  const until = performance.now() + enough;
  for (let index = 0; index < count && (index < LEAST || performance.now() < until); index += 1) {
    for (const [place, work] of works.entries()) times[place]?.push(await timed(() => work(warmUp + index)));
  }
  return times.map(summarise);
}
