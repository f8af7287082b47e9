import { POINT_COLUMNS } from "../floors/llama-columns.js";
import { allPoints, allSeries } from "../floors/queries.js";
import type { Case } from "../row.js";
import { againstFloor, values } from "./against-floor.js";

const FIELDS = POINT_COLUMNS.map((column) => column.replace(/_./g, (found) => found.charAt(1).toUpperCase()));

const all = (field: "curve" | "series"): string =>
  `{ runs(first: 2048) { nodes { ${field} { ${FIELDS.join(" ")} } } } }`;

export const curvesAsPoints: Case = againstFloor({
  name: "points",
  about:
    "All curves of all runs as objects, over HTTP; floor: one prepared statement, objects, JSON.stringify in process.",
  rows: [{ name: "all curves as points", query: all("curve") }],
  floor: (database) => allPoints(database, FIELDS),
  read: { ours: values, floor: values },
  repeat: { warmUp: 1, count: 9 },
  aim: null,
});

export const curvesAsSeries: Case = againstFloor({
  name: "series",
  about:
    "All curves of all runs as one list a metric, over HTTP; floor: one prepared statement, lists, JSON.stringify in process.",
  rows: [{ name: "all curves as series", query: all("series") }],
  floor: (database) => allSeries(database, FIELDS),
  read: { ours: values, floor: values },
  repeat: { warmUp: 2, count: 15 },
  aim: null,
});
