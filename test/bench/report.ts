import { AIMS, type Work } from "./aims.js";
import { aligned } from "./aligned.js";
import type { Machine } from "./machine.js";
import type { Result } from "./results.js";
import { type Aim, reached, type Row } from "./row.js";
import type { Times } from "./times.js";

const HEAD = [
  "",
  "n",
  "median",
  "p99",
  "worst",
  "floor",
  "p99",
  "/s",
  "floor",
  "ratio",
  "over",
  "quiet",
  "noise",
  "aim",
  "",
];

export const machineLine = (machine: Machine): string =>
  [
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.platform}`,
    `Node ${machine.node}, DuckDB ${machine.duckdb}, graphql ${machine.graphql}, graphql-yoga ${machine.yoga}`,
    `sweepql ${machine.sweepql}${machine.commit === null ? "" : `, commit ${machine.commit}`}`,
    `load before ${machine.loadBefore.toFixed(1)}`,
  ].join("; ");

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
    rate(row.rate),
    rate(row.floorRate),
    row.ratio === null ? "" : `${row.ratio.toFixed(2)}×`,
    row.difference === null ? "" : signed(row.difference),
    row.floor ? signed(row.ours.p10 - row.floor.p10) : "",
    noise(row.ours, row.floor),
    row.aim ? `${"most" in row.aim ? "≤" : "≥"} ${aimed(row, row.aim)}` : "",
    verdict(row),
  ]);
  return aligned([HEAD, ...cells]);
}

/** Each aim, in the project's words, with the rows that it is measured by. */
export const aimsReport = (rows: readonly Result[]): string =>
  Object.entries(AIMS)
    .map(([name, { work, aim }]) => {
      const own = rows.filter((row) => row.work === (name as Work));
      const lines = own.length === 0 ? ["  not measured here"] : own.map((row) => `  ${reachedText(row)}`);
      return [`${work}: ${aim}`, ...lines].join("\n");
    })
    .join("\n");

function reachedText(row: Result): string {
  if (!row.aim) {
    const found = row.ratio === null ? ms(row.ours.median) : `${row.ratio.toFixed(2)}×`;
    return `        ${row.name}: ${found}`;
  }
  const value = reached(row, row.aim) ?? Number.NaN;
  return `${verdict(row).padEnd(6)}  ${row.name}: ${inUnit(row, row.aim, value)}`;
}

const verdict = ({ met }: Result): string => (met === null ? "" : met ? "met" : "MISSED");

const aimed = (row: Row, aim: Aim): string => inUnit(row, aim, "most" in aim ? aim.most : aim.least);

function inUnit({ unit, each }: Row, { kind }: Aim, value: number): string {
  switch (kind) {
    case "ratio":
      return `${round(value)}×`;
    case "over":
      return `${value < 0 ? "−" : "+"}${round(Math.abs(value))} ms`;
    case "within":
      return `${round(value)} ${unit ?? "ms"}`;
    case "share":
      return `${round(100 * value)} % of its /s`;
    case "rate":
      return `${round(value)} ${each}/s`;
  }
}

/** Three digits, or all that are before the point. */
const round = (value: number): string =>
  String(Math.abs(value) < 100 ? Number(value.toPrecision(3)) : Math.round(value));

const rate = (value: number | null): string =>
  value === null ? "" : value < 100 ? value.toPrecision(3) : Math.round(value).toLocaleString("en-US");
const signed = (value: number): string => `${value < 0 ? "−" : "+"}${ms(Math.abs(value))}`;
const ms = (value: number): string => value.toFixed(value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0);

/** Quartile range as a share of the median, of the service and of its floor. */
const noise = (ours: Times, floor: Times | null): string =>
  [ours, ...(floor ? [floor] : [])].map(({ spread }) => `${(100 * spread).toFixed(0)}`).join("/") + " %";
