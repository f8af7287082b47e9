import { afterEach, describe, expect, test } from "vitest";
import type { BandRequest } from "../../schema/analyses.js";
import { Bands } from "../../server/analyses/bands.js";
import type { HeavyTasks, TaskName } from "../../server/analyses/heavy-tasks.js";
import { WorkerPool } from "../../server/analyses/worker-pool.js";
import { losses, manifest, useFiles } from "./sources.js";

const BAND: BandRequest = { confidence: 0.8, method: "LD_HIGHEST_DENSITY" };
const never = (): AbortSignal => new AbortController().signal;
/** The largest band that is made: the longest that a request can keep a worker. */
const LARGEST = "planBand(runs: 20000, band: {confidence: %1, method: LD_HIGHEST_DENSITY}) { criticalValue }";
const largest = (confidence: number): string => `{ ${LARGEST.replace("%1", String(confidence))} }`;

/** A pool that tells what it was given, and which of it was given up. */
class WatchedPool extends WorkerPool {
  readonly tasks: { readonly name: TaskName; readonly signal: AbortSignal }[] = [];

  override run<Name extends TaskName>(
    name: Name,
    request: HeavyTasks[Name]["request"],
    signal: AbortSignal,
  ): Promise<HeavyTasks[Name]["answer"]> {
    this.tasks.push({ name, signal });
    return super.run(name, request, signal);
  }
}

describe("bands that are computed in workers", () => {
  const pools: WatchedPool[] = [];
  const make = (size = 1): { pool: WatchedPool; bands: Bands } => {
    const pool = new WatchedPool(size);
    pools.push(pool);
    return { pool, bands: new Bands(pool) };
  };
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.close()));
  });

  test("are computed once for all who want one, and never again", async () => {
    const { pool, bands } = make(2);
    const made = await Promise.all([1, 2, 3].map(() => bands.get(512, BAND, never())));
    expect(pool.tasks).toHaveLength(1);
    expect(made[1]).toEqual(made[0]);
    expect(await bands.get(512, BAND, never())).toEqual(made[0]);
    expect(pool.tasks).toHaveLength(1);
    await bands.get(512, { ...BAND, confidence: 0.81 }, never());
    await bands.get(512, { ...BAND, method: "LD_EQUAL_TAILED" }, never());
    await bands.get(511, BAND, never());
    expect(pool.tasks).toHaveLength(4);
  });

  test("are not given up while somebody still wants them", async () => {
    const { pool, bands } = make();
    const [first, second] = [new AbortController(), new AbortController()];
    const left = bands.get(4096, BAND, first.signal);
    const stayed = bands.get(4096, BAND, second.signal);
    first.abort(new Error("left"));
    await expect(left).rejects.toThrow("left");
    expect((await stayed).n).toBe(4096);
    expect(pool.tasks).toHaveLength(1);
  });

  test("are given up when nobody does, and can be asked for anew at once", async () => {
    const { pool, bands } = make();
    const [first, second] = [new AbortController(), new AbortController()];
    const both = [bands.get(20_000, BAND, first.signal), bands.get(20_000, BAND, second.signal)];
    const outcome = Promise.allSettled(both);
    first.abort(new Error("first left"));
    second.abort(new Error("second left"));
    expect(pool.tasks[0]!.signal.aborted).toBe(true);
    // The one worker gets to this only when it has let the other go.
    expect((await bands.get(64, BAND, never())).n).toBe(64);
    expect((await bands.get(20_000, BAND, never())).n).toBe(20_000);
    expect(
      (await outcome).map((one) => (one.status === "rejected" ? String(one.reason) : one.status)),
    ).toEqual(["Error: first left", "Error: second left"]);
    expect(pool.tasks).toHaveLength(3);
  });

  test("are not begun for who is gone already", async () => {
    const { pool, bands } = make();
    await expect(bands.get(20_000, BAND, AbortSignal.abort(new Error("gone")))).rejects.toThrow("gone");
    expect(pool.tasks.filter(({ signal }) => !signal.aborted)).toEqual([]);
  });

  test("leave the queue when they are given up there", async () => {
    const { pool, bands } = make();
    const running = bands.get(4096, BAND, never());
    const waiting = new AbortController();
    const queued = bands.get(8192, BAND, waiting.signal);
    const last = bands.get(16, BAND, never());
    waiting.abort(new Error("no longer"));
    await expect(queued).rejects.toThrow("no longer");
    expect((await running).n).toBe(4096);
    expect((await last).n).toBe(16);
    expect(pool.tasks).toHaveLength(3);
  });

  test("reject when their arguments are refused, and the worker goes on", async () => {
    const { bands } = make();
    await expect(bands.get(2, { ...BAND, confidence: 1 }, never())).rejects.toThrow(RangeError);
    expect((await bands.get(2, BAND, never())).critical).toBeCloseTo(0.9, 12);
  });

  test("all settle when the pool is closed, running or queued", async () => {
    const { pool, bands } = make();
    const asked = [16_000, 17_000, 18_000, 19_000].map((n) => bands.get(n, BAND, never()));
    const outcome = Promise.allSettled(asked);
    await pool.close();
    expect((await outcome).map(({ status }) => status)).toEqual(asked.map(() => "rejected"));
  });
});

describe("requests while long ones run", () => {
  const service = useFiles({
    "own_tuning.results.jsonl": losses(Array.from({ length: 64 }, (_, i) => 2 + ((i * 37) % 64) / 64)),
    "sweepql.json": manifest({ metrics: { loss: { goal: "minimize" } } }),
  });

  test("a request that is aborted is answered at once, and the next band is served", async () => {
    const controller = new AbortController();
    const gone = service().request(largest(0.801), {}, controller.signal);
    controller.abort(new Error("the client went away"));
    expect((await gone).errors.map(({ message }) => message)).toEqual(["the client went away"]);
    await service().ask("{ planBand(runs: 63) { criticalValue } }");
  });

  test("a fit that is aborted is answered at once, and the next one is served", async () => {
    const fit = (more: string): string =>
      `{ scores(of: {metric: LOSS}) { noisyQuadratic${more} { alpha } } }`;
    const controller = new AbortController();
    const gone = service().request(fit("(maxGamma: 64)"), {}, controller.signal);
    setImmediate(() => controller.abort(new Error("the client went away")));
    expect((await gone).errors.map(({ message }) => message)).toEqual(["the client went away"]);
    await service().ask(fit("(threshold: 2.5, maxGamma: 2)"));
  });

  test.each([
    ["where tuning stops paying", `runsUntilGainBelow(gain: 1e-9, upTo: 200000, quantile: %)`],
    ["importance", `importance(bins: %00) { hyperparameter }`],
  ])("%s is worked out beside them", async (_, field) => {
    const fields = Array.from({ length: 20 }, (__, at) =>
      `f${at}: ${field}`.replace("%00", String(2 + at)).replace("%", `0.${11 + at}`),
    );
    const query = `{ scores(of: {metric: LOSS}) { ${fields.join(" ")} } }`;
    let done = false;
    const long = service()
      .ask(query)
      .finally(() => (done = true));
    let turns = 0;
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve));
      turns += 1;
    }
    await long;
    // On the server's own thread, the fields would be answered in one turn of its loop.
    expect(turns).toBeGreaterThan(20);
  });

  test("small requests are answered first", async () => {
    const controller = new AbortController();
    const done: string[] = [];
    const long = [0.811, 0.812, 0.813, 0.814].map((confidence) =>
      service()
        .request(largest(confidence), {}, controller.signal)
        .then(() => done.push("long")),
    );
    const small = [
      "{ datasets { name } }",
      "{ runs(first: 3) { nodes { line } } }",
      "{ scores(of: {metric: LOSS}) { runCount tuningCurve(points: 4) { points { value { value } } } selection { rank } } }",
    ].map((query) =>
      service()
        .ask(query)
        .then(() => done.push("small")),
    );
    await Promise.all(small);
    expect(done).toEqual(["small", "small", "small"]);
    controller.abort(new Error("enough"));
    await Promise.all(long);
  });
});
