import { DataFault } from "../errors.js";
import type { Manifest } from "../../schema/manifest.js";
import { type Exclusions, findCurve, NO_EXCLUSIONS } from "./curve-layout.js";
import { FAILURE_FLAGS } from "./key-names.js";
import type { Layout, Path } from "./layout.js";
import { findScalars } from "./scalar-layout.js";
import { describe, linesOf, numbersOf, type Shape } from "./shape.js";

/**
 * How the lines of a file are to be read, from what stands in all of them.
 * @throws DataFault that says what was seen, where no curve is found.
 */
export function inferLayout(
  file: string,
  top: Shape,
  manifest: Manifest | null,
  exclusions: Exclusions = NO_EXCLUSIONS,
): Layout {
  const curve = findCurve(top, manifest, exclusions);
  if (!curve) {
    throw new DataFault(
      `${file}: no learning curve found. A line must be one run: its hyperparameters, flat or under one object, and its curve as ` +
        `a list of objects, a list of [step, value] pairs, a map of either by split, or parallel arrays. Seen: ${describe(top)}.${manifest?.curve?.key === undefined ? "" : ` The manifest names \`${manifest.curve.key}\` as curve.key.`}`,
    );
  }
  const taken = new Set(curve.taken);
  const special = (key: string | undefined, fits: (shape: Shape) => boolean): Path | null => {
    const shape = key === undefined ? undefined : top.keys.get(key);
    if (key === undefined || !shape || taken.has(key) || !fits(shape)) return null;
    taken.add(key);
    return [key];
  };
  const iteration = special("iteration", (shape) => numbersOf(shape) > 0 && linesOf(shape, "DOUBLE") === 0);
  const flagName = manifest?.failureFlag ?? FAILURE_FLAGS.find((key) => top.keys.has(key));
  const failureFlag = special(flagName, (shape) => linesOf(shape, "BOOLEAN") > 0);
  const synthetic = special("synthetic", (shape) => linesOf(shape, "BOOLEAN") > 0);
  const { words, scalars, warnings } = findScalars(top, taken, manifest);
  const axisNote = manifest?.axis?.key === curve.axisKey ? manifest.axis : undefined;
  return {
    words: `${words}; ${curve.words}`,
    iteration,
    failureFlag,
    synthetic,
    scalars,
    axis: { original: curve.axisKey, unit: axisNote?.unit ?? unitOf(curve.axisKey) },
    sources: curve.sources,
    warnings: [...curve.warnings, ...warnings],
  };
}

function unitOf(axisKey: string): string {
  const key = axisKey.toLowerCase();
  for (const unit of ["epoch", "token", "iteration", "batch", "update", "position"])
    if (key.includes(unit)) return unit;
  return /time|elapsed|second/.test(key) ? "seconds" : "step";
}
