import type { ObjectRef } from "@pothos/core";
import type { Builder, BuilderTypes } from "../builder.js";
import type { Names } from "../names.js";
import { columnKey } from "../plan.js";
import { Selection } from "../selection.js";
import type { RunRow, StoredValue, ValueState } from "../store.js";
import { finiteOrNull, stateOf } from "../values.js";
import { type CurvePoint, type Curves, curveFields } from "./curves.js";
import type { Enums } from "./enums.js";
import { type ScoreAtInput, toScore } from "./measures.js";

interface Score {
  readonly run: RunRow;
  readonly keys: ScoreKeys;
}

/** Under which keys a row holds a score, the axis value of its point, and that point. */
interface ScoreKeys {
  readonly value: string;
  readonly step: string;
  readonly point: string;
}

interface ScoreArguments {
  readonly of: string;
  readonly at?: ScoreAtInput | null | undefined;
}

/** `Score`. */
export function defineScore(
  builder: Builder,
  names: Names,
  enums: Enums,
  curves: Curves,
): ObjectRef<BuilderTypes, Score> {
  return builder.objectRef<Score>("Score").implement({
    description: "A metric, read at one point of a run's learning curve.",
    fields: (t) => ({
      value: t.float({
        nullable: true,
        description: "Null where the state is not FINITE.",
        resolve: ({ run, keys }) => finiteOrNull(readRun(run, keys.value)),
      }),
      state: t.field({
        description: "What the value turned out to be.",
        type: enums.valueState,
        resolve: ({ run, keys }): ValueState => stateOf(readRun(run, keys.value)),
      }),
      step: t.float({
        nullable: true,
        description: "Axis value (step, epoch) of the point that it was read at; null where there is none.",
        resolve: ({ run, keys }) => finiteOrNull(readRun(run, keys.step)),
      }),
      point: t.field({
        type: curves.point,
        nullable: true,
        description: "Everything that was logged at that point.",
        resolve: async ({ run, keys }, _, context, info): Promise<CurvePoint | null> => {
          const id = readRun(run, keys.point);
          if (typeof id !== "number") return null;
          const slice = await context.point(curveFields(Selection.below(info), context.catalogue, names), id);
          return { slice, index: slice.start };
        },
      }),
    }),
  });
}

/** Keys of scores, worked out once for all runs of which the same arguments ask. */
export function scoreKeysOf(names: Names): (args: ScoreArguments) => ScoreKeys {
  const known = new WeakMap<ScoreArguments, ScoreKeys>();
  return (args) => {
    const found = known.get(args);
    if (found) return found;
    const score = toScore(names, args.of, args.at, "score");
    const keys: ScoreKeys = {
      value: columnKey({ kind: "value", measure: score }),
      step: columnKey({ kind: "scoreStep", score }),
      point: columnKey({ kind: "scorePoint", score }),
    };
    known.set(args, keys);
    return keys;
  };
}

/** What a run was read with under a key. */
export function readRun(run: RunRow, key: string): StoredValue {
  const value = run.values.get(key);
  if (value === undefined) throw new Error(`The run was read without ${key}.`);
  return value;
}
