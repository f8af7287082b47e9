import { withCache } from "../cached.js";
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
    const cold: Start[] = [];
    for (let index = 0; index < COLD; index += 1) cold.push(await start(world, "0"));
    const warm: Start[] = [];
    await withCache(world, async (cache) => {
      for (let index = 0; index < WARM; index += 1) warm.push(await start(world, cache));
    });
    const row = (name: string, starts: readonly Start[], of: keyof Start) => ({
      name,
      ours: summarise(starts.map((one) => one[of])),
      floor: null,
      aim: null,
    });
    return [
      row("start, loading", cold, "milliseconds"),
      {
        ...row("start from the cache", warm, "milliseconds"),
        aim: { kind: "within", most: 1000 },
        work: "warmStart",
      },
      { ...row("start, loading: peak memory (MB)", cold, "megabytes"), unit: "MB" },
      { ...row("start from the cache: peak memory (MB)", warm, "megabytes"), unit: "MB" },
    ];
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
