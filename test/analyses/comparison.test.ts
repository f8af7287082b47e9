import { describe, expect, test } from "vitest";
import { numberOf, type Value } from "./harness.js";
import { lines, manifest, type Run, useFiles } from "./sources.js";

interface Step {
  readonly value: Value;
  readonly lower: number;
  readonly upper: number;
}

interface Separation {
  readonly first: string;
  readonly second: string;
  readonly better: string;
  readonly from: number;
  readonly to: number;
  readonly firstWholeRuns: number | null;
}

interface Compared {
  readonly name: string;
  readonly scores: { readonly runCount: number; readonly distribution: { readonly steps: readonly Step[] } };
}

interface Answer {
  readonly compareTuningCurves: {
    readonly curves: readonly Compared[];
    readonly separations: readonly Separation[];
  };
}

/** A deterministic stand-in for noise: the fraction of a multiple of the golden ratio. */
const spread = (index: number): number => (index * 0.6180339887498949) % 1;

/** Three arms of one search: plain ones, some that diverge, and one that starts well but ends badly. */
const arm = (name: string, count: number, score: (u: number, index: number) => number): Run[] =>
  Array.from({ length: count }, (_, index) => {
    const loss = score(spread(index + 1), index);
    return {
      iteration: index + 1,
      hyperparameters: { arm: name, lr: (index + 1) / 1000 },
      learning_curve: [{ step: 1, loss, accuracy: Number.isNaN(loss) ? NaN : -loss }],
    };
  });

const files = {
  "arms_tuning.results.jsonl": lines([
    ...arm("good", 60, (u) => 1 + u),
    ...arm("bad", 60, (u) => 1.6 + u),
    ...arm("wild", 90, (u, index) => (index % 3 === 0 ? NaN : 1.1 + 3 * u * u)),
    ...arm("steady", 40, (u) => 1.55 + 0.02 * u),
  ]),
  "sweepql.json": manifest({
    metrics: { loss: { goal: "minimize", lowerBound: 0 }, accuracy: { goal: "maximize", upperBound: 0 } },
    hyperparameters: { arm: { role: "searched" }, lr: { role: "searched" } },
  }),
};

/** Where the steps of a bound first reach a level; past the last of them lies the support's bound. */
const reached = (steps: readonly Step[], bound: "lower" | "upper", p: number): number =>
  numberOf((steps.find((step) => step[bound] >= p) ?? steps.at(-1)!).value);

const NAMES = ["good", "bad", "wild", "steady"];

describe("a comparison of tuning curves", () => {
  const service = useFiles(files);
  const compare = (metric: string, quantile: number, band: string, names: readonly string[] = NAMES) =>
    service().ask<Answer>(`{ compareTuningCurves(
      selections: [${names
        .map(
          (name) =>
            `{name: "${name}", of: {metric: ${metric}}, where: {hyperparameters: {arm: {eq: "${name}"}}}}`,
        )
        .join()}], quantile: ${quantile}, band: ${band}) {
      curves { name scores { runCount distribution(band: ${band}) { steps { value { value state } lower upper } } } }
      separations { first second better from to firstWholeRuns } } }`);

  test.each([
    ["LOSS", 0.5, "{confidence: 0.8}"],
    ["LOSS", 0.9, "{confidence: 0.5, method: KS}"],
    ["LOSS", 0.1, "{confidence: 0.3, method: LD_EQUAL_TAILED}"],
    ["ACCURACY", 0.5, "{confidence: 0.8}"],
    ["ACCURACY", 0.1, "{confidence: 0.5, method: DKW}"],
  ])("separates %s at quantile %f, %s where a grid does", async (metric, quantile, band) => {
    const { curves, separations } = (await compare(metric, quantile, band)).compareTuningCurves;
    expect(curves.map(({ name }) => name)).toEqual(NAMES);
    expect(separations.length).toBeGreaterThan(0);
    const level = (n: number): number =>
      metric === "LOSS" ? 1 - (1 - quantile) ** (1 / n) : quantile ** (1 / n);
    let [separate, together] = [0, 0];
    for (const [place, first] of curves.entries()) {
      for (const second of curves.slice(place + 1)) {
        const mine = separations.filter((one) => one.first === first.name && one.second === second.name);
        expect(mine.map(({ from }) => from)).toEqual(mine.map(({ from }) => from).sort((a, b) => a - b));
        const to = Math.max(first.scores.runCount, second.scores.runCount);
        for (let index = 0; index <= 4000; index++) {
          const n = to ** (index / 4000);
          // Within rounding of a jump, either side may be told.
          if (mine.some(({ from, to: end }) => Math.abs(n / from - 1) < 1e-9 || Math.abs(n / end - 1) < 1e-9))
            continue;
          const [a, b] = [first, second].map(
            ({
              scores: {
                distribution: { steps },
              },
            }) => ({
              lower: reached(steps, "upper", level(n)),
              upper: reached(steps, "lower", level(n)),
            }),
          );
          const low = a!.upper < b!.lower ? first.name : b!.upper < a!.lower ? second.name : null;
          const other = low === first.name ? second.name : first.name;
          const better = low === null ? undefined : metric === "LOSS" ? low : other;
          const told = mine.find((one) => one.from <= n && n <= one.to)?.better;
          expect(told, `${first.name} ${second.name} n ${n}`).toBe(better);
          if (better === undefined) together += 1;
          else separate += 1;
        }
      }
    }
    expect(separate).toBeGreaterThan(100);
    expect(together).toBeGreaterThan(100);
  });

  test("of several faults tells the first one's, and of which selection it is", async () => {
    const good = '{name: "good", of: {metric: LOSS}}';
    const nobody = '{name: "nobody", of: {metric: LOSS}, where: {hyperparameters: {arm: {eq: "none"}}}}';
    const narrow = '{name: "narrow", of: {metric: LOSS}, support: {upper: 1.5}}';
    const told = async (...selections: string[]): Promise<string[]> =>
      (
        await service().refusals(
          `{ compareTuningCurves(selections: [${selections.join()}]) { curves { name } } }`,
        )
      ).map(({ message }) => message);
    for (let round = 0; round < 10; round++) {
      expect(await told(good, nobody, narrow)).toEqual([
        "selections[1]: The filter holds for no run, so there is no best loss to analyse.",
      ]);
      const [message, ...others] = await told(good, narrow, nobody);
      expect(message).toMatch(/^selections\[1\]\.support\.upper: 1\.5 lies inside the data/);
      expect(others).toEqual([]);
    }
  });

  test("tells the least whole number of runs of each stretch", async () => {
    const { separations } = (await compare("LOSS", 0.5, "{confidence: 0.5}")).compareTuningCurves;
    for (const { from, to, firstWholeRuns } of separations) {
      if (firstWholeRuns === null) expect(Math.floor(to)).toBeLessThan(from + 1);
      else {
        expect(firstWholeRuns).toBeGreaterThanOrEqual(from - 1e-9);
        expect(firstWholeRuns).toBeLessThanOrEqual(Math.floor(from) + 1);
      }
    }
  });

  test("does not depend on the order asked for, and separates no selection from itself", async () => {
    const forth = (await compare("LOSS", 0.5, "{}", ["good", "bad"])).compareTuningCurves.separations;
    const back = (await compare("LOSS", 0.5, "{}", ["bad", "good"])).compareTuningCurves.separations;
    expect(forth.length).toBeGreaterThan(0);
    expect(back.map((one) => ({ ...one, first: "good", second: "bad" }))).toEqual(forth);
    expect(back[0]).toMatchObject({ first: "bad", second: "good" });
    const { compareTuningCurves: same } = await service().ask<Answer>(`{ compareTuningCurves(selections: [
      {name: "a", of: {metric: LOSS}}, {name: "b", of: {metric: LOSS}}]) { curves { name } separations { first second better from to firstWholeRuns } } }`);
    expect(same.separations).toEqual([]);
  });

  test("mirrors under negated scores", async () => {
    const loss = (await compare("LOSS", 0.3, "{}")).compareTuningCurves.separations;
    const accuracy = (await compare("ACCURACY", 0.7, "{}")).compareTuningCurves.separations;
    expect(accuracy.map(({ first, second, better }) => [first, second, better])).toEqual(
      loss.map(({ first, second, better }) => [first, second, better]),
    );
    accuracy.forEach(({ from, to }, index) => {
      expect(from).toBeCloseTo(loss[index]!.from, 6);
      expect(to).toBeCloseTo(loss[index]!.to, 6);
    });
  });

  test("gives all curves at the same numbers of runs, with bands wherever they are asked for", async () => {
    const selections = `selections: [
      {name: "good", of: {metric: LOSS}, where: {hyperparameters: {arm: {eq: "good"}}}},
      {name: "wild", of: {metric: LOSS}, where: {hyperparameters: {arm: {eq: "wild"}}}}]`;
    const { compareTuningCurves: told } = await service().ask<{
      compareTuningCurves: Readonly<
        Record<
          string,
          readonly {
            tuningCurve: { criticalValue?: number; points: readonly { runs: number; upper: Value }[] };
          }[]
        >
      >;
    }>(`{ compareTuningCurves(${selections}, points: 5) {
      plain: curves { tuningCurve { points { runs } } }
      banded: curves { tuningCurve { criticalValue points { runs upper { value state } } } } } }`);
    const runs = told["plain"]!.map(({ tuningCurve }) => tuningCurve.points.map((point) => point.runs));
    expect(runs[0]).toEqual(runs[1]);
    expect(runs[0]!.at(-1)).toBe(90);
    for (const { tuningCurve } of told["banded"]!) {
      expect(tuningCurve.criticalValue).not.toBeNull();
      for (const { upper } of tuningCurve.points) expect(upper.state).not.toBe("MISSING");
    }
  });
});
