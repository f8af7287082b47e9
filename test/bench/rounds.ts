import { summarise, type Times } from "./times.js";

/** What came of asking for a while. */
export interface Round {
  /** From the first question to the last answer. */
  readonly milliseconds: number;
  /** Of each question, until its whole answer. */
  readonly latencies: Float64Array;
}

export interface Rounds {
  readonly count: number;
  /** For so many milliseconds questions are asked. */
  readonly milliseconds: number;
  /** Milliseconds after which there are rounds enough, but for the first few. */
  readonly enough?: number;
}

/** Whoever asks for so many milliseconds. */
export type Asker = (milliseconds: number) => Promise<Round>;

/** Rounds that are measured however long they take. */
const LEAST = 5;

/** Lets several ask in turn, a round each (A B A B …), so that what disturbs one disturbs all. */
export async function interleaveRounds(
  askers: readonly Asker[],
  { count, milliseconds, enough = Infinity }: Rounds,
): Promise<Round[][]> {
  const rounds: Round[][] = askers.map(() => []);
  const until = performance.now() + enough;
  for (let round = -1; round < count && (round < LEAST || performance.now() < until); round += 1) {
    for (const [place, ask] of askers.entries()) {
      const found = await ask(milliseconds);
      // The first round warms up.
      if (round >= 0) rounds[place]?.push(found);
    }
  }
  return rounds;
}

/** Of each round, its milliseconds over its answers: the inverse of the throughput. */
export const perAnswer = (rounds: readonly Round[]): Times =>
  summarise(rounds.map(({ milliseconds, latencies }) => milliseconds / latencies.length));

/** Of all questions, how long each took. */
export const latencies = (rounds: readonly Round[]): Times =>
  summarise(rounds.flatMap((round) => [...round.latencies]));

/** Several at once ask one question after another until time is up, each told which asker it is. */
export async function askTogether(
  askers: number,
  milliseconds: number,
  ask: (count: number, asker: number) => Promise<unknown>,
): Promise<Round> {
  const took: number[] = [];
  const start = performance.now();
  let asked = 0;
  await Promise.all(
    Array.from({ length: askers }, async (_, asker) => {
      let before = performance.now();
      do {
        await ask(asked++, asker);
        const now = performance.now();
        took.push(now - before);
        before = now;
      } while (before - start < milliseconds);
    }),
  );
  return { milliseconds: performance.now() - start, latencies: Float64Array.from(took) };
}
