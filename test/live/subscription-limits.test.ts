import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { defaultService, type RequestLimits, type ServiceSettings } from "../../server/service-settings.js";
import type { Store } from "../../schema/store.js";
import type { Snapshot } from "../../server/snapshot.js";
import { line, lines, makeDataFolder } from "./data-files.js";
import { type LiveServer, serveLive } from "./live-server.js";
import { eventsOf } from "./server-sent-events.js";

const RUNS = "subscription { runsAdded { totalCount nodes { line } } }";
const CHANGES = "subscription { datasetChanged { change } }";

const serviceWith = (limits: Partial<RequestLimits>): ServiceSettings => {
  const service = defaultService();
  return { ...service, limits: { ...service.limits, ...limits } };
};

async function serveFile(limits: Partial<RequestLimits>): Promise<{ file: string; live: LiveServer }> {
  const folder = makeDataFolder();
  const file = join(folder, "a.jsonl");
  writeFileSync(file, lines(3));
  return { file, live: await serveLive(folder, {}, serviceWith(limits)) };
}

const figure = async ({ server }: LiveServer, name: string): Promise<number> => {
  const text = await (await fetch(new URL("/metrics", server.url))).text();
  const found = text.split("\n").find((one) => one.startsWith(`${name} `));
  return Number(found?.slice(name.length + 1) ?? 0);
};

/** Has the store of every later version wait before it answers a page of runs. */
function slowDown(live: LiveServer, wait: (signal: AbortSignal) => Promise<void>): void {
  const slowed = new WeakSet<Snapshot>();
  const slow = (): void => {
    const { current } = live.snapshots;
    if (slowed.has(current)) return;
    slowed.add(current);
    const { store } = current;
    const page: Store["runs"] = store.runs.bind(store);
    Object.assign(store, {
      runs: async (...asked: Parameters<Store["runs"]>) => {
        await wait(asked[1]);
        return page(...asked);
      },
    });
  };
  live.snapshots.onSwap(slow);
}

test("only so many subscriptions are open at once; the others are asked to come back", async () => {
  const { live } = await serveFile({ maxSubscriptions: 2 });
  const [first] = [await live.subscribe(CHANGES), await live.subscribe(RUNS)];
  expect(await figure(live, "sweepql_subscriptions_open")).toBe(2);
  const refused = await fetch(live.server.url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify({ query: CHANGES }),
  });
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "10"]);
  expect(await refused.text()).toMatch(/"code":"OVERLOADED"/);
  expect(await figure(live, 'sweepql_subscriptions_ended_total{why="refused"}')).toBe(1);
  first?.close();
  await expect.poll(() => figure(live, "sweepql_subscriptions_open")).toBe(1);
  expect(await figure(live, 'sweepql_subscriptions_ended_total{why="left"}')).toBe(1);
  const third = await live.subscribe(CHANGES);
  third.close();
});

test("one that is refused for its arguments takes no place", async () => {
  const { live } = await serveFile({ maxSubscriptions: 1 });
  const refused = await live.subscribe("subscription { runsAdded(first: 0) { totalCount } }");
  expect(await refused.next()).toMatchObject({ errors: [{ extensions: { code: "BAD_USER_INPUT" } }] });
  expect(await figure(live, "sweepql_subscriptions_open")).toBe(0);
});

test("what changes is worked out in the requests' turns, few at once, and counted", async () => {
  const { file, live } = await serveFile({ maxRequests: 8, maxQueue: 0 });
  let [atOnce, most] = [0, 0];
  slowDown(live, async () => {
    atOnce += 1;
    most = Math.max(most, await figure(live, "sweepql_requests_working"), atOnce);
    atOnce -= 1;
  });
  const subscribers = await Promise.all(Array.from({ length: 12 }, () => live.subscribe(RUNS)));
  appendFileSync(file, line(4));
  for (const one of subscribers)
    expect(await one.next()).toMatchObject({ data: { runsAdded: { nodes: [{ line: 4 }] } } });
  expect(most).toBe(1);
  expect(await figure(live, "sweepql_subscription_events_total")).toBe(12);
  expect(await figure(live, "sweepql_subscription_evaluation_seconds_count")).toBe(12);
});

test("a change that takes too long to work out ends the subscription with a code", async () => {
  const { file, live } = await serveFile({ timeout: 1 });
  slowDown(
    live,
    (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      }),
  );
  const events = await eventsOf(live.server.url, { query: RUNS });
  appendFileSync(file, line(4));
  expect(await events.next()).toMatchObject({ errors: [{ extensions: { code: "TIMEOUT" } }] });
  expect(await events.next()).toBeNull();
  expect(await figure(live, 'sweepql_subscriptions_ended_total{why="timeout"}')).toBe(1);
  expect(await figure(live, "sweepql_subscriptions_open")).toBe(0);
});
