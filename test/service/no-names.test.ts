import { afterAll, beforeAll, expect, test } from "vitest";
import { type Service, Services } from "./serve-with.js";

const services = new Services();
let closed: Service;
let open: Service;
beforeAll(async () => {
  closed = await services.start({ security: { introspection: false } });
  open = await services.start();
});
afterAll(() => services.stop());

/** Names that only the data have. */
const NAMES = /llama|valRawLoss|VAL_RAW_LOSS|hyperparameters\.\w|HYPERPARAMETER_|weightDecay|WEIGHT_DECAY/;

const documents = [
  '{ dataset(name: "x") { runCount } }',
  '{ runs(where: { dataset: { eq: "x" } }, orderBy: [{ by: { hyperparameter: LRR } }]) { totalCount } }',
  "{ runs { nodes { hyperparameters { lrr } } } }",
  "{ scores(of: { metric: NONE }) { runCount } }",
];

const exports = [
  "runs.csv?columns=nope",
  "points.csv?columns=nope",
  "points.csv?columns=metric.nope",
  "runs.csv?orderBy={by:{hyperparameter:LRR}}",
  "groups.csv?groupBy={value:{score:{metric:VAL_RAW_LOS}}}",
];

test("where introspection is off, refusals of documents list no names", async () => {
  for (const query of documents) {
    const { errors } = await closed.ask(query);
    expect(errors?.[0]?.message, query).toBeTruthy();
    expect(JSON.stringify(errors), query).not.toMatch(NAMES);
  }
  // They do elsewhere, or this would show nothing.
  expect(JSON.stringify(await open.ask('{ dataset(name: "x") { runCount } }'))).toMatch(NAMES);
});

test("nor do those of exports", async () => {
  const told = async (service: Service, path: string): Promise<string> => {
    const response = await fetch(new URL(`/export/${path}`, service.server.url));
    expect(response.status, path).toBe(400);
    return response.text();
  };
  for (const path of exports) expect(await told(closed, path), path).not.toMatch(NAMES);
  expect(await told(open, "runs.csv?columns=nope")).toMatch(NAMES);
});

test("and the playground, whose page tells what there is, is off", async () => {
  const page = async ({ server }: Service): Promise<string> =>
    (await fetch(server.url, { headers: { accept: "text/html" } })).text();
  expect(await page(closed)).not.toMatch(NAMES);
  expect(await page(open)).toMatch(NAMES);
});
