import { expect } from "vitest";
import { type Bin, cutBins, type BinRule, type Scale } from "../oracle/bins.js";
import type { GroupBy, Key } from "../oracle/groups.js";
import { type State, valueOf } from "../oracle/measures.js";
import { finiteOf, scaleOf } from "../oracle/statistics.js";
import type { Run, World } from "../oracle/world.js";
import { expectClose } from "./properties.js";

/** The keys of a group as answered, and as the oracle has them. */

export const KEYS = `fragment Keys on RunGroup { keys { ...Key } }`;

export const KEY = `fragment Key on GroupKey {
  label state boolean integer number string
  dataset { name }
  configuration { runs(first: 1) { nodes { line dataset { name } } } }
  bin { index lower upper lowerClosed upperClosed scale }
}`;

export interface FoundKey {
  readonly label: string;
  readonly state: State;
  readonly boolean: boolean | null;
  readonly integer: number | null;
  readonly number: number | null;
  readonly string: string | null;
  readonly dataset: { readonly name: string } | null;
  readonly configuration: {
    readonly runs: {
      readonly nodes: readonly { readonly line: number; readonly dataset: { readonly name: string } }[];
    };
  } | null;
  readonly bin: (Bin & { readonly lowerClosed: boolean; readonly scale: Scale }) | null;
}

/** The key in the oracle's terms. */
export function keyFound(world: World, { state, ...key }: FoundKey, by: GroupBy): Key {
  if (state !== "FINITE") return { state, value: null };
  if (by.dataset) return { state, value: world.datasets.findIndex(({ name }) => name === key.dataset?.name) };
  if (by.configuration) {
    const first = key.configuration?.runs.nodes[0];
    return {
      state,
      value: world.runs.findIndex(
        ({ line, dataset }) => line === first?.line && dataset.name === first.dataset.name,
      ),
    };
  }
  if (by.bin) return { state, value: key.bin?.index ?? null };
  return { state, value: key.boolean ?? key.string ?? key.number };
}

/**
 * The bins that a key's measure was cut into: those answered, each compared with the rule's own;
 * those that no group had are the rule's own.
 */
export function binsFound(
  world: World,
  runs: readonly Run[],
  by: GroupBy["bin"],
  found: readonly (FoundKey["bin"] | null)[],
): Bin[] | null {
  if (!by) return null;
  return reconcile(
    finiteOf(runs.map((run) => valueOf(world, run, by.of))),
    by.by,
    by.scale,
    found.filter((bin) => bin !== null),
  );
}

/** The rule's bins over the values, with edges as answered, which must agree to within rounding. */
export function reconcile(
  values: readonly number[],
  rule: BinRule,
  scale: Scale,
  found: readonly NonNullable<FoundKey["bin"]>[],
): Bin[] {
  const bins = cutBins(values, rule, scale);
  const size = scaleOf(values);
  for (const bin of found) {
    const own = bins[bin.index];
    expect(own, `bin ${bin.index} of ${bins.length}`).toBeDefined();
    if (!own) continue;
    expectClose(bin.lower, own.lower, `lower edge of bin ${bin.index}`, size);
    expectClose(bin.upper, own.upper, `upper edge of bin ${bin.index}`, size);
    expect(bin.upperClosed, `upperClosed of bin ${bin.index}`).toBe(own.upperClosed);
    expect(bin.lowerClosed, `lowerClosed of bin ${bin.index}`).toBe(bin.lower !== null);
    expect(bin.scale).toBe(scale);
    // Membership is comparison with the edges answered.
    bins[bin.index] = { index: bin.index, lower: bin.lower, upper: bin.upper, upperClosed: bin.upperClosed };
  }
  // Neighbours share their edge, so what one answered holds for the other.
  return bins.map((bin, index) => {
    const answered = new Set(found.map((one) => one.index));
    if (answered.has(index)) return bin;
    const before = answered.has(index - 1) ? (bins[index - 1]?.upper ?? bin.lower) : bin.lower;
    const after = answered.has(index + 1) ? (bins[index + 1]?.lower ?? bin.upper) : bin.upper;
    return { ...bin, lower: before, upper: after };
  });
}
