import { exp, log } from "./elementary-functions.js";
import { drawHyperparameters, type Hyperparameters } from "./hyperparameters.js";
import { mix32, Random } from "./random.js";
import { excessOverEnd, expectedLoss, instability } from "./response-surface.js";
import { evaluationInterval, evaluations, totalSteps } from "./schedule.js";

/**
 * How a run's training went. `turn` is the index of the first evaluation that shows the mishap: 0 where
 * none came before it, `evaluations` where there was no mishap.
 */
export interface Fate {
  /**
   * `spikes`: the loss jumps and comes back; `stuck`: it jumps and stays; `diverges`: it becomes NaN;
   * `cut`: the run was ended from outside.
   */
  readonly kind: "steady" | "spikes" | "stuck" | "diverges" | "cut";
  readonly turn: number;
  /** Nothing was logged from the turn on. */
  readonly ends: boolean;
}

/** One training run, before its score is known. */
export interface Run {
  /** Counted from 0. */
  readonly line: number;
  readonly seed: number;
  readonly dataSeed: number;
  readonly hyperparameters: Hyperparameters;
  readonly fate: Fate;
  /** The loss that the run should reach, in nats per token: what the scores are ranked by. */
  readonly quality: number;
  /** Where it lies within the share of the scores' distribution that its rank gives it, in [0, 1). */
  readonly jitter: number;
  /** What the rest of the run is drawn from: depends on `seed` and `dataSeed` alone. */
  readonly random: Random;
}

export const steady: Fate = { kind: "steady", turn: evaluations, ends: false };
const hopeless = 20;

/** The seeds of the `index`-th training run of a sample: no two runs of a sample share one. */
export function seedsOf(sampleSeed: number, index: number): { seed: number; dataSeed: number } {
  const offset = mix32(sampleSeed ^ 0x5eed5eed);
  return { seed: mix32(offset + 2 * index), dataSeed: mix32(offset + 2 * index + 1) };
}

/** A tuning run, from its place in the file; `planted` hyperparameters train without mishap. */
export function drawRun(sampleSeed: number, line: number, planted?: Hyperparameters): Run {
  const hyperparameters = planted ?? drawHyperparameters(new Random(sampleSeed, line, 1));
  const { seed, dataSeed } = seedsOf(sampleSeed, line);
  const random = new Random(seed, dataSeed);
  const fate = planted ? steady : drawFate(hyperparameters, random);
  const quality = expectedQuality(hyperparameters, fate, random) + 0.006 * random.noise();
  return { line, seed, dataSeed, hyperparameters, fate, quality, jitter: random.uniform(), random };
}

// The figures tell the mishaps of one configuration only (block 5): these shares are ours.
function drawFate(at: Hyperparameters, random: Random): Fate {
  const logOdds = instability(at);
  const stays = random.uniform() > failureChance(logOdds);
  const kind = random.uniform();
  if (stays) {
    if (kind < 0.01) return { kind: "cut", turn: 4 + random.below(evaluations - 4), ends: true };
    if (kind < 0.015 + 0.1 * failureChance(logOdds + 2)) {
      return { kind: "spikes", turn: 2 + random.below(evaluations - 6), ends: false };
    }
    return steady;
  }
  const turn = Math.min(
    evaluations - 2,
    Math.floor((totalSteps * failureTime(logOdds, random)) / evaluationInterval),
  );
  if (kind < 0.32) {
    const later = turn === 0 && random.uniform() < 0.5 ? 1 + random.below(6) : turn;
    return { kind: "diverges", turn: later, ends: random.uniform() < 0.25 };
  }
  if (kind < 0.42 && turn > 1 && turn < 15) return { kind: "spikes", turn, ends: false };
  return { kind: "stuck", turn, ends: false };
}

function failureChance(logOdds: number): number {
  return 0.002 + 0.995 / (1 + exp(-logOdds));
}

/** When training blows up, as a share of its length: the more unstable, the earlier. */
function failureTime(logOdds: number, random: Random): number {
  return exp(log(1 - random.uniform()) * (1 + 5 * Math.max(0, logOdds + 1)));
}

function expectedQuality(at: Hyperparameters, fate: Fate, random: Random): number {
  const end = expectedLoss(at);
  if (fate.kind === "steady") return end;
  if (fate.kind === "spikes") return end + 0.03 * random.uniform();
  if (fate.turn === 0 && fate.kind === "diverges") return hopeless;
  if (fate.turn === 0 || (fate.kind !== "cut" && instability(at) > 1)) return 5.6 + 2 * random.uniform();
  return end + (excessOverEnd(at).total[fate.turn - 1] ?? 0);
}
