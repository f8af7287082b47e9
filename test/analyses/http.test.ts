import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApp } from "../../server/http/app.js";
import { listen, type RunningServer } from "../../server/http/listen.js";
import { type Snapshot, takeSnapshot } from "../../server/snapshot.js";
import { Snapshots } from "../../server/snapshots.js";
import { losses, manifest } from "./sources.js";

interface Reply {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

describe("analyses over HTTP", () => {
  let folder = "";
  let snapshot: Snapshot | undefined;
  let server: RunningServer | undefined;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "sweepql-http-"));
    writeFileSync(
      join(folder, "own_tuning.results.jsonl"),
      losses(Array.from({ length: 48 }, (_, i) => 2 + ((i * 29) % 48) / 48)),
    );
    writeFileSync(
      join(folder, "sweepql.json"),
      manifest({ metrics: { loss: { goal: "minimize", lowerBound: 0 } } }),
    );
    snapshot = await takeSnapshot({ sources: [folder] });
    server = await listen(createApp(new Snapshots(snapshot), { log: pino({ level: "silent" }) }), {
      host: "127.0.0.1",
      port: 0,
    });
  });
  afterAll(async () => {
    await server?.stop(0);
    await snapshot?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const post = async (query: string, signal?: AbortSignal): Promise<Reply> => {
    const answer = await fetch(server!.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query }),
      ...(signal && { signal }),
    });
    return (await answer.json()) as Reply;
  };

  test("a curve with its band", async () => {
    const { data, errors } =
      await post(`{ scores(of: {metric: LOSS}) { runCount tied tuningCurve(runs: [1, 8, 9]) {
      criticalValue trivial { betterFrom { value } } points { lower { value } } } } }`);
    expect(errors).toBeUndefined();
    // The exact critical value at n = 48, and where the published figure's band opens.
    expect(data).toMatchObject({
      scores: {
        runCount: 48,
        tied: false,
        tuningCurve: {
          criticalValue: expect.closeTo(0.9830953634, 9) as number,
          points: [{}, {}, { lower: { value: 0 } }],
        },
      },
    });
  });

  test("faults have their message and code, and nothing is masked", async () => {
    for (const [query, code] of [
      ["{ planBand(runs: 1) { widest } }", "BAD_USER_INPUT"],
      ["{ scores(of: {metric: LOSS}, where: {line: {gt: 999}}) { runCount } }", "UNFIT_DATA"],
      ['{ scores(of: {metric: LOSS}, where: {dataset: {eq: "x"}}) { runCount } }', "UNKNOWN_NAME"],
      ["{ scores(of: {metric: LOSS}, subset: {size: 49}) { runCount } }", "BAD_USER_INPUT"],
    ] as const) {
      const { errors } = await post(query);
      expect(
        errors?.map(({ extensions }) => extensions.code),
        query,
      ).toEqual([code]);
      expect(errors![0]!.message).not.toMatch(/internal/i);
    }
  });

  test("small requests are answered while clients wait for long ones, and go away", async () => {
    const controller = new AbortController();
    const done: string[] = [];
    const long = [0.821, 0.822, 0.823, 0.824].map((confidence) =>
      post(`{ planBand(runs: 20000, band: {confidence: ${confidence}}) { widest } }`, controller.signal).then(
        () => done.push("long"),
        () => done.push("gone"),
      ),
    );
    await Promise.all(
      ["{ datasets { name } }", "{ scores(of: {metric: LOSS}) { selection { rank } } }"].map((query) =>
        post(query).then(() => done.push("small")),
      ),
    );
    expect(done).toEqual(["small", "small"]);
    controller.abort();
    await Promise.all(long);
    expect(done.slice(2)).toEqual(["gone", "gone", "gone", "gone"]);
    const { data } = await post("{ planBand(runs: 47) { runs } }");
    expect(data).toEqual({ planBand: { runs: 47 } });
  });
});
