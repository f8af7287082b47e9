import { type Bin, type BinRule, contains, type Scale } from "./bins.js";
import { type Flag, flagOf, isFiniteNumber, type Measure, type State, stateOf, valueOf } from "./measures.js";
import { compareLast } from "./orders.js";
import type { Run, Value, World } from "./world.js";

/** Groups of runs by their keys. */

export interface GroupBy {
  readonly dataset?: true;
  readonly configuration?: true;
  readonly nanTrainLoss?: true;
  readonly diverged?: true;
  readonly complete?: true;
  readonly value?: Measure;
  readonly bin?: {
    readonly of: Measure;
    readonly by: BinRule;
    readonly scale: Scale;
    readonly includeEmpty: boolean;
  };
}

export interface Key {
  readonly state: State;
  /** A dataset's index, a bin's index, or the value; null where the state is not FINITE. */
  readonly value: Value;
}

export interface Group {
  readonly keys: readonly Key[];
  readonly runs: readonly Run[];
}

/**
 * The groups in order of their keys.
 * @param bins of each entry that is a bin.
 */
export function groupRuns(
  world: World,
  runs: readonly Run[],
  by: readonly GroupBy[],
  bins: readonly (readonly Bin[] | null)[],
): Group[] {
  const groups = new Map<string, { keys: Key[]; runs: Run[] }>();
  const groupOf = (keys: Key[]): { keys: Key[]; runs: Run[] } => {
    const name = JSON.stringify(keys);
    let group = groups.get(name);
    if (!group) groups.set(name, (group = { keys, runs: [] }));
    return group;
  };
  for (const run of runs)
    groupOf(by.map((one, index) => keyOf(world, run, one, bins[index] ?? []))).runs.push(run);
  for (const keys of emptyKeys([...groups.values()], by, bins)) groupOf(keys);
  return [...groups.values()].sort((a, b) => compareKeys(a.keys, b.keys));
}

export function keyOf(world: World, run: Run, by: GroupBy, bins: readonly Bin[]): Key {
  const plain = (value: Value): Key => {
    const state = stateOf(value);
    // 0 and -0 are one group.
    return { state, value: state === "FINITE" ? (typeof value === "number" ? value + 0 : value) : null };
  };
  if (by.dataset) return plain(run.datasetIndex);
  if (by.configuration) return plain(firstOfConfiguration(world, run));
  const flag = (["nanTrainLoss", "diverged", "complete"] as const).find((name: Flag) => by[name]);
  if (flag) return plain(flagOf(world, run, flag));
  if (by.value) return plain(valueOf(world, run, by.value));
  if (!by.bin) throw new Error("a group needs a key");
  const value = valueOf(world, run, by.bin.of);
  if (!isFiniteNumber(value)) return { state: stateOf(value), value: null };
  const found = bins.filter((bin) => contains(bin, value));
  if (found.length !== 1) throw new Error(`${value} lies in ${found.length} bins`);
  return { state: "FINITE", value: found[0]?.index ?? null };
}

/** Configurations are in order of their first run. */
const firstOfConfiguration = (world: World, run: Run): number =>
  world.runs.findIndex((other) => other.configuration === run.configuration);

/** Every bin of the keys that want them, with every combination of the other keys that was found. */
function emptyKeys(
  groups: readonly Group[],
  by: readonly GroupBy[],
  bins: readonly (readonly Bin[] | null)[],
): Key[][] {
  if (!by.some(({ bin }) => bin?.includeEmpty)) return [];
  const wanted = by.map(({ bin }) => bin?.includeEmpty ?? false);
  const seeds =
    wanted.every(Boolean) && groups.length === 0
      ? [by.map((): Key => ({ state: "FINITE", value: 0 }))]
      : groups.map(({ keys }) => [...keys]);
  return wanted.reduce<Key[][]>(
    (combinations, want, index) =>
      want
        ? combinations.flatMap((keys) =>
            (bins[index] ?? []).map((bin) => keys.with(index, { state: "FINITE", value: bin.index })),
          )
        : combinations,
    seeds,
  );
}

const STATES: readonly State[] = ["FINITE", "NAN", "POSITIVE_INFINITY", "NEGATIVE_INFINITY", "MISSING"];

export function compareKeys(a: readonly Key[], b: readonly Key[]): number {
  for (const [index, key] of a.entries()) {
    const other = b[index] as Key;
    const difference =
      compareLast(key.value, other.value, "ASC") || STATES.indexOf(key.state) - STATES.indexOf(other.state);
    if (difference !== 0) return difference;
  }
  return 0;
}
