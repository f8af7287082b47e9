import { load } from "../../../server/ingest/load.js";
import { loadFloor, scanKeys } from "../floors/load.js";
import { loadFloorOnce, loadInProcess, loadOnce, withFile } from "../loading.js";
import type { Case } from "../row.js";
import { requireSame } from "../same-numbers.js";
import { interleave, summarise } from "../times.js";
import type { World } from "../world.js";

const AIM = { kind: "ratio", most: 2.5 } as const;
const AIM_WITH_KEYS = { kind: "ratio", most: 1.3 } as const;

export const startUp: Case = {
  name: "start-up",
  about:
    "Loading both files, against one typed read_json into runs and points and a checkpoint, and that with a scan of all keys before it; in this process, in fresh ones, and until `sweepql serve` listens.",
  async measure(world) {
    const sources = world.files;
    await requireSameCounts(world);
    const [ours, floor, floorWithKeys] = await interleave(
      [
        () => withFile(world, (databaseFile) => load({ sources, databaseFile })),
        () => withFile(world, (databaseFile) => loadFloor(sources, databaseFile)),
        () =>
          withFile(world, async (databaseFile) => {
            await scanKeys(sources);
            await loadFloor(sources, databaseFile);
          }),
      ],
      { warmUp: 2, count: 9 },
    );
    const fresh: [number[], number[]] = [[], []];
    const listening: number[] = [];
    for (let index = 0; index < 5; index += 1) {
      fresh[0].push((await loadInProcess(world, loadOnce)).milliseconds);
      fresh[1].push((await loadInProcess(world, loadFloorOnce, "load-only")).milliseconds);
      const start = performance.now();
      const service = await world.startService();
      listening.push(performance.now() - start);
      await service.stop();
    }
    if (!ours || !floor || !floorWithKeys) throw new Error("nothing was measured");
    return [
      { name: "load, warm process", ours, floor, aim: AIM },
      { name: "load, floor with a scan of all keys", ours, floor: floorWithKeys, aim: AIM_WITH_KEYS },
      { name: "load, fresh process", ours: summarise(fresh[0]), floor: summarise(fresh[1]), aim: AIM },
      { name: "process start to listening", ours: summarise(listening), floor: null, aim: null },
    ];
  },
};

async function requireSameCounts(world: World): Promise<void> {
  const { datasets } = await withFile(world, (databaseFile) => load({ sources: world.files, databaseFile }));
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const floor = await withFile(world, (file) => loadFloor(world.files, file));
  requireSame(
    "start-up",
    [sum(datasets.map(({ runCount }) => runCount)), sum(datasets.map(({ pointCount }) => pointCount))],
    [floor.runs, floor.points],
  );
}
