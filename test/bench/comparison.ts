import { aligned } from "./aligned.js";
import type { Machine } from "./machine.js";
import type { Earlier, Result } from "./results.js";

/** What decides how fast everything is, whatever our own code does. */
const DECISIVE = ["processor", "cores", "memoryGb", "platform", "node", "duckdb", "graphql", "yoga"] as const;

/** @throws where the earlier run measured other work. */
export function requireSameRuns(runs: number, earlier: Earlier): void {
  if (earlier.runs !== runs)
    throw new Error(
      `the earlier results are of ${earlier.runs} runs, and these would be of ${runs}: nothing to compare; see --runs`,
    );
}

/** A line for each thing that differs from the earlier run and makes times differ; empty: none. */
export function differences(machine: Machine, earlier: Earlier): string {
  const lines = DECISIVE.flatMap((name) => {
    const [was, is] = [earlier.machine[name], machine[name]];
    return was === is ? [] : [`  ${name}: ${was ?? "not told"} before, ${is} now\n`];
  });
  return lines.length === 0
    ? ""
    : `NOT TAKEN ALIKE, so that times do not compare, and ratios hardly; these differ:\n${lines.join("")}`;
}

/**
 * How each ratio (or median, where there is no floor) changed since an earlier run, and which rows only
 * one of them has. Cases that were not wanted now are left out.
 */
export function comparison(
  rows: readonly Result[],
  machine: Machine,
  earlier: Earlier,
  unwanted: readonly string[],
): string {
  const isSame = (a: Named, b: Named): boolean => a.case === b.case && a.name === b.name;
  const before = earlier.rows.filter((row) => !unwanted.includes(row.case));
  const lines = rows.flatMap((row) => {
    const was = before.find((one) => isSame(one, row));
    return was ? [changeOf(row, was)] : [];
  });
  const added = rows.filter((row) => !before.some((one) => isSame(one, row)));
  const gone = before.filter((one) => !rows.some((row) => isSame(one, row)));
  return [
    `Change of the ratio (of the median, without a floor) since ${versionOf(earlier.machine)}, now ${versionOf(machine)}:`,
    differences(machine, earlier) + aligned([["", "before", "now", "change"], ...lines]),
    ...only("Only now", added),
    ...only("Only before", gone),
  ].join("\n");
}

type Named = Pick<Result, "case" | "name">;

const only = (title: string, rows: readonly Named[]): string[] =>
  rows.length === 0 ? [] : [`${title}: ${rows.map((row) => `${row.case}: ${row.name}`).join("; ")}`];

const versionOf = ({ sweepql, commit }: Earlier["machine"]): string =>
  `sweepql ${sweepql ?? "of a version not told"}${typeof commit === "string" ? ` (${commit})` : ""}`;

function changeOf(row: Result, before: Earlier["rows"][number]): string[] {
  const [was, is, unit] =
    row.ratio !== null && before.ratio !== null
      ? [before.ratio, row.ratio, "×"]
      : [before.ours.median, row.ours.median, ` ${row.unit ?? "ms"}`];
  const change = (100 * (is - was)) / was;
  return [
    row.name,
    `${was.toFixed(2)}${unit}`,
    `${is.toFixed(2)}${unit}`,
    was === 0 ? "" : `${change < 0 ? "−" : "+"}${Math.abs(change).toFixed(0)} %`,
  ];
}
