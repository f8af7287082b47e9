import type { Machine } from "./machine.js";
import type { Earlier, Result } from "./results.js";
import type { Aim } from "./row.js";
import type { Times } from "./times.js";

const HEAD = [
  "",
  "n",
  "median",
  "p99",
  "worst",
  "floor",
  "p99",
  "ratio",
  "over",
  "quiet",
  "noise",
  "aim",
  "",
];

export const machineLine = (machine: Machine): string =>
  `${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.platform}; Node ${machine.node}, DuckDB ${machine.duckdb}; load before ${machine.loadBefore.toFixed(1)}`;

/** Rows as a table: milliseconds of the service, of its floor, and how they compare. */
export function table(rows: readonly Result[]): string {
  const cells = rows.map((row) => [
    row.name,
    String(row.ours.count),
    ms(row.ours.median),
    ms(row.ours.p99),
    ms(row.ours.worst),
    row.floor ? ms(row.floor.median) : "",
    row.floor ? ms(row.floor.p99) : "",
    row.ratio === null ? "" : `${row.ratio.toFixed(2)}×`,
    row.difference === null ? "" : signed(row.difference),
    row.floor ? signed(row.ours.p10 - row.floor.p10) : "",
    noise(row.ours, row.floor),
    row.aim ? aimText(row.aim) : "",
    row.met === null ? "" : row.met ? "met" : "MISSED",
  ]);
  return aligned([HEAD, ...cells]);
}

/** How each ratio (or median, where there is no floor) changed since an earlier run. */
export function comparison(rows: readonly Result[], earlier: Earlier): string {
  const lines = rows.flatMap((row) => {
    const before = earlier.find((one) => one.case === row.case && one.name === row.name);
    if (!before) return [];
    const [was, is, unit] =
      row.ratio !== null && before.ratio !== null
        ? [before.ratio, row.ratio, "×"]
        : [before.ours.median, row.ours.median, " ms"];
    const change = (100 * (is - was)) / was;
    return [
      [
        row.name,
        `${was.toFixed(2)}${unit}`,
        `${is.toFixed(2)}${unit}`,
        `${change < 0 ? "−" : "+"}${Math.abs(change).toFixed(0)} %`,
      ],
    ];
  });
  return aligned([["", "before", "now", "change"], ...lines]);
}

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${ms(Math.abs(value))}`;
const ms = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);

/** Quartile range as a share of the median, of the service and of its floor. */
const noise = (ours: Times, floor: Times | null): string =>
  [ours, ...(floor ? [floor] : [])].map(({ spread }) => `${(100 * spread).toFixed(0)}`).join("/") + " %";

function aimText({ kind, most }: Aim): string {
  switch (kind) {
    case "ratio":
      return `≤ ${most}×`;
    case "over":
      return `≤ +${most} ms`;
    case "within":
      return `≤ ${most} ms`;
  }
}

/** Columns of one width each: the first to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
