import type { Role } from "../../schema/catalogue.js";
import { noteOf } from "../../schema/manifest.js";
import type { Connection } from "../duckdb/connection.js";
import { boundWarnings } from "./bound-warnings.js";
import { mixedBlocks } from "./configurations.js";
import type { Fields } from "../../schema/fields.js";
import { goalWarnings } from "./goal-warnings.js";
import type { Manifests } from "./manifest.js";
import type { NumberedFile } from "./number-files.js";
import type { ReadFile } from "./reading.js";
import { isSharedName } from "./roles.js";
import { curveColumns } from "./stage.js";

/** What is odd about a dataset and lost nothing: keys that only the file or only the manifest has, blocks that mix configurations. */
export async function datasetWarnings(
  connection: Connection,
  numbered: NumberedFile,
  dataset: number,
  manifests: Manifests,
  fields: Fields,
): Promise<string[]> {
  const { read, note, roles } = numbered;
  const { file, layout, manifest } = read;
  const hyperparameters = layout.scalars.map(({ original }) => original);
  const metrics = curveColumns(layout);
  const warnings: string[] = [];
  // A user's manifest need say nothing of keys of which there is nothing to say.
  if (manifest && manifest.requiredKeys.length > 0) {
    const undocumented = [
      ...hyperparameters.filter((key) => !noteOf(manifest.hyperparameters, key)),
      ...metrics.filter((key) => !noteOf(manifest.metrics, key)),
    ];
    if (undocumented.length > 0) {
      warnings.push(`the manifest \`${manifest.name}\` does not document ${list(undocumented)}`);
    }
  }
  for (const absent of manifests.unknownKeys(file, layout))
    warnings.push(`the manifest beside the file ${absent}`);
  warnings.push(...goalWarnings(read, fields), ...(await boundWarnings(connection, numbered, fields)));
  layout.scalars.forEach((scalar, index) => {
    const role = noteOf(manifest?.hyperparameters, scalar.original)?.role;
    if (role === undefined && isSharedName(scalar, roles[index] ?? "fixed")) {
      warnings.push(
        `\`${scalar.original}\` is shared by runs, and so counts as a hyperparameter; hyperparameters.${scalar.original}: {role: label} in a manifest says that it only names them`,
      );
    }
  });
  warnings.push(...otherCurves(read, roles));
  const { all, empty, falling, repeating, synthetic } = read.keptRows;
  if (empty > 0) warnings.push(`${empty} of ${all} runs have an empty curve`);
  const axis = layout.axis.original;
  if (falling.count > 0) {
    warnings.push(
      `in ${falling.count} of ${all} runs the axis \`${axis}\` falls along the curve, first in line ${falling.line}`,
    );
  }
  if (repeating.count > 0) {
    warnings.push(
      `in ${repeating.count} of ${all} runs a value of the axis \`${axis}\` is logged more than once, first in line ${repeating.line}: statistics of curves count such a run once there, with the last that it logged`,
    );
  }
  if (synthetic > 0 && synthetic < all)
    warnings.push(`${synthetic} of ${all} lines say that they are synthetic`);
  if (note?.replicates !== undefined) {
    for (const block of await mixedBlocks(connection, dataset, note.replicates)) {
      const first = (block - 1) * note.replicates + 1;
      warnings.push(
        `block ${block} (lines ${first} to ${first + note.replicates - 1}) holds more than one configuration`,
      );
    }
  }
  return warnings;
}

/** Keys on top that could be the curve as well; where the manifest names the curve, they were seen. */
function otherCurves({ layout, manifest }: ReadFile, roles: readonly Role[]): string[] {
  if (manifest?.curve?.key !== undefined) return [];
  const labels = layout.scalars.filter(
    ({ original, curveLike }, index) =>
      curveLike &&
      roles[index] === "label" &&
      noteOf(manifest?.hyperparameters, original)?.role === undefined,
  );
  return [...new Set(labels.map(({ path }) => path[0] ?? ""))].map((key) => {
    const keys = labels.filter(({ path }) => path[0] === key).map(({ original }) => original);
    return (
      `\`${key}\` could be the curve too, and is not read as one (${layout.words}), but kept as a label of the runs: ` +
      `curve: {key: ${key}} in a manifest reads it instead, hyperparameters.${keys[0] ?? key}: {role: searched} makes it a hyperparameter`
    );
  });
}

const list = (keys: readonly string[]): string => keys.map((key) => `\`${key}\``).join(", ");
