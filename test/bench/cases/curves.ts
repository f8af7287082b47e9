import { POINT_COLUMNS } from "../floors/llama-columns.js";
import { allPoints, allSeries } from "../floors/queries.js";
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
    "All curves of all runs as objects, over HTTP; floor: one prepared statement, objects, JSON.stringify in process. Until the first byte, and the most memory of a fresh service that answers it once.",
  rows: [{ name: "all curves as points", query: all("curve") }],
  floor: (database) => allPoints(database, FIELDS),
  read: { ours: values, floor: values },
  repeat: { warmUp: 1, count: 9 },
  aim: { kind: "ratio", most: 1.5 },
});

export const curvesAsPoints: Case = {
  ...points,
  measure: async (world) => [
    ...(await points.measure(world)),
    await untilFirstByte(world, "all curves as points", all("curve")),
    ...(await peakMemory(world, "all curves as points", all("curve"))),
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
  aim: null,
});

export const curvesAsSeries: Case = {
  ...series,
  measure: async (world) => [
    ...(await series.measure(world)),
    await againstPoints(world),
    await untilFirstByte(world, "all curves as series", all("series")),
    ...(await peakMemory(world, "all curves as series", all("series"))),
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
  return { name: "all curves as series, floor: points", ours, floor, aim: { kind: "ratio", most: 0.5 } };
}

async function untilFirstByte(world: World, name: string, query: string): Promise<Row> {
  const client = await world.client();
  const times: number[] = [];
  for (let index = 0; index < 9; index += 1) times.push((await client.answer(query)).firstByte);
  return { name: `${name}, first byte`, ours: summarise(times), floor: null, aim: null };
}

/** Nothing where the system does not tell. */
async function peakMemory(world: World, name: string, query: string): Promise<Row[]> {
  const peaks: number[] = [];
  for (let index = 0; index < 3; index += 1) {
    const service = await world.startService();
    const client = await world.client(service.found);
    await client.ask(query);
    const peak = service.peakMemory();
    await service.stop();
    if (peak === null) return [];
    peaks.push(peak);
  }
  return [{ name: `${name}, peak memory (MB)`, ours: summarise(peaks), floor: null, aim: null }];
}
