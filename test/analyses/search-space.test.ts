import { describe, expect, test } from "vitest";
import type { Service } from "./harness.js";
import { lines, type Run, useFiles, useSample } from "./sources.js";

interface Dimension {
  readonly hyperparameter: { readonly name: string };
  readonly documented: boolean;
  readonly distribution: {
    readonly kind: string;
    readonly lower: number | null;
    readonly upper: number | null;
    readonly values: readonly string[] | null;
  } | null;
  readonly goodnessOfFit: {
    readonly test: string;
    readonly statistic: number;
    readonly pValue: number;
    readonly degreesOfFreedom: number | null;
    readonly valueCount: number;
    readonly outsideCount: number;
  } | null;
}

async function searchSpace(service: Service, dataset: string): Promise<ReadonlyMap<string, Dimension>> {
  const answer = await service.ask<{ dataset: { searchSpace: readonly Dimension[] } }>(
    `{ dataset(name: "${dataset}") { searchSpace {
      hyperparameter { name } documented distribution { kind lower upper values }
      goodnessOfFit { test statistic pValue degreesOfFreedom valueCount outsideCount } } } }`,
  );
  return new Map(answer.dataset.searchSpace.map((one) => [one.hyperparameter.name, one]));
}

/** Kolmogorov's distance of values from a continuous cdf. */
function distance(values: readonly number[], cdf: (x: number) => number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.reduce((most, x, index) => {
    const p = cdf(x);
    return Math.max(most, p - index / sorted.length, (index + 1) / sorted.length - p);
  }, 0);
}

const uniform = (lower: number, upper: number) => (x: number) => (x - lower) / (upper - lower);
const logUniform = (lower: number, upper: number) => (x: number) =>
  Math.log(x / lower) / Math.log(upper / lower);

describe("the documented search space of the sample", () => {
  const sample = useSample(1024);

  test("is the README's, and the draws fit it", async () => {
    const space = await searchSpace(sample().service, "llama-33m_tuning");
    expect([...space.keys()].sort()).toEqual(
      ["beta1", "beta2", "dropout", "lr", "warmupSteps", "weightDecay"].sort(),
    );
    for (const { documented, goodnessOfFit, distribution } of space.values()) {
      expect(documented).toBe(true);
      expect(distribution).not.toBeNull();
      expect(goodnessOfFit).toMatchObject({ valueCount: 1024, outsideCount: 0 });
      expect(goodnessOfFit!.pValue).toBeGreaterThan(1e-4);
    }
    const raw = (name: string): number[] => sample().tuning.map((run) => Number(run.hyperparameters[name]));
    const { distribution: lr, goodnessOfFit: fit } = space.get("lr")!;
    expect(lr!.kind).toBe("LOG_UNIFORM");
    expect(fit!.test).toBe("KOLMOGOROV_SMIRNOV");
    expect(fit!.statistic).toBeCloseTo(distance(raw("lr"), logUniform(lr!.lower!, lr!.upper!)), 12);
    const { distribution: dropout, goodnessOfFit: second } = space.get("dropout")!;
    expect(dropout!.kind).toBe("UNIFORM");
    expect(second!.statistic).toBeCloseTo(
      distance(raw("dropout"), uniform(dropout!.lower!, dropout!.upper!)),
      12,
    );
  });

  test("counts each configuration once: the residual file has eight", async () => {
    for (const { goodnessOfFit } of (await searchSpace(sample().service, "llama-33m_residual")).values())
      expect(goodnessOfFit!.valueCount).toBe(8);
  });
});

describe("a search space that nothing documents", () => {
  const spread = (index: number, by: number): number => (index * by) % 1;
  const runs: Run[] = Array.from({ length: 120 }, (_, index) => ({
    iteration: index + 1,
    hyperparameters: {
      lr: 10 ** (-5 + 4 * spread(index + 1, 0.6180339887498949)),
      momentum: spread(index + 1, 0.7548776662466927),
      layers: 1 + Math.floor(40 * spread(index + 1, 0.8191725133961645)),
      optimizer: ["adam", "sgd", "lion"][index % 3]!,
      nesterov: index % 2 === 0,
      constant: 7,
      sometimes: index % 4 === 0 ? null : 0.25 * (index % 4),
    },
    learning_curve: [{ step: 1, loss: 1 + index }],
  }));
  const service = useFiles({ "own_tuning.results.jsonl": lines(runs) });
  const valuesOf = (name: string): number[] =>
    runs.map(({ hyperparameters }) => Number(hyperparameters[name]));

  test("is inferred: the simplest distribution over the range found", async () => {
    const space = await searchSpace(service(), "own_tuning");
    const inferred = [...space.values()].map(({ hyperparameter, documented, distribution }) => [
      hyperparameter.name,
      documented,
      distribution?.kind,
    ]);
    expect(inferred).toEqual(
      expect.arrayContaining([
        ["lr", false, "LOG_UNIFORM"],
        ["momentum", false, "UNIFORM"],
        ["layers", false, "DISCRETE_UNIFORM"],
        ["optimizer", false, "CHOICE"],
        ["nesterov", false, "CHOICE"],
      ]),
    );
    const lr = space.get("lr")!;
    expect(lr.distribution).toMatchObject({
      lower: Math.min(...valuesOf("lr")),
      upper: Math.max(...valuesOf("lr")),
    });
    expect(lr.goodnessOfFit!.statistic).toBeCloseTo(
      distance(valuesOf("lr"), logUniform(lr.distribution!.lower!, lr.distribution!.upper!)),
      12,
    );
    expect(space.get("optimizer")!.distribution!.values).toHaveLength(3);
    expect(space.get("optimizer")!.goodnessOfFit).toMatchObject({
      test: "CHI_SQUARE",
      statistic: 0,
      degreesOfFreedom: 2,
      pValue: 1,
      valueCount: 120,
    });
    expect(space.get("layers")!.distribution).toMatchObject({ lower: 1, upper: 40 });
  });

  test("leaves out what does not vary, and the runs that lack a value", async () => {
    const space = await searchSpace(service(), "own_tuning");
    expect(space.has("constant")).toBe(false);
    expect(space.get("sometimes")!.goodnessOfFit!.valueCount).toBe(90);
  });
});

describe("a documented distribution that the draws do not come from", () => {
  const service = useFiles({
    "off_tuning.results.jsonl": lines(
      Array.from({ length: 64 }, (_, index) => ({
        hyperparameters: { lr: 0.01 + index / 100, width: index },
        learning_curve: [{ step: 1, loss: 1 + index }],
      })),
    ),
    "sweepql.json": JSON.stringify({
      name: "off",
      hyperparameters: {
        lr: { role: "searched", distribution: { kind: "uniform", lower: 0, upper: 0.5 } },
        width: { role: "searched", distribution: { kind: "derived", formula: "2 × index" } },
      },
    }),
  });

  test("is told apart, with what lies outside; a derived one has no cdf", async () => {
    const space = await searchSpace(service(), "off_tuning");
    const lr = space.get("lr")!;
    expect(lr.documented).toBe(true);
    expect(lr.goodnessOfFit!.outsideCount).toBe(14);
    expect(lr.goodnessOfFit!.pValue).toBeLessThan(0.1);
    expect(space.get("width")).toMatchObject({ documented: true, goodnessOfFit: null });
  });
});
