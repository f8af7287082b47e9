import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, type DatasetsQuery, type Measure, operations } from "../../client/index.js";
import { serve, type Served, serveSample } from "./serve.js";

type Dataset = DatasetsQuery["datasets"][number];

const clientOf = ({ url }: Served) => createClient({ url, operations });
type Everything = ReturnType<typeof clientOf>;

/** What the generic operations are asked of a dataset: names found in the answer to `datasets`, none known beforehand. */
function namesOf(dataset: Dataset) {
  const known = dataset.metrics.filter(({ role, goal }) => role === "METRIC" && goal !== null);
  const metric = known.find(({ split }) => split === "validation") ?? known[0];
  const searched = dataset.hyperparameters.find(
    ({ role, type }) => role === "SEARCHED" && (type === "FLOAT" || type === "INTEGER"),
  );
  if (!metric) throw new Error(`${dataset.name} has no metric with a goal`);
  const score: Measure = { score: { metric: metric.key } };
  const hyperparameter: Measure = { hyperparameter: searched?.key ?? "" };
  return { metric, score, hyperparameter, where: { dataset: { eq: dataset.name } } };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Every generic operation on one dataset; the answers must agree with each other. */
async function askEverything(client: Everything, dataset: Dataset): Promise<void> {
  const { metric, score, hyperparameter, where } = namesOf(dataset);
  const better = (a: number, b: number): boolean => (metric.goal === "MINIMIZE" ? a <= b : a >= b);

  const one = await client.dataset({ name: dataset.name });
  expect(one.dataset).toMatchObject({ name: dataset.name, runCount: dataset.runCount, rejectedLines: [] });
  expect(one.dataset?.metrics.map(({ key }) => key)).toEqual(dataset.metrics.map(({ key }) => key));

  const { runs } = await client.runs({ where, first: 3 });
  expect(runs.totalCount).toBe(dataset.runCount);
  const next = await client.runs({ where, first: 3, after: runs.pageInfo.endCursor });
  expect(next.runs.nodes.map(({ line }) => line)).not.toContain(runs.nodes[0]?.line);
  const before = await client.runs({ where, last: 3, before: next.runs.pageInfo.startCursor });
  expect(before.runs.nodes).toEqual(runs.nodes);

  const best = (await client.bestRuns({ metric: metric.key, where })).runs;
  const scores = best.nodes.map((run) => run.score.value ?? NaN);
  expect(scores).toHaveLength(10);
  for (const [index, value] of scores.entries()) expect(better(scores[index - 1] ?? value, value)).toBe(true);
  const searched = dataset.hyperparameters.filter(({ role }) => role === "SEARCHED").map(({ name }) => name);
  expect(best.nodes[0]?.hyperparameterValues.map(({ name }) => name)).toEqual(
    expect.arrayContaining(searched),
  );

  const [winner] = best.nodes;
  if (!winner) throw new Error("no run");
  const at = { dataset: dataset.name, line: winner.line };
  const { run } = await client.run(at);
  expect(run).toMatchObject({ id: winner.id, pointCount: winner.pointCount });

  const curve = (await client.runCurve({ ...at, metric: metric.key })).run?.series;
  expect(curve?.axis).toHaveLength(winner.pointCount);
  expect(curve?.values[curve.axis.indexOf(winner.score.step)]).toBe(winner.score.value);
  const pair = await client.compareRunCurves({ ...at, metric: metric.key, other: metric.key, every: 2 });
  expect(pair.run?.series.otherValues).toEqual(curve?.values.filter((_, index) => index % 2 === 1));

  const costs = await client.runCosts({ metric: metric.key, where, first: 5, at: { final: true } });
  expect(costs.runs.nodes).toHaveLength(5);

  const [whole] = (await client.aggregateRuns({ measure: score, where })).groups;
  expect(whole?.count).toBe(dataset.runCount);
  expect(whole?.measure[metric.goal === "MINIMIZE" ? "min" : "max"]).toBe(winner.score.value);
  const split = await client.aggregateRuns({
    measure: score,
    where,
    groupBy: [{ diverged: true }],
    having: [{ of: { count: {} }, is: { gte: 1 } }],
    orderBy: [{ by: { aggregate: { count: {} } }, direction: "DESC" }],
  });
  expect(sum(split.groups.map(({ count }) => count))).toBe(dataset.runCount);

  const bins = await client.aggregateRunsByBin({
    measure: score,
    of: hyperparameter,
    by: { count: 4 },
    where,
  });
  expect(sum(bins.groups.map(({ count }) => count))).toBe(dataset.runCount);
  expect(bins.groups[0]?.keys[0]?.bin).toMatchObject({ index: 0 });

  const [spread] = (await client.distribution({ measure: score, where, by: { count: 5 } })).groups;
  expect(spread?.measure.quantiles[2]).toBe(spread?.measure.median);
  expect(sum(spread?.measure.histogram.map(({ count }) => count) ?? [])).toBe(spread?.measure.count);

  const [band] = (await client.curveBands({ metric: metric.key, where, p: [0, 0.5, 1] })).bands;
  expect(band?.keys[0]?.dataset?.name).toBe(dataset.name);
  for (const { metric: values } of band?.points ?? [])
    expect([...values.quantiles].sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual(values.quantiles);

  const { groups } = await client.correlation({ x: score, y: score, where });
  expect(groups).toMatchObject([
    { pearson: expect.closeTo(1) as number, spearman: expect.closeTo(1) as number },
  ]);

  await askPages(client, { ...dataset, metric: metric.key, best: best.nodes });
  await askAnalyses(client, dataset, winner.score.value);

  const noise = await client.aggregateRunsByConfiguration({ measure: score, where });
  for (const group of noise.groups) expect(group.count).toBeGreaterThan(1);
  if (dataset.experiment.kind === "RESIDUAL") expect(noise.groups.length).toBeGreaterThan(1);
}

/** The operations that are read page by page; each agrees with the ones that are not. */
async function askPages(
  client: Everything,
  { name, metric, best }: { name: string; metric: string; best: readonly { readonly line: number }[] },
): Promise<void> {
  const where = { dataset: { eq: name } };
  const orderBy = [{ by: { score: { metric } }, direction: "BEST" }] as const;
  const lines: number[] = [];
  const runs = client.runCurves({ metrics: [metric], where, orderBy }, { limit: 4, pageSize: 3 });
  for await (const { line, series, pointCount } of runs) {
    lines.push(line);
    expect(series.metrics).toMatchObject([{ metric }]);
    expect(series.metrics[0]?.values).toHaveLength(pointCount);
  }
  expect(lines).toEqual(best.slice(0, 4).map(({ line }) => line));
  const transfer = (await client.scoreTransfer({ metric, other: metric, where, first: 3 })).runs;
  expect(transfer.aggregate.spearman).toBeCloseTo(1);
  expect(transfer.nodes.map(({ otherScore }) => otherScore)).toEqual(
    transfer.nodes.map(({ score }) => score),
  );
}

/** The analyses of a dataset's scores; each rests on them all. */
async function askAnalyses(client: Everything, dataset: Dataset, bestScore: number | null): Promise<void> {
  const { metric, where } = namesOf(dataset);
  const asked = { metric: metric.key, where };
  const rests = { goal: metric.goal, matchedCount: dataset.runCount, runCount: dataset.runCount };

  const curve = (await client.tuningCurve({ ...asked, runs: [1, dataset.runCount], cost: "LAST_STEP" }))
    .scores;
  expect(curve).toMatchObject(rests);
  const [first, last] = curve.tuningCurve.points;
  expect(last?.cost).toBeCloseTo((first?.cost ?? 0) * dataset.runCount);
  const gained = (last?.value.value ?? 0) - (first?.value.value ?? 0);
  expect(metric.goal === "MINIMIZE" ? -gained : gained).toBeGreaterThan(0);

  const half = Math.ceil(dataset.runCount / 2);
  const selections = ["all", "half"].map((name) => ({
    name,
    of: { metric: metric.key },
    where,
    ...(name === "half" && { subset: { size: half } }),
  }));
  const { curves, separations } = (await client.compareTuningCurves({ selections, points: 5 }))
    .compareTuningCurves;
  expect(curves.map(({ name, scores }) => [name, scores.runCount])).toEqual([
    ["all", dataset.runCount],
    ["half", half],
  ]);
  expect(separations).toEqual([]);

  const spread = (await client.scoreDistribution({ ...asked, band: { method: "DKW" } })).scores;
  const steps = spread.distribution.steps;
  expect(steps.at(-1)?.cdf).toBe(1);
  const edge =
    metric.goal === "MINIMIZE"
      ? steps.find(({ cdf }) => cdf > 0)
      : steps.findLast(({ value }) => value.value === bestScore);
  expect(edge?.value.value).toBe(bestScore);

  const { selection } = (await client.selection({ ...asked, quantiles: [1] })).scores;
  expect(selection).toMatchObject([{ quantile: 1, rank: dataset.runCount, score: { value: bestScore } }]);

  const stop = (await client.runsUntilGainBelow({ ...asked, gain: 1e9 })).scores.runsUntilGainBelow;
  expect(stop).toBe(1);

  const { importance, pairImportance } = (await client.importance(asked)).scores;
  const searched = dataset.hyperparameters.filter(({ role }) => role === "SEARCHED").map(({ key }) => key);
  expect(importance.map(({ hyperparameter }) => hyperparameter).sort()).toEqual([...searched].sort());
  expect(pairImportance).toHaveLength((searched.length * (searched.length - 1)) / 2);

  const space = (await client.searchSpace({ dataset: dataset.name })).dataset?.searchSpace ?? [];
  expect(space.map(({ hyperparameter }) => hyperparameter.key).sort()).toEqual([...searched].sort());

  const { planBand } = await client.planBand({ runs: 40 });
  expect(planBand.widest).toBeGreaterThan(planBand.meanWidth / 2);
  expect(planBand.runs).toBe(40);

  if (dataset.experiment.kind === "RESIDUAL") {
    const { seedNoise } = (await client.seedNoise({ ...asked, best: 1 })).scores;
    const [most] = seedNoise.groups.filter(({ sd }) => sd !== null).slice(-1);
    expect(seedNoise.pooledSd).toBe(most?.sd);
    expect(most?.runCount).toBe(most?.scores.length);
  } else {
    const fit = (
      await client.noisyQuadratic({ ...asked, maxGamma: 2, threshold: middle(steps), runs: [1, 9] })
    ).scores;
    expect(fit.noisyQuadratic).toMatchObject({
      thresholdSuggested: false,
      gamma: expect.any(Number) as number,
    });
    expect(fit.noisyQuadratic.tuningCurve.map(({ runs }) => runs)).toEqual([1, 9]);
  }
}

/** A score in the middle of the finite ones: where a tail may end. */
function middle(steps: readonly { readonly value: { readonly value: number | null } }[]): number {
  const finite = steps.flatMap(({ value }) => value.value ?? []);
  return finite[Math.floor(finite.length / 2)] ?? NaN;
}

describe("on the sample", () => {
  let served: Served;
  let client: Everything;
  beforeAll(async () => {
    served = await serveSample();
    client = clientOf(served);
  });
  afterAll(() => served.close());

  test("every generic operation answers", async () => {
    const { datasets } = await client.datasets();
    expect(datasets.map(({ name, synthetic }) => [name, synthetic])).toEqual([
      ["llama-33m_residual", true],
      ["llama-33m_tuning", true],
    ]);
    for (const dataset of datasets) await askEverything(client, dataset);
  });

  test("Llama's operations answer with typed fields", async () => {
    const where = { hyperparameters: { lr: { gte: 1e-4 } }, dataset: { eq: "llama-33m_tuning" } };
    const { runs } = await client.llamaBestRuns({ first: 3, where });
    const [best] = runs.nodes;
    expect(best?.hyperparameters.lr).toBeGreaterThanOrEqual(1e-4);
    expect(best?.testRawLoss.step).toBe(best?.valRawLoss.step);
    const { run } = await client.llamaRunCurve({ dataset: "llama-33m_tuning", line: best?.line ?? 0 });
    expect(run?.series.step).toHaveLength(20);
    expect(run?.series.valRawLoss).toContain(best?.valRawLoss.value);
  });

  test("a text is sent as it is", async () => {
    const text = "query Names($first: String!) { dataset(name: $first) { name } }";
    expect(await client.request(text, { first: "llama-33m_tuning" })).toEqual({
      dataset: { name: "llama-33m_tuning" },
    });
    class TypedText extends String {
      declare __apiType?: (variables: { first: string }) => { dataset: { name: string } | null };
    }
    const { dataset } = await client.request(new TypedText(text), { first: "llama-33m_tuning" });
    expect(dataset?.name).toBe("llama-33m_tuning");
  });

  test("headers and fetch are the caller's", async () => {
    const seen: (string | null)[] = [];
    const own = createClient({
      url: new URL(served.url),
      headers: () => Promise.resolve({ "x-mine": "yes" }),
      fetch: (input, init) => {
        seen.push(new Headers(init?.headers).get("x-mine"));
        return fetch(input, init);
      },
    });
    expect(await own.request("{ __typename }")).toEqual({ __typename: "Query" });
    expect(seen).toEqual(["yes"]);
  });
});

const folder = process.env["SWEEPQL_OPDA"] ?? "../shared/data/opda";
const files = ["alexnet_tuning", "deberta-base_tuning"].map((name) => join(folder, `${name}.results.jsonl`));
const missing = files.filter((file) => !existsSync(file));
if (missing.length > 0)
  console.warn(`Skipped: ${missing.join(", ")} not found; set SWEEPQL_OPDA to their folder.`);

describe.skipIf(missing.length > 0)("on AlexNet and DeBERTa", () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve(files);
  });
  afterAll(() => served.close());

  test("every generic operation answers, the same code for both", async () => {
    const client = clientOf(served);
    const { datasets } = await client.datasets();
    expect(datasets.map(({ name }) => name)).toEqual(["alexnet_tuning", "deberta-base_tuning"]);
    for (const dataset of datasets) await askEverything(client, dataset);
  });
});
