import { readFileSync } from "node:fs";

/**
 * An independent reading of JSONL runs in plain TypeScript, to compare the service with. It knows
 * the layouts of the published files, and imports nothing of the service.
 */
export interface OracleRun {
  /** 1-based physical line. */
  readonly line: number;
  readonly iteration: number | null;
  readonly nanTrainLoss: boolean | null;
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  readonly points: readonly OraclePoint[];
}

/** The values of a point by original key, the axis included; NaN and infinities as such, null where absent. */
export type OraclePoint = Readonly<Record<string, number | null>>;

/** Reads a file's runs; blank lines are passed over, any other fault throws. */
export function readJsonl(file: string): OracleRun[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((text, index) => (text.trim() === "" ? [] : [runOf(parseJson(text), index + 1)]));
}

/** JSON with bare NaN, Infinity and -Infinity: those outside of strings are read through marks that no data has. */
export function parseJson(text: string): unknown {
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
    token.startsWith('"') ? token : `"\\u0001${token}"`,
  );
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === "string" && value.startsWith("\u0001") ? Number(value.slice(1)) : value,
  );
}

function runOf(value: unknown, line: number): OracleRun {
  const record = value as Record<string, unknown>;
  const {
    iteration,
    nan_train_loss: flag,
    hyperparameters,
    learning_curve: curve,
    learning_curves: curves,
    ...rest
  } = record;
  return {
    line,
    iteration: typeof iteration === "number" ? iteration : null,
    nanTrainLoss: typeof flag === "boolean" ? flag : null,
    hyperparameters: (hyperparameters ?? without(rest, "synthetic")) as Record<string, unknown>,
    points: curves ? pairs(curves as Record<string, [number, number][]>) : ((curve ?? []) as OraclePoint[]),
  };
}

const without = (record: Record<string, unknown>, key: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));

/** A map of lists of [step, value] by split, side by side at each step that any split has. */
function pairs(curves: Record<string, [number, number][]>): OraclePoint[] {
  const byStep = new Map<number, Record<string, number | null>>();
  const splits = Object.keys(curves);
  for (const split of splits) {
    for (const [step, value] of curves[split] ?? []) {
      let point = byStep.get(step);
      if (!point)
        byStep.set(step, (point = { step, ...Object.fromEntries(splits.map((name) => [name, null])) }));
      point[split] = value;
    }
  }
  return [...byStep.values()].sort((a, b) => (a["step"] ?? 0) - (b["step"] ?? 0));
}
