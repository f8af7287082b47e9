import { get } from "node:http";
import { withCache } from "../cached.js";
import type { Child } from "../child.js";
import type { Client } from "../client.js";
import type { Case, Row } from "../row.js";
import { summarise } from "../times.js";
import type { World } from "../world.js";
import { analysesAtSize, type Question, readings } from "./questions-at-size.js";

const SERVICES = 3;
/** Of each question that is asked most. */
const REPETITIONS = 50;
const TIMEOUT = 900;

/** One after another; what each adds to the peak shows. */
const STAGES = ["the questions", "the analyses, too", "an export of all points, too"] as const;

export const memoryWhileServing: Case = {
  name: "memory",
  about:
    "The most memory of a service that started from the cache, after questions, after analyses, and after an export of all points as CSV; and how long that export takes.",
  async measure(world) {
    const peaks: number[][] = STAGES.map(() => []);
    const exports: number[] = [];
    await withCache(world, async (cache) => {
      for (let index = 0; index < SERVICES; index += 1) {
        const service = await world.startService({ cache, timeout: TIMEOUT });
        for (const [stage, work] of stages(world, service, await world.client(service.found)).entries()) {
          const start = performance.now();
          await work();
          if (stage === STAGES.length - 1) exports.push(performance.now() - start);
          peaks[stage]?.push(service.peakMemory() ?? Number.NaN);
        }
        await service.stop();
      }
    });
    return [
      ...STAGES.map((stage, index): Row => ({
        name: `memory while serving: peak after ${stage} (MB)`,
        ours: summarise(peaks[index] ?? []),
        floor: null,
        aim: null,
        unit: "MB",
      })),
      { name: "export of all points as CSV", ours: summarise(exports), floor: null, aim: null },
    ];
  },
};

const stages = (world: World, service: Child, client: Client): (() => Promise<void>)[] => [
  () => askAll(readings(world), client, REPETITIONS),
  () => askAll(analysesAtSize(world), client, 1),
  () => readWhole(new URL("/export/points.csv", service.found)),
];

async function askAll(questions: readonly Question[], client: Client, repetitions: number): Promise<void> {
  for (let repetition = 0; repetition < repetitions; repetition += 1)
    for (const { ask } of questions) await ask(client, repetition);
}

/** Reads an answer to its end, and keeps nothing of it. */
const readWhole = (url: URL): Promise<void> =>
  new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      response.on("error", reject);
      response.resume().on("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${url.href} was answered ${response.statusCode}`));
      });
    }).on("error", reject);
  });
