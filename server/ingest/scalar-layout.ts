import type { ValueType } from "../../schema/catalogue.js";
import { type Manifest, noteOf } from "../../schema/manifest.js";
import { isCurveLike } from "./curve-layout.js";
import { bare, HYPERPARAMETER_OBJECTS } from "./key-names.js";
import type { Path, ScalarKey } from "./layout.js";
import { describe, linesOf, numbersOf, type Shape } from "./shape.js";

/** Strings where numbers stand: up to this share of a key's values they are errors, above it the key is a string. */
const RARE = 1 / 3;

export interface Scalars {
  readonly words: string;
  readonly scalars: readonly ScalarKey[];
  readonly warnings: readonly string[];
}

/** Reads every key of a line that is not the curve's as a hyperparameter, or a label beside them. */
export function findScalars(top: Shape, taken: ReadonlySet<string>, manifest: Manifest | null): Scalars {
  const rest = [...top.keys].filter(([key]) => !taken.has(key));
  const object = rest
    .filter(([key, shape]) => HYPERPARAMETER_OBJECTS.includes(bare(key)) && linesOf(shape, "object") > 0)
    .sort(([a], [b]) => HYPERPARAMETER_OBJECTS.indexOf(bare(a)) - HYPERPARAMETER_OBJECTS.indexOf(bare(b)))[0];
  const scalars: ScalarKey[] = [];
  const warnings: string[] = [];
  const add = (shape: Shape, path: Path, original: string, beside = false, curveLike = false): void => {
    if (path.includes("")) {
      // DuckDB has no identifier for it.
      warnings.push(
        `a key with an empty name${path.length > 1 ? ` under \`${path[0] ?? ""}\`` : ""} is not read`,
      );
      return;
    }
    if (shape.keys.size > 0 && linesOf(shape, "list", "VARCHAR", "BOOLEAN") + numbersOf(shape) === 0) {
      for (const [key, child] of shape.keys)
        add(child, [...path, key], `${original}.${key}`, beside, curveLike);
      return;
    }
    const documented = noteOf(manifest?.hyperparameters, original)?.type;
    const { type, text } = documented === undefined ? typeOf(shape) : { type: documented, text: false };
    if (text) warnings.push(`\`${path.join(".")}\` holds ${describe(shape, 1)}, and is kept as text`);
    scalars.push({ original, path, type, text, documented: documented !== undefined, beside, curveLike });
  };
  if (object) {
    const [name, shape] = object;
    for (const [key, child] of shape.keys) add(child, [name, key], key);
  }
  const inside = new Set(scalars.map(({ original }) => original));
  for (const [key, shape] of rest) {
    if (key !== object?.[0])
      add(shape, [key], inside.has(key) ? `$.${key}` : key, object !== undefined, isCurveLike(shape));
  }
  const words = object ? `hyperparameters under \`${object[0]}\`` : "hyperparameters flat";
  return { words, scalars, warnings };
}

function typeOf(shape: Shape): { type: ValueType; text: boolean } {
  const lists = linesOf(shape, "list");
  const objects = linesOf(shape, "object");
  const strings = linesOf(shape, "VARCHAR");
  const booleans = linesOf(shape, "BOOLEAN");
  const numbers = numbersOf(shape);
  const all = lists + objects + strings + booleans + numbers + linesOf(shape, "JSON");
  // A key that is null throughout fits any type.
  if (all === 0) return { type: "float", text: false };
  const rare = (count: number): boolean => count <= all * RARE;
  if (numbers > 0 && rare(all - numbers))
    return { type: isInteger(shape) ? "integer" : "float", text: false };
  if (booleans > 0 && rare(all - booleans)) return { type: "boolean", text: false };
  if (strings > 0 && rare(all - strings)) return { type: "string", text: false };
  return { type: "string", text: true };
}

const isInteger = (shape: Shape): boolean => linesOf(shape, "DOUBLE", "HUGEINT") === 0;
