import { POINT_COLUMNS } from "../floors/llama-columns.js";
import { allPoints, allSeries } from "../floors/queries.js";
import type { Work } from "../aims.js";
import type { Case, Row } from "../row.js";
import { interleave, summarise } from "../times.js";
import type { World } from "../world.js";
import { againstFloor, values } from "./against-floor.js";

const FIELDS = POINT_COLUMNS.map((column) => column.replace(/_./g, (found) => found.charAt(1).toUpperCase()));

const all = (field: "curve" | "series"): string =>
  `{ runs(first: 2048) { nodes { ${field} { ${FIELDS.join(" ")} } } } }`;

const points = againstFloor({
  name: "points",
  about:
    "All curves of all runs as objects, over HTTP; floor: one prepared statement, objects, JSON.stringify in process. Until the first byte, and the most memory of a fresh service that answers it once, and several times.",
  rows: [{ name: "all curves as points", query: all("curve") }],
  floor: (database) => allPoints(database, FIELDS),
  read: { ours: values, floor: values },
  repeat: { warmUp: 1, count: 9 },
  aims: { work: "points", alone: { kind: "ratio", most: 1.5 }, shared: null },
});

export const curvesAsPoints: Case = {
  ...points,
  measure: async (world) => [
    ...(await points.measure(world)),
    await untilFirstByte(world, { name: "all curves as points", query: all("curve"), work: "points" }),
    ...(await memory(world, { name: "all curves as points", query: all("curve"), work: "points" })),
  ],
};

const series = againstFloor({
  name: "series",
  about:
    "All curves of all runs as one list a metric, over HTTP; floors: one prepared statement, lists, JSON.stringify in process; and the floor of the points.",
  rows: [{ name: "all curves as series", query: all("series") }],
  floor: (database) => allSeries(database, FIELDS),
  read: { ours: values, floor: values },
  repeat: { warmUp: 2, count: 15 },
  aims: null,
});

export const curvesAsSeries: Case = {
  ...series,
  measure: async (world) => [
    ...(await series.measure(world)),
    await againstPoints(world),
    await untilFirstByte(world, { name: "all curves as series", query: all("series"), work: "series" }),
    ...(await memory(world, { name: "all curves as series", query: all("series"), work: "series" })),
  ],
};

async function againstPoints(world: World): Promise<Row> {
  const client = await world.client();
  const [database] = await world.floors();
  if (!database) throw new Error("there is no floor");
  const [ours, floor] = await interleave(
    [() => client.ask(all("series")), () => allPoints(database, FIELDS)],
    { warmUp: 1, count: 9 },
  );
  if (!ours || !floor) throw new Error("nothing was measured");
  return {
    name: "all curves as series, floor: points",
    ours,
    floor,
    aim: { kind: "ratio", most: 0.5 },
    work: "series",
  };
}

interface Asked {
  readonly name: string;
  readonly query: string;
  readonly work: Work;
}

/** Held against the whole answer; early is the first half of its time. */
async function untilFirstByte(world: World, { name, query, work }: Asked): Promise<Row> {
  const client = await world.client();
  const [first, last]: [number[], number[]] = [[], []];
  for (let index = 0; index < 9; index += 1) {
    const start = performance.now();
    first.push((await client.answer(query)).firstByte);
    last.push(performance.now() - start);
  }
  return {
    name: `${name}, first byte (floor: last byte)`,
    ours: summarise(first),
    floor: summarise(last),
    aim: work === "points" ? { kind: "ratio", most: 0.5 } : null,
    work,
  };
}

/** Answers after the first. */
const MORE = 8;

/** The peak after one answer, and by how much more of the same raise it: flat is what they do not. Nothing where the system does not tell. */
async function memory(world: World, { name, query, work }: Asked): Promise<Row[]> {
  const [peaks, grown]: [number[], number[]] = [[], []];
  for (let index = 0; index < 3; index += 1) {
    const service = await world.startService();
    const client = await world.client(service.found);
    await client.ask(query);
    const peak = service.peakMemory();
    for (let more = 0; more < MORE; more += 1) await client.ask(query);
    const last = service.peakMemory();
    await service.stop();
    if (peak === null || last === null) return [];
    peaks.push(peak);
    grown.push(last - peak);
  }
  return [
    {
      name: `${name}, peak memory (MB)`,
      ours: summarise(peaks),
      floor: null,
      aim: null,
      unit: "MB",
      work,
    },
    {
      name: `${name}, flat memory: ${MORE} more answers raise the peak by (MB)`,
      ours: summarise(grown),
      floor: null,
      aim: work === "points" ? { kind: "within", most: 50 } : null,
      unit: "MB",
      work,
    },
  ];
}
