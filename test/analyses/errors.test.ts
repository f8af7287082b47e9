import { describe, expect, test } from "vitest";
import { lines, losses, manifest, type Run, useFiles } from "./sources.js";

const scores = Array.from({ length: 20 }, (_, index) => 2 + ((index * 7) % 20) / 10);
const runs: Run[] = scores.map((loss, index) => ({
  iteration: index + 1,
  hyperparameters: { lr: (index + 1) / 1000, kind: index % 2 === 0 ? "a" : "b" },
  learning_curve: [{ step: 1, loss, odd: 1, gain: -loss, tokens: 1e300 }],
}));
const files = {
  "main_tuning.results.jsonl": lines(runs),
  "flat_tuning.results.jsonl": losses(scores.map(() => 1)),
  "one_tuning.results.jsonl": losses([1]),
  "wide_tuning.results.jsonl": lines(
    runs.map(({ hyperparameters, ...run }) => ({
      ...run,
      hyperparameters: { ...hyperparameters, block_size: 1 },
    })),
  ),
  "sweepql.json": manifest({
    metrics: {
      loss: { goal: "minimize", lowerBound: 0 },
      gain: { goal: "maximize" },
      tokens: { role: "cost" },
    },
    tokens: "tokens",
  }),
};

const of = (dataset: string, below: string, more = "", metric = "LOSS"): string =>
  `{ scores(of: {metric: ${metric}}, where: {dataset: {eq: "${dataset}_tuning"}} ${more}) { ${below} } }`;
const main = (below: string, more = ""): string => of("main", below, more);
const compare = (args: string, below = "separations { from }"): string =>
  `{ compareTuningCurves(${args}) { ${below} } }`;
const selection = (name: string, metric = "LOSS", dataset = "main_tuning"): string =>
  `{name: "${name}", of: {metric: ${metric}}, where: {dataset: {eq: "${dataset}"}}}`;
const curve = (args: string): string =>
  main(`tuningCurve(${args}) { points { value { value } lower { value } } }`);
const fit = (args: string): string => main(`noisyQuadratic(${args}) { alpha }`);
const split = "seedNoise { pooledSd }";

/** What is refused, the code, and the numbers or names that the message must have. */
const REFUSED: readonly (readonly [name: string, query: string, code: string, told: RegExp])[] = [
  [
    "one run for highest density",
    of("one", "tuningCurve { criticalValue }"),
    "UNFIT_DATA",
    /LD_HIGHEST_DENSITY.*2 runs.* 1\..*KS, DKW and LD_EQUAL_TAILED/,
  ],
  [
    "one run among those compared for highest density",
    compare(`selections: [${selection("all")}, ${selection("one", "LOSS", "one_tuning")}]`),
    "UNFIT_DATA",
    /LD_HIGHEST_DENSITY.*2 runs.* 1\..*KS, DKW and LD_EQUAL_TAILED/,
  ],
  [
    "one planned run for highest density",
    "{ planBand(runs: 1) { widest } }",
    "BAD_USER_INPUT",
    /^runs: 1 .*LD_HIGHEST_DENSITY.*2; KS, DKW and LD_EQUAL_TAILED/,
  ],
  [
    "a fit of one run",
    of("one", "noisyQuadratic { alpha }"),
    "BAD_USER_INPUT",
    /threshold needs at least 10 finite scores.*only 1 of 1\b/,
  ],
  [
    "a threshold far from all scores",
    fit("threshold: 1e20"),
    "BAD_USER_INPUT",
    /scores of like size.*2 to 3.9.*100000000000000000000/,
  ],
  ["confidence 0", curve("band: {confidence: 0}"), "BAD_USER_INPUT", /confidence.*0.*between 0 and 1/],
  ["confidence 1", curve("band: {confidence: 1}"), "BAD_USER_INPUT", /confidence.*1.*between 0 and 1/],
  [
    "confidence 1 of a distribution",
    main("distribution(band: {confidence: 1}) { steps { lower } }"),
    "BAD_USER_INPUT",
    /between 0 and 1/,
  ],
  [
    "confidence −1 of a plan",
    "{ planBand(runs: 9, band: {confidence: -1}) { widest } }",
    "BAD_USER_INPUT",
    /-1/,
  ],
  [
    "confidence 1 of goodness",
    main("noisyQuadratic(threshold: 3) { goodness(band: {confidence: 1}) { within } }"),
    "BAD_USER_INPUT",
    /between 0 and 1/,
  ],
  [
    "confidence 1 of seed noise",
    main("seedNoise(confidence: 1) { pooledSd }"),
    "BAD_USER_INPUT",
    /confidence.*between 0 and 1/,
  ],
  [
    "a lower bound inside the data",
    main("runCount", ", support: {lower: 2.5}"),
    "BAD_USER_INPUT",
    /2\.5.*\b2\b/,
  ],
  [
    "an upper bound inside the data",
    main("runCount", ", support: {upper: 3}"),
    "BAD_USER_INPUT",
    /\b3\b.*3\.9/,
  ],
  [
    "an empty selection",
    of("main", "runCount", ", nonFinite: WORST")
      .replace("eq", "notIn")
      .replace('"main_tuning"', '["main_tuning", "flat_tuning", "one_tuning", "wide_tuning"]'),
    "UNFIT_DATA",
    /no run/,
  ],
  [
    "an empty selection of a comparison",
    compare(`selections: [${selection("a")}, {name: "b", of: {metric: LOSS}, where: {line: {gt: 99}}}]`),
    "UNFIT_DATA",
    /no run/,
  ],
  [
    "datasets without a common metric",
    "{ scores(of: {metric: GAIN}) { runCount } }",
    "UNFIT_DATA",
    /GAIN.*LOSS/,
  ],
  ["two runs below the threshold", fit("threshold: 2.1"), "BAD_USER_INPUT", /\b3\b.*\b2\b.*20/],
  ["no run below the threshold", fit("threshold: 1"), "BAD_USER_INPUT", /\b20\b/],
  [
    "a fit of equal scores",
    of("flat", "noisyQuadratic(threshold: 2) { alpha }"),
    "BAD_USER_INPUT",
    /different.*20/,
  ],
  ["a suggestion for equal scores", of("flat", "noisyQuadratic { alpha }"), "BAD_USER_INPUT", /20/],
  [
    "a suggestion for few scores",
    main("noisyQuadratic { alpha }", ", subset: {size: 9}"),
    "BAD_USER_INPUT",
    /\b10\b.*\b9\b/,
  ],
  ["maxGamma 0", fit("threshold: 3, maxGamma: 0"), "BAD_USER_INPUT", /maxGamma.*0/],
  ["a gain of 0", main("runsUntilGainBelow(gain: 0)"), "BAD_USER_INPUT", /gain.*0/i],
  ["a gain below 0", main("runsUntilGainBelow(gain: -0.5)"), "BAD_USER_INPUT", /gain.*-0\.5/i],
  [
    "going on without going on",
    main("runsUntilGainBelow(gain: 1, factor: 1)"),
    "BAD_USER_INPUT",
    /factor.*\b1\b/,
  ],
  [
    "going on for ever",
    main("runsUntilGainBelow(gain: 1, factor: 1e308)"),
    "BAD_USER_INPUT",
    /^Factor and additional.*finite.*20 runs, got 1e\+308 and 0/,
  ],
  ["quantile 2", curve("quantile: 2"), "BAD_USER_INPUT", /quantile.*2.*0 to 1/],
  [
    "quantile −1 of a distribution",
    main("distribution { quantile(p: -1) { value } }"),
    "BAD_USER_INPUT",
    /-1.*0 to 1/,
  ],
  ["quantile 1.5 of a selection", main("selection(quantiles: [1.5]) { rank }"), "BAD_USER_INPUT", /1\.5/],
  [
    "quantile 0 of separations",
    compare(`selections: [${selection("a")}, ${selection("b")}], quantile: 0`),
    "BAD_USER_INPUT",
    /quantile.*0/i,
  ],
  ["0 runs", curve("runs: [1, 0]"), "BAD_USER_INPUT", /runs\[1\].*0/],
  ["negative runs", curve("runs: [-3]"), "BAD_USER_INPUT", /runs\[0\].*-3/],
  ["0 planned runs", "{ planBand(runs: 0) { widest } }", "BAD_USER_INPUT", /runs.*0.*1 to/],
  ["too many planned runs", "{ planBand(runs: 1000000) { widest } }", "BAD_USER_INPUT", /1000000.*20000/],
  ["an axis up to less than 1", curve("upTo: 0.5"), "BAD_USER_INPUT", /0\.5/],
  ["one point", curve("points: 1"), "BAD_USER_INPUT", /points.*1/i],
  ["too many points", curve("points: 20000"), "BAD_USER_INPUT", /20000.*10000/],
  ["a metric without a goal", of("main", "runCount", "", "ODD"), "GOAL_UNKNOWN", /odd.*goal/],
  [
    "a metric without a goal, at the end",
    "{ scores(of: {metric: ODD, at: {final: true}}) { runCount } }",
    "GOAL_UNKNOWN",
    /metrics\.odd\.goal(?!.*final: true)/,
  ],
  [
    "a hyperparameter that no run asked about has",
    of("main", "importance(hyperparameters: [LR, BLOCK_SIZE]) { hyperparameter }"),
    "UNFIT_DATA",
    /20 runs.*BLOCK_SIZE/,
  ],
  ["a subset larger than all", main("runCount", ", subset: {size: 21}"), "BAD_USER_INPUT", /20.*21/],
  ["an empty subset", main("runCount", ", subset: {size: 0}"), "BAD_USER_INPUT", /0/],
  ["a negative seed", main("runCount", ", subset: {size: 3, seed: -1}"), "BAD_USER_INPUT", /seed.*-1/i],
  ["an unknown dataset", of("other", "runCount"), "UNKNOWN_NAME", /other_tuning.*main_tuning/],
  ["an unknown metric", of("main", "runCount", "", "LOST"), "BAD_USER_INPUT", /LOST/],
  ["an unknown method", curve("band: {method: EXACT}"), "BAD_USER_INPUT", /EXACT/],
  [
    "an unknown hyperparameter",
    main("importance(hyperparameters: [LRR]) { hyperparameter }"),
    "BAD_USER_INPUT",
    /LRR/,
  ],
  ["one bin", main("importance(bins: 1) { hyperparameter }"), "BAD_USER_INPUT", /bins.*1/],
  ["no replicates", main(split), "UNFIT_DATA", /2.*20 runs/],
  ["too few replicates", main("seedNoise(minRuns: 1) { pooledSd }"), "BAD_USER_INPUT", /minRuns.*1/],
  ["a pool of none", main("seedNoise(best: 0) { pooledSd }"), "BAD_USER_INPUT", /best.*0/],
  [
    "no finite score",
    '{ scores(of: {metric: LOSS, at: {step: 9}}, where: {dataset: {eq: "main_tuning"}}, nonFinite: FINITE_ONLY) { runCount } }',
    "UNFIT_DATA",
    /20 runs/,
  ],
  ["one selection", compare(`selections: [${selection("a")}]`), "BAD_USER_INPUT", /1 selection.*2/],
  [
    "two of one name",
    compare(`selections: [${selection("a")}, ${selection("a")}]`),
    "BAD_USER_INPUT",
    /name.*a/,
  ],
  [
    "unlike goals",
    compare(`selections: [${selection("a")}, ${selection("b", "GAIN")}]`),
    "UNFIT_DATA",
    /maximize.*minimize/,
  ],
  [
    "an unknown metric among selections",
    compare(`selections: [${selection("a")}, ${selection("b", "ODD")}]`),
    "GOAL_UNKNOWN",
    /selections\[1\]/,
  ],
];

describe("what makes an analysis impossible", () => {
  const service = useFiles(files);

  test.each(REFUSED)("%s is refused with its numbers", async (_, query, code, told) => {
    const faults = await service().refusals(query);
    expect(faults[0]!.code).toBe(code);
    expect(faults[0]!.message.replaceAll("\n", " ")).toMatch(told);
  });

  test("a fault of one field leaves the request's other fields", async () => {
    const { data, errors } = await service().request(main("runCount bad: runsUntilGainBelow(gain: 0)"));
    expect(errors.map(({ code }) => code)).toEqual(["BAD_USER_INPUT"]);
    expect(data).toEqual({ scores: { runCount: 20, bad: null } });
  });
});

describe("what is extreme but no fault", () => {
  const service = useFiles(files);

  test.each([
    [
      "the smallest and greatest numbers of runs",
      main(
        "tuningCurve(runs: [1e-300, 1e300]) { points { value { state } lower { state } average { state } } }",
      ),
    ],
    ["costs past the greatest number", main("tuningCurve(runs: [1e300]) { points { cost(in: TOKENS) } }")],
    [
      "estimates at a number of runs past 2^53",
      main(
        "tuningCurve(runs: [1e300]) { points { naive { value } uEstimate { value } vEstimate { value } } }",
      ),
    ],
    ["a fit's cdf far below", main("noisyQuadratic(threshold: 3) { cdf(at: [-1e308, 1e308, 0]) }")],
    ["a fit's density far away", main("noisyQuadratic(threshold: 3) { density(at: [-1e308, 1e308, 0]) }")],
    [
      "a fit's curve at its ends",
      main(
        "noisyQuadratic(threshold: 3) { tuningCurve(quantile: 0, runs: [1e-300, 1, 1e300]) { value { state } average { state } } }",
      ),
    ],
    [
      "a threshold above all scores",
      main("noisyQuadratic(threshold: 100) { share regimeFrom goodness { within } }"),
    ],
    [
      "quantiles 0 and 1",
      main(
        "a: tuningCurve(quantile: 0) { trivial { betterFrom { state } } } b: tuningCurve(quantile: 1) { trivial { worseBelow { state } } points { value { state } } }",
      ),
    ],
    ["a nearly certain band", curve("band: {confidence: 0.9999999999}")],
    ["a band of hardly any confidence", curve("band: {confidence: 1e-12}")],
    [
      "one run by other methods",
      of(
        "one",
        "tuningCurve(band: {method: LD_EQUAL_TAILED}) { criticalValue points { lower { state } } } selection { rank } importance { explained { share adjusted } }",
      ),
    ],
    [
      "equal scores",
      of(
        "flat",
        "tuningCurve { points { lower { value } } } importance { explained { share } } pairImportance { explained { share } } distribution { variance { value } }",
      ),
    ],
    ["no numbers of runs", curve("runs: []")],
    ["no hyperparameters", main("importance(hyperparameters: []) { hyperparameter }")],
  ])("%s", async (_, query) => {
    const { errors } = await service().request(query);
    expect(errors).toEqual([]);
  });

  test("has its limit as its value", async () => {
    const { scores: found } = await service().ask<{
      scores: {
        noisyQuadratic: { density: number[] };
        tuningCurve: { points: Record<"naive" | "uEstimate" | "vEstimate", { value: number | null }>[] };
      };
    }>(
      main(
        "noisyQuadratic(threshold: 3) { density(at: [1e308, -1e200]) } tuningCurve(runs: [1e308]) { points { naive { value } uEstimate { value } vEstimate { value } } }",
      ),
    );
    expect(found.noisyQuadratic.density).toEqual([0, 0]);
    const best = { value: Math.min(...scores) };
    expect(found.tuningCurve.points).toEqual([{ naive: best, uEstimate: best, vEstimate: best }]);
  });
});
