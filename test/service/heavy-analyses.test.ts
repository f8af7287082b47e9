import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApp } from "../../server/http/app.js";
import { listen, type RunningServer } from "../../server/http/listen.js";
import { type Snapshot, takeSnapshot } from "../../server/snapshot.js";
import { Snapshots } from "../../server/snapshots.js";
import { losses, manifest } from "../analyses/sources.js";
import { type Answer, serviceWith } from "./serve-with.js";

/** Numbers of runs at which every score weighs, and of which no two share a quadrature. */
const FEW = Array.from({ length: 10_000 }, (_, index) => (index + 1) / 20_000);
const APART = Array.from({ length: 1900 }, (_, index) => 2 ** (index - 950));

const HEAVY = [
  {
    name: "an average of scores",
    query:
      "query ($runs: [Float!]) { scores(of: {metric: LOSS}) { tuningCurve(runs: $runs) { points { average { value } } } } }",
    variables: { runs: FEW },
  },
  {
    name: "an average of a fit",
    query: `query ($runs: [Float!]) { scores(of: {metric: LOSS}, subset: {size: 100}) { noisyQuadratic(threshold: 3, maxGamma: 1) {
      tuningCurve(runs: $runs) { a: average { value } b: average { state } } } } }`,
    variables: { runs: APART },
  },
] as const;

let folder = "";
let snapshot: Snapshot;
const servers: RunningServer[] = [];
const logged: Record<string, unknown>[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sweepql-heavy-"));
  writeFileSync(
    join(folder, "own.jsonl"),
    losses(Array.from({ length: 20_000 }, (_, index) => 2 + ((index * 7919) % 20_011) / 20_011)),
  );
  writeFileSync(join(folder, "sweepql.json"), manifest({ metrics: { loss: { goal: "minimize" } } }));
  snapshot = await takeSnapshot({ sources: [folder] });
});
afterAll(async () => {
  for (const server of servers) await server.stop(0);
  await snapshot.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Asking {
  readonly server: RunningServer;
  post(body: object, signal?: AbortSignal): Promise<Response>;
  read(path: string): Promise<string>;
}

async function start(timeout: number): Promise<Asking> {
  logged.length = 0;
  const lines = new Writable({
    write(chunk: Buffer, _, done) {
      logged.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  const app = createApp(new Snapshots(snapshot), {
    log: pino({ level: "info" }, lines),
    service: serviceWith({ limits: { timeout, maxCost: 1e9 } }),
  });
  const server = await listen(app, { host: "127.0.0.1", port: 0 });
  servers.push(server);
  return {
    server,
    post: (body, signal) =>
      fetch(server.url, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
        ...(signal && { signal }),
      }),
    read: async (path) => (await fetch(new URL(path, server.url))).text(),
  };
}

/** Until the server has begun with a request, or has none any more. */
async function untilWorking({ read }: Asking, count: 0 | 1): Promise<void> {
  while (!(await read("/metrics")).includes(`sweepql_requests_working ${count}`)) await wait(5);
}

describe.each(HEAVY)("$name over many numbers of runs", ({ query, variables }) => {
  test("keeps nobody else waiting, and ends when its client goes away", async () => {
    const service = await start(100);
    const controller = new AbortController();
    let answered = false;
    const heavy = service
      .post({ query, variables }, controller.signal)
      .then(() => (answered = true))
      .catch(() => null);
    await untilWorking(service, 1);
    for (let asked = 0; asked < 20; asked += 1) await service.read("/health");
    const small = (await (await service.post({ query: "{ datasets { name } }" })).json()) as Answer;
    expect(small.errors).toBeUndefined();
    expect(answered).toBe(false);
    controller.abort();
    await heavy;
    await untilWorking(service, 0);
    while (!logged.some(({ outcome }) => outcome === "aborted")) await wait(5);
    expect(logged.filter(({ outcome }) => outcome === "aborted")).toHaveLength(1);
    // The workers have let it go: there are only so many, and each of these takes one.
    const bands = [61, 62, 63].map(async (runs) => {
      const answer = await service.post({ query: `{ planBand(runs: ${runs}) { runs } }` });
      return ((await answer.json()) as Answer).data;
    });
    expect(await Promise.all(bands)).toEqual([61, 62, 63].map((runs) => ({ planBand: { runs } })));
  });

  test("is cut off when its time is over", async () => {
    const service = await start(1);
    const answer = await service.post({ query, variables });
    expect(answer.status).toBe(504);
    expect(((await answer.json()) as Answer).errors?.[0]?.extensions?.code).toBe("TIMEOUT");
  });

  test("is cut off when the server stops", async () => {
    const service = await start(100);
    const heavy = service.post({ query, variables });
    await untilWorking(service, 1);
    const stopped = service.server.stop(50);
    const answer = await heavy;
    expect(answer.status).toBe(503);
    expect(((await answer.json()) as Answer).errors?.[0]?.extensions?.code).toBe("SERVER_STOPPING");
    await stopped;
  });
});
