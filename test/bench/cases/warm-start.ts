import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Case } from "../row.js";
import { summarise } from "../times.js";
import type { World } from "../world.js";

const COLD = 3;
const WARM = 9;

export const warmStart: Case = {
  name: "warm",
  about:
    "From the start of the process until `sweepql serve` listens: loading the files, and from the cache; and the most memory by then.",
  async measure(world) {
    const cache = await mkdtemp(join(tmpdir(), "sweepql-bench-cache-"));
    try {
      const cold: Start[] = [];
      for (let index = 0; index < COLD; index += 1) cold.push(await start(world, "0"));
      await keep(world, cache);
      const warm: Start[] = [];
      for (let index = 0; index < WARM; index += 1) warm.push(await start(world, cache));
      const row = (name: string, starts: readonly Start[], of: keyof Start) => ({
        name,
        ours: summarise(starts.map((one) => one[of])),
        floor: null,
      });
      return [
        { ...row("start, loading", cold, "milliseconds"), aim: null },
        { ...row("start from the cache", warm, "milliseconds"), aim: { kind: "within", most: 1000 } },
        { ...row("start, loading: peak memory (MB)", cold, "megabytes"), aim: null },
        { ...row("start from the cache: peak memory (MB)", warm, "megabytes"), aim: null },
      ];
    } finally {
      await rm(cache, { recursive: true, force: true });
    }
  },
};

interface Start {
  readonly milliseconds: number;
  readonly megabytes: number;
}

async function start(world: World, cache: string): Promise<Start> {
  const began = performance.now();
  const service = await world.startService({ cache });
  const milliseconds = performance.now() - began;
  const megabytes = service.peakMemory() ?? Number.NaN;
  await service.stop();
  return { milliseconds, megabytes };
}

/** Serves until what was loaded is kept. */
async function keep(world: World, cache: string): Promise<void> {
  const service = await world.startService({ cache });
  const deadline = Date.now() + 120_000;
  while (!(await readdir(cache)).some((name) => !name.startsWith("unfinished"))) {
    if (Date.now() > deadline) throw new Error("what was loaded is not kept within two minutes");
    await wait(50);
  }
  await service.stop();
}
