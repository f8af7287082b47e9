import { loadFloorOnce, loadInProcess, type Loading, loadOnce } from "../loading.js";
import type { Case } from "../row.js";
import { summarise } from "../times.js";

const ROUNDS = 5;

export const loadLarge: Case = {
  name: "load",
  about:
    "Loading both files in a fresh process, against one typed read_json into runs and points and one scan of all keys; the files are in the page cache. The most memory of both.",
  async measure(world) {
    const [ours, floor]: [Loading[], Loading[]] = [[], []];
    for (let round = -1; round < ROUNDS; round += 1) {
      const both = [
        await loadInProcess(world, loadOnce),
        await loadInProcess(world, loadFloorOnce, "scan-keys"),
      ] as const;
      // The first round brings the files into the page cache.
      if (round < 0) continue;
      ours.push(both[0]);
      floor.push(both[1]);
    }
    const times = (of: readonly Loading[]) => summarise(of.map(({ milliseconds }) => milliseconds));
    const memory = (of: readonly Loading[]) => summarise(of.map(({ megabytes }) => megabytes));
    return [
      {
        name: "load, fresh process",
        ours: times(ours),
        floor: times(floor),
        aim: { kind: "ratio", most: 1.3 },
        work: "load",
      },
      {
        name: "load, peak memory (MB)",
        ours: memory(ours),
        floor: memory(floor),
        aim: { kind: "within", most: 3000 },
        unit: "MB",
        work: "load",
      },
    ];
  },
};
