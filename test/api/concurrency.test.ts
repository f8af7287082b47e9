import { afterAll, beforeAll, expect, it } from "vitest";
import { serve, type Service, type Variables } from "./harness.js";
import { hostile } from "./worlds.js";

let service: Service;
beforeAll(async () => {
  service = await serve(hostile().sources);
});
afterAll(() => service.close());

const shapes: readonly ((index: number) => readonly [string, Variables])[] = [
  (index) => [
    "query ($first: Int) { runs(first: $first, orderBy: [{by: {hyperparameter: LR}, direction: DESC}]) { nodes { line dataset { name } score(of: LOSS) { value state } } pageInfo { endCursor } } }",
    { first: 1 + (index % 15) },
  ],
  (index) => [
    "query ($line: SafeInt) { runs(where: {line: {lte: $line}}) { totalCount nodes { curve { axis loss nonFinite { index state } } configuration { id runs(first: 2) { nodes { line } } } } } }",
    { line: index % 14 },
  ],
  (index) => [
    "query ($count: Int) { aggregateRuns(groupBy: [{bin: {of: {hyperparameter: DEPTH}, by: {count: $count}, includeEmpty: true}}]) { keys { label } count measure(of: {score: {metric: LOSS}}) { mean median histogram { count } argMin { line } } } }",
    { count: 1 + (index % 9) },
  ],
  (index) => [
    "query ($every: Int) { aggregateCurves(groupBy: [{dataset: true}], every: $every) { keys { label } points { axis runCount metric(of: LOSS) { quantiles(p: [0.1, 0.9]) } } } }",
    { every: 1 + (index % 3) },
  ],
  (index) => [
    "query ($p: Float!) { aggregateRuns { measure(of: {hyperparameter: DEPTH}) { quantile(p: $p) } correlation(x: {hyperparameter: DEPTH}, y: {iteration: true}, method: SPEARMAN) } }",
    { p: (index % 11) / 10 },
  ],
  (index) => ["query ($first: Int) { runs(first: $first) { totalCount } }", { first: -index }],
];

it("fifty requests at once are answered as one by one", async () => {
  const requests = Array.from({ length: 50 }, (_, index) =>
    (shapes[index % shapes.length] as (typeof shapes)[number])(index),
  );
  const alone = [];
  for (const [query, variables] of requests) alone.push(await service.request(query, variables));
  const together = await Promise.all(requests.map(([query, variables]) => service.request(query, variables)));
  expect(together).toEqual(alone);
  // Some were refused, and most were not.
  const refused = alone.filter(({ errors }) => errors.length > 0);
  expect(refused.map(({ errors }) => errors[0]?.code)).toEqual(refused.map(() => "BAD_USER_INPUT"));
  expect(refused.length).toBe(8);
});

it("an aborted request leaves its neighbours alone", async () => {
  const [query, variables] = (shapes[2] as (typeof shapes)[number])(3);
  const wanted = await service.request(query, variables);
  const controller = new AbortController();
  const aborted = service.request(query, variables, controller.signal);
  const others = Array.from({ length: 10 }, () => service.request(query, variables));
  controller.abort(new Error("the client has gone"));
  expect((await aborted).errors[0]?.message).toBe("the client has gone");
  for (const answer of await Promise.all(others)) expect(answer).toEqual(wanted);
  expect(await service.request(query, variables)).toEqual(wanted);
});
