import { expect } from "vitest";
import { type NumberSummary, quantile, scaleOf, summarise, finiteOf } from "../oracle/statistics.js";
import type { Run, Value } from "../oracle/world.js";
import { expectClose } from "./properties.js";

/** Every statistic of `NumberSummary`, selected and compared. */

const LEVELS = [0, 0.1, 0.25, 1 / 3, 0.5, 0.7, 0.9, 1];

export const SUMMARY = `fragment Summary on NumberSummary {
  count nullCount nanCount infCount distinctCount min max mean sum
  stddev variance stddevPopulation variancePopulation median
  q: quantile(p: 0.3) l: quantile(p: 0.3, method: LOWER)
  linear: quantiles(p: [${LEVELS.join(", ")}]) lower: quantiles(p: [${LEVELS.join(", ")}], method: LOWER)
}`;

/** With the runs that have the extremes. */
export const EXTREMES = `fragment Extremes on NumberSummary { argMin { line dataset { name } } argMax { line dataset { name } } }`;

export interface FoundSummary extends NumberSummary {
  readonly q: number | null;
  readonly l: number | null;
  readonly linear: readonly (number | null)[];
  readonly lower: readonly (number | null)[];
}

export interface FoundExtremes {
  readonly argMin: { readonly line: number; readonly dataset: { readonly name: string } } | null;
  readonly argMax: { readonly line: number; readonly dataset: { readonly name: string } } | null;
}

export function expectSummary(found: FoundSummary, values: readonly Value[], what: string): void {
  const wanted = summarise(values);
  const finite = finiteOf(values);
  const scale = scaleOf(finite);
  for (const name of ["count", "nullCount", "nanCount", "infCount", "distinctCount"] as const) {
    expect(found[name], `${what}: ${name}`).toBe(wanted[name]);
  }
  for (const name of ["min", "max"] as const) expectClose(found[name], wanted[name], `${what}: ${name}`);
  expectClose(found.mean, wanted.mean, `${what}: mean`, scale);
  expectClose(found.sum, wanted.sum, `${what}: sum`, scale * finite.length);
  for (const name of ["stddev", "stddevPopulation"] as const)
    expectClose(found[name], wanted[name], `${what}: ${name}`, scale);
  for (const [name, root] of [
    ["variance", wanted.stddev],
    ["variancePopulation", wanted.stddevPopulation],
  ] as const) {
    expectClose(found[name], wanted[name], `${what}: ${name}`, (root ?? 0) * scale + 1e-12 * scale ** 2);
  }
  const level = (p: number, method: "LINEAR" | "LOWER", value: number | null): void =>
    expectClose(
      value,
      quantile(finite, p, method),
      `${what}: ${method} quantile ${p}`,
      method === "LINEAR" ? scale : 0,
    );
  expectClose(found.median, wanted.median, `${what}: median`, scale);
  level(0.3, "LINEAR", found.q);
  level(0.3, "LOWER", found.l);
  LEVELS.forEach((p, index) => {
    level(p, "LINEAR", found.linear[index] ?? null);
    level(p, "LOWER", found.lower[index] ?? null);
  });
}

/** The first run, by dataset and line, of those that have the extreme value. */
export function expectExtremes(
  found: FoundExtremes,
  runs: readonly Run[],
  valueOf: (run: Run) => Value,
  what: string,
): void {
  const finite = runs.filter((run) => Number.isFinite(valueOf(run)));
  const first = (
    pick: (...values: number[]) => number,
  ): { line: number; dataset: { name: string } } | null => {
    const extreme = pick(...finite.map((run) => valueOf(run) as number));
    const run = finite.find((one) => valueOf(one) === extreme);
    return run ? { line: run.line, dataset: { name: run.dataset.name } } : null;
  };
  expect(found.argMin, `${what}: argMin`).toEqual(first(Math.min));
  expect(found.argMax, `${what}: argMax`).toEqual(first(Math.max));
}
