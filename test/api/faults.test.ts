import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve, type Service } from "./harness.js";
import { expectRefusal, type Refusal } from "./refusals.js";
import { hostile } from "./worlds.js";

let service: Service;
beforeAll(async () => {
  service = await serve(hostile().sources);
});
afterAll(() => service.close());

const BAD = "BAD_USER_INPUT";
const runs = (args: string): string => `{ runs(${args}) { totalCount } }`;
const where = (filter: string): string => runs(`where: {${filter}}`);
const groups = (args: string): string => `{ aggregateRuns(${args}) { count } }`;
const bestGroups = (statistic: string): string =>
  groups(
    `orderBy: [{by: {aggregate: {statistic: {of: {score: {metric: LOSS}}, statistic: ${statistic}}}}, direction: BEST}]`,
  );
const bin = (rule: string, of = "{hyperparameter: DEPTH}", more = ""): string =>
  groups(`groupBy: [{bin: {of: ${of}, by: {${rule}} ${more}}}]`);
const summary = (field: string, of = "{hyperparameter: DEPTH}"): string =>
  `{ aggregateRuns { measure(of: ${of}) { ${field} } } }`;
const fault = (what: string, query: string, code: string, ...names: string[]): Refusal => ({
  what,
  query,
  code,
  names,
});
const many = (count: number, one: string): string => Array.from({ length: count }, () => one).join(", ");

const refusals: readonly Refusal[] = [
  fault("first below 0", runs("first: -1"), BAD, "first", "-1"),
  fault("last below 0", runs("last: -1"), BAD, "last", "-1"),
  fault("first and last", runs("first: 1, last: 1"), BAD, "first", "last"),
  fault("first above the maximum", runs("first: 5001"), BAD, "first", "5001", "5000"),
  fault("last above the maximum", runs("last: 5001"), BAD, "last", "5001"),
  fault(
    "first of configurations",
    `{ dataset(name: "other") { configurations(first: -1) { totalCount } } }`,
    BAD,
    "first",
  ),
  fault(
    "minRuns 0",
    `{ dataset(name: "other") { configurations(minRuns: 0) { totalCount } } }`,
    BAD,
    "minRuns",
  ),
  fault("an unknown cursor", runs(`after: "nonsense"`), BAD, "after", "nonsense"),
  fault("an empty cursor", runs(`before: ""`), BAD, "before"),
  fault("too many orders", runs(`orderBy: [${many(9, "{by: {iteration: true}}")}]`), BAD, "orderBy", "9"),
  fault(
    "BEST of a measure without goal",
    runs("orderBy: [{by: {hyperparameter: LR}, direction: BEST}]"),
    BAD,
    "orderBy[0].direction",
    "lr",
  ),
  fault(
    "BEST of the iteration",
    runs("orderBy: [{by: {iteration: true}, direction: BEST}]"),
    BAD,
    "orderBy[0].direction",
  ),
  fault(
    "an iteration that is not true",
    runs("orderBy: [{by: {iteration: false}}]"),
    BAD,
    "orderBy[0].by.iteration",
    "false",
  ),
  fault(
    "best of a metric without goal",
    runs("orderBy: [{by: {score: {metric: MEMORY}}}]"),
    "GOAL_UNKNOWN",
    "memory",
    "metrics.memory.goal",
  ),
  fault(
    "a score at the best of a metric without goal",
    `{ runs { nodes { score(of: LOSS, at: {best: SPEED}) { value } } } }`,
    "GOAL_UNKNOWN",
    "speed",
    "metrics.speed.goal",
  ),
  fault(
    "a score at not final",
    `{ runs { nodes { score(of: LOSS, at: {final: false}) { value } } } }`,
    BAD,
    "score.at.final",
  ),

  ...["eq", "ne", "in", "notIn", "lt", "lte", "gt", "gte", "isNull", "isNaN", "isFinite"].map((operator) =>
    fault(
      `${operator}: null`,
      where(`hyperparameters: {lr: {${operator}: null}}`),
      BAD,
      `where.hyperparameters.lr.${operator}`,
      "null",
    ),
  ),
  ...[
    "and",
    "or",
    "not",
    "dataset",
    "configuration",
    "line",
    "iteration",
    "nanTrainLoss",
    "diverged",
    "complete",
    "hyperparameters",
    "measure",
  ].map((key) => fault(`${key}: null`, where(`${key}: null`), BAD, `where.${key}`, "null")),
  fault("a hyperparameter's null", where("hyperparameters: {lr: null}"), BAD, "where.hyperparameters.lr"),
  fault(
    "a null deep inside",
    where("or: [{line: {eq: 1}}, {not: {and: [{line: {eq: null}}]}}]"),
    BAD,
    "where.or[1].not.and[0].line.eq",
  ),
  fault(
    "a measure's null",
    where("measure: [{of: {iteration: true}, is: {gt: null}}]"),
    BAD,
    "where.measure[0].is.gt",
  ),
  fault("having null", groups("having: [{of: {count: {}}, is: {gt: null}}]"), BAD, "having[0].is.gt"),
  fault(
    "an unknown dataset in a filter",
    where(`dataset: {in: ["hostile", "nope"]}`),
    "UNKNOWN_NAME",
    "where.dataset.in[1]",
    "nope",
    "hostile, other, single",
  ),
  fault("an unknown dataset", `{ dataset(name: "nope") { id } }`, "UNKNOWN_NAME", "name", "nope", "hostile"),
  fault(
    "a run of an unknown dataset",
    `{ run(dataset: "nope", line: 1) { id } }`,
    "UNKNOWN_NAME",
    "dataset",
    "nope",
  ),
  fault("line 0", `{ run(dataset: "hostile", line: 0) { id } }`, BAD, "line"),
  fault(
    "an id that is no configuration's",
    where(`configuration: {eq: "UnVuOmhvc3RpbGU6MQ"}`),
    BAD,
    "where.configuration.eq",
  ),
  fault(
    "a string as a numeric filter",
    where("measure: [{of: {hyperparameter: OPTIMIZER}, is: {isNull: true}}]"),
    "UNFIT_DATA",
    "where.measure[0].of",
    "optimizer",
  ),
  fault("too many conditions", where(`or: [${many(501, "{line: {eq: 1}}")}]`), BAD, "where", "500"),
  fault("too long a list", where(`line: {in: [${many(10_001, "1")}]}`), BAD, "where.line.in", "10000"),

  fault(
    "statistics of strings",
    summary("mean", "{hyperparameter: OPTIMIZER}"),
    "UNFIT_DATA",
    "measure.of",
    "optimizer",
  ),
  fault("statistics of booleans", summary("count", "{hyperparameter: NESTEROV}"), "UNFIT_DATA", "nesterov"),
  fault("bins of strings", bin("count: 2", "{hyperparameter: OPTIMIZER}"), "UNFIT_DATA", "groupBy[0].bin.of"),
  fault(
    "a correlation with strings",
    `{ aggregateRuns { correlation(x: {iteration: true}, y: {hyperparameter: OPTIMIZER}) } }`,
    "UNFIT_DATA",
    "correlation.y",
  ),
  fault(
    "a string as a run's number",
    `{ runs { nodes { measure(of: {hyperparameter: OPTIMIZER}) { value } } } }`,
    "UNFIT_DATA",
    "optimizer",
  ),
  fault("a level above 1", summary("quantile(p: 1.5)"), BAD, "quantile", "1.5"),
  fault("a level below 0", summary("quantile(p: -0.1, method: LOWER)"), BAD, "quantile", "-0.1"),
  fault("one level of several", summary("quantiles(p: [0.5, 2])"), BAD, "quantile", "2"),
  fault("too many levels", summary(`quantiles(p: [${many(1001, "0.5")}])`), BAD, "quantiles.p", "1000"),
  fault(
    "a level in an order",
    groups("orderBy: [{by: {aggregate: {quantile: {of: {iteration: true}, p: 7}}}}]"),
    BAD,
    "quantile",
    "7",
  ),

  fault("width 0", bin("width: 0"), BAD, "groupBy[0].bin.by.width", "0"),
  fault("a negative width", bin("width: -1"), BAD, "groupBy[0].bin.by.width", "-1"),
  fault("an infinite width", bin("width: 1e999"), BAD, "width"),
  fault("a width of too many bins", bin("width: 0.00001"), BAD, "width"),
  fault("count 0", bin("count: 0"), BAD, "groupBy[0].bin.by.count"),
  fault("too many bins", bin("count: 1001"), BAD, "count", "1000"),
  fault("quantiles 0", bin("quantiles: 0"), BAD, "groupBy[0].bin.by.quantiles"),
  fault("no edges", bin("edges: []"), BAD, "groupBy[0].bin.by.edges"),
  fault("unsorted edges", bin("edges: [1, 3, 2]"), BAD, "groupBy[0].bin.by.edges[2]", "2"),
  fault("equal edges", bin("edges: [1, 1]"), BAD, "groupBy[0].bin.by.edges[1]"),
  fault("infinite edges", bin("edges: [1, 1e999]"), BAD, "edges"),
  fault(
    "too many edges",
    bin(`edges: [${Array.from({ length: 1000 }, (_, index) => index).join()}]`),
    BAD,
    "groupBy[0].bin.by.edges",
  ),
  fault(
    "log bins over negatives",
    bin("width: 1", "{hyperparameter: DEPTH}", "scale: LOG10"),
    "UNFIT_DATA",
    "depth",
    "-3",
    "LOG10",
  ),
  fault(
    "a log histogram over negatives",
    summary("histogram(by: {count: 3}, scale: LOG10) { count }"),
    "UNFIT_DATA",
    "depth",
    "LOG10",
  ),
  fault("a histogram's count", summary("histogram(by: {count: 0}) { count }"), BAD, "histogram.by.count"),
  fault("a key that is not true", groups("groupBy: [{dataset: false}]"), BAD, "groupBy[0].dataset", "false"),
  fault("too many keys", groups(`groupBy: [${many(7, "{dataset: true}")}]`), BAD, "groupBy", "7"),
  fault("first 0 of groups", groups("first: 0"), BAD, "first"),
  fault("first of too many groups", groups("first: 10001"), BAD, "first", "10000"),
  fault(
    "an order by a key that is not there",
    groups("groupBy: [{dataset: true}], orderBy: [{by: {key: 1}}]"),
    BAD,
    "orderBy[0].by.key",
    "1",
  ),
  fault(
    "BEST of a count",
    groups("orderBy: [{by: {aggregate: {count: {}}}, direction: BEST}]"),
    BAD,
    "orderBy[0].direction",
  ),
  ...["COUNT", "NULL_COUNT", "NAN_COUNT", "INF_COUNT", "DISTINCT_COUNT"].map((statistic) =>
    fault(
      `BEST of a loss's ${statistic}`,
      bestGroups(statistic),
      BAD,
      "orderBy[0].direction",
      "count",
      "ASC",
    ),
  ),
  ...["STDDEV", "VARIANCE", "STDDEV_POPULATION", "VARIANCE_POPULATION"].map((statistic) =>
    fault(
      `BEST of a loss's ${statistic}`,
      bestGroups(statistic),
      BAD,
      "orderBy[0].direction",
      "spread",
      "DESC",
    ),
  ),
  fault(
    "too many orders of groups",
    groups(`orderBy: [${many(9, "{by: {aggregate: {count: {}}}}")}]`),
    BAD,
    "orderBy",
    "9",
  ),
  fault(
    "a grid of too many empty groups",
    groups(
      `groupBy: [${["SEED", "DEPTH", "LR"].map((name) => `{bin: {of: {hyperparameter: ${name}}, by: {count: 1000}, includeEmpty: true}}`).join(", ")}]`,
    ),
    "LIMIT_EXCEEDED",
    "groups",
  ),

  fault("every 0", "{ aggregateCurves(every: 0) { points { axis } } }", BAD, "aggregateCurves.every", "0"),
  fault("every -1 of a curve", "{ runs { nodes { curve(every: -1) { axis } } } }", BAD, "curve.every", "-1"),
  fault("from beyond to", "{ runs { nodes { series(from: 2, to: 1) { axis } } } }", BAD, "series.from", "2"),
  fault("too many ids", `{ nodes(ids: [${many(5001, '"x"')}]) { id } }`, BAD, "ids", "5000"),
];

describe("what makes no sense is refused by name", () => {
  it.each(refusals)("$what", (refusal) => expectRefusal(service, refusal));

  it("a bin so narrow that its number is no integer", async () => {
    // In a process of its own: edges that are searched for without end cannot be interrupted.
    const { spawnSync } = await import("node:child_process");
    const code = `import { cutEdges } from "./server/store/bin-edges.ts";
      for (const width of [1e-300, 1e-320, 5e-324]) {
        try { cutEdges({ rule: { kind: "width", width }, scale: "linear" }, { min: 0.01, max: 0.01, quantiles: [] }, "lr"); }
        catch (error) { console.log(error.extensions?.code); }
      }`;
    const { stdout, error } = spawnSync(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "--eval", code],
      { encoding: "utf8", timeout: 120_000 },
    );
    expect(error, "the edges were searched for without end").toBeUndefined();
    expect(stdout.trim().split("\n")).toEqual(Array.from({ length: 3 }, () => BAD));
  });

  it.each([
    ["nots", 1200, (inner: object) => ({ not: inner })],
    ["ands", 300, (inner: object) => ({ and: [inner, {}] })],
  ])("a filter of %s within each other, %i deep", async (_, depth, wrap) => {
    let filter: object = { line: { eq: 1 } };
    for (let level = 0; level < depth; level += 1) filter = wrap(filter);
    await expectRefusal(service, {
      what: "",
      query: "query ($where: RunFilter) { runs(where: $where) { totalCount } }",
      variables: { where: filter },
      code: BAD,
      names: ["where"],
    });
  });

  it("a filter of very many empty conditions", () =>
    expectRefusal(service, {
      what: "",
      query: "query ($where: RunFilter) { runs(where: $where) { totalCount } }",
      variables: { where: { and: Array.from({ length: 100_000 }, () => ({})) } },
      code: BAD,
      names: ["where"],
    }));
});
