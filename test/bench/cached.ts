import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { World } from "./world.js";

/** Lends a cache folder from which a service over the world's files starts without loading them. */
export async function withCache<T>(world: World, work: (cache: string) => Promise<T>): Promise<T> {
  const cache = await mkdtemp(join(tmpdir(), "sweepql-bench-cache-"));
  try {
    await keep(world, cache);
    return await work(cache);
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
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
