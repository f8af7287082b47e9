import { describe, expect, test } from "vitest";
import { least, lines, manifest, type Run, useFiles, useSample } from "./sources.js";

interface Explained {
  readonly runCount: number;
  readonly binCount: number;
  readonly share: number | null;
  readonly byChance: number;
  readonly adjusted: number | null;
}

interface Alone {
  readonly hyperparameter: string;
  readonly rankCorrelation: number | null;
  readonly explained: Explained;
}

interface Pair {
  readonly hyperparameters: readonly string[];
  readonly explained: Explained;
}

interface Importances {
  readonly runCount: number;
  readonly importance: readonly Alone[];
  readonly pairImportance: readonly Pair[];
}

const SEARCHED: Readonly<Record<string, string>> = {
  WARMUP_STEPS: "warmup_steps",
  LR: "lr",
  BETA1: "beta1",
  BETA2: "beta2",
  WEIGHT_DECAY: "weight_decay",
  DROPOUT: "dropout",
};

/** Ranks from 1 on, equal values with their mean: counted, not sorted. */
const ranksOf = (values: readonly number[]): number[] =>
  values.map(
    (value) =>
      values.filter((other) => other < value).length +
      (values.filter((other) => other === value).length + 1) / 2,
  );

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** The bins of values: by the rank of each, cut in equal shares. */
const binsOf = (values: readonly number[], bins: number): number[] =>
  ranksOf(values).map((rank) => Math.min(bins - 1, Math.floor(((rank - 0.5) / values.length) * bins)));

/** 1 − (variance within groups) / variance, of ranks. */
function etaSquared(ranks: readonly number[], groups: readonly string[]): number {
  const squares = (part: readonly number[]): number =>
    part.reduce((sum, rank) => sum + (rank - mean(part)) ** 2, 0);
  const within = [...new Set(groups)].map((group) => squares(ranks.filter((_, i) => groups[i] === group)));
  return 1 - within.reduce((a, b) => a + b, 0) / squares(ranks);
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [ma, mb] = [mean(a), mean(b)];
  const sum = (f: (i: number) => number): number => a.reduce((total, _, i) => total + f(i), 0);
  const product = sum((i) => (a[i]! - ma) * (b[i]! - mb));
  return product / Math.sqrt(sum((i) => (a[i]! - ma) ** 2) * sum((i) => (b[i]! - mb) ** 2));
}

const fields = `runCount
  importance%1 { hyperparameter rankCorrelation explained { runCount binCount share byChance adjusted } }
  pairImportance%1 { hyperparameters explained { runCount binCount share byChance adjusted } }`;

describe("importance on the sample", () => {
  const sample = useSample(1024);
  const ask = async (args = "", nonFinite = "WORST", where = ""): Promise<Importances> => {
    const { scores } = await sample().service.ask<{ scores: Importances }>(
      `{ scores(of: {metric: VAL_RAW_LOSS}, nonFinite: ${nonFinite},
        where: {dataset: {eq: "llama-33m_tuning"} ${where}}) { ${fields.replaceAll("%1", args)} } }`,
    );
    return scores;
  };
  const check = ({ importance, pairImportance }: Importances, runs: readonly Run[], bins: number): void => {
    const ranks = ranksOf(runs.map((run) => least(run, "val_raw_loss")));
    const values = (name: string): number[] =>
      runs.map(({ hyperparameters }) => Number(hyperparameters[SEARCHED[name]!]));
    const expectShare = (explained: Explained, groups: readonly string[]): void => {
      const [n, k] = [runs.length, new Set(groups).size];
      const share = etaSquared(ranks, groups);
      expect(explained).toMatchObject({ runCount: n, binCount: k });
      expect(explained.share).toBeCloseTo(share, 12);
      expect(explained.byChance).toBeCloseTo((k - 1) / (n - 1), 12);
      expect(explained.adjusted).toBeCloseTo(1 - ((1 - share) * (n - 1)) / (n - k), 12);
    };
    for (const { hyperparameter, rankCorrelation, explained } of importance) {
      expectShare(explained, binsOf(values(hyperparameter), bins).map(String));
      expect(rankCorrelation).toBeCloseTo(correlation(ranks, ranksOf(values(hyperparameter))), 12);
    }
    for (const { hyperparameters, explained } of pairImportance) {
      const [first, second] = hyperparameters.map((name) => binsOf(values(name), bins));
      expectShare(
        explained,
        first!.map((bin, index) => `${bin} ${second![index]}`),
      );
    }
  };

  test("is that of the raw lines, alone and in pairs, and lr leads", async () => {
    const told = await ask();
    expect(told.importance.map(({ hyperparameter }) => hyperparameter).sort()).toEqual(
      Object.keys(SEARCHED).sort(),
    );
    expect(told.pairImportance).toHaveLength(15);
    check(told, sample().tuning, 8);
    expect(told.importance[0]!.hyperparameter).toBe("LR");
    expect(told.pairImportance[0]!.hyperparameters).toContain("LR");
    for (const list of [told.importance, told.pairImportance]) {
      const adjusted = list.map(({ explained }) => explained.adjusted!);
      expect(adjusted).toEqual([...adjusted].sort((a, b) => b - a));
    }
  });

  test("takes other bins and hyperparameters", async () => {
    const told = await ask("(hyperparameters: [BETA1, LR], bins: 5)");
    expect(told.importance).toHaveLength(2);
    expect(told.pairImportance).toHaveLength(1);
    check(told, sample().tuning, 5);
  });

  test("FINITE_ONLY leaves the diverged runs out", async () => {
    const [all, finite] = [await ask(), await ask("", "FINITE_ONLY")];
    const runs = sample().tuning.filter((run) => Number.isFinite(least(run, "val_raw_loss")));
    expect(runs.length).toBeLessThan(all.runCount);
    expect(finite.runCount).toBe(runs.length);
    check(finite, runs, 8);
    const share = ({ importance }: Importances): number | null => importance[0]!.explained.share;
    expect(share(finite)).not.toBe(share(all));
  });

  test("knows nothing of what does not vary, and counts missing values as a bin of their own", async () => {
    const { importance } = await ask("(hyperparameters: [N_EMBD, LR])");
    expect(importance.find(({ hyperparameter }) => hyperparameter === "N_EMBD")).toMatchObject({
      rankCorrelation: null,
      explained: { binCount: 1, share: 0, byChance: 0 },
    });
    const few = await ask("(hyperparameters: [LR], bins: 100)", "WORST", "line: {lte: 7}");
    expect(few.importance[0]!.explained).toMatchObject({
      runCount: 7,
      binCount: 7,
      byChance: 1,
      adjusted: null,
    });
    expect(few.importance[0]!.explained.share).toBeCloseTo(1, 12);
  });
});

describe("the importance of a hyperparameter that runs do not have", () => {
  const runs = (key: string): string =>
    lines(
      [3, 1, 2, 5, 4].map((loss, index) => ({
        hyperparameters: { [key]: index },
        learning_curve: [{ step: 1, loss }],
      })),
    );
  const service = useFiles({
    "a.jsonl": runs("lr"),
    "b.jsonl": runs("wd"),
    "sweepql.json": manifest({ metrics: { loss: { goal: "minimize" } } }),
  });
  const ask = (where: string): Promise<{ scores: Importances }> =>
    service().ask(`{ scores(of: {metric: LOSS}, where: ${where}) { runCount
      importance(hyperparameters: [WD, LR]) { hyperparameter rankCorrelation explained { share adjusted } }
      pairImportance(hyperparameters: [WD, LR]) { hyperparameters explained { share adjusted } } } }`);

  test("is refused by name", async () => {
    const fault = "UNFIT_DATA: hyperparameters: none of the .* runs asked about has WD";
    await expect(ask('{dataset: {eq: "a"}}')).rejects.toThrow(new RegExp(fault));
  });

  test("is known where some of the runs have it", async () => {
    const { importance } = (await ask("{}")).scores;
    for (const { explained } of importance) expect(explained.share).not.toBeNull();
  });
});

describe("the importance of what differs from run to run", () => {
  const service = useFiles({
    "a.jsonl": lines(
      [0, 1, 0, 1, 0, 1, 0, 1].map((depth, index) => ({
        hyperparameters: { output_dir: `runs/${index}`, depth, width: index % 4 < 2 ? 1 : 2 },
        learning_curve: [{ step: 1, loss: 10 * depth + index }],
      })),
    ),
    "sweepql.json": manifest({ metrics: { loss: { goal: "minimize" } } }),
  });

  test("comes last: it explains any scores", async () => {
    const { scores } = await service().ask<{ scores: Importances }>(
      `{ scores(of: {metric: LOSS}) { ${fields.replaceAll("%1", "(hyperparameters: [OUTPUT_DIR, WIDTH, DEPTH])")} } }`,
    );
    expect(scores.importance.map(({ hyperparameter }) => hyperparameter)).toEqual([
      "DEPTH",
      "WIDTH",
      "OUTPUT_DIR",
    ]);
    expect(scores.importance[2]!.explained).toMatchObject({ byChance: 1, adjusted: null });
    expect(scores.importance[2]!.explained.share).toBeCloseTo(1, 12);
    expect(scores.pairImportance.map(({ hyperparameters }) => [...hyperparameters].sort())).toEqual([
      ["DEPTH", "WIDTH"],
      ["OUTPUT_DIR", "WIDTH"],
      ["DEPTH", "OUTPUT_DIR"],
    ]);
  });
});
