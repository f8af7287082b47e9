import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, type Service, Services } from "./serve-with.js";

const services = new Services();
let service: Service;
beforeAll(async () => {
  service = await services.start();
});
afterAll(() => services.stop());

const GRAPHQL = { accept: "application/graphql-response+json" };
const costOf = async (query: string, variables?: Record<string, unknown>): Promise<number> => {
  const { extensions, errors } = await service.ask(query, variables);
  expect(
    errors?.map(({ message }) => message).filter((message) => !message.includes("--max-cost")) ?? [],
  ).toEqual([]);
  return extensions?.cost?.requested ?? Number.NaN;
};

const aliased = (count: number, field: string, name = "a"): string =>
  Array.from({ length: count }, (_, at) => `${name}${at}: ${field}`).join(" ");

/** Asks the schema for few things, each so many times within the one before. */
const introspectionOf = (times: number): string => `
  { __schema { types { ...A } } }
  fragment A on __Type { ${aliased(times, "fields { ...B }")} }
  fragment B on __Field { ${aliased(times, "args { ...C }", "b")} }
  fragment C on __InputValue { ${aliased(times, "type { ...D }", "c")} }
  fragment D on __Type { ${aliased(times, "ofType { name inputFields { name } }", "d")} }`;

/** Objects, and values that are none. */
function countValues(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  const below = Object.values(value).reduce<number>((sum, one) => sum + countValues(one), 0);
  return Array.isArray(value) ? below : 1 + below;
}

describe("the cost of a request", () => {
  test("is in its answer, with the budget", async () => {
    const { extensions } = await service.ask("{ runs(first: 3) { nodes { id line } } }");
    expect(extensions?.cost?.budget).toBe(1_000_000);
    expect(extensions?.cost?.requested).toBeGreaterThan(3 * 3);
    expect(extensions?.cost?.requested).toBeLessThan(30);
  });

  test("is that of the variables as they are coerced, defaults and absent ones included", async () => {
    const query = "query ($n: Int = 1000) { runs(first: $n) { nodes { id line } } }";
    const [given, byDefault, none] = [
      await costOf(query, { n: 10 }),
      await costOf(query),
      await costOf(query, { n: null }),
    ];
    expect(byDefault - given).toBe(990 * 3);
    expect(none - given).toBe(40 * 3);
  });

  test.each([
    ["a huge page", "query ($n: Int) { runs(first: $n) { nodes { id } } }", { n: 1_000_000 }],
    [
      "a huge page from the back, in edges",
      "query ($n: Int) { runs(last: $n) { edges { node { id } } } }",
      { n: 2_000_000 },
    ],
    [
      "connections within each other",
      "{ runs(first: 1000) { nodes { configuration { runs(first: 1000) { nodes { id } } } } } }",
      {},
    ],
    [
      "points × metrics of a page",
      `{ runs(first: 5000) { nodes { ${Array.from({ length: 10 }, (_, at) => `c${at}: curve { axis valRawLoss }`).join(" ")} } } }`,
      {},
    ],
    [
      "groups × bins of histograms",
      "query ($bins: Int!) { aggregateRuns(groupBy: [{ bin: { of: { hyperparameter: LR }, by: { count: $bins }, includeEmpty: true } }]) { measure(of: { hyperparameter: LR }) { histogram(by: { count: $bins }) { count } } } }",
      { bins: 1000 },
    ],
    ["introspection that fragments multiply", introspectionOf(12), {}],
    ["introspection that fragments multiply so that it cannot be answered at all", introspectionOf(24), {}],
    [
      "groups of a hyperparameter's values × quantiles",
      `query ($p: [Float!]!) { ${aliased(20, "aggregateRuns(groupBy: [{ value: { hyperparameter: LR } }], first: 10000) { measure(of: { score: { metric: VAL_RAW_LOSS } }) { quantiles(p: $p) } }")} }`,
      { p: Array.from({ length: 1000 }, (_, at) => at / 1000) },
    ],
    [
      "long texts",
      `{ runs(first: 5000) { nodes { dataset { ${aliased(40, "description")} ${aliased(40, "attribution", "more")} } } } }`,
      {},
    ],
  ])("refuses %s by the figure", async (_, query, variables) => {
    const response = await service.post({ query, variables }, GRAPHQL);
    const answer = (await response.json()) as Answer;
    expect(answer.errors?.[0]?.extensions?.code).toBe("LIMIT_EXCEEDED");
    const requested = answer.extensions?.cost?.requested ?? 0;
    expect(requested).toBeGreaterThan(1_000_000);
    expect(answer.errors?.[0]?.message).toContain(`${requested}, and at most 1000000`);
    expect(answer.errors?.[0]?.message).toContain("--max-cost");
    expect([response.status, "data" in answer]).toEqual([400, false]);
    expect((await service.post({ query, variables })).status).toBe(200);
  });

  test("grows with what is worked out, not with what is answered alone", async () => {
    const scores = (field: string): string => `{ scores(of: { metric: VAL_RAW_LOSS }) { ${field} } }`;
    const until = (upTo: number): string => scores(`runsUntilGainBelow(gain: 1, upTo: ${upTo})`);
    expect((await costOf(until(200_000))) - (await costOf(until(100_000)))).toBe(10_000);
    const fit = (maxGamma: number): string => scores(`noisyQuadratic(maxGamma: ${maxGamma}) { alpha }`);
    expect(await costOf(fit(64))).toBeGreaterThan(10 * (await costOf(fit(2))));
    const plan = (runs: number): string => `{ planBand(runs: ${runs}) { criticalValue } }`;
    expect(await costOf(plan(20_000))).toBeGreaterThan(3 * (await costOf(plan(10_000))));
    const compared = (count: number): string =>
      `{ compareTuningCurves(selections: [${Array.from({ length: count }, (_, at) => `{ name: "s${at}", of: { metric: VAL_RAW_LOSS } }`).join(" ")}]) { separations { first } } }`;
    expect(await costOf(compared(20))).toBeGreaterThan(20 * (await costOf(compared(2))));
  });

  test("grows with the conditions of filters and the values in them, wherever they stand", async () => {
    const query = "query ($w: RunFilter) { runs(first: 0, where: $w) { totalCount } }";
    const below = { is: { lt: 1 }, of: { score: { metric: "VAL_RAW_LOSS" } } };
    const conditions = (count: number) => ({ w: { or: [{ measure: Array<object>(count).fill(below) }] } });
    const [none, few, many] = [
      await costOf(query, { w: {} }),
      await costOf(query, conditions(100)),
      await costOf(query, conditions(400)),
    ];
    expect(few).toBeGreaterThan(none);
    expect(many - none).toBeGreaterThan(3 * (few - none));
    const values = { w: { line: { in: Array.from({ length: 10_000 }, (_, at) => at) } } };
    expect(await costOf(query, values)).toBeGreaterThan(none + 99);
  });

  test("grows with the scores that are looked for at steps, wherever they are named", async () => {
    const at = (where: string) => ({
      measure: `{ runs { aggregate { measure(of: { score: { metric: VAL_RAW_LOSS${where} } }) { mean } } } }`,
      order: `{ runs(first: 1, orderBy: { by: { score: { metric: VAL_RAW_LOSS${where} } } }) { nodes { line } } }`,
      filter: `{ runs(first: 0, where: { measure: [{ of: { score: { metric: VAL_RAW_LOSS${where} } }, is: { gt: 1 } }] }) { totalCount } }`,
      groups: `{ aggregateRuns(groupBy: [{ bin: { of: { hyperparameter: LR }, by: { count: 50 } } }]) { measure(of: { score: { metric: VAL_RAW_LOSS${where} } }) { mean } } }`,
      run: `{ runs(first: 100) { nodes { score(of: VAL_RAW_LOSS${where}) { value } } } }`,
    });
    const [best, atStep] = [at(""), at(", at: { step: 1000 }")];
    const more = await Promise.all(
      (["measure", "order", "filter", "run", "groups"] as const).map(
        async (name) => (await costOf(atStep[name])) - (await costOf(best[name])),
      ),
    );
    expect(more[0]).toBeGreaterThan(0);
    // However many groups or runs there are; costs are rounded up.
    expect(Math.max(...more) - Math.min(...more)).toBeLessThanOrEqual(1);
  });

  test("of introspection is two for each value that it answers", async () => {
    const query =
      '{ __schema { types { name kind fields { name args { name type { name ofType { name } } } } } } __type(name: "Run") { ...t } } fragment t on __Type { name fields { name } }';
    const { data } = await service.ask(query);
    const values = Object.values(data ?? {}).reduce<number>((sum, one) => sum + countValues(one), 0);
    expect(values).toBeGreaterThan(1000);
    expect(await costOf(query)).toBe(2 * values);
  });

  test("goes by the groups that the datasets of a filter can have", async () => {
    const groups = (key: string, where = "{}"): string =>
      `{ aggregateRuns(groupBy: [${key}], where: ${where}) { ${aliased(50, "count")} } }`;
    const residual = '{ and: [{ dataset: { in: ["llama-33m_residual"] } }] }';
    const { data } = await service.ask(
      "{ datasets { name runCount configurations(first: 0) { totalCount } hyperparameters { name distinctCount } } }",
    );
    const [retrained, tuning] = data?.["datasets"] as {
      runCount: number;
      configurations: { totalCount: number };
      hyperparameters: { name: string; distinctCount: number }[];
    }[];
    const [few, all] = [retrained, tuning].map((one) => one?.configurations.totalCount ?? 0);
    // Each group costs itself and its counts; scan and filter cost next to nothing here.
    const perGroup = 1 + 50;
    const configurations =
      (await costOf(groups("{ configuration: true }"))) -
      (await costOf(groups("{ configuration: true }", residual)));
    expect(Math.round(configurations / perGroup)).toBe(all);
    expect(few).toBe(8);
    const distinct = tuning?.hyperparameters.find(({ name }) => name === "lr")?.distinctCount ?? 0;
    const values =
      (await costOf(groups("{ value: { hyperparameter: LR } }"))) -
      (await costOf(groups("{ value: { hyperparameter: LR } }", residual)));
    expect(Math.round(values / perGroup)).toBe(distinct);
  });

  test("leaves out what is skipped, counts what several fragments name once", async () => {
    const query = `query ($with: Boolean!) { runs(first: 100) { nodes { id ...a ...b hyperparameters @include(if: $with) { lr } } } }
      fragment a on Run { line } fragment b on Run { line }`;
    expect((await costOf(query, { with: true })) - (await costOf(query, { with: false }))).toBe(200);
    expect(await costOf(query, { with: false })).toBe(
      await costOf("{ runs(first: 100) { nodes { id line } } }"),
    );
  });

  test("does not grow in time with fragments that spread each other: their fields are counted up to the limit", async () => {
    const fragments = Array.from(
      { length: 12 },
      (_, at) =>
        `fragment f${at} on Run { configuration { runs(first: 1) { nodes { ...f${at + 1} } } } more: configuration { runs(first: 1) { nodes { ...f${at + 1} } } } }`,
    );
    const wide = await services.start({ limits: { maxDepth: 100 } });
    const { errors } = await wide.ask(
      `{ runs(first: 1) { nodes { ...f0 } } } ${fragments.join(" ")} fragment f12 on Run { id }`,
    );
    expect(errors?.[0]?.extensions?.code).toBe("LIMIT_EXCEEDED");
    expect(errors?.[0]?.message).toContain("5000 fields");
  });
});
