import { describe, expect, it } from "vitest";
import { defaultSample, residualLines, tuningLines } from "../../server/sample/generate.js";
import { parseLines } from "./parsed-run.js";

const files = [
  { name: "tuning", lines: [...tuningLines(defaultSample)] },
  { name: "residual", lines: [...residualLines(defaultSample)] },
];

const pointKeys = [
  "step",
  "tokens",
  "lr",
  "train_end_time",
  "eval_end_time",
  "train_raw_loss",
  "val_raw_loss",
  "val_raw_accuracy",
  "val_weight_averaged_loss",
  "val_weight_averaged_accuracy",
  "test_raw_loss",
  "test_raw_accuracy",
  "test_weight_averaged_loss",
  "test_weight_averaged_accuracy",
];

const fixedHyperparameters = {
  n_embd: 384,
  n_layer: 8,
  n_head: 6,
  sequence_length: 512,
  total_steps: 10000,
  wsd_fract_decay: 0.2,
};

const searched = ["warmup_steps", "lr", "beta1", "beta2", "weight_decay", "dropout"];

/** The README's WSD schedule, written anew. */
function scheduled(lr: number, warmup: number, step: number): number {
  return lr * Math.min(1, warmup > 0 ? step / warmup : 1, (10_000 - step) / 2000);
}

describe.each(files)("the $name file's format", ({ lines }) => {
  const runs = parseLines(lines);

  it("has 1,024 lines of about 10 KB, numbered from 1, that say they are synthetic", () => {
    expect(lines).toHaveLength(1024);
    expect(lines.join("\n").length / 1e6).toBeGreaterThan(9);
    expect(lines.join("\n").length / 1e6).toBeLessThan(12);
    expect(runs.map((run) => run.iteration)).toEqual(lines.map((_, i) => i + 1));
    expect(runs.every((run) => run.synthetic)).toBe(true);
  });

  it("has the documented keys, and the undocumented ones, in order", () => {
    for (const run of runs) {
      expect(Object.keys(run)).toEqual([
        "iteration",
        "nan_train_loss",
        "hyperparameters",
        "synthetic",
        "learning_curve",
      ]);
      expect(run.hyperparameters).toMatchObject(fixedHyperparameters);
      expect(Object.keys(run.hyperparameters)).toEqual([
        ...["n_embd", "n_layer", "n_head", "sequence_length", "total_steps"],
        ...searched,
        ...["wsd_fract_decay", "seed", "data_seed"],
      ]);
      for (const point of run.learning_curve) expect(Object.keys(point)).toEqual(pointKeys);
    }
  });

  it("is written as Python's json.dumps writes it", () => {
    for (const line of lines) {
      expect(line).toMatch(
        /^\{"iteration": \d+, "nan_train_loss": (true|false), "hyperparameters": \{"n_embd": 384, /,
      );
      expect(line).not.toMatch(/[,:](?! )|[,:] {2}|[\d]e-\d\b|: 0\.0000\d|null|Infinity/);
      const floats = line.matchAll(
        /"(?:lr|\w+_time|\w+_raw_loss|\w+_averaged_loss|\w+_accuracy|beta\d|dropout|weight_decay)": ([^,}]+)/g,
      );
      const wrong = Array.from(floats, ([, text = ""]) => text).filter(
        (text) => !/^(NaN|\d+\.\d+|\d(\.\d+)?e-\d\d)$/.test(text),
      );
      expect(wrong).toEqual([]);
    }
  });

  it("has evaluations every 500 steps with the schedule's learning rate and rising times", () => {
    const faults: unknown[] = [];
    for (const { iteration, hyperparameters: at, learning_curve: curve } of runs) {
      const { lr = NaN, warmup_steps: warmup = NaN } = at;
      let clock = 0;
      for (const [i, point] of curve.entries()) {
        const step = (i + 1) * 500;
        const { train_end_time: trained, eval_end_time: evaluated } = point;
        if (point["step"] !== step || point["tokens"] !== step * 200 * 512) faults.push([iteration, point]);
        const offSchedule = Math.abs((point["lr"] ?? NaN) - scheduled(lr, warmup, step));
        if (!(offSchedule <= 1e-12 * lr)) faults.push([iteration, step, "lr", point["lr"]]);
        if (!((trained ?? NaN) > clock + 60 && (evaluated ?? NaN) > (trained ?? NaN) + 5)) {
          faults.push([iteration, step, trained, evaluated]);
        }
        clock = evaluated ?? NaN;
      }
    }
    expect(faults).toEqual([]);
  });

  it("has losses and accuracies in their ranges, and accuracies that fall with the loss", () => {
    const names = ["val_raw", "val_weight_averaged", "test_raw", "test_weight_averaged"];
    const faults = runs
      .flatMap((run) => run.learning_curve)
      .flatMap((point) => names.map((name) => [point[`${name}_loss`], point[`${name}_accuracy`]]))
      .filter(([loss, accuracy]) => {
        if (typeof loss !== "number" || typeof accuracy !== "number") return accuracy !== loss;
        const usual = 1.55 * Math.exp(-0.413 * loss);
        return !(loss > 3.4 && loss < 12.5 && accuracy > 0.005 && Math.abs(accuracy / usual - 1) < 0.01);
      });
    expect(faults).toEqual([]);
  });

  it("gives every run seeds of its own", () => {
    const seeds = runs.flatMap((run) => [run.hyperparameters["seed"], run.hyperparameters["data_seed"]]);
    expect(new Set(seeds).size).toBe(2048);
  });
});
