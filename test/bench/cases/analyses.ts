import { Statistics } from "../../../server/analyses/statistics.js";
import { Client } from "../client.js";
import type { Aim, Case, Row } from "../row.js";
import { interleave, type Repeat, summarise, timed, type Work } from "../times.js";
import type { World } from "../world.js";
import { DATASET } from "./asked.js";

const SCORES = `of: { metric: VAL_RAW_LOSS }, where: { dataset: { eq: "${DATASET}" } }`;

const CURVE = `query Curve($size: Int!, $confidence: Float!) {
  scores(${SCORES}, subset: { size: $size }) {
    tuningCurve(band: { confidence: $confidence }) {
      criticalValue
      points { runs value { value } lower { value state } upper { value state } }
    }
  }
}`;

const PLAN = `query Plan($size: Int!, $confidence: Float!) {
  planBand(runs: $size, band: { confidence: $confidence }) { criticalValue medianWidth }
}`;

/** The runs that a selection can have, and the number that only planning reaches. */
const SIZES = [48, 512, 997, 1024, 4096] as const;
const query = (size: number): string => (size > 1024 ? PLAN : CURVE);

const within = (most: number): Aim => ({ kind: "within", most });
const often = (size: number): Repeat => ({ warmUp: 1, count: size > 1024 ? 3 : 7 });

/** Confidences near 80 % that nobody asked for before. */
let lastConfidence = 0.8;
export function newConfidence(): number {
  lastConfidence += 1e-7;
  return lastConfidence;
}

export const highestDensityBands: Case = {
  name: "band",
  about:
    "The 80 % highest-density band: in a fresh worker thread (its start included); over HTTP, a confidence that was never asked for (worker warm); the first request of a fresh service; and cached.",
  async measure(world) {
    const client = await world.client();
    const rows: Row[] = [];
    for (const size of SIZES) {
      const aim = size === 1024 ? within(500) : null;
      // Read once, so that what is timed unread below is known to be an answer; caches the band at 80 %.
      await client.data(query(size), { size, confidence: 0.8 });
      rows.push(
        await alone(`n = ${size}, fresh worker`, () => inFreshWorker(size), often(size), aim),
        await alone(
          `n = ${size}, HTTP, not cached`,
          () => client.data(query(size), { size, confidence: newConfidence() }),
          often(size),
          aim,
        ),
        await alone(
          `n = ${size}, HTTP, cached`,
          () => client.ask(query(size), { size, confidence: 0.8 }),
          { warmUp: 20, count: 60 },
          within(5),
        ),
      );
    }
    rows.push(await firstRequests(world));
    return rows;
  },
};

export const quadraticFit: Case = {
  name: "fit",
  about: "The noisy quadratic fit at n = 1,024 over HTTP, with a threshold given, and with one suggested.",
  async measure(world) {
    const client = await world.client();
    const fit = `query Fit($threshold: Float) {
      scores(${SCORES}) { noisyQuadratic(threshold: $threshold) { alpha beta gamma sigma share } }
    }`;
    return [
      await alone(
        "fit below a threshold",
        (index) => client.data(fit, { threshold: 3.695 + index * 1e-4 }),
        { warmUp: 2, count: 9 },
        within(1000),
      ),
      await alone("fit, threshold suggested", () => client.data(fit), { warmUp: 1, count: 4 }, null),
    ];
  },
};

async function alone(name: string, work: Work, repeat: Repeat, aim: Aim | null): Promise<Row> {
  const [ours] = await interleave([work], repeat);
  if (!ours) throw new Error("nothing was measured");
  return { name, ours, floor: null, aim };
}

async function inFreshWorker(size: number): Promise<void> {
  const statistics = new Statistics(1);
  const band = { confidence: 0.8, method: "LD_HIGHEST_DENSITY" } as const;
  await statistics.planBand(size, 0.5, "minimize", band, new AbortController().signal);
  await statistics.close();
}

/** The first band that a service is asked for, which is also its first request. */
async function firstRequests(world: World): Promise<Row> {
  const times: number[] = [];
  for (let index = 0; index < 3; index += 1) {
    const service = await world.startService();
    const client = new Client(service.found);
    times.push(await timed(() => client.data(CURVE, { size: 1024, confidence: 0.8 })));
    client.close();
    await service.stop();
  }
  return {
    name: "n = 1024, HTTP, first request of a fresh service",
    ours: summarise(times),
    floor: null,
    aim: within(500),
  };
}
